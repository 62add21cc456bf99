"""Runs that are ended from outside, at any moment: what they leave is a result that says it isn't complete."""

import os
import random
import signal
import subprocess
from pathlib import Path

import pytest
from ocpi_conformance.reports import load

from tests.hostile.runs import LONGEST_S, PROGRAM, REPORTS, Ended

RUN = [*PROGRAM, "run", "--role", "emsp", "--quiet-s", "0.05"]
"""Slow enough that every moment in it can be met with."""


def stopped(folder: Path, number: signal.Signals, moment: int) -> Ended:
    """A run that gets a signal once it has told of so many lines: before the first scenario, or in any of them."""
    environ = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*RUN, "--output", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environ
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(moment)]
        process.send_signal(number)
        told = b"".join([*lines, process.stdout.read()]).decode("utf-8", "replace")
        return Ended(process.wait(timeout=LONGEST_S), told, folder)


def assert_partial(ended: Ended) -> None:
    record = ended.record
    assert record["run"]["complete"] is False
    assert record["statement"]["outcome"] == "void"
    assert load(ended.folder).run.complete is False


CHOSEN = random.Random(4)
MOMENTS = [
    (number, CHOSEN.randint(1, 100)) for number in (signal.SIGINT, signal.SIGTERM) for _ in range(3)
] + [(signal.SIGINT, 0), (signal.SIGTERM, 1)]


@pytest.mark.parametrize(
    ("number", "moment"), MOMENTS, ids=[f"{number.name} after {moment} lines" for number, moment in MOMENTS]
)
def test_a_signal_leaves_a_partial_result(number: signal.Signals, moment: int, tmp_path: Path):
    ended = stopped(tmp_path / "out", number, moment)
    assert "Traceback" not in ended.output
    if moment == 0:  # Python itself may not have begun
        assert ended.code in (2, -number), ended.output
        return
    assert ended.code == 2, ended.output
    assert {path.name for path in ended.folder.iterdir()} >= REPORTS
    assert_partial(ended)


def test_a_second_signal_does_not_spoil_what_is_being_written(tmp_path: Path):
    """Whoever is impatient gets the result all the same."""
    folder = tmp_path / "out"
    with subprocess.Popen(
        [*RUN, "--output", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        for _ in range(40):
            process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        for number in (signal.SIGINT, signal.SIGTERM) * 3:
            process.send_signal(number)
        told = process.stderr.read().decode("utf-8", "replace")
        code = process.wait(timeout=LONGEST_S)
    assert "Traceback" not in told
    assert code == 2, told
    assert_partial(Ended(code, told, folder))


@pytest.mark.parametrize("moment", [2, CHOSEN.randint(10, 40), CHOSEN.randint(41, 90)])
def test_a_killed_run_is_rendered_from_its_exchanges_alone(moment: int, tmp_path: Path):
    folder = tmp_path / "out"
    ended = stopped(folder, signal.SIGKILL, moment)
    assert ended.code == -signal.SIGKILL
    (folder / "result.json").unlink(missing_ok=True)

    result = load(folder)
    assert result.run.complete is False
    assert (len(result.exchanges) > 0) or moment < 10
    done = subprocess.run(
        [*PROGRAM, "report", str(folder), "--format", "all", "--output", str(tmp_path / "all")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert_partial(Ended(0, "", tmp_path / "all"))
    assert "was killed" in (tmp_path / "all" / "report.html").read_text(encoding="utf-8")


def test_a_killed_run_does_not_pass_for_the_one_before(tmp_path: Path):
    """The folder holds a complete result of a former run until this one has something of its own."""
    folder = tmp_path / "out"
    former = subprocess.run(
        [*RUN, "--select", "versions-*", "--output", str(folder)], capture_output=True, check=False
    )
    assert load(folder).run.complete is True, former.stderr
    stopped(folder, signal.SIGKILL, 10)
    assert load(folder).run.complete is False
    assert not (folder / "report.html").exists()
