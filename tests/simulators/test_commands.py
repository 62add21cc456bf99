"""Commands: sent by the eMSP, answered at once by the CPO, and their outcome told after."""

import pytest
from ocpi_conformance.simulators.commands import NEEDS_CONNECTOR, REMOTE_START, UNLOCKS
from ocpi_conformance.simulators.sessions import session_key


@pytest.fixture
def location(world):
    """A location with every capability."""
    return world.cpo.add_location(full=True)


@pytest.fixture
def token(world):
    """A token that the CPO has never seen."""
    return world.emsp.add_token(type="APP_USER")


def start(world, token, location, **more):
    url = world.emsp.new_response_url("START_SESSION")
    answer = world.emsp.start_session(
        world.to_cpo, token, location_id=location["id"], response_url=url, **more
    )
    world.settle()
    return answer, [result["result"] for result in world.emsp.results(url)]


def started(world, token, location) -> str:
    """The id of a session that was started by command."""
    assert start(world, token, location)[1] == ["ACCEPTED"]
    return list(world.emsp.store.received("sessions"))[-1]["id"]


def stop(world, session_id: str):
    url = world.emsp.new_response_url("STOP_SESSION")
    answer = world.emsp.stop_session(world.to_cpo, session_id, response_url=url)
    world.settle()
    return answer, [result["result"] for result in world.emsp.results(url)]


def without(world, location, capability: str):
    for evse in location["evses"]:
        kept = [name for name in evse["capabilities"] if name != capability]
        world.cpo.change_evse(location, evse["uid"], {"capabilities": kept})


def test_start_session_is_answered_then_reported_then_told(world, token, location):
    evse = location["evses"][0]
    more = {"evse_uid": evse["uid"], "authorization_reference": "REF1"}
    answer, results = start(world, token, location, **more)
    assert answer.data["result"] == "ACCEPTED"
    assert answer.data["timeout"] > 0
    assert results == ["ACCEPTED"]
    told = [
        (exchange.direction, exchange.endpoint.id)
        for exchange in world.cpo.journal.all()
        if exchange.endpoint.module in ("commands", "sessions")
    ]
    assert told == [
        ("received", "commands.receiver.start_session"),
        ("sent", "commands.sender.result"),
        ("sent", "sessions.receiver.put"),
        ("sent", "sessions.receiver.patch"),
    ]
    session = list(world.emsp.store.received("sessions"))[-1]
    assert (session["status"], session["auth_method"]) == ("ACTIVE", "COMMAND")
    assert session["authorization_reference"] == "REF1"
    assert (session["location_id"], session["evse_uid"]) == (location["id"], evse["uid"])
    assert session["cdr_token"]["uid"] == token["uid"]


def test_the_token_of_a_command_is_neither_checked_nor_kept(world, location):
    blocked = world.emsp.add_token(type="RFID", valid=False, whitelist="NEVER")
    assert start(world, blocked, location)[1] == ["ACCEPTED"]
    assert world.sent(world.cpo, "tokens.*") == []
    assert len(world.cpo.store.received("tokens")) == 0


def test_results_are_sent_with_the_credentials_of_the_connection(world, token, location):
    start(world, token, location)
    (posted,) = world.sent(world.cpo, "commands.sender.result")
    assert posted.response.status == 200
    assert posted.request.header("OCPI-to-party-id") == "MSP"


def test_a_second_session_at_an_evse_is_refused_by_the_charge_point(world, token, location):
    evse_uid = location["evses"][0]["uid"]
    assert start(world, token, location, evse_uid=evse_uid)[1] == ["ACCEPTED"]
    answer, results = start(world, token, location, evse_uid=evse_uid)
    assert (answer.data["result"], results) == ("ACCEPTED", ["EVSE_OCCUPIED"])


@pytest.mark.parametrize("status", ["INOPERATIVE", "OUTOFORDER", "REMOVED"])
def test_an_evse_that_is_out_of_order_starts_nothing(world, token, location, status: str):
    evse_uid = location["evses"][0]["uid"]
    world.cpo.change_evse(location, evse_uid, {"status": status})
    assert start(world, token, location, evse_uid=evse_uid)[1] == ["EVSE_INOPERATIVE"]


@pytest.mark.parametrize("command", ["START_SESSION", "RESERVE_NOW", "UNLOCK_CONNECTOR"])
def test_an_unknown_location_is_2003(world, token, command: str):
    bodies = {
        "START_SESSION": {"token": token},
        "RESERVE_NOW": {"token": token, "expiry_date": "2035-01-01T00:00:00Z", "reservation_id": "R"},
        "UNLOCK_CONNECTOR": {"evse_uid": "E", "connector_id": "1"},
    }
    answer = world.emsp.command(world.to_cpo, command, {"location_id": "nowhere", **bodies[command]})
    assert (answer.http_status, answer.status_code) == (200, 2003)


def test_an_unknown_evse_is_rejected(world, token, location):
    answer, results = start(world, token, location, evse_uid="none")
    assert (answer.data["result"], results) == ("REJECTED", [])
    assert answer.data["message"][0]["text"]


def test_a_token_of_another_provider_is_rejected(world, token, location):
    answer, results = start(world, {**token, "party_id": "XXX"}, location)
    assert (answer.data["result"], results) == ("REJECTED", [])


