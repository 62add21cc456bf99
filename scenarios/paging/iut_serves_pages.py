"""Paging: what a list gives for offset and limit, what its headers say, and where its Links lead."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.pages import a_list, following, keys, lists
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.party import Party

pytestmark = applies_to(module="paging")

HUGE = 1_000_000
REFUSED = (2000, 2001, 2002)
ELSEWHERE = (401, 403, 404, 410, 415, 500, 502, 503, 504)
"""What has other causes than missing parameters."""
CREATE = {"CPO": "push-location", "EMSP": "push-token"}
PAGES = 8
"""A crawl is made in about so many pages, so that a long list costs no more than a short one."""


def test_lists_need_no_parameters(iut: Iut, peer: Party, check: Check) -> None:
    """Each list is asked for without any parameter."""
    for found in lists(iut, peer):
        answer = found.get()
        if found.needs_date:
            continue
        if answer.http_status is None or answer.http_status in ELSEWHERE:
            check.inconclusive("paging-parameters-optional", f"{found.module}: {answer}", evidence=answer)
            continue
        check(
            "paging-parameters-optional",
            answer.http_status // 100 == 2 and answer.status_code not in REFUSED,
            expected="HTTP 200, status_code 1000",
            found=f"{found.module}: {answer}",
            evidence=answer,
        )


def test_offset_and_limit_cut_a_page(iut: Iut, peer: Party, check: Check) -> None:
    """Pages at several offsets and of several sizes hold the objects that the whole list has there."""
    found, items = a_list(iut, peer)
    ids, total = keys(items), len(items)

    one = found.get(offset=1, limit=1)
    two = found.get(offset=0, limit=2)
    for answer, limit in ((one, 1), (two, 2)):
        size = len(answer.items)
        check(
            "paging-limit-honoured",
            answer.accepted and size <= limit,
            expected=f"up to {limit}",
            found=f"{answer}, {size} objects",
            evidence=answer,
        )
        count = answer.header("X-Total-Count")
        if answer.accepted and count is not None:
            check("paging-total-count-all", expected=str(total), found=count, evidence=answer)
    check.requires(one.accepted and two.accepted, "offset and limit aren't accepted")
    far = found.get(offset=total // 2, limit=1)
    for answer, offset in ((one, 1), (far, total // 2)):
        first = keys(answer.items)[:1]
        check("paging-offset-honoured", expected=ids[offset : offset + 1], found=first, evidence=answer)
    own = int(two.header("X-Limit") or "0") if (two.header("X-Limit") or "0").isdigit() else 0
    full = min(2, own) if own else 2
    check("paging-page-full", len(two.items) >= full, expected=full, found=len(two.items), evidence=two)
    start = found.get()
    if start.accepted:
        first = keys(start.items)[:1]
        check("paging-offset-default-zero", expected=keys(two.items)[:1], found=first, evidence=start)
    else:
        check.inconclusive("paging-offset-default-zero", "not without parameters", evidence=start)

    huge = found.get(limit=HUGE)
    check("paging-large-limit-accepted", huge.accepted, expected="success", found=huge, evidence=huge)
    beyond = found.get(offset=total + 10, limit=2)
    check(
        "paging-offset-beyond-end",
        beyond.accepted and not beyond.data,
        expected="success and an empty list",
        found=f"{beyond}, {len(beyond.items)} objects",
        evidence=beyond,
    )
    last = found.get(offset=total - 1, limit=2)
    check.requires(len(last.items) == 1, "the page at the last offset doesn't hold one object")
    check(
        "paging-x-limit-upper",
        expected=two.header("X-Limit"),
        found=last.header("X-Limit"),
        evidence=(two, last),
    )
    check(
        "paging-link-absent-on-last",
        following(last) is None,
        expected="no Link to a next page",
        found=last.header("Link"),
        evidence=last,
    )


def test_links_lead_through_the_list(iut: Iut, peer: Party, check: Check) -> None:
    """The list is read page by page, twice the first, by nothing but the Links."""
    found, items = a_list(iut, peer)
    total, size = len(items), max(2, len(items) // PAGES)

    first = found.get(limit=size)
    again = found.get(limit=size)
    check(
        "paging-sequence-stable", expected=keys(first.items), found=keys(again.items), evidence=(first, again)
    )
    check.requires(0 < len(again.items) < total, "one page holds the whole list, so no Link is due")
    linked = following(again) is not None
    check(
        "paging-link-when-more",
        linked,
        expected="a Link to the next page",
        found=again.header("Link") or "no Link",
        evidence=again,
    )
    check.requires(linked, "there is no Link to follow")

    pages = found.crawl(again, most=total + 2)
    led = pages[-1].accepted
    ended = led and following(pages[-1]) is None
    check(
        "paging-crawl-ends",
        ended,
        expected=f"a page without Link after at most {total + 1} requests",
        found=f"a Link on page {len(pages)}" if led else f"a Link that led to {pages[-1]}",
        evidence=pages[-1],
    )
    check.requires(led, f"a Link led to {pages[-1]}")
    larger = [page for page in pages[1:] if len(page.items) > size]
    check(
        "paging-link-keeps-limit",
        not larger,
        expected=f"up to {size} objects on each page",
        found=len(larger[0].items) if larger else "",
        evidence=larger[:1] or pages[1],
    )
    check.requires(ended, "the crawl doesn't end")
    check.requires(same(found.whole(), items), "the list changed while it was read")
    each_once(check, "paging-crawl-each-once", items, pages)


@applies_to(module="paging", feature="push")
def test_a_crawl_lasts_while_the_list_grows(iut: Iut, peer: Party, check: Check) -> None:
    """Between two pages of a crawl the IUT is made to create an object."""
    found, items = a_list(iut, peer)
    check.applies(CREATE[iut.role].endswith(found.module.rstrip("s")), f"we can't have {found.module} made")
    first = found.get(limit=(len(items) + 1) // 2)
    check.requires(first.accepted and following(first), "there is no Link to follow")
    iut.act(CREATE[iut.role])
    pages = found.crawl(first, most=len(items) + 3)
    check.requires(pages[-1].accepted, f"a Link led to {pages[-1]}")
    check.requires(following(pages[-1]) is None, "the crawl doesn't end")
    grown = found.whole()
    check.requires(len(grown) > len(items), f"{CREATE[iut.role]} makes no new object")
    each_once(check, "paging-crawl-while-growing", items, pages, grown=grown)


def same(one: list[Any], other: list[Any]) -> bool:
    """Whether two lists hold the same objects, in whatever order."""
    return sorted(keys(one)) == sorted(keys(other))


def each_once(
    check: Check, slug: str, items: list[Any], pages: list[Answer], *, grown: list[Any] | None = None
) -> None:
    """Each object of the list came once; of those that are new since, none came twice."""
    came = [key for page in pages for key in keys(page.items)]
    wanted, legal = set(keys(items)), set(keys(grown or items))
    missing, twice = wanted - set(came), {key for key in came if came.count(key) > 1}
    strange = set(came) - legal
    told = [f"missing {' '.join(key)}" for key in missing] + [f"twice {' '.join(key)}" for key in twice]
    told += [f"unknown {' '.join(key)}" for key in strange]
    check(slug, not told, expected=f"{len(wanted)} objects, each once", found="; ".join(told), evidence=pages)
