"""junit.xml as a CI service reads it."""

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

from ocpi_conformance.reports import Result, Verdict, junit

from .conftest import HOSTILE, SECRET, a_row


def parsed(result: Result) -> ElementTree.Element:
    return ElementTree.fromstring(junit.render(result))


def outcomes(root: ElementTree.Element) -> dict[str, str]:
    """The kind of child that decides, for each test case by its name without the scenario."""
    kinds = ("failure", "error", "skipped")
    return {
        case.get("name", "").partition(" [")[0]: next(
            (kind for kind in kinds if case.find(kind) is not None), "passed"
        )
        for case in root.iter("testcase")
    }


def test_each_verdict_has_its_outcome(result: Result) -> None:
    assert outcomes(parsed(result)) == {
        "locations-duty-error": "error",
        "locations-duty-fail": "failure",
        "locations-duty-inconclusive": "error",
        "locations-duty-deselected": "skipped",
        "locations-duty-warn": "passed",
        "locations-duty-pass": "passed",
        "locations-duty-not-applicable": "skipped",
        "tokens-listed": "passed",
        "tokens-informative": "skipped",
        "tokens-unseen": "error",
    }


def test_counts_equal_the_children(result: Result) -> None:
    root = parsed(result)

    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["10", "1", "3", "3"]
    for element in (root, *root.findall("testsuite")):
        kinds = Counter(outcomes(element).values())
        assert element.get("tests") == str(kinds.total())
        assert element.get("failures") == str(kinds["failure"])
        assert element.get("errors") == str(kinds["error"])
        assert element.get("skipped") == str(kinds["skipped"])


def test_failure_tells_what_happened(result: Result) -> None:
    failure = parsed(result).find(".//failure")

    assert failure is not None
    assert failure.get("message") == "expected a whole number of at least 1, found no such header"
    assert failure.get("type") == "FAIL"
    for word in ("duty: ", "expected: ", "found: ", "exchanges: x1", "#transport_and_format_pagination"):
        assert word in (failure.text or "")


def test_case_is_named_by_requirement_and_scenario(result: Result) -> None:
    case = parsed(result).find(".//testcase")

    assert case is not None
    assert case.get("classname") == "locations"
    assert case.get("name") == "locations-duty-error [locations/cpo_serves::test_list]"


def test_listed_deviation_passes_and_says_so(result: Result) -> None:
    case = next(case for case in parsed(result).iter("testcase") if "tokens-listed" in case.get("name", ""))

    assert {p.get("name"): p.get("value") for p in case.iter("property")}["deviation"] == "fixed in May"
    assert "listed deviation: fixed in May" in (case.findtext("system-out") or "")


def test_rows_of_one_scenario_and_requirement_are_one_case(result: Result) -> None:
    rows = [
        a_row(Verdict.PASS, requirement="r"),
        a_row(Verdict.FAIL, requirement="r", deviation="known"),
        a_row(Verdict.FAIL, requirement="r", found="worse"),
        a_row(Verdict.PASS, requirement="r", scenario="other"),
    ]

    root = parsed(replace(result, verdicts=rows))

    assert root.get("tests") == "2"
    assert root.get("failures") == "1"
    assert "worse" in (root.findtext(".//failure") or "")


def test_one_suite_for_each_module(result: Result) -> None:
    rows = [a_row(Verdict.PASS, module=m, requirement=f"r{n}") for n, m in enumerate(["t", "l", "t"])]

    suites = parsed(replace(result, verdicts=rows)).findall("testsuite")

    assert [(suite.get("name"), suite.get("tests")) for suite in suites] == [("l", "1"), ("t", "2")]


def test_hostile_text_is_legal_xml_and_stays_text(hostile_result: Result) -> None:
    root = parsed(hostile_result)

    assert len(list(root.iter("testcase"))) == len(hostile_result.verdicts)
    assert not list(root.iter("script"))
    assert HOSTILE.partition("\x1b")[0] in (root.findtext(".//failure") or "")


def test_no_secret_is_in_the_file(result: Result) -> None:
    assert SECRET.encode() not in junit.render(result)
