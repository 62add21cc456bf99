"""summary.md as a CI job shows it."""

from dataclasses import replace

from markdown_it import MarkdownIt
from ocpi_conformance.reports import Result, Verdict, summary

from .conftest import HOSTILE, SECRET, a_row

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def test_headline_and_table_give_the_counts(result: Result) -> None:
    lines = summary.render(result).splitlines()

    assert lines[0] == "# ❌ Not conformant"
    assert (
        "| requirements | error | fail | inconclusive | deselected | warn | pass | not applicable | total |"
        in lines
    )
    assert "| **all** | **1** | **2** | **2** | **1** | **1** | **1** | **1** | **9** |" in lines
    assert "1 informative, not scored: 1 fail." in lines


def test_failures_are_shown_with_what_repeats_them(result: Result) -> None:
    text = summary.render(result)

    assert text.count("<details>") == 3  # the error, the failure, the informative failure; not the listed one
    assert 'curl -i -H "Authorization: Token $OCPI_TOKEN_BASE64"' in text
    assert SECRET not in text


def test_listed_deviations_have_their_own_part(result: Result) -> None:
    listed = summary.render(result).partition("## Listed deviations (1)")[2]

    assert "tokens&#45;listed: fixed in May" in listed


def test_hostile_text_is_neither_markup_nor_html(hostile_result: Result) -> None:
    page = MARKDOWN.render(summary.render(hostile_result))

    assert "<script" not in page
    assert "<img" not in page
    assert "\x1b" not in page


def test_fence_outlasts_the_backticks_of_a_body(result: Result) -> None:
    exchanges = [replace(exchange, request_body="\n```\n\n# big") for exchange in result.exchanges]

    page = MARKDOWN.render(summary.render(replace(result, exchanges=exchanges)))

    assert "<h1>big" not in page
    assert page.count("<details>") == 3


def test_size_is_bounded(result: Result) -> None:
    rows = [a_row(Verdict.FAIL, requirement=f"r{n}", found=HOSTILE * 2000) for n in range(300)]
    rows += [
        a_row(Verdict.INCONCLUSIVE, requirement=f"i{n}", reason=f"reason {n} " * 200) for n in range(300)
    ]

    text = summary.render(replace(result, verdicts=rows, coverage=[]))

    assert len(text.encode()) < 512 * 1024
    assert "270 more are in the report" in text


def test_each_profile_has_its_own_verdict(result: Result) -> None:
    assert "| core: Core | **FAIL** | 1 fail, 1 pass |" in summary.render(result).splitlines()
