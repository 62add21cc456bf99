"""Charging profiles: set, cleared and asked for by the eMSP, and updated by the CPO."""

import pytest
from ocpi_conformance.simulators.sessions import session_key


@pytest.fixture
def session_id(world):
    """An ACTIVE session at an EVSE with every capability, of a token of the eMSP."""
    location = world.cpo.add_location(full=True)
    return world.cpo.act("push-session", world.to_emsp, {"location_id": location["id"]})["session_id"]


def outcome(world, made):
    world.settle()
    return list(world.emsp.profile_results(made["response_url"]))


def test_a_profile_is_set_then_reported_then_seen(world, session_id):
    made = world.emsp.act("set-charging-profile", world.to_cpo, {"limit": 6})
    assert (made["result"], made["session_id"]) == ("ACCEPTED", session_id)
    assert outcome(world, made) == [{"result": "ACCEPTED"}]
    asked = world.emsp.act("get-active-charging-profile", world.to_cpo, {"duration": 300})
    (result,) = outcome(world, asked)
    assert result["result"] == "ACCEPTED"
    profile = result["profile"]["charging_profile"]
    assert (profile["duration"], profile["charging_rate_unit"]) == (300, "A")
    assert profile["charging_profile_period"] == [{"start_period": 0, "limit": 6}]


def test_the_outcome_comes_after_the_answer(world, session_id):
    world.emsp.act("set-charging-profile", world.to_cpo, {})
    world.settle()
    told = [
        (exchange.direction, exchange.endpoint.id)
        for exchange in world.cpo.journal.all()
        if exchange.endpoint.module == "chargingprofiles"
    ]
    assert told == [
        ("received", "chargingprofiles.receiver.set"),
        ("sent", "chargingprofiles.sender.set_result"),
    ]


def test_a_profile_is_cleared_once(world, session_id):
    outcome(world, world.emsp.act("set-charging-profile", world.to_cpo, {"limit": 6}))
    first = outcome(world, world.emsp.act("clear-charging-profile", world.to_cpo, {}))
    second = outcome(world, world.emsp.act("clear-charging-profile", world.to_cpo, {}))
    assert (first, second) == ([{"result": "ACCEPTED"}], [{"result": "UNKNOWN"}])
    (result,) = outcome(world, world.emsp.act("get-active-charging-profile", world.to_cpo, {}))
    (period,) = result["profile"]["charging_profile"]["charging_profile_period"]
    assert period["limit"] == world.cpo.charging(session_id).connector["max_amperage"]


def test_updates_go_only_to_who_has_set_a_profile(world, session_id):
    limited = world.cpo.act("update-active-charging-profile", world.to_emsp, {"session_id": session_id})
    assert limited == {"session_id": session_id, "told": False}
    with pytest.raises(ValueError, match="no charging profile"):
        world.cpo.push_active_profile(world.to_emsp, session_id)
    assert world.sent(world.cpo, "chargingprofiles.sender.update") == []
    outcome(world, world.emsp.act("set-charging-profile", world.to_cpo, {"limit": 8}))
    world.cpo.act("update-active-charging-profile", world.to_emsp, {"session_id": session_id, "amperes": 5})
    (put,) = world.sent(world.cpo, "chargingprofiles.sender.update")
    assert put.response.status == 200
    assert "data" not in put.response.envelope
    (kept,) = world.emsp.store.received("chargingprofiles")
    assert kept["charging_profile"]["charging_profile_period"] == [{"start_period": 0, "limit": 5}]


def test_who_has_set_a_profile_hears_of_its_end(world, session_id):
    """What is left when the CPO drops a profile, and its local limit, is what the connector can give."""
    outcome(world, world.emsp.act("set-charging-profile", world.to_cpo, {"limit": 8}))
    world.cpo.act("update-active-charging-profile", world.to_emsp, {"session_id": session_id, "amperes": 5})
    told = world.cpo.act("cancel-charging-profile", world.to_emsp, {"session_id": session_id})
    assert told == {"session_id": session_id, "told": True}
    (kept,) = world.emsp.store.received("chargingprofiles")
    (period,) = kept["charging_profile"]["charging_profile_period"]
    assert period["limit"] == world.cpo.charging(session_id).connector["max_amperage"]


