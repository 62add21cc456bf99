"""Commands: an eMSP has a CPO keep EVSEs free, changes its mind, and another eMSP can't interfere."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.commands.asking import (
    RESPONSE,
    ask,
    at,
    doubts,
    nothing_left,
    result_of,
    told_session,
    unasked,
    undone,
    why,
)
from ocpi_conformance.scenarios.commands.places import a_place
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.commands import RESERVABLE
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="commands", iut="CPO", side="RECEIVER", writes=True)

WITHDRAWN = "CANCELED_RESERVATION"
NEED = "name an EVSE that can be reserved by the action plug-in"

Object = dict[str, Any]


def test_a_reservation_is_made_changed_and_cancelled(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An app reserves an EVSE, prolongs that, and gives it up; meanwhile nobody else gets to charge there."""
    connector = a_place(iut, emsp, RESERVABLE)
    place = where(connector)
    token = emsp.add_token(type="APP_USER")
    number = emsp.samples.new_id("RES")

    made = ask(iut, emsp, "RESERVE_NOW", reservation(token, number, place), query="?attempt=1")

    slug = "commands-reserve-now-answered"
    check(slug, bool(made.said), expected=RESPONSE, found=made.answer, evidence=made.answer)
    check.applies(not made.unsupported, "it answered RESERVE_NOW with NOT_SUPPORTED")
    if made.accepted:
        check("commands-reserve-unknown-token-taken", True, evidence=made.answer)
    else:
        emsp.push_token(iut.connection, token)
        again = ask(iut, emsp, "RESERVE_NOW", reservation(token, number, place))
        doubts(check, "commands-reserve-unknown-token-taken", made, again)
        made = again
    check.requires(made.done, why(made, NEED))
    unasked(iut, emsp, check, token, "commands-reserve-app-token-not-asked")
    stranger = emsp.add_token(type="APP_USER")
    taken = ask(iut, emsp, "START_SESSION", {"token": stranger, **connector})
    undone(check, "commands-reserved-evse-kept", taken)
    if taken.done:
        release(iut, emsp, stranger)
    replaces(iut, emsp, check, token, number, place)
    cancelled = ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": number})
    slug = "commands-cancel-reservation-answered"
    check(slug, bool(cancelled.said), expected=RESPONSE, found=cancelled.answer, evidence=cancelled.answer)
    slug = "commands-cancel-finds-reservation"
    if cancelled.done or cancelled.reported == "UNKNOWN_RESERVATION":
        check(slug, cancelled.done, expected="ACCEPTED", found=str(cancelled), evidence=cancelled.evidence)
    else:
        check.inconclusive(
            slug, why(cancelled, "cancel the reservation by hand"), evidence=cancelled.evidence
        )
    check.requires(cancelled.done, why(cancelled, "cancel the reservation by hand"))
    nothing_left(iut, emsp, check, "commands-reserve-replaces", number)


def test_a_card_reserves_wherever_there_is_room(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A card that was pushed as invalid has become valid since, and reserves at a Location, at no EVSE of it."""
    place = where(a_place(iut, emsp, RESERVABLE))
    here = {"location_id": place["location_id"]}
    card = emsp.add_token(type="RFID", valid=False, whitelist="NEVER")
    check.requires(emsp.push_token(iut.connection, card).accepted, "a Token that was PUT was refused")
    valid = emsp.add_token({**card, "valid": True})
    number, anywhere = emsp.samples.new_id("RES"), emsp.samples.new_id("RES")

    any_evse = ask(iut, emsp, "RESERVE_NOW", reservation(valid, anywhere, here))
    made = ask(iut, emsp, "RESERVE_NOW", reservation(valid, number, place))

    slug = "commands-reserve-evse-optional"
    check(slug, bool(any_evse.said), expected=RESPONSE, found=any_evse.answer, evidence=any_evse.answer)
    if any_evse.done:
        ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": anywhere})
    check.applies(not made.unsupported, "it answered RESERVE_NOW with NOT_SUPPORTED")
    if made.accepted:
        check("commands-reserve-token-not-checked", True, evidence=made.answer)
    else:
        other = emsp.add_token(type="RFID")
        emsp.push_token(iut.connection, other)
        again = ask(iut, emsp, "RESERVE_NOW", reservation(other, number, place))
        doubts(check, "commands-reserve-token-not-checked", made, again)
        made, valid = again, other
    check.requires(made.accepted, why(made, NEED))
    unasked(iut, emsp, check, valid, "commands-reserve-rfid-token-not-asked")
    ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": number})


def test_a_reservation_ends_without_the_emsp(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The CPO withdraws a reservation and tells so; another one expires."""
    place = where(a_place(iut, emsp, RESERVABLE))
    token = emsp.add_token(type="APP_USER")
    expiring = emsp.samples.new_id("RES")
    made = ask(iut, emsp, "RESERVE_NOW", reservation(token, expiring, place))
    check.applies(not made.unsupported, "it answered RESERVE_NOW with NOT_SUPPORTED")
    check.requires(made.done, why(made, NEED))
    iut.act("expire-reservation", reservation_id=expiring)
    nothing_left(iut, emsp, check, "commands-expired-reservation-gone", expiring)

    withdrawn = emsp.samples.new_id("RES")
    made = ask(iut, emsp, "RESERVE_NOW", reservation(token, withdrawn, place))
    check.requires(made.done, why(made, NEED))
    mark = emsp.journal.mark()
    iut.act("withdraw-reservation", reservation_id=withdrawn)
    url = str(made.answer.exchange.request.json["response_url"])
    told = iut.sends("POST", where=lambda call: at(call, url) and result_of(call) == WITHDRAWN, since=mark)
    slug = "commands-withdrawal-told"
    check(slug, told.seen, expected=f"{WITHDRAWN} at {url}", found=told.exchange, evidence=told)


def reservation(token: Object, number: str, place: dict[str, str], minutes: int = 30) -> Object:
    """A RESERVE_NOW but for its response URL."""
    until = clock.stamp(clock.now() + timedelta(minutes=minutes))
    return {"token": token, "reservation_id": number, "expiry_date": until, **place}


def where(place: dict[str, str]) -> dict[str, str]:
    """A place as reservations name it: without a connector."""
    return {name: value for name, value in place.items() if name != "connector_id"}


def replaces(iut: Iut, emsp: Emsp, check: Check, token: Object, number: str, place: dict[str, str]) -> None:
    """The same id at the same place is the same reservation, which can't be in its own way."""
    changed = ask(iut, emsp, "RESERVE_NOW", reservation(token, number, place, minutes=45))
    slug = "commands-reserve-replaces"
    if changed.done or changed.reported == "EVSE_OCCUPIED":
        check(slug, changed.done, expected="ACCEPTED", found=str(changed), evidence=changed.evidence)
    else:
        check.inconclusive(
            slug, why(changed, "it refuses to change a reservation"), evidence=changed.evidence
        )


def release(iut: Iut, emsp: Emsp, token: Object) -> None:
    """Stop the session of a Token, so that its EVSE is free again."""
    session = told_session(iut, emsp, token, "ACTIVE")
    if session is not None:
        ask(iut, emsp, "STOP_SESSION", {"session_id": session["id"]})
