"""demo: the run with two flaws. The run itself is shown elsewhere."""

from typing import Any

import pytest
from ocpi_conformance.conformance import cli, flaws, running
from ocpi_conformance.conformance.commands.demo import ROLE, pick


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Runs that end at once; the last element of what is kept is the exit code."""
    kept: list[Any] = [1]

    def run(settings: Any) -> int:
        kept.insert(0, settings)
        return kept[-1]

    monkeypatch.setattr(running, "run", run)
    return kept


def test_two_flaws_of_the_embedded_party_are_shown(ended: list[Any], capsys: pytest.CaptureFixture[str]):
    """Not conformant is what the demo wants, so it exits 0 and says where the report is."""
    assert cli.main(["demo", "--no-open", "--output", "shown"]) == 0

    assert len(ended[0].flaw) == 2
    assert set(ended[0].flaw) <= set(flaws.known(role=ROLE))
    assert ended[0].embedded
    assert "shown/report.html" in capsys.readouterr().out


def test_demo_that_finds_nothing_fails(ended: list[Any], capsys: pytest.CaptureFixture[str]):
    """A flaw that isn't found is the suite's own error."""
    ended[-1] = 0

    assert cli.main(["demo", "--no-open"]) == 3
    assert pick()[0] in capsys.readouterr().err


def test_other_ends_are_passed_on(ended: list[Any]):
    """Interrupted stays interrupted."""
    ended[-1] = 2

    assert cli.main(["demo", "--no-open"]) == 2


def test_what_nothing_forbids_is_no_demo(ended: list[Any], capsys: pytest.CaptureFixture[str]):
    """There would be nothing to find; beside a flaw that is one it may misbehave so."""
    assert cli.main(["demo", "--no-open", "--flaw", "slow:seconds=0.1"]) == 4
    assert "slow:seconds=0.1: nothing scored forbids that" in capsys.readouterr().err
    assert cli.main(["demo", "--no-open", "--flaw", "slow:seconds=0.1", "--flaw", "no-link"]) == 0
    assert ended[0].flaw == ("slow:seconds=0.1", "no-link")
