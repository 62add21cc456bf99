"""Plugging in: connectors, tokens and what charges."""

import pytest


def test_a_place_is_found_with_as_much_as_is_named(world):
    location = world.cpo.add_location(full=True)
    evse = location["evses"][0]
    assert world.cpo.place(location["id"]).evse["uid"] == evse["uid"]
    assert world.cpo.place(location["id"], evse["uid"]).connector == evse["connectors"][0]
    assert world.cpo.place(location["id"], evse["uid"], evse["connectors"][-1]["id"]).location == location


@pytest.mark.parametrize("missing", [("none",), ("{id}", "none"), ("{id}", "{evse}", "none")])
def test_a_place_that_is_not_there_is_none(world, missing):
    location = world.cpo.add_location(full=True)
    names = {"{id}": location["id"], "{evse}": location["evses"][0]["uid"]}
    assert world.cpo.place(*(names.get(part, part) for part in missing)) is None


def test_without_a_free_evse_there_is_no_place_but_a_new_one(world):
    for location in world.cpo.store.own("locations"):
        for evse in location.get("evses", []):
            world.cpo.occupy(location["id"], evse["uid"], "CHARGING")
        assert world.cpo.place(location["id"]) is None
    before = len(world.cpo.store.own("locations"))
    assert world.cpo.free_place().evse["status"] == "AVAILABLE"
    assert len(world.cpo.store.own("locations")) == before + 1


def test_a_session_is_priced_by_the_tariff_of_its_connector(world):
    tariff = world.cpo.add_tariff(type="REGULAR")
    location = world.cpo.add_location(full=True, tariff_ids=[tariff["id"]])
    token = world.cpo.token_for(world.to_emsp)
    charging = world.cpo.plug_in(token, location_id=location["id"])
    assert charging.tariff == tariff
    assert charging.session["currency"] == tariff["currency"]


def test_a_tariff_for_a_profile_is_not_taken_by_itself(world):
    green = world.cpo.add_tariff(type="PROFILE_GREEN")
    regular = world.cpo.add_tariff(type="REGULAR")
    location = world.cpo.add_location(full=True, tariff_ids=[green["id"], regular["id"]])
    charging = world.cpo.plug_in(world.cpo.token_for(world.to_emsp), location_id=location["id"])
    assert charging.tariff == regular


def test_tokens_of_the_other_side_are_preferred_to_made_up_ones(world):
    made_up = world.cpo.token_for(world.to_emsp)
    assert (made_up["country_code"], made_up["party_id"]) == ("DE", "MSP")
    never = world.emsp.add_token(whitelist="NEVER")
    invalid = world.emsp.add_token(valid=False)
    for token in (never, invalid):
        world.emsp.push_token(world.to_cpo, token)
    assert world.cpo.token_for(world.to_emsp)["uid"] not in (never["uid"], invalid["uid"])
    usable = world.emsp.add_token(whitelist="ALWAYS")
    world.emsp.push_token(world.to_cpo, usable)
    assert world.cpo.token_for(world.to_emsp) == usable
    assert world.cpo.token_for(world.to_emsp, never["uid"].lower()) == never


def test_sessions_do_not_run_ahead_of_the_clock(world):
    session = world.cpo.charged(world.to_emsp, {})
    assert session["end_date_time"] < session["last_updated"]


def test_a_forgotten_session_frees_its_evse(world):
    session = world.cpo.begin_session(world.cpo.token_for(world.to_emsp))
    world.cpo.forget_session(session["id"])
    assert world.cpo.own_session(session["id"]) is None
    place = world.cpo.place(session["location_id"], session["evse_uid"])
    assert place.evse["status"] == "AVAILABLE"


def test_a_session_that_was_never_started_has_no_charging(world):
    with pytest.raises(ValueError, match="session_id is 'none'"):
        world.cpo.charging("none")
