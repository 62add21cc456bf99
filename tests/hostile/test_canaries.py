"""No token of any form survives a run: not in its files, not in what it prints, not in what other processes see."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.conformance.commands.serve import prepare
from ocpi_conformance.conformance.serve_settings import ServeSettings
from ocpi_conformance.simulators.party import Party

from tests.hostile.canaries import BEGINNING, PLUGIN, assert_none_survived, echoing, forms, survivors

TOKEN_A = 'Canary-A/of "one" party+more&more=1'
TRIGGER = "canary_trigger_0123456789"
IN_QUERY = "canary-query-9f8e7d6c5b4a"
PROGRAM = [sys.executable, "-m", "ocpi_conformance.conformance"]


@contextlib.contextmanager
def platform() -> Iterator[tuple[Party, dict[str, str]]]:
    """A CPO that echoes whatever secret it has heard of, and how it is reached."""
    server, party, described = prepare(
        "CPO", ServeSettings(token=TOKEN_A, trigger_token=TRIGGER, locations=4)
    )
    party.misbehaviours = (echoing(),)
    party.notes["canaries"] = [TRIGGER, IN_QUERY]
    with server:
        try:
            yield party, described
        finally:
            party.close()


def secrets_of(party: Party) -> list[str]:
    """All that was planted, and all that was drawn since."""
    return [TOKEN_A, TRIGGER, IN_QUERY, *party.connections.issued, *party.connections.received]


def command(name: str, described: dict[str, str], folder: Path, *flags: str) -> list[str]:
    secret = folder / "secret"
    secret.write_text(TRIGGER, "utf-8")
    url = f"{described['versions_url']}?api_key={IN_QUERY}"
    given = ["--versions-url", url, "--token-env", "TOKEN_OF_A_TEST", "--role", "cpo"]
    hook = ["--trigger-url", described["trigger_url"], "--trigger-token-file", str(secret)]
    return [*PROGRAM, name, *given, *hook, *flags]


def environ(**more: str) -> dict[str, str]:
    return {**os.environ, "TOKEN_OF_A_TEST": TOKEN_A, **more}


def called(arguments: list[str], **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        arguments, env=environ(**more), capture_output=True, text=True, check=False, timeout=300
    )


def test_the_search_finds_what_there_is():
    """Each form, in the middle of something else."""
    for form in dict.fromkeys(forms(TOKEN_A)):
        assert survivors([TOKEN_A], b'{"x": "' + form.encode() + b'"}')
    assert survivors([TOKEN_A], b"nothing of the kind") == []


def test_nothing_survives_a_run_against_a_platform_that_echoes(tmp_path: Path):
    """In no format of its results, nor on the terminal."""
    out = tmp_path / "out"
    with platform() as (party, described):
        flags = (
            "--trigger-url",
            described["trigger_url"],
            "--attacks",
            "--profile",
            "all",
            "--output",
            str(out),
        )
        ended = called(command("run", described, tmp_path, *flags))
        secrets = secrets_of(party)

    assert ended.returncode in (1, 10), ended.stderr
    exchanges = (out / "exchanges.ndjson").read_text("utf-8")
    assert "***" in exchanges
    assert "X-Echo" in exchanges or "x-echo" in exchanges
    assert_none_survived(secrets, out, ended.stdout, ended.stderr)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_nothing_survives_a_run_that_is_ended(number: signal.Signals, tmp_path: Path):
    """What lies in the folder by then is as clean as in the end."""
    out = tmp_path / "out"
    with platform() as (party, described):
        flags = ("--output", str(out))
        begun = threading.Event()
        party.journal.on_record = lambda exchange: begun.set() if exchange.id > 150 else None
        arguments = command("run", described, tmp_path, *flags)
        with subprocess.Popen(
            arguments, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert begun.wait(120)
            process.send_signal(number)
            said, complained = process.communicate(timeout=120)
        secrets = secrets_of(party)

    assert (out / "exchanges.ndjson").stat().st_size > 0
    assert_none_survived(secrets, out, said, complained)


@pytest.mark.parametrize("name", ["doctor", "run"])
def test_nothing_survives_where_the_token_is_refused(name: str, tmp_path: Path):
    """The words of the platform are shown, and a refusal likes to repeat what was refused."""
    out = tmp_path / "out"
    with platform() as (party, described):
        for connection in list(party.connections):
            party.connections.remove(connection)
        flags = ("--output", str(out)) if name == "run" else ()
        ended = called(command(name, described, tmp_path, *flags))
        secrets = secrets_of(party)

    assert ended.returncode == 10, ended.stderr
    assert_none_survived(secrets, out, ended.stdout, ended.stderr)


def test_a_password_that_is_refused_is_not_repeated(tmp_path: Path):
    """A URL with one in it is a mistake, and the message names the URL."""
    described = {
        "versions_url": "http://u:canary-password-77@127.0.0.1:9",
        "trigger_url": "http://127.0.0.1:9",
    }
    ended = called(command("run", described, tmp_path))

    assert ended.returncode == 4
    assert "--versions-url" in ended.stderr
    assert_none_survived(["canary-password-77", TOKEN_A], tmp_path / "out", ended.stdout, ended.stderr)


def test_doctor_and_claim_say_no_secret(tmp_path: Path):
    """Of a platform that lets them in and echoes."""
    with platform() as (party, described):
        texts = []
        for arguments in (
            command("doctor", described, tmp_path, "--format", "json"),
            [
                *(*PROGRAM, "claim", "--from", described["versions_url"], "--token-env", "TOKEN_OF_A_TEST"),
                *("--role", "cpo", "--output", str(tmp_path / "out" / "ocpi.toml")),
            ],
        ):
            ended = called(arguments)
            texts += [ended.stdout, ended.stderr]
        secrets = secrets_of(party)

    assert_none_survived(secrets, tmp_path / "out", *texts)


HOOK = """
import json, os, pathlib, sys
place = pathlib.Path(__file__).with_suffix(".seen")
parent = pathlib.Path(f"/proc/{os.getppid()}/cmdline")
seen = {"argv": sys.argv, "environ": dict(os.environ), "asked": json.load(sys.stdin)["action"]}
seen["parent"] = parent.read_bytes().decode() if parent.exists() else ""
with place.open("a") as file:
    file.write(json.dumps(seen) + "\\n")
