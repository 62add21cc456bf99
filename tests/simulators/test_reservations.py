"""Reservations: made, replaced, used, given up, and withdrawn."""

from datetime import timedelta

import pytest
from ocpi_conformance.simulators import clock

SOON, PAST = "2035-01-01T00:00:00Z", "2001-01-01T00:00:00Z"


@pytest.fixture
def location(world):
    return world.cpo.add_location(full=True)


@pytest.fixture
def token(world):
    return world.emsp.add_token(type="APP_USER")


def reserve(world, token, location, *, reservation_id: str = "R1", expiry: str = SOON, **more):
    url = world.emsp.new_response_url("RESERVE_NOW")
    answer = world.emsp.reserve_now(
        world.to_cpo,
        token,
        location_id=location["id"],
        reservation_id=reservation_id,
        expiry_date=expiry,
        response_url=url,
        **more,
    )
    world.settle()
    return answer, [result["result"] for result in world.emsp.results(url)]


def cancel(world, reservation_id: str = "R1"):
    url = world.emsp.new_response_url("CANCEL_RESERVATION")
    world.emsp.cancel_reservation(world.to_cpo, reservation_id, response_url=url)
    world.settle()
    return [result["result"] for result in world.emsp.results(url)]


def status(world, location, evse_uid: str) -> str:
    evses = world.cpo.own_location(location["id"])["evses"]
    return next(evse["status"] for evse in evses if evse["uid"] == evse_uid)


def sessions(world):
    return list(world.emsp.store.received("sessions"))


def test_a_reservation_makes_a_session_and_takes_the_evse(world, token, location):
    uid = location["evses"][0]["uid"]
    answer, results = reserve(world, token, location, evse_uid=uid, authorization_reference="REF")
    assert (answer.data["result"], results) == ("ACCEPTED", ["ACCEPTED"])
    (session,) = sessions(world)
    assert (session["status"], session["evse_uid"]) == ("RESERVATION", uid)
    assert (session["authorization_reference"], session["kwh"]) == ("REF", 0)
    assert status(world, location, uid) == "RESERVED"


def test_a_reservation_of_any_evse_names_none(world, token, location):
    reserve(world, token, location)
    (session,) = sessions(world)
    assert (session["evse_uid"], session["connector_id"]) == ("#NA", "#NA")


def test_a_cancelled_reservation_completes_its_session(world, token, location):
    uid = location["evses"][0]["uid"]
    reserve(world, token, location, evse_uid=uid)
    assert cancel(world) == ["ACCEPTED"]
    assert sessions(world)[0]["status"] == "COMPLETED"
    assert status(world, location, uid) == "AVAILABLE"
    assert cancel(world) == ["UNKNOWN_RESERVATION"]


def test_the_same_id_replaces_a_reservation(world, token, location):
    first, second = world.cpo.samples.evse(full=True), world.cpo.samples.evse(full=True)
    location = world.cpo.change(location, lambda known: {**known, "evses": [first, second]})
    reserve(world, token, location, evse_uid=first["uid"])
    assert reserve(world, token, location, evse_uid=second["uid"])[1] == ["ACCEPTED"]
    assert status(world, location, first["uid"]) == "AVAILABLE"
    assert status(world, location, second["uid"]) == "RESERVED"
    (session,) = sessions(world)
    assert session["evse_uid"] == second["uid"]


def test_a_reservation_that_cannot_be_replaced_stays(world, token, location):
    first, second = world.cpo.samples.evse(full=True), world.cpo.samples.evse(full=True, status="CHARGING")
    location = world.cpo.change(location, lambda known: {**known, "evses": [first, second]})
    reserve(world, token, location, evse_uid=first["uid"])
    assert reserve(world, token, location, evse_uid=second["uid"])[1] == ["EVSE_OCCUPIED"]
    assert status(world, location, first["uid"]) == "RESERVED"
    assert cancel(world) == ["ACCEPTED"]


