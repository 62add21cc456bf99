"""Sessions: a CPO reserves and starts at the eMSP's command; the Sessions say by whom, and by what authorization."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.commands.asking import asks_about, at, is_of, result_of
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="sessions", iut="CPO", side="SENDER", writes=True)

LIST = "sessions.sender.list"
BY_COMMAND = ("COMMAND", "AUTH_REQUEST")
CHARGES = ("PENDING", "ACTIVE")
PLACE = ("location_id", "evse_uid")

Session = dict[str, Any]
Token = dict[str, Any]


def test_a_command_starts_a_session(iut: Iut, emsp: Emsp, check: Check) -> None:
    """START_SESSION with an authorization reference; the Session names it, and how the driver was authorized."""
    iut.url("commands", "RECEIVER")
    token, place = emsp.add_token(type="APP_USER"), plugged(iut)
    reference = emsp.samples.new_id("AUTH")
    mark = emsp.journal.mark()

    answer = emsp.start_session(iut.connection, token, **place, authorization_reference=reference)

    session, seen = comes_to(iut, emsp, token, CHARGES, since=mark)
    check.requires(session, f"no Session came of a START_SESSION that was answered: {told(answer)}")
    method = session.get("auth_method")
    check("sessions-auth-method-of-command", among=BY_COMMAND, found=method, evidence=[answer, *seen])
    if "authorization_reference" not in session:  # of a wrong one the judge of every exchange speaks
        check(
            "sessions-authorization-reference-kept",
            False,
            expected=reference,
            found="no authorization_reference",
            evidence=[answer, *seen],
        )
    stop(iut, emsp, session)


def test_a_reservation_becomes_a_session(iut: Iut, emsp: Emsp, check: Check) -> None:
    """RESERVE_NOW makes a Session; the driver comes and starts it, with another authorization reference."""
    token, place = emsp.add_token(type="APP_USER"), plugged(iut)
    reserved, session = reserves(iut, emsp, check, token, place)

    reference = emsp.samples.new_id("AUTH")
    mark = emsp.journal.mark()
    answer = emsp.start_session(iut.connection, token, **place, authorization_reference=reference)

    active, seen = comes_to(iut, emsp, token, ("ACTIVE",), since=mark)
    check.requires(active, f"no Session came to be ACTIVE after START_SESSION was answered: {told(answer)}")
    check(
        "sessions-reservation-becomes-active",
        str(active.get("id")).casefold() == str(session.get("id")).casefold(),
        expected=f"the Session {session.get('id')} of the reservation",
        found=active.get("id"),
        evidence=[reserved, answer, *seen],
    )
    named = active.get("authorization_reference")
    legal = [reference, *authorized(emsp, token, since=mark)]
    check(
        "sessions-authorization-reference-last",
        str(named).casefold() in (given.casefold() for given in legal),
        among=legal,
        found=named,
        evidence=[reserved, answer, *seen],
    )
    stop(iut, emsp, active)


def test_a_reservation_is_given_up(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A reservation is cancelled before anybody has charged."""
    token, place = emsp.add_token(type="APP_USER"), plugged(iut)
    reserved, session = reserves(iut, emsp, check, token, place)
    mark = emsp.journal.mark()

    answer = emsp.cancel_reservation(iut.connection, reserved.exchange.request.json["reservation_id"])

    over, seen = comes_to(iut, emsp, token, ("COMPLETED", "INVALID"), since=mark)
    url = str(answer.exchange.request.json["response_url"])
    done = iut.sends("POST", where=lambda call: at(call, url) and result_of(call) == "ACCEPTED", since=mark)
    check.requires(over or done, f"the reservation could not be given up: {told(answer)}")
    check(
        "sessions-unused-reservation-completed",
        over.get("status") == "COMPLETED",
        expected="COMPLETED",
        found=over.get("status") or f"{session.get('status')} still, {told(answer)}",
        evidence=[reserved, answer, *seen],
    )