sys.exit(3)
"""


def test_commands_and_process_listings_show_no_secret(tmp_path: Path):
    """Neither arguments nor environment of a trigger command hold what the suite was given, nor our own arguments."""
    hook, out = tmp_path / "hook.py", tmp_path / "out"
    hook.write_text(HOOK, "utf-8")
    with platform() as (party, described):
        url = described["versions_url"]
        arguments = [
            *(*PROGRAM, "run", "--versions-url", url, "--token-env", "TOKEN_OF_A_TEST", "--role", "cpo"),
            *(
                "--trigger-command",
                f"{sys.executable} {hook}",
                "--output",
                str(out),
                "--select",
                "locations/*",
            ),
        ]
        called(arguments, OTHER_OF_THE_USER="stays")
        secrets = secrets_of(party)

    lines = hook.with_suffix(".seen").read_text("utf-8").splitlines()
    seen: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert seen
    for call in seen:
        assert call["environ"]["OTHER_OF_THE_USER"] == "stays"
        assert call["argv"][-1] == call["asked"]
        assert survivors(secrets, json.dumps([call["argv"], call["environ"], call["parent"]]).encode()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--role", "cpo"),
        ("run", "--role", "emsp", "--flaw", "errors-without-status-code"),
        ("demo", "--no-open"),
        ("doctor",),
    ],
)
def test_no_token_that_is_drawn_survives(arguments: tuple[str, ...], tmp_path: Path):
    """Every token of every process begins with the same word here, and so is known without being known."""
    (tmp_path / "sitecustomize.py").write_text(PLUGIN, "utf-8")
    out = tmp_path / "out"
    options = () if arguments[0] == "doctor" else ("--output", str(out))
    listed: list[bytes] = []
    with subprocess.Popen(
        [*PROGRAM, *arguments, *options],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        waiting = threading.Thread(target=_listings, args=(process, listed))
        waiting.start()
        said, complained = process.communicate(timeout=300)
        waiting.join()

    assert process.returncode in (0, 1), complained
    assert any(b"serve" in line for line in listed) or not Path("/proc").exists()
    texts = [said, complained, *(line.decode("utf-8", "replace") for line in listed)]
    assert_none_survived([BEGINNING + digit for digit in "123456789"], out, *texts)


def _listings(process: "subprocess.Popen[str]", listed: list[bytes]) -> None:
    """What a listing of processes shows of one and its children, as long as it lives."""
    pause = threading.Event()
    while process.poll() is None:
        for pid in (process.pid, *_children(process.pid)):
            with contextlib.suppress(OSError):
                listed.append(Path(f"/proc/{pid}/cmdline").read_bytes())
        pause.wait(0.05)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for place in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(word) for word in place.read_text("ascii").split()]
    return found


def test_a_crash_says_no_secret(tmp_path: Path):
    """With all that is known of where it happened."""
    (tmp_path / "sitecustomize.py").write_text(CRASH, "utf-8")
    with platform() as (party, described):
        ended = called(
            command("run", described, tmp_path, "--output", str(tmp_path / "out")),
            PYTHONPATH=str(tmp_path),
            OCPI_CONFORMANCE_DEBUG="1",
        )
        secrets = secrets_of(party)

    assert ended.returncode == 3, ended.stderr
    assert "RuntimeError" in ended.stderr
    assert_none_survived(secrets, tmp_path / "out", ended.stdout, ended.stderr)


CRASH = """
import base64, os
import ocpi_conformance.conformance.running as running
def broken(settings, plugin):
    token = settings.token
    raise RuntimeError(f"it broke with {token} and {base64.b64encode(token.encode())!r}")
running.play = broken
"""
