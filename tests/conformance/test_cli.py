"""The command line as a whole: exit codes, messages, and what it costs to say hello."""

import os
import subprocess
import sys
from typing import Any

import pytest
from ocpi_conformance.conformance import cli, running
from ocpi_conformance.conformance.errors import ExitCode, NothingSelectedError, nearest
from ocpi_conformance.simulators.serving import ServingError


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let a run end with an exception."""

    def run(settings: Any) -> int:
        raise error

    monkeypatch.setattr(running, "run", run)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rnu"], "run"),
        (["run", "--nope"], "--nope"),
        (["run", "--role", "hub"], "'CPO' or 'EMSP'"),
        (["run", "/nowhere/at/all.toml"], "/nowhere/at/all.toml"),
        (["run", "--seed"], "--seed"),
        (["list"], "TABLE"),
        (["list", "requirement"], "'requirements'"),
        (["explain", "no-such-thing"], "no-such-thing"),
        (["serve", "hub"], "cpo and emsp"),
        (["serve", "cpo", "--flaw", "no-such-flaw"], "no-such-flaw"),
        (["serve", "cpo", "--flaw", "slow:second=3"], "did you mean seconds?"),
        (["run", "--flaw", "slow:seconds=0"], "a number from 0.01 to 600"),
        (["run", "--flaw", "no-link:size=3"], "it takes none"),
        (["demo", "--flaw", "slow:seconds=x"], "seconds of slow is 'x'"),
        (["doctor", "--format", "xml"], "text or json"),
    ],
)
def test_misuse_exits_4_and_says_what_would_work(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
):
    """Every mistake of the user's is exit code 4, one message, no traceback."""
    code = cli.main(arguments)

    captured = capsys.readouterr()
    assert code == ExitCode.USAGE
    assert said in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 2, "interrupted"),
        (RuntimeError("a bug"), 3, "RuntimeError: a bug"),
        (NothingSelectedError("nothing left"), 5, "nothing left"),
        (ServingError("can't listen on 127.0.0.1:80: denied"), 4, "can't listen"),
    ],
)
def test_errors_become_exit_codes(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
):
    """Interrupted, the suite's own failure, nothing selected, an address that can't be had."""
    raising(monkeypatch, error)
    monkeypatch.delenv("OCPI_CONFORMANCE_DEBUG", raising=False)

    assert cli.main(["run"]) == code

    captured = capsys.readouterr()
    assert said in captured.err
    assert "Traceback" not in captured.err


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Only who asks for it gets it."""
    raising(monkeypatch, RuntimeError("a bug"))
    monkeypatch.setenv("OCPI_CONFORMANCE_DEBUG", "1")

    assert cli.main(["run"]) == ExitCode.SUITE_ERROR
    assert "Traceback" in capsys.readouterr().err


def test_exit_code_of_a_run_is_passed_on(monkeypatch: pytest.MonkeyPatch):
    """What the run says is what the process says."""
    monkeypatch.setattr(running, "run", lambda settings: 10)

    assert cli.main(["run"]) == 10


def test_flags_reach_the_settings(monkeypatch: pytest.MonkeyPatch):
    """Switches, numbers, lists and paths, as they were said."""
    seen: list[Any] = []
    monkeypatch.setattr(running, "run", lambda settings: seen.append(settings) or 0)

    code = cli.main(
        [
            *("run", "--role", "emsp", "--seed", "5", "--strict", "--no-disruptive"),
            *("--profile", "core,paging", "--select", "a", "--select", "b", "--output", "out"),
        ]
    )

    found = seen[0]
    assert code == 0
    assert (found.role, found.seed, found.strict, found.disruptive) == ("EMSP", 5, True, False)
    assert (found.profile, found.select, str(found.output)) == (("core", "paging"), ("a", "b"), "out")


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]):
    """Help is exit code 0, on stdout, for each command."""
    for command in cli.COMMANDS:
        assert cli.main([command, "--help"]) == 0
        assert command in capsys.readouterr().out


def test_version_is_printed(capsys: pytest.CaptureFixture[str]):
    """Name and number."""
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("ocpi-conformance ")


def test_no_secret_can_be_given_on_the_command_line(capsys: pytest.CaptureFixture[str]):
    """argv is seen by every process of the machine."""
    assert cli.main(["run", "--token", "abc"]) == ExitCode.USAGE
    assert "abc" not in capsys.readouterr().err


def test_help_starts_light():
    """Nothing that serves, judges or draws is imported to say what there is."""
    source = (
        "import sys\n"
        "from ocpi_conformance.conformance.cli import main\n"
        "main(['--help'])\n"
        "heavy = {'httpx', 'uvicorn', 'starlette', 'jsonschema', 'jsonschema_rs', 'faker', 'pytest'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )

    output = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, env=dict(os.environ)
    ).stdout

    assert output.splitlines()[-1] == "[]"


def test_module_runs_as_a_program():
    """python -m does what the console script does."""
    found = subprocess.run(
        [sys.executable, "-m", "ocpi_conformance.conformance", "nope"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 4
    assert "nope" in found.stderr


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("rol", ["role", "name"], "did you mean 'role'?"),
        ("versions-url", ["versions_url"], "did you mean 'versions_url'?"),
        ("ROLE", ["role"], "did you mean 'role'?"),
        ("zzz", ["role", "name"], "known are name, role"),
        ("zzz", [str(n) for n in range(10)], "and 2 more"),
    ],
)
def test_nearest(word: str, known: list[str], hint: str):
    """A misspelling finds its word; where nothing is near, what is known is told."""
    assert hint in nearest(word, known)