def reserves(
    iut: Iut, emsp: Emsp, check: Check, token: Token, place: dict[str, str]
) -> tuple[Answer, Session]:
    """Have an EVSE reserved: the answer, and the Session that is made of it."""
    mark = emsp.journal.mark()
    answer = emsp.reserve_now(
        iut.connection,
        token,
        **{name: place[name] for name in PLACE},
        reservation_id=emsp.samples.new_id("RES"),
        expiry_date=clock.stamp(clock.now() + timedelta(minutes=30)),
        authorization_reference=emsp.samples.new_id("AUTH"),
    )
    check.requires(told(answer) == "ACCEPTED", f"RESERVE_NOW was not accepted: {told(answer)}")
    url = str(answer.exchange.request.json["response_url"])
    outcome = iut.sends("POST", where=lambda call: at(call, url), since=mark)
    result = result_of(outcome.exchange) if outcome.exchange else "no CommandResult"
    check.requires(result == "ACCEPTED", f"the reservation was not made: {result}")

    session, seen = comes_to(iut, emsp, token, (), since=mark)
    status = session.get("status")
    check(
        "sessions-reservation-creates-session",
        expected="RESERVATION",
        found=status or "no Session",
        evidence=[answer, *seen],
    )
    if iut.claim.has("push") and not iut.sends(where=at_our_receivers, since=0, within=0).seen:
        check.inconclusive("sessions-reservation-pushed", "it has never sent anything to our endpoints")
    elif iut.claim.has("push"):
        check(
            "sessions-reservation-pushed",
            any(sighting.seen for sighting in seen if isinstance(sighting, Sighting)),
            expected="a PUT of the Session of the reservation",
            found=status or "none",
            evidence=[answer, *seen],
        )
    check.requires(session, "the reservation has no Session")
    return answer, session


def at_our_receivers(call: Exchange) -> bool:
    return call.endpoint is not None and call.endpoint.interface == "RECEIVER"


def plugged(iut: Iut) -> dict[str, str]:
    """Where a car waits to be charged."""
    found = iut.act("plug-in")
    return {name: str(found[name]) for name in (*PLACE, "connector_id") if found.get(name)}


def comes_to(
    iut: Iut, emsp: Emsp, token: Token, statuses: tuple[str, ...], *, since: int
) -> tuple[Session, list[Any]]:
    """The Session of a Token once it has one of these statuses, pushed or else listed; and what shows it."""

    def state() -> Session:
        found = [session for session in emsp.store.received("sessions") if is_of(session, token)]
        return found[-1] if found and (not statuses or found[-1].get("status") in statuses) else {}

    def tells(exchange: Exchange) -> bool:
        place = locate(emsp, exchange.request)
        ours = place is not None and (place.module, place.interface) == ("sessions", "RECEIVER")
        body = exchange.request.json
        fits = isinstance(body, dict) and (not statuses or body.get("status") in statuses)
        return ours and exchange.request.method in ("PUT", "PATCH") and fits and bool(state())

    push = iut.sends(where=tells, since=since, within=None if iut.claim.has("push") else 0.0)
    session = state()
    if session or not iut.connection.url("sessions", "SENDER"):
        return session, [push]
    return listed(iut, emsp, token, statuses, [push], once=iut.claim.has("push"))


def listed(
    iut: Iut, emsp: Emsp, token: Token, statuses: tuple[str, ...], seen: list[Any], *, once: bool
) -> tuple[Session, list[Any]]:
    """The Session of a Token in the list of the CPO, which is read until it is there, unless it was waited for."""
    since = {"date_from": clock.stamp(clock.now() - timedelta(days=1))}
    found: list[Session] = []
    pages: list[Answer] = []

    def read() -> Answer:
        pages[:] = crawl(emsp, iut.connection, LIST, params=since)
        items = [item for page in pages for item in page.items if isinstance(item, dict)]
        found[:] = [item for item in items if is_of(item, token)]
        if statuses:
            found[:] = [item for item in found if item.get("status") in statuses]
        return pages[-1]

    if once:
        read()
    else:
        iut.settles(read, lambda _: bool(found))
    return found[-1] if found else {}, [*seen, *pages]


def authorized(emsp: Emsp, token: Token, *, since: int) -> list[str]:
    """The references that were given when the CPO asked about the Token besides: one of them may have come last."""
    asked = emsp.journal.all(where=lambda exchange: asks_about(emsp, exchange, token), since=since)
    infos = [exchange.response.envelope.get("data") for exchange in asked if exchange.response]
    given = [info.get("authorization_reference") for info in infos if isinstance(info, dict)]
    return [str(reference) for reference in given if reference]


def stop(iut: Iut, emsp: Emsp, session: Session) -> None:
    """Leave the EVSE as it was."""
    emsp.stop_session(iut.connection, str(session.get("id")))


def told(answer: Answer) -> str:
    result = answer.data.get("result") if answer.accepted and isinstance(answer.data, dict) else None
    return str(result or answer)
