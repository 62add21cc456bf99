"""Adversity: we can't take what the IUT pushes. It doesn't keep it to send it again, and tells us the next thing."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.adversity.repeating import repeats
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.mishaps import LATE_S, MISHAPS, RETRY_AFTER_S, at, is_late
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.peculiar import peculiar

pytestmark = applies_to(module="adversity", feature="push")

PUSH = {"CPO": ("push-location", "locations"), "EMSP": ("push-token", "tokens")}
PUT = {"CPO": "locations.receiver.put_location", "EMSP": "tokens.receiver.put"}
CHANGE = {"CPO": "push-evse-status", "EMSP": "invalidate-token"}
AFTER = {
    "server-error": "adversity-push-after-server-error",
    "unauthorized": "adversity-push-after-unauthorized",
    "html": "adversity-push-after-html",
    "truncated": "adversity-push-after-truncated-json",
    "wrong-json": "adversity-push-after-wrong-json",
    "cut": "adversity-push-after-cut",
}
FAILED = ("server-error", "unauthorized", "cut")
"""What leaves no doubt that a push has failed, or that nobody knows."""
NOT_KEPT = "adversity-failed-push-not-kept"
SERVED = "adversity-failed-push-served"
UP = "adversity-up-after-failed-pushes"
PAGES = 50


def test_pushes_go_on_after_failures(iut: Iut, peer: Party, check: Check) -> None:
    """A push fails in one way after another; then we are well again, and something new happens."""
    assert iut.connection.registered
    for name, slug in AFTER.items():
        mark = peer.journal.mark()
        with peculiar(peer, at(PUT[iut.role], MISHAPS[name])):
            failed = _pushed(iut, mark)
        if failed.exchange is None:
            check.inconclusive(slug, f"no PUT came after {PUSH[iut.role][0]}")
            continue
        back = peer.journal.mark()
        fresh = _pushed(iut, back)
        check(slug, fresh.seen, expected="the next PUT", found=fresh.exchange, evidence=[failed, fresh])
        answer = iut.probes[0].send(peer, to=iut.connection)
        check(UP, answer.accepted, expected="an answer as ever", found=answer, evidence=answer, check=name)
        if name in FAILED:
            _not_kept(iut, check, failed.exchange, back, name)
            _served(iut, peer, check, failed.exchange, fresh, name)


def test_pushes_wait_where_they_come_too_often(iut: Iut, peer: Party, check: Check) -> None:
    """The IUT is told to stay away for a second."""
    assert iut.connection.registered
    mark = peer.journal.mark()
    with peculiar(peer, at(PUT[iut.role], MISHAPS["too-many-requests"])):
        failed = _pushed(iut, mark)
        check.requires(failed.exchange, f"no PUT came after {PUSH[iut.role][0]}")
        assert failed.exchange is not None
        first = failed.exchange
        again = iut.sends(where=lambda found: repeats(found, first), since=mark, within=RETRY_AFTER_S)
    check(
        "adversity-push-heeds-retry-after",
        not again.seen,
        expected=f"not again within {RETRY_AFTER_S} s",
        found=again.exchange,
        evidence=[failed, again],
    )
    fresh = _pushed(iut, peer.journal.mark())
    check(
        "adversity-push-after-too-many-requests",
        fresh.seen,
        expected="the next PUT, when that time is over",
        found=fresh.exchange,
        evidence=[failed, fresh],
    )


def test_slow_answers_to_pushes_are_waited_for(iut: Iut, peer: Party, check: Check) -> None:
    """We take our time for the answer to a push."""
    assert iut.connection.registered
    mark = peer.journal.mark()
    with peculiar(peer, at(PUT[iut.role], is_late)):
        slow = _pushed(iut, mark)
        check.requires(slow.exchange, f"no PUT came after {PUSH[iut.role][0]}")
        assert slow.exchange is not None
        first = slow.exchange
        again = iut.stays_quiet(where=lambda found: repeats(found, first), since=mark)
    check(
        "adversity-slow-push-sent-once",
        not again.seen,
        expected=f"one PUT, although it takes {LATE_S} s",
        found=again.exchange,
        evidence=[slow, again],
    )


@applies_to(module="adversity", feature="patch")
def test_failed_changes_are_looked_into(iut: Iut, peer: Party, check: Check) -> None:
    """A PATCH fails on our side, although we have the object: the IUT finds out what we have."""
    assert iut.connection.registered
    module = PUSH[iut.role][1]
    with peculiar(peer, at(f"{module}.receiver.patch*", MISHAPS["server-error"])):
        iut.tries(CHANGE[iut.role])
        patch = iut.sends("PATCH", endpoint=f"{module}.receiver.*")
        check.requires(patch.exchange, f"no PATCH came after {CHANGE[iut.role]}")
        assert patch.exchange is not None
        failed = patch.exchange
        looked = iut.sends(
            where=lambda found: (
                found.id > failed.id
                and found.request.method in ("GET", "PUT")
                and _object(found) == _object(failed)
            )
        )
    check(
        "adversity-failed-patch-looked-into",
        looked.seen,
        expected="a GET of what we have, or a PUT of the whole",
        found="neither" if not looked else looked.exchange,
        evidence=[patch, looked],
    )


def _pushed(iut: Iut, mark: int) -> Sighting:
    """What comes when something new happens at the IUT."""
    iut.tries(PUSH[iut.role][0])
    return iut.sends("PUT", endpoint=PUT[iut.role], since=mark)


def _not_kept(iut: Iut, check: Check, failed: Exchange, back: int, name: str) -> None:
    """Once we are back, the next thing is told, and not that which failed."""
    new = iut.stays_quiet(
        "PUT",
        endpoint=PUT[iut.role],
        where=lambda found: found.request.path != failed.request.path,
        since=back,
    )
    if not new:
        check.inconclusive(NOT_KEPT, f"{PUSH[iut.role][0]} brings nothing new, or the same object every time")
        return
    again = iut.stays_quiet(where=lambda found: repeats(found, failed), since=back)
    check(
        NOT_KEPT,
        not again.seen,
        expected="what failed isn't sent again",
        found=again.exchange,
        evidence=(failed, again),
        check=name,
    )


def _served(iut: Iut, peer: Party, check: Check, failed: Exchange, fresh: Sighting, name: str) -> None:
    """What could not be pushed is in the list that we can get."""
    module = PUSH[iut.role][1]
    if not iut.connection.url(module, "SENDER"):
        check.not_applicable(SERVED, f"it serves no list of {module}")
        return
    body, taken = _body(failed), _body(fresh.exchange)
    moments = [moment for one in (body, taken) if isinstance(moment := one.get("last_updated"), str)]
    params = {"date_from": min(moments)} if len(moments) == 2 else {}
    pages = list(crawl(peer, iut.connection, f"{module}.sender.list", params=params, pages=PAGES))
    items = [item for page in pages for item in page.items if isinstance(item, dict)]
    served = {str(item.get("uid") or item.get("id")).casefold() for item in items}
    identifier = str(body.get("uid") or body.get("id"))
    found = identifier.casefold() in served
    if not found and str(taken.get("uid") or taken.get("id")).casefold() not in served:
        check.inconclusive(SERVED, f"its list of {module} doesn't have what it pushes, even where we take it")
        return
    if not found and not (all(page.accepted for page in pages) and len(pages) < PAGES):
        check.inconclusive(SERVED, f"the list of {module} can't be read to its end: {pages[-1]}")
        return
    check(
        SERVED,
        found,
        expected=f"{identifier}, although its PUT failed",
        found=f"{len(pages)} pages without it",
        evidence=[failed, *pages],
        check=name,
    )


def _body(exchange: Exchange | None) -> dict[str, Any]:
    body = exchange.request.json if exchange else None
    return body if isinstance(body, dict) else {}


def _object(exchange: Exchange) -> tuple[str, ...]:
    """Owner and id in the URL of a receiver, whatever part of the object is meant."""
    segments = exchange.request.segments
    return segments[segments.index("receiver") :][:5] if "receiver" in segments else ()
