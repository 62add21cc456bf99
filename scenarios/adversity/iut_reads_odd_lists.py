"""Adversity: among the objects of our lists some are wrong, and one list never ends."""

from collections.abc import Callable
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.adversity.pulling import List, News, lists, named
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.mishaps import at, circling, spoils
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.peculiar import peculiar

pytestmark = applies_to(module="adversity", feature="pull")

Object = dict[str, Any]
How = Callable[[List, Object], Any]

UNKNOWN = {"ocpi_conformance": {"since": 2027, "of": ["the", "future"]}}
ODD: dict[str, How] = {
    "adversity-list-with-missing-field-read": lambda of, item: {
        name: value for name, value in item.items() if name != of.required
    },
    "adversity-list-with-wrong-type-read": lambda of, item: {**item, "last_updated": 7},  # noqa: ARG005
    "adversity-list-with-unknown-value-read": lambda of, item: {**item, of.choice: "ON_THE_MOON"},
    "adversity-list-with-no-objects-read": lambda of, item: None,  # noqa: ARG005
}
SLUGS = (
    "adversity-list-with-missing-field-read",
    "adversity-list-with-wrong-type-read",
    "adversity-list-with-unknown-value-read",
    "adversity-list-with-no-objects-read",
)
UP = "adversity-up-after-odd-lists"
MOST_ROUNDS = 100
"""Who has asked for so many pages of a list that has a few goes round in a circle."""


def test_right_objects_are_taken_beside_wrong_ones(iut: Iut, peer: Party, check: Check) -> None:
    """Of three new objects the one in the middle is wrong, in one way after another."""
    for found in lists(iut, peer, check):
        for slug in SLUGS:
            _taken(iut, peer, check, found, slug)


def test_unknown_fields_are_looked_over(iut: Iut, peer: Party, check: Check) -> None:
    """An object has a field that no version of OCPI has."""
    found = lists(iut, peer, check)[0]
    news, mark = found.add(iut, peer), peer.journal.mark()
    with peculiar(peer, at(found.endpoint, _spoilt(news, lambda item: {**item, **UNKNOWN}))):
        iut.tries(found.action)
        copy = found.arrives(iut, peer, news, since=mark)
    check(
        "adversity-object-with-unknown-field-taken",
        named(copy),
        expected=f"{news.id}, without the field or with it",
        found=copy,
        evidence=copy,
    )


def test_pages_in_a_circle_are_left(iut: Iut, peer: Party, check: Check) -> None:
    """The last page of a list leads to its first."""
    found = lists(iut, peer, check)[0]
    mark = peer.journal.mark()
    with peculiar(peer, at(found.endpoint, circling(most=MOST_ROUNDS))):
        iut.tries(found.action)
        first = found.pulled(iut, peer, since=mark, where=lambda _: True)
        check.requires(first, f"no GET of {found.module} came after {found.action}")
        asked = _asked(iut, peer, found, mark)
    check(
        "adversity-circle-of-pages-left",
        len(asked) < MOST_ROUNDS,
        expected=f"fewer than {MOST_ROUNDS} requests for a list of a few pages",
        found=f"{len(asked)} requests",
        evidence=asked[:3],
    )


def _taken(iut: Iut, peer: Any, check: Check, found: List, slug: str) -> None:
    """What is before and behind a wrong object of a list gets to the IUT, which then still answers."""
    before, wrong, behind = (found.add(iut, peer) for _ in range(3))
    mark, struck = peer.journal.mark(), []

    def spoil(item: Object) -> Any:
        struck.append(item)
        return ODD[slug](found, item)

    with peculiar(peer, at(found.endpoint, _spoilt(wrong, spoil))):
        iut.tries(found.action)
        met = found.pulled(iut, peer, since=mark, where=lambda _: bool(struck))
        copies = [found.arrives(iut, peer, news, since=mark) for news in (before, behind)] if met else []
    if not met:
        check.inconclusive(slug, f"the page with the wrong object wasn't asked for after {found.action}")
    for copy in copies:
        check(
            slug,
            named(copy),
            expected="the objects beside the wrong one, and the pages behind it",
            found=copy if isinstance(copy, Answer) else copy.exchange or "no page behind it was asked for",
            evidence=[met, copy],
            check=found.module,
        )
    answer = iut.probes[0].send(peer, to=iut.connection)
    check(UP, answer.accepted, expected="an answer as ever", found=answer, evidence=answer, check=slug)


def _spoilt(news: News, how: Callable[[Object], Any]) -> Any:
    name = "uid" if "uid" in news.object else "id"
    return spoils(lambda item: item[name] == news.object[name], how)


def _asked(iut: Iut, peer: Party, found: List, mark: int) -> list[Exchange]:
    """The requests for pages, once no more come or there are too many."""
    while True:
        here = peer.journal.mark()
        asked = peer.journal.all(
            "GET", endpoint=found.endpoint, party=peer.name, direction="received", since=mark
        )
        if len(asked) >= MOST_ROUNDS or not iut.stays_quiet("GET", endpoint=found.endpoint, since=here):
            return asked
