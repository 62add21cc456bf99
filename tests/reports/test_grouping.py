"""Identical findings come together, requirements take the verdict of the record."""

from dataclasses import replace

from ocpi_conformance.reports import Result, Verdict
from ocpi_conformance.reports.grouping import counts, findings, informative, modules, requirements

from .conftest import a_row


def test_same_finding_is_counted_over_scenarios() -> None:
    rows = [a_row(Verdict.FAIL, scenario=name, exchanges=[name, "x1"], times=2) for name in ("a", "b", "a")]

    (finding,) = findings(rows)

    assert (finding.times, finding.scenarios, finding.exchanges) == (6, ["a", "b"], ["a", "x1", "b"])


def test_different_findings_stay_apart() -> None:
    rows = [a_row(Verdict.FAIL, found="1"), a_row(Verdict.FAIL, found="2"), a_row(Verdict.PASS)]

    assert [finding.times for finding in findings(rows)] == [1, 1, 1]


def test_listed_and_unlisted_failures_are_told_apart() -> None:
    listed, unlisted = findings([a_row(Verdict.FAIL, deviation="known"), a_row(Verdict.FAIL)])

    assert (listed.listed, unlisted.listed) == (True, False)


def test_every_requirement_is_there_once(result: Result) -> None:
    known = requirements(result)

    assert sorted(item.slug for item in known) == sorted({row.requirement for row in result.coverage})
    assert counts(item.verdict for item in known)[Verdict.FAIL] == 3
    assert {name: sum(numbers.values()) for name, numbers in modules(known).items()} == {
        "locations": 7,
        "tokens": 2,
    }


def test_what_is_not_scored_is_counted_apart(result: Result) -> None:
    known = requirements(result)

    assert informative(known) == "1 informative, not scored: 1 fail"
    assert informative([item for item in known if item.scored]) == ""


def test_requirement_without_coverage_takes_its_worst_row(result: Result) -> None:
    rows = [a_row(Verdict.PASS, requirement="r"), a_row(Verdict.FAIL, requirement="r")]

    (item,) = requirements(replace(result, verdicts=rows, coverage=[]))

    assert item.verdict is Verdict.FAIL
    assert [finding.row.verdict for finding in item.findings] == [Verdict.FAIL, Verdict.PASS]


def test_one_unlisted_failure_makes_a_requirement_unlisted(result: Result) -> None:
    rows = [a_row(Verdict.FAIL, requirement="r", deviation="known"), a_row(Verdict.FAIL, requirement="r")]

    (item,) = requirements(replace(result, verdicts=rows, coverage=[]))

    assert not item.listed
