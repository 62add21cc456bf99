"""What is kept while a run goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ocpi_conformance.conformance import checkpoints
from ocpi_conformance.conformance.checkpoints import Checkpoints
from ocpi_conformance.conformance.evidence import Evidence
from ocpi_conformance.conformance.redaction import Redaction
from ocpi_conformance.reports import load
from ocpi_conformance.reports.result import Result, Verdict
from ocpi_conformance.simulators.journal import Journal

from tests.reports.conftest import every_verdict


class Told:
    """A watcher that remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def started(self, total: int) -> None:
        self.heard.append(f"started {total}")

    def scenario(self, id: str, title: str) -> None:
        self.heard.append(f"scenario {id}")

    def finished(self, id: str, verdict: Verdict) -> None:
        self.heard.append(f"finished {id}")


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the clock that checkpoints look at."""
    now = [100.0]
    monkeypatch.setattr(checkpoints, "monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def a_watcher(told: Told, result: Callable[[], Result], folder: Path) -> Checkpoints:
    return Checkpoints(told, result, Evidence(Journal(), Redaction, folder), folder)


def test_the_watcher_hears_everything(tmp_path: Path):
    told = Told()
    watcher = a_watcher(told, every_verdict, tmp_path)
    watcher.started(1)
    watcher.scenario("a", "")
    watcher.finished("a", Verdict.PASS)
    assert told.heard == ["started 1", "scenario a", "finished a"]


def test_every_verdict_is_kept_when_it_is_due(tmp_path: Path, moments: Callable[[float], None]):
    """Not at once; then it can be loaded as any other; a costly one is made seldom."""
    made: list[Result] = []

    def result() -> Result:
        made.append(every_verdict())
        moments(0.5)
        return made[-1]

    watcher = a_watcher(Told(), result, tmp_path / "out")
    watcher.finished("a", Verdict.PASS)
    assert not made

    moments(1.1)
    watcher.finished("b", Verdict.PASS)
    assert load(tmp_path / "out").verdicts == made[0].verdicts

    moments(9.0)
    watcher.finished("c", Verdict.PASS)
    assert len(made) == 1
    moments(2.0)
    watcher.finished("d", Verdict.PASS)
    assert len(made) == 2


def test_what_can_not_be_written_does_not_end_the_run(tmp_path: Path, moments: Callable[[float], None]):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    watcher = a_watcher(Told(), every_verdict, tmp_path / "file")
    moments(2.0)
    watcher.finished("a", Verdict.PASS)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"
