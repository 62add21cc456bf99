"""Paging: which objects a list gives for a window of time."""

from datetime import UTC, datetime
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.pages import IutList, Key, a_list, following, keys
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Request
from ocpi_conformance.simulators.party import Party

pytestmark = applies_to(module="paging")

AS_DUE = "the filters aren't applied as is due"
FORMS = ("{}Z", "{}", "{}.0Z", "{}.000")
"""The ways to write a whole second (`types.asciidoc#types_datetime_type`)."""


def test_windows_choose_by_last_updated(iut: Iut, peer: Party, check: Check) -> None:
    """From the moment of one object on, up to it, and between two: each gives the objects of that time."""
    found, items = a_list(iut, peer)
    moments = moments_of(items)
    check.requires(len(moments) == len(items), "not every object has a last_updated")
    times = sorted(set(moments.values()))
    check.requires(len(times) >= 3, "needs objects of three different last_updated")
    written = {clock.parse(str(item["last_updated"])): str(item["last_updated"]) for item in items}
    pivot = times[1]

    later = read(found, check, date_from=written[pivot])
    there = [key for page in later for key in keys(page.items)]
    older = [key for key in there if moments.get(key, pivot) < pivot]
    came = [key for key in keys(items) if moments[key] == pivot]
    applied = check(
        "paging-date-from-applied",
        not older,
        expected=f"none before {written[pivot]}",
        found=older,
        evidence=later,
    )
    included = check(
        "paging-date-from-inclusive", set(came) <= set(there), expected=came, found=there, evidence=later
    )

    earlier = read(found, check, date_to=written[pivot])
    there = [key for page in earlier for key in keys(page.items)]
    younger = [key for key in there if moments.get(key, pivot) > pivot]
    at = [key for key in there if moments.get(key) == pivot]
    ended = check(
        "paging-date-to-applied",
        not younger,
        expected=f"none after {written[pivot]}",
        found=younger,
        evidence=earlier,
    )
    check.requires(applied and included and ended, AS_DUE)
    excluded = check(
        "paging-date-to-exclusive", not at, expected=f"none of {written[pivot]}", found=at, evidence=earlier
    )
    check.requires(excluded, AS_DUE)

    for pages, matches in ((later, lambda moment: moment >= pivot), (earlier, lambda moment: moment < pivot)):
        number = sum(matches(moment) for moment in moments.values())
        count = pages[0].header("X-Total-Count")
        if count is not None:
            check("paging-total-count-filtered", expected=str(number), found=count, evidence=pages[0])
    filters_kept(found, check, moments, (times[1], times[-1]), written)


def filters_kept(
    found: IutList,
    check: Check,
    moments: dict[Key, datetime],
    window: tuple[datetime, datetime],
    written: dict[datetime | None, str],
) -> None:
    """The Link of a page repeats both filters, or leads through exactly the objects that match."""
    low, high = window
    start, end = written[low], written[high]
    first = found.get(date_from=start, date_to=end, limit=1)
    check.requires(first.accepted and following(first), "there is no Link to look at")
    query = Request(method="GET", url=following(first) or "", headers=(), body=b"").query
    kept = all(
        clock.parse(query.get(name, "")) == clock.parse(value)
        for name, value in (("date_from", start), ("date_to", end))
    )
    pages = [first]
    if not kept:
        pages = found.crawl(first, most=len(moments) + 2)
        check.requires(pages[-1].accepted, f"a Link led to {pages[-1]}")
        wanted = [key for key, moment in moments.items() if low <= moment < high]
        kept = sorted(wanted) == sorted(key for page in pages for key in keys(page.items))
    check(
        "paging-link-keeps-filters",
        kept,
        expected="date_from and date_to in the Link",
        found=first.header("Link"),
        evidence=pages,
    )


def test_moments_may_be_written_in_every_form(iut: Iut, peer: Party, check: Check) -> None:
    """The same second with and without Z and fraction gives the same objects."""
    found, items = a_list(iut, peer)
    times = sorted(moment for item in items if (moment := clock.parse(str(item.get("last_updated")))))
    check.requires(times, "no object has a last_updated")
    second = times[len(times) // 2].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    usual = found.get(date_from=FORMS[0].format(second))
    check.requires(usual.accepted, f"date_from isn't understood at all: {usual}")
    for form in FORMS[1:]:
        answer = found.get(date_from=form.format(second))
        check(
            "paging-date-forms-accepted",
            answer.accepted and keys(answer.items) == keys(usual.items),
            expected=f"as for {FORMS[0].format(second)}",
            found=f"{answer} for {form.format(second)}",
            evidence=(usual, answer),
        )


def moments_of(items: list[Any]) -> dict[Key, datetime]:
    """When each object was last updated, as far as it says so."""
    read = {
        key: clock.parse(str(item.get("last_updated"))) for key, item in zip(keys(items), items, strict=True)
    }
    return {key: moment for key, moment in read.items() if moment is not None}


def read(found: IutList, check: Check, **window: str) -> list[Answer]:
    """All pages of a window."""
    pages = found.crawl(**window)
    check.requires(pages[-1].accepted, f"{window} was answered with {pages[-1]}")
    return pages