def test_a_reserved_evse_is_occupied_for_others(world, token, location):
    uid = location["evses"][0]["uid"]
    reserve(world, token, location, evse_uid=uid)
    assert reserve(world, token, location, reservation_id="R2", evse_uid=uid)[1] == ["EVSE_OCCUPIED"]
    url = world.emsp.new_response_url("START_SESSION")
    world.emsp.start_session(
        world.to_cpo, world.emsp.add_token(), location_id=location["id"], evse_uid=uid, response_url=url
    )
    world.settle()
    assert [result["result"] for result in world.emsp.results(url)] == ["EVSE_OCCUPIED"]


@pytest.mark.parametrize("named", [True, False])
def test_the_reserved_session_goes_on_when_its_token_charges(world, token, location, named: bool):
    more = {"evse_uid": location["evses"][0]["uid"]} if named else {}
    reserve(world, token, location, **more)
    reserved = sessions(world)[0]
    world.emsp.start_session(world.to_cpo, token, location_id=location["id"])
    world.settle()
    (session,) = sessions(world)
    assert (session["id"], session["status"]) == (reserved["id"], "ACTIVE")
    assert session["connector_id"] != "#NA"
    assert status(world, location, session["evse_uid"]) == "CHARGING"
    assert cancel(world) == ["UNKNOWN_RESERVATION"]


def test_a_reservation_in_the_past_is_rejected(world, token, location):
    answer, results = reserve(world, token, location, expiry=PAST)
    assert (answer.data["result"], results) == ("REJECTED", [])


def test_an_unknown_evse_is_rejected(world, token, location):
    assert reserve(world, token, location, evse_uid="none")[0].data["result"] == "REJECTED"


def test_a_token_of_another_provider_is_rejected(world, token, location):
    answer, _ = reserve(world, {**token, "party_id": "XXX"}, location)
    assert answer.data["result"] == "REJECTED"


def test_an_evse_that_cannot_be_reserved_says_so(world, token, location):
    for evse in location["evses"]:
        world.cpo.change_evse(location, evse["uid"], {"capabilities": []})
    assert reserve(world, token, location)[0].data["result"] == "NOT_SUPPORTED"


def test_the_cpo_may_withdraw_a_reservation_at_the_same_url(world, token, location):
    url = world.emsp.act("reserve-now", world.to_cpo, {"location_id": location["id"], "reservation_id": "R9"})
    world.settle()
    made = world.cpo.act("withdraw-reservation", world.to_emsp, {"reservation_id": "R9"})
    results = [result["result"] for result in world.emsp.results(url["response_url"])]
    assert results == ["ACCEPTED", "CANCELED_RESERVATION"]
    assert world.cpo.own_session(made["session_id"])["status"] == "COMPLETED"
    assert sessions(world)[0]["status"] == "COMPLETED"
    with pytest.raises(ValueError, match="R9"):
        world.cpo.act("withdraw-reservation", world.to_emsp, {"reservation_id": "R9"})


def test_a_reservation_expires_by_itself(world, token, location):
    uid = location["evses"][0]["uid"]
    soon = clock.stamp(clock.now() + timedelta(minutes=5))
    assert reserve(world, token, location, expiry=soon, evse_uid=uid)[1] == ["ACCEPTED"]
    assert status(world, location, uid) == "RESERVED"
    (session,) = sessions(world)
    world.cpo.store.own("reservations").put(
        *next(
            (key, {**made, "expiry_date": PAST}) for key, made in world.cpo.store.own("reservations").items()
        )
    )
    assert cancel(world) == ["UNKNOWN_RESERVATION"]
    assert status(world, location, uid) == "AVAILABLE"
    assert [found["status"] for found in sessions(world) if found["id"] == session["id"]] == ["COMPLETED"]


def test_a_reservation_can_be_made_to_expire(world, token, location):
    reserve(world, token, location)
    made = world.cpo.act("expire-reservation", world.to_emsp, {"reservation_id": "R1"})
    assert sessions(world)[0]["status"] == "COMPLETED"
    assert sessions(world)[0]["id"] == made["session_id"]
    assert cancel(world) == ["UNKNOWN_RESERVATION"]
