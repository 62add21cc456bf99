"""The exchanges of a run, kept while it goes on."""

from pathlib import Path

import pytest
from ocpi_conformance.conformance.evidence import Evidence
from ocpi_conformance.conformance.redaction import Redaction
from ocpi_conformance.reports import load
from ocpi_conformance.reports.folder import write_all
from ocpi_conformance.simulators.journal import Journal

from tests.reports.conftest import every_verdict
from tests.simulators.test_journal import an_exchange


def test_each_exchange_is_written_once(tmp_path: Path):
    journal = Journal()
    evidence = Evidence(journal, Redaction, tmp_path / "out")
    evidence.begin()
    assert load(tmp_path / "out").exchanges == []
    for paths in (["/1", "/2"], [], ["/3"]):
        for path in paths:
            journal.record(an_exchange(path=path))
        evidence.keep()
    assert [kept.url for kept in load(tmp_path / "out").exchanges] == [
        f"http://x.test/{n}" for n in (1, 2, 3)
    ]


def test_what_a_secret_was_learnt_of_is_not_written(tmp_path: Path):
    journal, secrets = Journal(), []
    evidence = Evidence(journal, lambda: Redaction(secrets), tmp_path)
    evidence.begin()
    secrets.append("the-token-C")
    journal.record(an_exchange(path="/?token=the-token-C", body=b"the-token-C"))
    evidence.keep()
    assert "the-token-C" not in (tmp_path / "exchanges.ndjson").read_text(encoding="utf-8")


def test_nothing_of_an_earlier_run_is_left(tmp_path: Path):
    """A run that is killed at once must not look like the last one, which was complete."""
    write_all(every_verdict(), tmp_path)
    (tmp_path / "notes.txt").write_text("the user's", encoding="utf-8")
    Evidence(Journal(), Redaction, tmp_path).begin()
    assert {path.name for path in tmp_path.iterdir()} == {"exchanges.ndjson", "notes.txt"}
    assert load(tmp_path).run.complete is False


def test_a_folder_that_can_not_be_written_to_does_not_end_the_run(tmp_path: Path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    journal = Journal()
    evidence = Evidence(journal, Redaction, tmp_path / "file")
    evidence.begin()
    journal.record(an_exchange())
    evidence.keep()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


@pytest.mark.parametrize("limit", [5, 1000])
def test_what_was_forgotten_meanwhile_is_passed_over(tmp_path: Path, limit: int):
    journal = Journal(limit=limit)
    evidence = Evidence(journal, Redaction, tmp_path)
    evidence.begin()
    for number in range(20):
        journal.record(an_exchange(path=f"/{number}"))
    evidence.keep()
    journal.record(an_exchange(path="/20"))
    evidence.keep()
    kept = [exchange.url.rpartition("/")[2] for exchange in load(tmp_path).exchanges]
    assert kept == [str(number) for number in range(15 if limit == 5 else 0, 21)]
