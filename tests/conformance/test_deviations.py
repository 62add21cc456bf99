"""Deviations: what the baseline excuses, and what of it has to be looked at again."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from ocpi_conformance.conformance.deviations import Baseline, load
from ocpi_conformance.conformance.errors import UsageError
from ocpi_conformance.reports.result import Verdict, VerdictRow

TODAY = date(2026, 6, 1)


@dataclass(frozen=True)
class Named:
    """All of a requirement that a baseline looks at."""

    slug: str


CATALOGUE = cast(Any, [Named("paging-link"), Named("versions-list")])


def read(folder: Path, text: str) -> Baseline:
    path = folder / "baseline.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, CATALOGUE, today=TODAY)


def entry(requirement: str = "paging-link", expires: str = "2026-06-01", more: str = "") -> str:
    return (
        f'[[deviation]]\nrequirement = "{requirement}"\nreason = "ticket 4711"\nexpires = {expires}\n{more}\n'
    )


def row(verdict: Verdict, requirement: str = "paging-link", scenario: str = "a") -> VerdictRow:
    return VerdictRow(
        requirement=requirement,
        level="MUST",
        module="m",
        duty="d",
        scenario=scenario,
        check="c",
        verdict=verdict,
    )


def test_entry_excuses_until_its_day_is_over(tmp_path: Path):
    """The day of expiry still counts, the next one doesn't."""
    found = read(tmp_path, entry(expires="2026-06-01")).match("paging-link", "a")

    assert found is not None
    assert found.reason == "ticket 4711"
    assert read(tmp_path, entry(expires="2026-05-31")).match("paging-link", "a") is None


def test_scenario_narrows_an_entry(tmp_path: Path):
    """With a scenario only failures there are excused."""
    baseline = read(tmp_path, entry(more='scenario = "a"'))

    assert baseline.match("paging-link", "a")
    assert not baseline.match("paging-link", "b")
    assert not baseline.match("versions-list", "a")


def test_what_passes_now_is_stale(tmp_path: Path):
    """Passed and no longer failing: the entry has to go."""
    baseline = read(tmp_path, entry())

    assert baseline.stale([row(Verdict.PASS)]) == ("paging-link (passes now)",)


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.WARN])
def test_what_still_fails_somewhere_is_not_stale(tmp_path: Path, verdict: Verdict):
    """One failure is enough to keep the entry."""
    assert read(tmp_path, entry()).stale([row(Verdict.PASS), row(verdict, scenario="b")]) == ()


def test_what_was_not_judged_is_not_stale(tmp_path: Path):
    """A partial run says nothing about an entry."""
    assert (
        read(tmp_path, entry()).stale([row(Verdict.INCONCLUSIVE), row(Verdict.PASS, "versions-list")]) == ()
    )


def test_expired_entry_is_stale(tmp_path: Path):
    """It has to be renewed or removed, whatever it judges."""
    assert read(tmp_path, entry(expires="2026-01-31")).stale([]) == ("paging-link (expired on 2026-01-31)",)


@pytest.mark.parametrize(
    ("text", "named", "hint"),
    [
        (entry("paging-lnk"), "'paging-lnk'", "'paging-link'"),
        (entry(expires='"soon"'), "soon", "2027-01-31"),
        (entry(expires="12"), "12", "2027-01-31"),
        ('[[deviation]]\nrequirement = "paging-link"\nexpires = 2026-01-01', "reason", "requirement, reason"),
        (entry(more='scenaro = "x"'), "scenaro", "scenario"),
        ("[deviation]\nx = 1", "no list", "[[deviation]]"),
        ("[[deviations]]\nx = 1", "deviations", "[[deviation]]"),
        (entry().replace("ticket 4711", " "), "reason", "text"),
        (entry() + entry(), "twice", "one"),
    ],
)
def test_wrong_baseline_says_what_would_work(tmp_path: Path, text: str, named: str, hint: str):
    """An entry that excuses nothing by mistake would be worse than none."""
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)

    assert named in str(caught.value)
    assert hint in caught.value.hint


def test_missing_file_is_a_usage_error(tmp_path: Path):
    """The path is named."""
    with pytest.raises(UsageError, match="no such file"):
        load(tmp_path / "none.toml", CATALOGUE)
