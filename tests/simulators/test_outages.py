"""Outages of a peer."""

from ocpi_conformance.simulators.outages import forgets_before_patch, is_down
from ocpi_conformance.simulators.peculiar import peculiar


def test_a_party_that_is_down_answers_nothing_of_its_own(world):
    with peculiar(world.cpo, is_down):
        assert world.emsp.get_versions(world.cpo.versions_url, token="x").http_status == 503
    assert world.emsp.get_versions(world.cpo.versions_url, token="x").http_status == 401


def test_a_lost_copy_is_sent_again_after_the_patch(world):
    with peculiar(world.emsp, forgets_before_patch):
        world.cpo.act("push-evse-status", world.to_emsp, {})
    sent = [
        (found.request.method, found.response.status if found.response else None)
        for found in world.cpo.journal.all(endpoint="locations.receiver.*", direction="sent")
    ]
    assert sent == [("PUT", 201), ("PATCH", 404), ("GET", 404), ("PUT", 201)]


def test_a_lost_token_is_sent_again_after_the_patch(world):
    with peculiar(world.cpo, forgets_before_patch):
        uid = world.emsp.act("invalidate-token", world.to_cpo, {})["uid"]
    kept = [token for token in world.cpo.store.received("tokens") if token["uid"] == uid]
    assert [token["valid"] for token in kept] == [False]
