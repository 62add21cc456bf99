"""Commands: an eMSP asks a CPO for what there is not."""

from datetime import timedelta

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.commands.asking import RESPONSE, ask, at, undone
from ocpi_conformance.scenarios.commands.places import a_place
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.commands import REMOTE_START, UNLOCKS
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="commands", iut="CPO", side="RECEIVER", writes=True)

NOWHERE = "ocpi-conformance-nowhere"


def test_there_is_no_such_location(iut: Iut, emsp: Emsp, check: Check) -> None:
    """START_SESSION, RESERVE_NOW and UNLOCK_CONNECTOR name a Location that the CPO doesn't have."""
    token = emsp.add_token(type="APP_USER")
    soon = clock.stamp(clock.now() + timedelta(minutes=30))
    place = {"location_id": NOWHERE, "evse_uid": NOWHERE, "connector_id": "1"}
    reservation = {"reservation_id": emsp.samples.new_id("RES"), "expiry_date": soon}
    commands = {
        "START_SESSION": {"token": token, **place},
        "RESERVE_NOW": {"token": token, "location_id": NOWHERE, **reservation},
        "UNLOCK_CONNECTOR": place,
    }
    for name, body in commands.items():
        outcome = ask(iut, emsp, name, body)
        undone(check, "commands-unknown-location-refused", outcome)
        slug = "commands-unknown-location-code"
        if outcome.unsupported:
            check.not_applicable(slug, f"it answered {name} with NOT_SUPPORTED")
        elif not outcome.done:
            found = outcome.answer.status_code
            check(slug, expected=2003, found=found, evidence=outcome.answer)


def test_there_is_no_such_session_or_reservation(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Session and reservation are unknown; of what was refused no result comes."""
    mark = emsp.journal.mark()
    stopped = ask(iut, emsp, "STOP_SESSION", {"session_id": NOWHERE})
    undone(check, "commands-unknown-session-refused", stopped)
    legal = ("UNKNOWN_SESSION", "NOT_SUPPORTED")
    slug = "commands-unknown-session-said"
    if not stopped.accepted:
        check(slug, among=legal, found=stopped.said or stopped.answer, evidence=stopped.answer)
    cancelled = ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": NOWHERE})
    undone(check, "commands-unknown-reservation-refused", cancelled)
    for slug, outcome in (
        ("commands-stop-session-answered", stopped),
        ("commands-cancel-reservation-answered", cancelled),
    ):
        if outcome.said:
            check(slug, True, evidence=outcome.answer)

    refused = [one for one in (stopped, cancelled) if one.said and not one.accepted]
    slug = "commands-result-only-if-accepted"
    if not refused:
        check.inconclusive(slug, "it refused none of these commands at once")
        return
    urls = [one.answer.exchange.request.json["response_url"] for one in refused]
    result = iut.stays_quiet(since=mark, where=lambda found: any(at(found, url) for url in urls))
    check(slug, not result, expected="no CommandResult", found=result.exchange, evidence=result)


def test_there_is_no_such_evse(iut: Iut, emsp: Emsp, check: Check) -> None:
    """START_SESSION names an EVSE that the Location doesn't have."""
    place = a_place(iut, emsp, REMOTE_START)
    here = {"location_id": place["location_id"], "evse_uid": NOWHERE}
    lost = ask(iut, emsp, "START_SESSION", {"token": emsp.add_token(type="APP_USER"), **here})
    undone(check, "commands-unknown-evse-refused", lost)


def test_there_is_no_such_connector(iut: Iut, emsp: Emsp, check: Check) -> None:
    """UNLOCK_CONNECTOR names a Connector that there is, and one that the EVSE doesn't have."""
    place = a_place(iut, emsp, UNLOCKS)
    check.requires("connector_id" in place, "let the action plug-in tell the connector_id too")
    unlocked = ask(iut, emsp, "UNLOCK_CONNECTOR", place)
    slug = "commands-unlock-connector-answered"
    check(slug, bool(unlocked.said), expected=RESPONSE, found=unlocked.answer, evidence=unlocked.answer)
    stuck = ask(iut, emsp, "UNLOCK_CONNECTOR", {**place, "connector_id": NOWHERE})
    undone(check, "commands-unknown-connector-refused", stuck)
