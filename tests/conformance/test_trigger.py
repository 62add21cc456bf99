"""Triggers: a hook, a command, a person, and what comes of each."""

import io
import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.conformance.settings import Settings
from ocpi_conformance.conformance.trigger import (
    HttpTrigger,
    NoTrigger,
    PersonTrigger,
    ShellTrigger,
    Trigger,
    Triggered,
    trigger_of,
)
from ocpi_conformance.simulators.serving import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

PEER = {"country_code": "DE", "party_id": "MSP"}


def act(trigger: Trigger, action: str = "push-token", **parameters: Any) -> Triggered:
    try:
        return trigger.act(action, version="2.2.1", role="EMSP", peer=PEER, parameters=parameters)
    finally:
        trigger.close()


class Hook:
    """A hook that keeps what it was asked and answers as told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        self.ports: list[int] = []
        """From where each action came: another port is another connection."""
        self.answer: Response = JSONResponse({"done": True, "data": {"uid": "T1"}})
        self.url = ""
        self.application: Any = Starlette(routes=[Route("/hook/{action}", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        self.ports.append(request.client.port if request.client else 0)
        self.asked.append((request.path_params["action"], dict(request.headers), await request.json()))
        return self.answer


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def hook(server: Server) -> Hook:
    hook = Hook()
    server.mount("hook", hook.application)
    hook.url = f"{server.origin}/hook"
    return hook


def test_hook_is_asked_as_the_contract_says(hook: Hook):
    """POST {url}/{action} with version, role, peer and parameters, and its own bearer token."""
    answer = act(HttpTrigger(hook.url, token="h00k"), type="RFID")

    action, headers, body = hook.asked[0]
    assert action == "push-token"
    assert headers["authorization"] == "Bearer h00k"
    assert {name: body[name] for name in ("version", "role", "peer", "parameters")} == {
        "version": "2.2.1",
        "role": "EMSP",
        "peer": PEER,
        "parameters": {"type": "RFID"},
    }
    assert (answer.outcome, answer.data) == ("done", {"uid": "T1"})


def test_any_2xx_is_done_whatever_the_body(hook: Hook):
    """202 without a body means: under way."""
    hook.answer = Response(status_code=202)

    assert act(HttpTrigger(hook.url)).outcome == "done"


def test_501_is_unsupported(hook: Hook):
    """The hook says that it doesn't know the action."""
    hook.answer = PlainTextResponse("no", 501)

    answer = act(HttpTrigger(hook.url))

    assert answer.outcome == "unsupported"
    assert "push-token" in answer.detail


def test_other_answers_fail_with_a_bounded_body(hook: Hook):
    """The body is shown, but not the whole of a large one."""
    hook.answer = PlainTextResponse("database is down " + "x" * 10_000, 500)

    answer = act(HttpTrigger(hook.url))

    assert answer.outcome == "failed"
    assert "HTTP 500: database is down" in answer.detail
    assert len(answer.detail) < 1000


def test_a_connection_is_kept_for_the_next_action(hook: Hook):
    trigger = HttpTrigger(hook.url)
    for _ in range(2):
        trigger.act("push-token", version="2.2.1", role="EMSP", peer=PEER, parameters={})
    trigger.close()
    assert len(set(hook.ports)) == 1


@pytest.mark.parametrize("way", ["after an error", "after a while"])
def test_no_connection_is_kept_that_the_hook_may_close(hook: Hook, way, monkeypatch):
    """What is sent into a connection that is just being closed is lost, and an action can't be sent twice."""
    trigger = HttpTrigger(hook.url)
    if way == "after an error":
        hook.answer = PlainTextResponse("no", 500)
    else:
        monkeypatch.setattr("ocpi_conformance.conformance.trigger.KEPT_S", 0.0)
    for _ in range(2):
        trigger.act("push-token", version="2.2.1", role="EMSP", peer=PEER, parameters={})
    trigger.close()
    assert len(set(hook.ports)) == 2


def test_no_hook_there_fails():
    """A refused connection is told, not raised."""
    with Server() as gone:
        url = gone.origin

    answer = act(HttpTrigger(url))

    assert answer.outcome == "failed"
    assert url in answer.detail


def test_what_a_hook_tells_of_tokens_stays_out_of_the_detail(hook: Hook):
    """Only `data` holds it: details are printed and stored."""
    hook.answer = JSONResponse({"data": {"token": "s3cret"}})

    answer = act(HttpTrigger(hook.url), "issue-token")

    assert answer.data == {"token": "s3cret"}
    assert "s3cret" not in answer.detail


def shell(tmp_path: Path, source: str, *, timeout_s: float = 30.0) -> ShellTrigger:
    script = tmp_path / "act.py"
    script.write_text(source, encoding="utf-8")
    return ShellTrigger(f"{sys.executable} {script}", timeout_s=timeout_s)


def test_command_gets_action_and_json(tmp_path: Path):
    """The action is the last argument, the rest is JSON on stdin; JSON on stdout comes back."""
    source = (
        "import json, sys\n"
        "asked = json.load(sys.stdin)\n"
        "print(json.dumps({'argv': sys.argv[1:], 'party': asked['peer']['party_id']}))\n"
    )

    answer = act(shell(tmp_path, source))

    assert (answer.outcome, answer.data) == ("done", {"argv": ["push-token"], "party": "MSP"})


def test_exit_code_3_is_unsupported(tmp_path: Path):
    """The command's way of saying 501."""
    assert act(shell(tmp_path, "raise SystemExit(3)")).outcome == "unsupported"


