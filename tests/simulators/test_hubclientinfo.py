"""Hub client info, as the clients of a hub keep it."""

import pytest
from ocpi_conformance.simulators.answering import Reply
from ocpi_conformance.simulators.party import serves
from ocpi_conformance.simulators.roles import Cpo


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


def test_a_list_is_pulled_from_a_hub(server, world):
    class Hub(Cpo):
        @serves("hubclientinfo.sender.list")
        def list_clients(self, visit) -> Reply:
            infos = [self.samples.client_info(party_id=party) for party in ("AAA", "BBB")]
            return Reply(data=[*infos, "nonsense"])

    hub = Hub(name=f"hub-{world.cpo.name}", roles=world.cpo.roles)
    server.add(hub)
    connection = world.emsp.register(hub.versions_url, hub.connections.invite().token_in).connection
    assert world.emsp.act("pull-client-info", connection, {}) == {"pages": 1, "objects": 3}
    assert world.emsp.client_info("NL", "BBB")["role"] == "EMSP"
    hub.close()
