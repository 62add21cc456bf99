"""Journeys: the eMSP is down while a driver charges. Once it is back it fetches what it has missed."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.outages import is_down
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.peculiar import peculiar
from ocpi_conformance.simulators.roles import Emsp

from .following import PAGES, POSTED, PUSHED, a_new_session, comes_to, same

pytestmark = applies_to(module="journeys", iut="CPO", side="SENDER", feature="push", writes=True)

AROUND = timedelta(minutes=5)

Object = dict[str, Any]


def test_what_was_missed_is_fetched(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Session goes on and ends, and is billed, while nothing reaches us; the lists have it all."""
    iut.url("sessions", "SENDER")
    session = a_new_session(iut)
    begun = clock.parse(session["last_updated"]) or clock.now()  # by the clock of the IUT
    comes_to(iut, emsp, session, "ACTIVE")

    with peculiar(emsp, is_down):
        mark = emsp.journal.mark()
        for action in ("update-session", "complete-session", "push-cdr"):
            iut.tries(action, session_id=session["id"])
        lost = iut.sends(
            endpoint=PUSHED,
            where=lambda found: same(found.request.segments[-1], session["id"]),
            since=mark,
        )
        billed = iut.sends(
            "POST", endpoint=POSTED, where=lambda found: _of(found.request.json, session), since=mark
        )
    check.requires(lost.seen, "it sent nothing of the Session while we were down")

    since = clock.stamp(begun - AROUND)
    now, pages = _missed(iut, emsp, check, "sessions", session["id"], since)
    check(
        "journeys-missed-session-served",
        now.get("status") == "COMPLETED",
        expected=f"the Session {session['id']}, COMPLETED",
        found=now.get("status") or "not in the list",
        evidence=[lost, *pages],
    )
    check.applies(iut.connection.url("cdrs", "SENDER"), "it serves no list of CDRs")
    check.requires(billed.exchange, "no CDR of the Session was POSTed")
    assert billed.exchange is not None
    sent = billed.exchange.request.json
    served, pages = _missed(iut, emsp, check, "cdrs", str(sent.get("id")), since)
    changed = differences(iut.claim.ocpi_version, "CDR", sent, served, besides=("last_updated",))
    check(
        "journeys-missed-cdr-served",
        not changed,
        expected=f"the CDR {sent.get('id')}, as it was sent",
        found="; ".join(map(str, changed)) if served else "not in the list",
        evidence=[billed, *pages],
    )


def _of(cdr: Any, session: Object) -> bool:
    return isinstance(cdr, dict) and same(cdr.get("session_id"), session["id"])


def _missed(
    iut: Iut, emsp: Emsp, check: Check, module: str, identifier: str, since: str
) -> tuple[Object, list[Answer]]:
    """What a list has under an id, empty where that is nothing, and its pages. Raises Stop where it can't be read."""
    pages = list(
        crawl(emsp, iut.connection, f"{module}.sender.list", params={"date_from": since}, pages=PAGES)
    )
    read = all(page.accepted and isinstance(page.data, list) for page in pages)
    check.requires(read, f"the list of {module} can't be read: {pages[-1]}")
    items = [item for page in pages for item in page.items if isinstance(item, dict)]
    found: Object = next((item for item in items if same(item.get("id"), identifier)), {})
    check.requires(found or len(pages) < PAGES, f"the list of {module} is too long to be read to the end")
    return found, pages
