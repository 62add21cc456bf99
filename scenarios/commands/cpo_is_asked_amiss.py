"""Commands: an eMSP asks a CPO for what there is not."""

from datetime import timedelta

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.commands.asking import Outcome, a_place, ask
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.commands import UNLOCKS
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="commands", iut="CPO", side="RECEIVER", writes=True)

NOWHERE = "ocpi-conformance-nowhere"
RESPONSE = "HTTP 200, 1000, CommandResponse"


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
        refuses(check, "commands-unknown-location-refused", outcome)
        slug = "commands-unknown-location-code"
        if outcome.unsupported:
            check.not_applicable(slug, f"it answered {name} with NOT_SUPPORTED")
        elif not outcome.accepted:
            found = outcome.answer.status_code
            check(slug, expected=2003, found=found, evidence=outcome.answer)


def test_there_is_no_such_evse_or_session(iut: Iut, emsp: Emsp, check: Check) -> None:
    """EVSE, Connector, Session and reservation are unknown; of what was refused no result comes."""
    place = a_place(iut, emsp, UNLOCKS)
    mark = emsp.journal.mark()
    token = emsp.add_token(type="APP_USER")
    here = {"location_id": place["location_id"]}

    lost = ask(iut, emsp, "START_SESSION", {"token": token, **here, "evse_uid": NOWHERE})
    refuses(check, "commands-unknown-evse-refused", lost)
    unlocked = ask(iut, emsp, "UNLOCK_CONNECTOR", {"connector_id": "1", **place})
    slug = "commands-unlock-connector-answered"
    check(slug, bool(unlocked.said), expected=RESPONSE, found=unlocked.answer, evidence=unlocked.answer)
    stuck = ask(iut, emsp, "UNLOCK_CONNECTOR", {**place, "connector_id": NOWHERE})
    refuses(check, "commands-unknown-connector-refused", stuck)
    stopped = ask(iut, emsp, "STOP_SESSION", {"session_id": NOWHERE})
    refuses(check, "commands-unknown-session-refused", stopped)
    if stopped.said:
        check("commands-stop-session-answered", True, evidence=stopped.answer)
    legal = ("UNKNOWN_SESSION", "NOT_SUPPORTED")
    slug = "commands-unknown-session-said"
    if not stopped.accepted:
        check(slug, among=legal, found=stopped.said or stopped.answer, evidence=stopped.answer)
    cancelled = ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": NOWHERE})
    slug = "commands-cancel-reservation-answered"
    check(slug, bool(cancelled.said), expected=RESPONSE, found=cancelled.answer, evidence=cancelled.answer)
    refuses(check, "commands-unknown-reservation-refused", cancelled)

    refused = [one for one in (lost, unlocked, stuck, stopped, cancelled) if one.said and not one.accepted]
    slug = "commands-result-only-if-accepted"
    if not refused:
        check.inconclusive(slug, "it refused none of these commands at once")
        return
    urls = [one.answer.exchange.request.json["response_url"] for one in refused]
    result = iut.stays_quiet(since=mark, where=lambda found: any(at(found, url) for url in urls))
    check(slug, not result, expected="no CommandResult", found=result.exchange, evidence=result)


def at(exchange: Exchange, url: str) -> bool:
    """Whether something was sent to this very URL."""
    return exchange.request.segments[-1:] == tuple(url.rsplit("/", 1)[1:])


def refuses(check: Check, slug: str, outcome: Outcome) -> None:
    """Neither the CPO nor the charge point may say that it did what can't be done."""
    if outcome.accepted and not outcome.reported:
        check.inconclusive(slug, f"{outcome}: raise patience_s", evidence=outcome.evidence)
        return
    found = str(outcome)
    if slug == "commands-unknown-location-refused":
        check(slug, not outcome.accepted, expected="any refusal", found=found, evidence=outcome.answer)
        return
    check(
        slug, not outcome.done, expected="a refusal, at once or after", found=found, evidence=outcome.evidence
    )
