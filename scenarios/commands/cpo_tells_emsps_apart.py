"""Commands: what one eMSP reserved or started with a CPO is out of reach for another."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.scenarios.commands.asking import ask, told_session, undone, why
from ocpi_conformance.scenarios.commands.cpo_reserves import NEED, release, reservation, where
from ocpi_conformance.scenarios.commands.places import a_place
from ocpi_conformance.simulators.commands import REMOTE_START, RESERVABLE
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="commands", iut="CPO", side="RECEIVER", writes=True)


def test_reservations_of_emsps_are_apart(iut: Iut, emsp: Emsp, bench: Bench, check: Check) -> None:
    """Another eMSP cancels our reservation, and takes its id for one of its own."""
    place = where(a_place(iut, emsp, RESERVABLE))
    guest = another_emsp(iut, bench, check)
    number = emsp.samples.new_id("RES")
    made = ask(iut, emsp, "RESERVE_NOW", reservation(emsp.add_token(type="APP_USER"), number, place))
    check.applies(not made.unsupported, "it answered RESERVE_NOW with NOT_SUPPORTED")
    check.requires(made.done, why(made, NEED))

    stolen = ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": number}, peer=guest)
    here = {"location_id": place["location_id"]}
    body = reservation(guest.add_token(type="APP_USER"), number, here)
    theirs = ask(iut, emsp, "RESERVE_NOW", body, peer=guest)
    ours = ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": number})
    if theirs.done:
        ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": number}, peer=guest)

    slug = "commands-foreign-reservation-kept"
    undone(check, slug, stolen)
    kept = ours.reported != "UNKNOWN_RESERVATION"
    check(slug, kept, expected="ACCEPTED", found=str(ours), evidence=ours.evidence)


def test_sessions_of_emsps_are_apart(iut: Iut, emsp: Emsp, bench: Bench, check: Check) -> None:
    """Another eMSP stops our session."""
    place = a_place(iut, emsp, REMOTE_START)
    guest = another_emsp(iut, bench, check)
    token = emsp.add_token(type="APP_USER")
    started = ask(iut, emsp, "START_SESSION", {"token": token, **place})
    check.applies(not started.unsupported, "it answered START_SESSION with NOT_SUPPORTED")
    check.requires(started.done, why(started, "name an EVSE that can be started by the action plug-in"))
    session = told_session(iut, emsp, token, "ACTIVE")
    check.requires(session, "no Session of the Token was pushed or listed")
    assert session is not None

    stopped = ask(iut, emsp, "STOP_SESSION", {"session_id": session["id"]}, peer=guest)
    if not stopped.done:
        release(iut, emsp, token)

    undone(check, "commands-foreign-session-not-stopped", stopped)


def another_emsp(iut: Iut, bench: Bench, check: Check) -> Emsp:
    """A further eMSP that is registered with the IUT."""
    for party in bench.parties()[1:]:
        if isinstance(party, Emsp) and party.notes.get(GUEST):
            return party
    guest = bench.new_peer(furnished=False)
    assert isinstance(guest, Emsp)
    guest.register(iut.versions_url, str(iut.act("issue-token").get("token")))
    check.requires(guest.connections.registered(), "a further eMSP could not register")
    guest.notes[GUEST] = True
    return guest


GUEST = "commands-guest"
