"""What a terminal shows, at eighty columns and without colour."""

import io
import re
from dataclasses import replace

import pytest
from ocpi_conformance.reports import ProfileRow, Result, Verdict
from ocpi_conformance.reports.console import print_result
from rich.console import Console

from .conftest import SECRET, a_row


def printed(result: Result, *, width: int = 80, terminal: bool = False, report: str = "") -> str:
    out = io.StringIO()
    print_result(result, Console(file=out, width=width, force_terminal=terminal), report=report)
    return out.getvalue()


def test_failure_tells_duty_expected_found_evidence_and_how_to_repeat(result: Result) -> None:
    text = printed(result)

    block = text[text.index(" FAIL  locations-duty-fail  MUST") :].partition("\n\n")[0]
    assert re.sub(r" +", " ", block).splitlines()[1:] == [
        " duty A page of locations carries the header X-Limit.",
        " expected a whole number of at least 1",
        " found no such header",
        f" text {result.verdicts[1].url}",
        " scenario locations/cpo_serves::test_list",
        " evidence x1 GET https://cpo.example/ocpi/2.2.1/locations?offset=1&limit=10 → 200",
        " repeat",
        " curl -i \\",
        ' -H "Authorization: Token $OCPI_TOKEN_BASE64" \\',
        " -H 'X-Request-ID: r-1' \\",
        " 'https://cpo.example/ocpi/2.2.1/locations?offset=1&limit=10'",
    ]


def test_order_is_failures_then_open_ends_then_table_then_statement(result: Result) -> None:
    text = printed(result, report="out/report.html")

    marks = [
        " ERROR ",
        " FAIL ",
        "listed deviations",
        "\nINCONCLUSIVE",
        "\nDESELECTED",
        "\nWARN",
        "\nrequirements",
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert text.endswith("NOT CONFORMANT  1 duty is not met\nout/report.html\n")


def test_table_counts_requirements(result: Result) -> None:
    line = next(line for line in printed(result).splitlines() if line.startswith("all "))

    assert line.split() == ["all", "1", "2", "2", "1", "1", "1", "1", "9"]


def test_informative_requirements_are_counted_apart(result: Result) -> None:
    """Below the table, with the edition that decides what is scored."""
    assert "scored by the edition 2.2.1/2026.1; 1 informative, not scored: 1 fail" in printed(result)


def test_only_what_must_be_copied_whole_is_wider_than_the_console(result: Result) -> None:
    long = "a rather long explanation " * 12
    rows = [replace(row, duty=long, found=long, reason=long) for row in result.verdicts]

    wide = [line for line in printed(replace(result, verdicts=rows)).splitlines() if len(line) > 80]

    assert all("https://" in line for line in wide)


def test_identical_findings_are_one_block_with_a_count(result: Result) -> None:
    rows = [a_row(Verdict.FAIL, scenario=f"s{number}") for number in range(40)]

    text = printed(replace(result, verdicts=rows))

    assert text.count("locations-duty-fail  MUST") == 1
    assert "×40" in text
    assert "and 37 more" in text


def test_findings_of_one_requirement_are_one_block(result: Result) -> None:
    rows = [a_row(Verdict.FAIL, check=f"place.{number}", found=f"found {number}") for number in range(9)]

    text = printed(replace(result, verdicts=rows))

    assert text.count("locations-duty-fail  MUST") == 1
    assert "also      place.1: found found 1" in text
    assert "and 5 more, which the report has" in text


def test_reasons_bring_inconclusive_requirements_together(result: Result) -> None:
    rows = [a_row(Verdict.INCONCLUSIVE, requirement=f"r{number}", reason="no trigger") for number in range(9)]

    text = printed(replace(result, verdicts=rows))

    assert text.count("no trigger") == 1
    assert "INCONCLUSIVE  9" in text
    assert "r0, r1, r2 and 6 more" in text


def test_many_failures_are_shown_in_short_after_a_while(result: Result) -> None:
    rows = [a_row(Verdict.FAIL, requirement=f"r{number}") for number in range(60)]

    text = printed(replace(result, verdicts=rows))

    assert text.count("\n  duty ") == 25
    assert text.count(" FAIL  r") == 60
    assert "The last 35 are shown in short" in text


@pytest.mark.parametrize("terminal", [False, True])
def test_hostile_text_neither_steers_nor_styles(hostile_result: Result, terminal: bool) -> None:
    rows = [replace(row, found="[bold]x[/]" + row.found) for row in hostile_result.verdicts]

    text = printed(replace(hostile_result, verdicts=rows), terminal=terminal)

    assert "[bold]x[/]" in text
    assert "\\x1b[31m" in text
    assert "\u202e" not in text
    assert ("\x1b" in text) is terminal


def test_no_secret_is_printed(result: Result) -> None:
    assert SECRET not in printed(result)


def test_notes_are_told_before_the_statement(result: Result) -> None:
    run = replace(result.run, complete=False, insecure=True, notes=["the trigger was slow"])

    lines = printed(replace(result, run=run)).splitlines()[-4:]

    assert [line[:5] for line in lines] == ["note:", "note:", "note:", "NOT C"]


def test_result_without_anything_still_has_a_statement(result: Result) -> None:
    empty = replace(result, verdicts=[], coverage=[], scenarios=[], profiles=[], exchanges=[])

    assert printed(empty) == "NOT CONFORMANT  1 duty is not met\n"


def test_each_profile_has_its_own_verdict(result: Result) -> None:
    """With the numbers behind it, but not with what doesn't apply."""
    profiles = [
        ProfileRow(name="core", title="Core", verdict=Verdict.PASS, counts={"PASS": 3, "NOT_APPLICABLE": 2}),
        ProfileRow(
            name="cpo-tokens-receiver", title="T", verdict=Verdict.FAIL, counts={"PASS": 1, "FAIL": 2}
        ),
    ]

    lines = [" ".join(line.split()) for line in printed(replace(result, profiles=profiles)).splitlines()]

    assert "core PASS 3 pass" in lines
    assert "cpo-tokens-receiver FAIL 2 fail, 1 pass" in lines