def test_an_evse_that_cannot_be_started_from_afar_says_so(world, token, location):
    without(world, location, REMOTE_START)
    assert start(world, token, location)[0].data["result"] == "NOT_SUPPORTED"


def test_a_connector_is_required_where_the_evse_says_so(world, token, location):
    evse = location["evses"][0]
    world.cpo.change_evse(location, evse["uid"], {"capabilities": [REMOTE_START, NEEDS_CONNECTOR]})
    answer, _ = start(world, token, location, evse_uid=evse["uid"])
    assert answer.status_code == 2001
    connector = evse["connectors"][0]["id"]
    assert start(world, token, location, evse_uid=evse["uid"], connector_id=connector)[1] == ["ACCEPTED"]


def test_stop_session_completes_it_and_sends_the_cdr(world, token, location):
    session_id = started(world, token, location)
    answer, results = stop(world, session_id)
    assert (answer.data["result"], results) == ("ACCEPTED", ["ACCEPTED"])
    session = list(world.emsp.store.received("sessions"))[-1]
    assert session == world.cpo.own_session(session_id)
    assert session["status"] == "COMPLETED"
    (cdr,) = world.emsp.store.received("cdrs")
    assert (cdr["session_id"], cdr["auth_method"]) == (session_id, "COMMAND")
    assert cdr["cdr_token"]["uid"] == token["uid"]
    assert stop(world, session_id)[0].data["result"] == "REJECTED"


def test_an_unknown_session_cannot_be_stopped(world):
    answer, results = stop(world, "none")
    assert (answer.data["result"], results) == ("UNKNOWN_SESSION", [])


def test_a_session_of_another_providers_customer_cannot_be_stopped(world, token):
    session_id = world.cpo.begin_session({**token, "party_id": "XXX"})["id"]
    world.cpo.activate_session(session_id)
    answer, results = stop(world, session_id)
    assert (answer.data["result"], results) == ("REJECTED", [])
    assert world.cpo.own_session(session_id)["status"] == "ACTIVE"


@pytest.mark.parametrize(("capable", "result"), [(True, "ACCEPTED"), (False, "NOT_SUPPORTED")])
def test_unlock_connector(world, location, capable: bool, result: str):
    if not capable:
        without(world, location, UNLOCKS)
    evse = location["evses"][0]
    url = world.emsp.new_response_url("UNLOCK_CONNECTOR")
    answer = world.emsp.unlock_connector(
        world.to_cpo,
        location_id=location["id"],
        evse_uid=evse["uid"],
        connector_id=evse["connectors"][0]["id"],
        response_url=url,
    )
    world.settle()
    assert answer.data["result"] == result
    assert [found["result"] for found in world.emsp.results(url)] == (["ACCEPTED"] if capable else [])


@pytest.mark.parametrize(
    "command", ["START_SESSION", "STOP_SESSION", "UNLOCK_CONNECTOR", "CANCEL_RESERVATION"]
)
def test_a_command_without_its_fields_is_2001(world, command: str):
    assert world.emsp.command(world.to_cpo, command, {}).status_code == 2001


def test_an_unknown_command_is_404(world):
    url = world.to_cpo.below("commands", "RECEIVER", "DANCE")
    assert world.emsp.call("POST", url, to=world.to_cpo, body={}).http_status == 404


def test_response_urls_are_unique_and_only_they_take_results(world):
    made = {world.emsp.new_response_url("START_SESSION") for _ in range(3)}
    assert len(made) == 3
    url = made.pop()
    assert world.cpo.post_result(world.to_emsp, f"{url}x", "ACCEPTED").http_status == 404
    assert world.cpo.post_result(world.to_emsp, url, "FAILED").accepted
    assert world.cpo.post_result(world.to_emsp, url, "DANCED").status_code == 2001
    assert world.emsp.results(url) == ({"result": "FAILED"},)
    assert world.emsp.results("http://x.test/a/b") == ()


def test_a_dead_response_url_hinders_nothing_else(world, token, location):
    answer = world.emsp.start_session(
        world.to_cpo, token, location_id=location["id"], response_url="http://127.0.0.1:1/x"
    )
    world.settle()
    assert answer.data["result"] == "ACCEPTED"
    (session,) = world.emsp.store.received("sessions")
    assert world.cpo.store.own("sessions").get(session_key(session))["status"] == "ACTIVE"


def test_a_car_is_plugged_in_where_every_command_works(world):
    place = world.cpo.act("plug-in", world.to_emsp, {})
    evse = world.cpo.place(**place).evse
    assert evse["status"] == "AVAILABLE"
    assert {REMOTE_START, "RESERVABLE", UNLOCKS} <= set(evse["capabilities"])
    world.cpo.occupy(place["location_id"], place["evse_uid"], "CHARGING")
    assert world.cpo.act("plug-in", world.to_emsp, {}) != place


def test_a_result_may_say_why(world):
    url = world.emsp.new_response_url("STOP_SESSION")
    assert world.cpo.post_result(world.to_emsp, url, "FAILED", texts={"en": "No", "nl": "Nee"}).accepted
    (result,) = world.emsp.results(url)
    assert [text["language"] for text in result["message"]] == ["en", "nl"]
