"""Journeys: the eMSP is down while a driver charges. Once it is back it fetches what it has missed."""

from datetime import timedelta

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.outages import is_down
from ocpi_conformance.simulators.peculiar import peculiar
from ocpi_conformance.simulators.roles import Emsp

from .following import POSTED, PUSHED, comes_to, listed, same

pytestmark = applies_to(module="journeys", iut="CPO", side="SENDER", feature="push", writes=True)

AROUND = timedelta(minutes=5)


def test_what_was_missed_is_fetched(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Session goes on and ends, and is billed, while nothing reaches us; the lists have it all."""
    begun = clock.stamp(clock.now() - AROUND)
    iut.url("sessions", "SENDER")
    iut.act("push-session")
    started = iut.sends("PUT", endpoint="sessions.receiver.put").exchange
    check.requires(started and isinstance(started.request.json, dict), "no Session was PUT")
    assert started is not None
    session = started.request.json
    comes_to(iut, emsp, session, "ACTIVE")

    with peculiar(emsp, is_down):
        mark = emsp.journal.mark()
        for action in ("update-session", "complete-session", "push-cdr"):
            iut.tries(action, session_id=session["id"])
        lost = iut.sends(endpoint=PUSHED, since=mark)
        billed = iut.sends("POST", endpoint=POSTED, since=mark)
    check.requires(lost.seen, "it sent nothing of the Session while we were down")

    found = listed(iut, emsp, "sessions.sender.list", "Session", date_from=begun)
    now = next((each for each in found if same(each["id"], session["id"])), {})
    check(
        "journeys-missed-session-served",
        now.get("status") == "COMPLETED",
        expected=f"the Session {session['id']}, COMPLETED",
        found=now.get("status") or "not in the list",
        evidence=lost,
    )
    check.requires(billed.exchange and isinstance(billed.exchange.request.json, dict), "no CDR was POSTed")
    assert billed.exchange is not None
    sent = billed.exchange.request.json
    cdrs = listed(iut, emsp, "cdrs.sender.list", "CDR", date_from=begun)
    served = next((cdr for cdr in cdrs if same(cdr["id"], sent.get("id"))), None)
    changed = differences(iut.claim.ocpi_version, "CDR", sent, served)
    check(
        "journeys-missed-cdr-served",
        not changed,
        expected=f"the CDR {sent.get('id')}, as it was sent",
        found="; ".join(map(str, changed)) if served else "not in the list",
        evidence=billed,
    )
