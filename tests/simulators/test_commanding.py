"""Commanding: what the eMSP's actions choose where they are left to choose."""

import pytest
from ocpi_conformance.simulators.connection import Connection


def test_start_and_stop_take_what_the_emsp_knows(world):
    world.cpo.add_location(full=True)
    begun = world.emsp.act("start-session", world.to_cpo, {})
    world.settle()
    assert begun["result"] == "ACCEPTED"
    assert [result["result"] for result in world.emsp.results(begun["response_url"])] == ["ACCEPTED"]
    ended = world.emsp.act("stop-session", world.to_cpo, {})
    world.settle()
    assert ended["result"] == "ACCEPTED"
    session = world.cpo.own_session(ended["session_id"])
    assert (session["status"], session["evse_uid"]) == ("COMPLETED", begun["evse_uid"])
    assert session["authorization_reference"] == begun["authorization_reference"]


def test_locations_are_pulled_when_none_is_known(world):
    assert len(world.emsp.store.received("locations")) == 0
    assert world.emsp.act("unlock-connector", world.to_cpo, {})["result"] == "ACCEPTED"
    assert len(world.sent(world.emsp, "locations.sender.list")) == 1
    world.emsp.act("unlock-connector", world.to_cpo, {})
    assert len(world.sent(world.emsp, "locations.sender.list")) == 1


def test_what_is_named_is_taken(world):
    location = world.cpo.add_location(full=True)
    token = world.emsp.add_token()
    place = {
        "location_id": location["id"],
        "evse_uid": location["evses"][0]["uid"],
        "connector_id": location["evses"][0]["connectors"][0]["id"],
    }
    parameters = {**place, "token_uid": token["uid"], "authorization_reference": "REF"}
    made = world.emsp.act("start-session", world.to_cpo, parameters)
    assert {name: made[name] for name in parameters} == parameters
    assert world.sent(world.emsp, "locations.*") == []


def test_reservations_are_made_and_cancelled(world):
    made = world.emsp.act("reserve-now", world.to_cpo, {"minutes": 5})
    world.settle()
    cancelled = world.emsp.act("cancel-reservation", world.to_cpo, {})
    world.settle()
    assert cancelled["reservation_id"] == made["reservation_id"]
    for action in (made, cancelled):
        assert [result["result"] for result in world.emsp.results(action["response_url"])] == ["ACCEPTED"]


@pytest.mark.parametrize(
    ("action", "parameters", "message"),
    [
        ("stop-session", {}, "no ACTIVE session"),
        ("cancel-reservation", {}, "reserve-now"),
        ("start-session", {"token_uid": "none"}, "no token"),
        ("unlock-connector", {"location_id": "LOC1"}, "evse_uid and connector_id"),
    ],
)
def test_what_cannot_be_chosen_is_said(world, action: str, parameters, message: str):
    with pytest.raises(ValueError, match=message):
        world.emsp.act(action, world.to_cpo, parameters)


def test_without_a_capable_evse_the_capability_is_named(world):
    world.cpo.store.own("locations").clear()
    with pytest.raises(ValueError, match="REMOTE_START_STOP_CAPABLE"):
        world.emsp.act("start-session", world.to_cpo, {})


def test_a_refusal_is_told(world):
    made = world.emsp.act("start-session", world.to_cpo, {"location_id": "nowhere"})
    assert made["result"] == "REJECTED"


@pytest.mark.parametrize("allowed", ["BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED"])
def test_a_token_that_may_not_charge_is_not_commanded_with(world, allowed: str):
    location = world.cpo.add_location(full=True)
    token = world.emsp.act("prepare-token", world.to_cpo, {"allowed": allowed})
    asked = {"location_id": location["id"], "token_uid": token["uid"]}
    for action in ("start-session", "reserve-now"):
        with pytest.raises(ValueError, match=allowed):
            world.emsp.act(action, world.to_cpo, asked)
    assert world.sent(world.emsp, "commands.*") == []


def test_a_connector_is_named_where_the_evse_wants_it(world):
    location = world.cpo.add_location(full=True)
    evse = location["evses"][0]
    capabilities = ["REMOTE_START_STOP_CAPABLE", "START_SESSION_CONNECTOR_REQUIRED"]
    world.cpo.change_evse(location, evse["uid"], {"capabilities": capabilities})
    world.cpo.push_location(world.to_emsp, world.cpo.own_location(location["id"]))
    place = {"location_id": location["id"], "evse_uid": evse["uid"]}
    made = world.emsp.act("start-session", world.to_cpo, place)
    assert (made["result"], made["connector_id"]) == ("ACCEPTED", evse["connectors"][0]["id"])


def test_sessions_of_another_connection_are_not_chosen(world):
    world.cpo.act("push-session", world.to_emsp, {})
    with pytest.raises(ValueError, match="no ACTIVE session"):
        world.emsp.known_session(Connection(token_in="x"), {})


def test_what_was_received_with_fields_missing_is_passed_over(world):
    place = {"country_code": world.cpo.me.country_code, "party_id": world.cpo.me.party_id}
    bare = [
        {},
        {"status": "AVAILABLE"},
        {"status": "AVAILABLE", "uid": "E", "capabilities": ["UNLOCK_CAPABLE"]},
    ]
    world.emsp.store.received("locations").put(("odd",), {**place, "id": "ODD", "evses": bare})
    world.emsp.store.received("sessions").put(("odd",), {**place, "id": "ODD"})
    chosen = world.emsp.known_evse(world.to_cpo, {}, "UNLOCK_CAPABLE")
    assert chosen["location_id"] != "ODD"
    with pytest.raises(ValueError, match="no ACTIVE session"):
        world.emsp.known_session(world.to_cpo, {})
