"""Journeys: EVSEs are reserved. One driver comes and charges, another never comes and the reservation expires."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Emsp

from .following import cdr_of, comes_to, copy_of, free_place, outcome, pushed_of, same, session_of, told_by

pytestmark = applies_to(module="journeys", iut="CPO", side="SENDER", feature="push", writes=True)

AHEAD = timedelta(minutes=30)

Object = dict[str, Any]


def test_a_reservation_is_used_and_billed(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Reserved, started with the same token, stopped, billed: one Session from the first to the last."""
    check.applies(iut.claim.has("remote-start"), "it starts no sessions on command")
    token, place, _ = _reserves(iut, emsp, check)
    session = session_of(iut, token)

    url = emsp.new_response_url("START_SESSION")
    start = emsp.start_session(
        iut.connection,
        token,
        **place,
        authorization_reference=emsp.samples.new_id("AUTH"),
        response_url=url,
    )
    check.requires(outcome(iut, start, url) == "ACCEPTED", f"START_SESSION came to nothing: {start}")
    comes_to(iut, emsp, session, "ACTIVE")
    told_by(iut, "update-session", session_id=session["id"])
    url = emsp.new_response_url("STOP_SESSION")
    stop = emsp.stop_session(iut.connection, session["id"], response_url=url)
    check.requires(outcome(iut, stop, url) == "ACCEPTED", f"STOP_SESSION came to nothing: {stop}")
    session = comes_to(iut, emsp, session, "COMPLETED")

    posted = cdr_of(iut, token, session)
    named = posted.request.json.get("session_id")
    check(
        "journeys-reservation-billed-with-its-session",
        same(named, session["id"]),
        expected=session["id"],
        found=named,
        evidence=posted,
    )


def test_a_reservation_expires(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Nobody comes; the Session of the reservation ends without having become one of charging."""
    token, _, reservation_id = _reserves(iut, emsp, check)
    session = session_of(iut, token)

    iut.act("expire-reservation", reservation_id=reservation_id)

    over = pushed_of(iut, session, lambda: copy_of(emsp, session).get("status") != "RESERVATION")
    check(
        "journeys-expired-reservation-completes-session",
        expected="COMPLETED",
        found=copy_of(emsp, session).get("status"),
        evidence=over,
    )


def _reserves(iut: Iut, emsp: Emsp, check: Check) -> tuple[Object, dict[str, str], str]:
    """Have an EVSE reserved: for which token, where, and under which id."""
    check.applies(iut.claim.has("reservations"), "it takes no reservations")
    place = free_place(iut, emsp, "RESERVABLE").ids
    token, reservation_id = emsp.add_token(type="APP_USER"), emsp.samples.new_id("RES")
    url = emsp.new_response_url("RESERVE_NOW")
    answer = emsp.reserve_now(
        iut.connection,
        token,
        location_id=place["location_id"],
        evse_uid=place["evse_uid"],
        reservation_id=reservation_id,
        expiry_date=clock.stamp(clock.now() + AHEAD),
        authorization_reference=emsp.samples.new_id("AUTH"),
        response_url=url,
    )
    check.requires(outcome(iut, answer, url) == "ACCEPTED", f"RESERVE_NOW came to nothing: {answer}")
    return token, place, reservation_id
