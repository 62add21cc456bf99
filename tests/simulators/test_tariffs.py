"""Tariffs: served, pushed and deleted by the CPO, received and pulled by the eMSP."""

import pytest
from ocpi_conformance.simulators.tariffs import tariff_key


def received(world, tariff):
    return world.emsp.store.received("tariffs").get(tariff_key(tariff))


def to_receiver(world, method: str, tariff_id: str, *, party: str = "CPO", body=None):
    url = world.to_emsp.below("tariffs", "RECEIVER", "NL", party, tariff_id)
    return world.cpo.call(method, url, to=world.to_emsp, body=body)


def test_a_push_is_new_once_and_then_known(world):
    tariff = world.cpo.add_tariff(full=True)
    assert world.cpo.push_tariff(world.to_emsp, tariff).http_status == 201
    assert world.cpo.push_tariff(world.to_emsp, {**tariff, "currency": "USD"}).http_status == 200
    assert received(world, tariff) == {**tariff, "currency": "USD"}
    assert world.cpo.check_tariff(world.to_emsp, tariff).data["currency"] == "USD"


def test_a_deleted_tariff_is_gone_on_both_sides(world):
    tariff = world.cpo.add_tariff()
    world.cpo.push_tariff(world.to_emsp, tariff)
    assert world.cpo.delete_tariff(world.to_emsp, tariff).accepted
    assert received(world, tariff) is None
    assert world.cpo.own_tariff(tariff["id"]) is None
    assert world.cpo.delete_tariff(world.to_emsp, tariff).http_status == 404


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_unknown_tariffs_are_404(world, method: str):
    assert to_receiver(world, method, "none").http_status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_tariffs_of_other_parties_are_404(world, method: str):
    tariff = world.cpo.samples.tariff(party_id="XXX")
    world.emsp.store.received("tariffs").put(tariff_key(tariff), tariff)
    body = tariff if method == "PUT" else None
    assert to_receiver(world, method, tariff["id"], party="XXX", body=body).http_status == 404
    assert received(world, tariff) == tariff


def test_there_is_no_patch(world):
    answer = to_receiver(world, "PATCH", "x", body={"currency": "USD"})
    assert (answer.http_status, answer.header("Allow")) == (405, "GET, PUT, DELETE")


@pytest.mark.parametrize("change", [{"id": "other"}, {"party_id": "XXX"}, {"country_code": "BE"}])
def test_a_tariff_that_differs_from_its_url_is_2001(world, change):
    tariff = world.cpo.samples.tariff()
    assert to_receiver(world, "PUT", tariff["id"], body={**tariff, **change}).status_code == 2001


def test_a_complete_pull_replaces_what_was_known_of_that_platform(world):
    gone = world.cpo.samples.tariff()
    world.cpo.push_tariff(world.to_emsp, gone)
    foreign = world.cpo.samples.tariff(country_code="BE", party_id="XXX")
    world.emsp.store.received("tariffs").put(tariff_key(foreign), foreign)
    pulled = world.emsp.act("pull-tariffs", world.to_cpo, {})
    assert pulled == {"pages": 1, "objects": 2}
    assert received(world, gone) is None
    assert received(world, foreign) == foreign
    assert all(received(world, tariff) == tariff for tariff in world.cpo.store.own("tariffs"))


@pytest.mark.parametrize(
    "window", [{"date_from": "2035-01-01T00:00:00Z"}, {"date_to": "2001-01-01T00:00:00Z"}]
)
def test_a_pull_of_a_window_forgets_nothing(world, window):
    tariff = world.cpo.samples.tariff()
    world.cpo.push_tariff(world.to_emsp, tariff)
    assert world.emsp.act("pull-tariffs", world.to_cpo, window)["objects"] == 0
    assert received(world, tariff) == tariff


def test_a_pull_that_fails_forgets_nothing(world):
    tariff = world.cpo.samples.tariff()
    world.cpo.push_tariff(world.to_emsp, tariff)
    world.to_cpo.token_out = "wrong"
    world.emsp.pull_tariffs(world.to_cpo)
    assert received(world, tariff) == tariff


def test_actions_push_and_delete_new_and_known_tariffs(world):
    made = world.cpo.act("push-tariff", world.to_emsp, {})
    tariff = world.cpo.own_tariff(made["tariff_id"])
    assert received(world, tariff) == tariff
    assert world.cpo.act("push-tariff", world.to_emsp, made) == made
    assert received(world, tariff)["last_updated"] > tariff["last_updated"]
    assert world.cpo.act("push-tariff", world.to_emsp, {**made, "price": 0.4321}) == made
    assert received(world, tariff)["elements"][0]["price_components"][0]["price"] == 0.4321
    assert world.cpo.act("delete-tariff", world.to_emsp, made) == made
    assert received(world, tariff) is None
    another = world.cpo.act("delete-tariff", world.to_emsp, {})
    assert [exchange.response.status for exchange in world.sent(world.cpo, "tariffs.receiver.delete")] == [
        200,
        200,
    ]
    with pytest.raises(ValueError, match=another["tariff_id"]):
        world.cpo.act("push-tariff", world.to_emsp, another)