def test_other_exit_codes_fail_with_what_was_said(tmp_path: Path):
    """stderr is shown."""
    answer = act(shell(tmp_path, "import sys; sys.exit('no such token')"))

    assert answer.outcome == "failed"
    assert "exit code 1: no such token" in answer.detail


def test_command_that_does_not_end_is_ended_with_its_children(tmp_path: Path):
    """The whole process group goes, not only the command itself."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    source = (
        "import subprocess, sys, time\n"
        'child = \'import sys, time; f = open(sys.argv[1], "w"); f.write("1"); f.flush(); time.sleep(60)\'\n'
        f"subprocess.Popen([sys.executable, '-c', child, {str(pipe)!r}])\n"
        "time.sleep(60)\n"
    )
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    answer = act(shell(tmp_path, source, timeout_s=2.0))

    assert answer.outcome == "failed"
    assert "did not end within 2 s" in answer.detail
    assert os.read(reader, 16) == b"1"
    assert select.select([reader], [], [], 30)[0] == [reader]  # at its end: nobody is left to write
    assert os.read(reader, 16) == b""
    os.close(reader)


def test_command_that_is_not_there_fails():
    """Told, not raised."""
    answer = act(ShellTrigger("/nowhere/at/all"))

    assert answer.outcome == "failed"
    assert "/nowhere/at/all" in answer.detail


class Terminal(io.StringIO):
    """A terminal at which something is typed."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "outcome", "detail"),
    [
        ("\n", "done", "confirmed"),
        ("took a while\n", "done", "confirmed: took a while"),
        ("done took a while\n", "done", "confirmed: took a while"),
        ("s not in our app\n", "unsupported", "not in our app"),
        ("skip\n", "unsupported", "skipped push-token"),
        ("", "none", "closed"),
    ],
)
def test_person_is_told_what_to_do(typed: str, outcome: str, detail: str):
    """Enter is done, s skips with a note, a closed terminal is no answer."""
    shown = io.StringIO()

    answer = act(PersonTrigger(stdin=Terminal(typed), stderr=shown), type="RFID")

    assert answer.outcome == outcome
    assert detail in answer.detail
    for told in ("push-token", "DE MSP", "type: RFID  (a TokenType)", "Enter", "whitelist: as you like"):
        assert told in shown.getvalue()


def test_person_tells_what_came_of_it():
    """Each thing that the action returns is asked for; what the person doesn't know is left out."""
    answer = act(PersonTrigger(stdin=Terminal("\nTOKEN-1\n\n"), stderr=io.StringIO()))

    assert answer.data == {"uid": "TOKEN-1"}


def test_what_a_person_remarks_is_kept():
    """Also the reason for skipping."""
    done = act(PersonTrigger(stdin=Terminal("a\x1b[2J note\n"), stderr=io.StringIO()))
    skipped = act(PersonTrigger(stdin=Terminal("s not today\n"), stderr=io.StringIO()))

    assert (done.note, skipped.note) == ("a[2J note", "not today")


def test_a_truth_and_a_number_are_read_as_such():
    """An id that looks like a list stays a text."""
    typed = "\ntrue\nhttp://x\n"

    assert act(PersonTrigger(stdin=Terminal(typed), stderr=io.StringIO()), "check-cdr").data == {
        "cdr_id": True,
        "url": "http://x",
    }


def test_nobody_is_asked_without_a_terminal():
    """A pipeline must not wait for a person."""
    shown = io.StringIO()

    assert act(PersonTrigger(stdin=io.StringIO("\n"), stderr=shown)).outcome == "none"
    assert shown.getvalue() == ""


def test_without_a_trigger_the_settings_are_named():
    """The detail says what to set."""
    answer = act(NoTrigger())

    assert not answer
    assert answer.outcome == "none"
    assert "trigger_url" in answer.detail


@pytest.mark.parametrize(
    ("settings", "kind"),
    [
        (Settings(), NoTrigger),
        (Settings(trigger_url="http://127.0.0.1/x"), HttpTrigger),
        (Settings(trigger_command="x y"), ShellTrigger),
        (Settings(trigger_person=True), PersonTrigger),
    ],
)
def test_settings_choose_the_trigger(settings: Settings, kind: type[Trigger]):
    """Which one is decided by which is set."""
    trigger = trigger_of(settings)
    trigger.close()

    assert type(trigger) is kind


def test_a_command_gets_our_environment_without_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Those variables that the settings were read from; what else is there is the user's."""
    monkeypatch.setenv("GIVEN_TO_US", "secret")
    monkeypatch.setenv("GIVEN_TO_THE_COMMAND", "open")
    script = tmp_path / "act.py"
    script.write_text("import json, os; print(json.dumps(dict(os.environ)))", "utf-8")
    settings = Settings(
        trigger_command=f"{sys.executable} {script}", sources={"token": "variable GIVEN_TO_US"}
    )

    answer = act(trigger_of(settings))

    assert answer.data["GIVEN_TO_THE_COMMAND"] == "open"
    assert "GIVEN_TO_US" not in answer.data


def test_a_token_that_an_action_gave_is_a_secret(tmp_path: Path):
    """Before anybody uses it."""
    trigger = shell(tmp_path, 'print(\'{"token": "issued-by-the-iut"}\')')

    act(trigger, "issue-token")

    assert trigger.secrets == ("issued-by-the-iut",)
