"""Locations: served and pushed by the CPO, received and pulled by the eMSP."""

import pytest
from ocpi_conformance.simulators.parts import location_key, part

LATER = "2035-01-01T00:00:00Z"


@pytest.fixture
def pushed(world):
    """A location that the eMSP has got."""
    location = world.cpo.add_location(full=True)
    assert world.cpo.push_location(world.to_emsp, location).http_status == 201
    return location


def received(world, location):
    return world.emsp.store.received("locations").get(location_key(location))


def to_receiver(world, method: str, *segments: str, body=None):
    url = world.to_emsp.below("locations", "RECEIVER", *segments)
    return world.cpo.call(method, url, to=world.to_emsp, body=body)


def place(location, *more: str) -> list[str]:
    return [location["country_code"], location["party_id"], location["id"], *more]


def test_the_cpo_serves_locations_evses_and_connectors(world):
    location = next(iter(world.cpo.store.own("locations")))
    evse = location["evses"][0]
    connector = evse["connectors"][0]
    for segments, expected in (
        ([location["id"]], location),
        ([location["id"], evse["uid"]], evse),
        ([location["id"], evse["uid"].lower(), connector["id"]], connector),
    ):
        url = world.to_cpo.below("locations", "SENDER", *segments)
        assert world.emsp.call("GET", url, to=world.to_cpo).data == expected


@pytest.mark.parametrize("missing", [["nowhere"], ["{id}", "none"], ["{id}", "{evse}", "none"]])
def test_what_the_cpo_does_not_have_is_404(world, missing: list[str]):
    location = next(iter(world.cpo.store.own("locations")))
    names = {"{id}": location["id"], "{evse}": location["evses"][0]["uid"]}
    url = world.to_cpo.below("locations", "SENDER", *(names.get(segment, segment) for segment in missing))
    assert world.emsp.call("GET", url, to=world.to_cpo).http_status == 404


def test_a_pull_keeps_every_location(world):
    world.emsp.act("pull-locations", world.to_cpo, {})
    own = list(world.cpo.store.own("locations"))
    assert list(world.emsp.store.received("locations")) == own
    assert own


def test_a_push_is_new_once_and_then_known(world, pushed):
    assert received(world, pushed) == pushed
    assert world.cpo.push_location(world.to_emsp, {**pushed, "name": "New"}).http_status == 200
    assert received(world, pushed)["name"] == "New"
    assert to_receiver(world, "GET", *place(pushed)).data["name"] == "New"


def test_a_pushed_evse_is_put_into_its_location(world, pushed):
    evse = world.cpo.samples.evse(full=True, last_updated=LATER)
    assert world.cpo.push_evse(world.to_emsp, pushed, evse).http_status == 201
    assert world.cpo.push_evse(world.to_emsp, pushed, evse).http_status == 200
    kept = received(world, pushed)
    assert kept["evses"] == [*pushed["evses"], evse]
    assert kept["last_updated"] == LATER
    assert to_receiver(world, "GET", *place(pushed, evse["uid"])).data == evse


def test_a_pushed_connector_makes_both_parents_newer(world, pushed):
    evse = pushed["evses"][0]
    connector = {**evse["connectors"][0], "max_amperage": 7, "last_updated": LATER}
    assert world.cpo.push_connector(world.to_emsp, pushed, evse, connector).http_status == 200
    kept = received(world, pushed)
    assert kept["evses"][0]["connectors"][0] == connector
    assert kept["last_updated"] == kept["evses"][0]["last_updated"] == LATER
    further = {**connector, "id": "99"}
    assert world.cpo.push_connector(world.to_emsp, pushed, evse, further).http_status == 201


def test_an_older_part_leaves_the_parents_time_alone(world, pushed):
    evse = world.cpo.samples.evse(full=True, last_updated="2001-01-01T00:00:00Z")
    world.cpo.push_evse(world.to_emsp, pushed, evse)
    assert received(world, pushed)["last_updated"] == pushed["last_updated"]


def test_a_patch_changes_what_it_names(world, pushed):
    body = {"name": "Patched", "last_updated": LATER}
    assert to_receiver(world, "PATCH", *place(pushed), body=body).accepted
    assert received(world, pushed) == {**pushed, **body}


def test_a_patch_that_would_break_a_rule_between_fields_is_2001(world, pushed):
    """Who may see an unpublished location is nothing that a published one has."""
    shown_to = [{"uid": "1", "type": "RFID"}]
    for changes, code in (
        ({"publish": False, "publish_allowed_to": shown_to}, 1000),
        ({"publish": True}, 2001),
        ({"publish": True, "publish_allowed_to": None}, 1000),
    ):
        body = {**changes, "last_updated": pushed["last_updated"]}
        assert to_receiver(world, "PATCH", *place(pushed), body=body).status_code == code