def test_an_scsp_limits_sessions_of_others(world, session_id, make_scsp):
    """Unlike another provider it needs no token of its own."""
    scsp = make_scsp()
    to_cpo = scsp.register(world.cpo.versions_url, world.cpo.connections.invite().token_in).connection
    url = scsp.new_profile_url("set")
    profile = {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": 7}]}
    answer = scsp.set_charging_profile(to_cpo, session_id, profile, response_url=url)
    world.settle()
    assert answer.data["result"] == "ACCEPTED"
    assert scsp.profile_results(url) == ({"result": "ACCEPTED"},)


def test_an_update_for_a_session_without_a_profile_of_ours_is_404(world, session_id):
    url = world.to_emsp.below("chargingprofiles", "SENDER", session_id)
    body = world.cpo.active_profile(session_id, 600)
    assert world.cpo.call("PUT", url, to=world.to_emsp, body=body).http_status == 404


@pytest.mark.parametrize("action", ["set", "clear", "get"])
def test_sessions_that_are_unknown_foreign_or_over(world, session_id, action: str):
    ask = {
        "set": lambda wanted: world.emsp.set_charging_profile(
            world.to_cpo, wanted, world.emsp.samples.charging_profile()
        ),
        "clear": lambda wanted: world.emsp.clear_charging_profile(world.to_cpo, wanted),
        "get": lambda wanted: world.emsp.get_active_charging_profile(world.to_cpo, wanted),
    }[action]
    assert ask("none").data["result"] == "UNKNOWN_SESSION"
    world.cpo.act("complete-session", world.to_emsp, {"session_id": session_id})
    assert ask(session_id).data["result"] == "REJECTED"
    foreign = world.cpo.begin_session({**world.cpo.samples.token(), "party_id": "XXX"})["id"]
    world.cpo.activate_session(foreign)
    assert ask(foreign).data["result"] == "REJECTED"
    world.settle()
    assert world.sent(world.cpo, "chargingprofiles.*") == []


def test_an_evse_that_takes_no_profiles_says_so(world):
    location = world.cpo.add_location()
    for evse in location["evses"]:
        world.cpo.change_evse(location, evse["uid"], {"capabilities": []})
    world.cpo.act("push-session", world.to_emsp, {"location_id": location["id"]})
    assert world.emsp.act("set-charging-profile", world.to_cpo, {})["result"] == "NOT_SUPPORTED"


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("GET", {"duration": "60"}),
        ("GET", {"response_url": "http://a.test/"}),
        ("GET", {"response_url": "http://a.test/", "duration": "soon"}),
        ("DELETE", {}),
    ],
)
def test_parameters_that_are_missing_or_none_are_2001(world, session_id, method: str, params):
    url = world.to_cpo.below("chargingprofiles", "RECEIVER", session_id)
    answer = world.emsp.call(method, url, to=world.to_cpo, params=params)
    assert (answer.http_status, answer.status_code) == (200, 2001)


@pytest.mark.parametrize("kind", ["set", "clear", "active"])
def test_results_are_taken_where_they_are_expected_without_data(world, kind: str):
    url = world.emsp.new_profile_url(kind)
    answer = world.cpo.call("POST", url, to=world.to_emsp, body={"result": "REJECTED"})
    assert answer.accepted
    assert "data" not in answer.envelope
    assert world.emsp.profile_results(url) == ({"result": "REJECTED"},)
    assert (
        world.cpo.call(
            "POST", url.replace("?", "x?"), to=world.to_emsp, body={"result": "REJECTED"}
        ).http_status
        == 404
    )


def test_a_session_of_the_stock_can_be_asked_for_too(world):
    """Every session that the CPO serves has what answering needs."""
    for session in world.cpo.store.own("sessions"):
        assert world.cpo.active_profile(session["id"], 60)["charging_profile"]
        assert world.cpo.store.own("sessions").get(session_key(session)) == session
