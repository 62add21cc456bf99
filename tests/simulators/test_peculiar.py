"""Peculiar peers."""

from ocpi_conformance.simulators.peculiar import (
    begins_nothing,
    lists_credentials_as_receiver,
    lists_only,
    passes_nothing_on,
    peculiar,
)


def _credentials(found) -> list[str]:
    return [row["role"] for row in found.rows if row["identifier"] == "credentials"]


def _discover(world):
    token = world.to_cpo.token_out
    return world.emsp.discover(world.cpo.versions_url, token=token, version=world.emsp.version)


def test_no_version_in_common_is_listed_for_a_while(world):
    with peculiar(world.cpo, lists_only("2.0")):
        assert _discover(world).offered == ["2.0"]
    assert _discover(world).offered == ["2.2.1"]


def test_credentials_are_listed_as_receiver_and_nothing_else_changes(world):
    usual = _discover(world)
    with peculiar(world.cpo, lists_credentials_as_receiver):
        odd = _discover(world)
    assert (_credentials(usual), _credentials(odd)) == (["SENDER"], ["RECEIVER"])
    assert len(odd.rows) == len(usual.rows)


def test_a_party_that_moved_is_found_at_both_places(world):
    before = _discover(world).endpoints["locations", "SENDER"]
    world.cpo.move("elsewhere")
    after = _discover(world).endpoints["locations", "SENDER"]
    assert after != before
    for url in (before, after):
        answer = world.emsp.call("GET", url, to=world.to_cpo, endpoint="locations.sender.list")
        assert answer.accepted


def test_a_start_is_accepted_and_comes_to_nothing(world):
    place = world.cpo.free_place()
    where = {"location_id": place.location["id"], "evse_uid": place.evse["uid"]}
    before = len(world.cpo.store.own("sessions"))
    with peculiar(world.cpo, begins_nothing):
        answer = world.emsp.start_session(world.to_cpo, world.emsp.add_token(type="APP_USER"), **where)
        listed = world.emsp.call("GET", world.to_cpo.url("locations", "SENDER"), to=world.to_cpo)
    world.cpo.settle()
    assert answer.accepted
    assert answer.data == {"result": "ACCEPTED", "timeout": 30}
    assert listed.accepted
    assert len(world.cpo.store.own("sessions")) == before
    assert not world.sent(world.cpo, "*.sender.result")
    assert not world.sent(world.cpo, "sessions.receiver.*")


def test_a_profile_is_accepted_and_comes_to_nothing(world):
    session = world.cpo.begin_session(world.emsp.add_token())["id"]
    world.cpo.activate_session(session)
    profile = {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": 8}]}
    with peculiar(world.cpo, passes_nothing_on):
        url = world.emsp.new_profile_url("set")
        answer = world.emsp.set_charging_profile(world.to_cpo, session, profile, response_url=url)
    world.cpo.settle()
    assert answer.data["result"] == "ACCEPTED"
    assert world.emsp.profile_results(url) == ()
