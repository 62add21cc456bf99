"""Commands: an eMSP has a CPO start and stop sessions, with Tokens that the CPO may not doubt."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.commands.asking import (
    RESPONSE,
    Outcome,
    ask,
    doubts,
    told_session,
    unasked,
    why,
)
from ocpi_conformance.scenarios.commands.places import a_place
from ocpi_conformance.simulators.commands import REMOTE_START
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="commands", iut="CPO", side="RECEIVER", writes=True)

OVER = ("COMPLETED", "INVALID")
QUERY = "?attempt=1&of=a%2Fb"


def test_a_session_is_started_and_stopped(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A driver starts by app at a free EVSE, with a Token that was never pushed, and stops again."""
    place = a_place(iut, emsp, REMOTE_START)
    token = emsp.add_token(type="APP_USER")
    reference = {"authorization_reference": emsp.samples.new_id("AUTH")}

    started = ask(iut, emsp, "START_SESSION", {"token": token, **place, **reference}, query=QUERY)

    slug = "commands-start-session-answered"
    check(slug, bool(started.said), expected=RESPONSE, found=started.answer, evidence=started.answer)
    check.applies(not started.unsupported, "it answered START_SESSION with NOT_SUPPORTED")
    if started.accepted:
        check("commands-start-unknown-token-taken", True, evidence=started.answer)
    else:
        emsp.push_token(iut.connection, token)
        again = ask(iut, emsp, "START_SESSION", {"token": token, **place, **reference})
        doubts(check, "commands-start-unknown-token-taken", started, again)
        started = again
    check.requires(started.accepted, why(started, "name an EVSE that can be started by the action plug-in"))
    posted(check, started)
    check.requires(started.done, why(started, "name an EVSE that can be started by the action plug-in"))
    check.applies(iut.claim.covers("sessions", "SENDER"), "it has no Sessions, so none can be stopped by id")
    session = told_session(iut, emsp, token, "ACTIVE")
    check.requires(session, "no Session of the Token was pushed or listed")
    assert session is not None
    unasked(iut, emsp, check, token, "commands-start-app-token-not-asked")

    stopped = ask(iut, emsp, "STOP_SESSION", {"session_id": session["id"]}, query=QUERY)

    slug = "commands-stop-session-answered"
    check(slug, bool(stopped.said), expected=RESPONSE, found=stopped.answer, evidence=stopped.answer)
    check.requires(stopped.done, why(stopped, "end the session by hand"))
    posted(check, stopped)
    session = told_session(iut, emsp, token, *OVER) or session
    slug = "commands-stop-ends-session"
    check(slug, among=OVER, found=session.get("status"), evidence=stopped.evidence)


def test_cards_are_not_doubted(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A card that was pushed as invalid has become valid since, and is started with before that is pushed."""
    place = a_place(iut, emsp, REMOTE_START)
    card = emsp.add_token(type="RFID", valid=False, whitelist="NEVER")
    check.requires(emsp.push_token(iut.connection, card).accepted, "a Token that was PUT was refused")
    valid = emsp.add_token({**card, "valid": True})

    started = ask(iut, emsp, "START_SESSION", {"token": valid, **place})

    check.applies(not started.unsupported, "it answered START_SESSION with NOT_SUPPORTED")
    if started.accepted:
        check("commands-start-token-not-checked", True, evidence=started.answer)
    else:
        other = emsp.add_token(type="RFID")
        emsp.push_token(iut.connection, other)
        again = ask(iut, emsp, "START_SESSION", {"token": other, **place})
        doubts(check, "commands-start-token-not-checked", started, again)
        started, valid = again, other
    check.requires(started.done, why(started, "name an EVSE that can be started by the action plug-in"))
    session = told_session(iut, emsp, valid, "ACTIVE")
    unasked(iut, emsp, check, valid, "commands-start-rfid-token-not-asked")
    if session is not None:
        ask(iut, emsp, "STOP_SESSION", {"session_id": session["id"]})


def test_the_charge_point_chooses_the_evse(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A driver starts at a Location, wherever there; that may be NOT_SUPPORTED."""
    place = a_place(iut, emsp, REMOTE_START)
    token = emsp.add_token(type="APP_USER")

    started = ask(iut, emsp, "START_SESSION", {"token": token, "location_id": place["location_id"]})

    slug = "commands-start-evse-optional"
    check(slug, bool(started.said), expected=RESPONSE, found=started.answer, evidence=started.answer)
    session = told_session(iut, emsp, token, "ACTIVE") if started.done else None
    if session is not None:
        ask(iut, emsp, "STOP_SESSION", {"session_id": session["id"]})


def posted(check: Check, outcome: Outcome) -> None:
    """A result is due once a command was accepted."""
    slug = "commands-result-posted"
    if outcome.result or outcome.overdue:
        expected = "a CommandResult within the stated timeout"
        check(slug, bool(outcome.result), expected=expected, found=outcome, evidence=outcome.evidence)
    else:
        check.inconclusive(slug, f"{outcome}: raise patience_s", evidence=outcome.evidence)
