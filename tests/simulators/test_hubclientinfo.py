"""Hub client info, as the clients of a hub keep it."""

import pytest
from ocpi_conformance.simulators.party import Limits


def to_receiver(asker, connection, method: str, country: str = "BE", party: str = "ABC", *, body=None):
    url = connection.below("hubclientinfo", "RECEIVER", country, party)
    return asker.call(
        method, url, to=connection, endpoint=f"hubclientinfo.receiver.{method.lower()}", body=body
    )


@pytest.mark.parametrize("receiver", ["cpo", "emsp"])
def test_both_roles_keep_what_they_are_told(world, receiver: str):
    asker, connection = (world.emsp, world.to_cpo) if receiver == "cpo" else (world.cpo, world.to_emsp)
    info = world.cpo.samples.client_info(country_code="BE", party_id="ABC", status="PLANNED")
    assert to_receiver(asker, connection, "GET").http_status == 404
    assert to_receiver(asker, connection, "PUT", body=info).http_status == 201
    assert to_receiver(asker, connection, "PUT", body={**info, "status": "CONNECTED"}).http_status == 200
    assert to_receiver(asker, connection, "GET", "be", "abc").data == {**info, "status": "CONNECTED"}
    kept = (world.cpo if receiver == "cpo" else world.emsp).client_info("BE", "ABC")
    assert kept["status"] == "CONNECTED"


@pytest.mark.parametrize("change", [{"party_id": "XXX"}, {"country_code": "NL"}])
def test_info_that_differs_from_its_url_is_2001(world, change):
    info = world.cpo.samples.client_info(country_code="BE", party_id="ABC")
    assert to_receiver(world.cpo, world.to_emsp, "PUT", body={**info, **change}).status_code == 2001


def test_messages_of_this_module_are_not_routed(world):
    answer = to_receiver(world.cpo, world.to_emsp, "GET")
    assert answer.exchange.request.header("OCPI-to-party-id") is None


def test_a_list_is_pulled_from_a_hub(world, make_hub):
    """Page by page; what is no ClientInfo is left lying."""
    hub = make_hub(limits=Limits(page=2))
    for party in ("AAA", "BBB", "CCC"):
        hub.add_client_info(hub.samples.client_info(party_id=party))
    hub.store.own("hubclientinfo").put(("nonsense",), {"role": "HUB"})
    connection = world.emsp.register(hub.versions_url, hub.connections.invite().token_in).connection
    assert world.emsp.act("pull-client-info", connection, {}) == {"pages": 2, "objects": 4}
    assert world.emsp.client_info("BE", "BBB")["role"] == "EMSP"


def test_a_hub_tells_its_clients(world, make_hub):
    """It PUTs what it knows of any party, and can see what became of it."""
    hub = make_hub()
    connection = hub.register(world.cpo.versions_url, world.cpo.connections.invite().token_in).connection
    info = hub.add_client_info(hub.samples.client_info(country_code="SE", party_id="XYZ", status="OFFLINE"))
    assert hub.check_client_info(connection, info).http_status == 404
    assert hub.push_client_info(connection, info).http_status == 201
    assert hub.check_client_info(connection, info).data == info