def test_a_patch_of_a_part_reaches_its_parents(world, pushed):
    evse = pushed["evses"][0]
    connector = evse["connectors"][0]
    body = {"max_voltage": 111, "last_updated": LATER}
    assert to_receiver(world, "PATCH", *place(pushed, evse["uid"], connector["id"]), body=body).accepted
    kept = received(world, pushed)
    assert kept["evses"][0]["connectors"][0] == {**connector, **body}
    assert kept["last_updated"] == kept["evses"][0]["last_updated"] == LATER


def test_a_removed_evse_stays_with_its_status(world, pushed):
    evse = pushed["evses"][0]
    result = world.cpo.act("remove-evse", world.to_emsp, {"location_id": pushed["id"]})
    assert result == {"location_id": pushed["id"], "evse_uid": evse["uid"]}
    for location in (received(world, pushed), world.cpo.own_location(pushed["id"])):
        assert part(location, evse["uid"])["status"] == "REMOVED"
        assert len(location["evses"]) == len(pushed["evses"])


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_parts_of_unknown_locations_are_404(world, method: str):
    bodies = {"PUT": world.cpo.samples.evse(uid="E1"), "PATCH": {"status": "CHARGING", "last_updated": LATER}}
    answer = to_receiver(world, method, "NL", "CPO", "nowhere", "E1", body=bodies.get(method))
    assert answer.http_status == 404


def test_a_connector_of_an_unknown_evse_is_404(world, pushed):
    connector = pushed["evses"][0]["connectors"][0]
    answer = to_receiver(world, "PUT", *place(pushed, "none", connector["id"]), body=connector)
    assert answer.http_status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_locations_of_other_parties_are_404(world, pushed, method: str):
    body = {"PUT": {**pushed, "party_id": "XXX"}, "PATCH": {"name": "x", "last_updated": LATER}}.get(method)
    assert to_receiver(world, method, "NL", "XXX", pushed["id"], body=body).http_status == 404


@pytest.mark.parametrize("change", [{"id": "other"}, {"party_id": "XXX"}, {"country_code": "BE"}])
def test_a_location_that_differs_from_its_url_is_2001(world, pushed, change):
    answer = to_receiver(world, "PUT", *place(pushed), body={**pushed, **change})
    assert (answer.http_status, answer.status_code) == (200, 2001)
    assert received(world, pushed) == pushed


def test_parts_that_differ_from_their_url_are_2001(world, pushed):
    evse = pushed["evses"][0]
    other = {**evse, "uid": "other"}
    assert to_receiver(world, "PUT", *place(pushed, evse["uid"]), body=other).status_code == 2001
    connector = {**evse["connectors"][0], "id": "other"}
    segments = place(pushed, evse["uid"], evse["connectors"][0]["id"])
    assert to_receiver(world, "PUT", *segments, body=connector).status_code == 2001


@pytest.mark.parametrize(
    "action", ["push-location", "push-evse", "push-connector", "push-evse-status", "remove-evse"]
)
def test_actions_without_a_location_make_one_known_first(world, action: str):
    location_id = world.cpo.act(action, world.to_emsp, {})["location_id"]
    kept = received(world, world.cpo.own_location(location_id))
    assert kept == world.cpo.own_location(location_id)
    answers = [exchange.response.status for exchange in world.sent(world.cpo, "locations.receiver.*")]
    assert answers[0] == 201
    assert max(answers) == 201


def test_actions_take_the_named_location_and_evse(world, pushed):
    evse_uid = pushed["evses"][-1]["uid"]
    parameters = {"location_id": pushed["id"], "evse_uid": evse_uid, "status": "OUTOFORDER"}
    assert world.cpo.act("push-evse-status", world.to_emsp, parameters)["evse_uid"] == evse_uid
    assert part(received(world, pushed), evse_uid)["status"] == "OUTOFORDER"


@pytest.mark.parametrize(
    "parameters", [{"location_id": "nowhere"}, {"location_id": "{id}", "evse_uid": "none"}]
)
def test_actions_on_what_is_not_there_say_so(world, pushed, parameters):
    given = {name: value.replace("{id}", pushed["id"]) for name, value in parameters.items()}
    with pytest.raises(ValueError, match=r"nowhere|none"):
        world.cpo.act("push-evse-status", world.to_emsp, given)


def test_new_locations_name_tariffs_that_exist(world):
    known = {tariff["id"] for tariff in world.cpo.store.own("tariffs")}
    named = {
        tariff_id
        for location in world.cpo.store.own("locations")
        for evse in location.get("evses", [])
        for connector in evse["connectors"]
        for tariff_id in connector["tariff_ids"]
    }
    assert named
    assert named <= known
