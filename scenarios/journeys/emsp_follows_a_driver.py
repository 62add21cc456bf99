"""Journeys: the eMSP's own drivers, as its app sees them: one charges by command, another one only reserves."""

from collections.abc import Iterator
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.roles import Cpo

from .telling import announced, copy, unlike

pytestmark = applies_to(module="journeys", iut="EMSP", side="RECEIVER", writes=True)

STEPS = 3

Object = dict[str, Any]


def test_a_driver_charges_by_app(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Told of a place, it starts there, follows what is pushed, stops, and gets the CDR."""
    check.applies(iut.claim.has("remote-start"), "it starts no sessions")
    place = announced(iut, cpo)

    iut.act("start-session", **place)

    command = _commanded(iut, check, "start_session")
    named = {name: command.request.json.get(name) for name in place}
    check(
        "journeys-start-names-place-as-told",
        any(_is_at(named, ids) for ids in (place, *_places(cpo))),
        expected=place,
        found=named,
        evidence=command,
    )
    session_id = _session_of(cpo, check, command)
    for _ in range(STEPS):
        cpo.tell_change(iut.connection, session_id, cpo.continue_session(session_id))
    iut.act("stop-session", session_id=session_id)
    _commanded(iut, check, "stop_session")
    cpo.settle()

    session = cpo.own_session(session_id) or {}
    check.requires(session.get("status") == "COMPLETED", "its STOP_SESSION did not end the Session")
    answer = copy(iut, cpo, session)
    found = unlike(iut, session, answer)
    check(
        "journeys-session-kept-to-the-end",
        not found,
        expected="the Session as all pushes make it",
        found=found,
        evidence=[command, answer],
    )


def test_a_driver_only_reserves(iut: Iut, cpo: Cpo, check: Check) -> None:
    """It reserves, and gives the reservation up; its copy of the Session follows."""
    check.applies(iut.claim.has("reservations"), "it makes no reservations")
    place = announced(iut, cpo)
    del place["connector_id"]

    told = iut.act("reserve-now", **place)

    command = _commanded(iut, check, "reserve_now")
    session_id = _session_of(cpo, check, command)
    session = cpo.own_session(session_id) or {}
    reserved = copy(iut, cpo, session)
    check.requires(
        not unlike(iut, session, reserved, periods=False), f"it did not keep the RESERVATION: {reserved}"
    )
    named = command.request.json.get("reservation_id")
    iut.act("cancel-reservation", reservation_id=told.get("reservation_id") or named)
    _commanded(iut, check, "cancel_reservation")
    cpo.settle()

    session = cpo.own_session(session_id) or {}
    check.requires(session.get("status") == "COMPLETED", "its CANCEL_RESERVATION did not end the reservation")
    answer = copy(iut, cpo, session)
    found = unlike(iut, session, answer, periods=False)
    check(
        "journeys-reservation-followed",
        not found,
        expected="the Session of the reservation, COMPLETED",
        found=found,
        evidence=[command, answer],
    )


def _is_at(named: Object, place: dict[str, str]) -> bool:
    """Whether a command, as far as it names a place, names this one."""
    return all(
        value is None or str(value).casefold() == place[name].casefold() for name, value in named.items()
    )


def _places(cpo: Cpo) -> Iterator[dict[str, str]]:
    """All Connectors of ours: the trigger may have chosen another one, of which the eMSP was told before."""
    for location in cpo.store.own("locations"):
        for evse in location.get("evses") or ():
            for connector in evse.get("connectors") or ():
                yield {
                    "location_id": location["id"],
                    "evse_uid": evse["uid"],
                    "connector_id": connector["id"],
                }


def _commanded(iut: Iut, check: Check, name: str) -> Exchange:
    command = iut.sends("POST", endpoint=f"commands.receiver.{name}").exchange
    check.requires(command and isinstance(command.request.json, dict), f"no {name.upper()} came")
    assert command is not None
    return command


def _session_of(cpo: Cpo, check: Check, command: Exchange) -> str:
    """The Session that our CPO has made of a command, and told of."""
    cpo.settle()
    token = command.request.json.get("token") or {}
    sessions = [one for one in cpo.store.own("sessions") if one["cdr_token"]["uid"] == token.get("uid")]
    check.requires(sessions, "its command could not be carried out by our CPO")
    return sessions[-1]["id"]
