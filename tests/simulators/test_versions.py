"""Versions: what a party says of itself, and discovery of what another says."""

import pytest
from ocpi_conformance.simulators.answering import Reply
from ocpi_conformance.simulators.party import serves
from ocpi_conformance.simulators.roles import Emsp


class Odd(Emsp):
    """An eMSP whose version details are what a test wants."""

    details: object = None

    @serves("versions.details")
    def version_details(self, visit) -> Reply:
        return Reply(data=self.details)


@pytest.fixture
def odd(server, make_emsp):
    made = make_emsp()
    party = Odd(name=f"odd-{made.name}", roles=made.roles)
    server.add(party)
    yield party
    party.close()


def discover(asker, party, *, version: str = "2.2.1"):
    token = party.connections.invite().token_in
    return asker.discover(party.versions_url, token=token, version=version)


def test_discovery_finds_absolute_urls_of_all_interfaces(make_cpo, make_emsp):
    cpo = make_cpo()
    found = discover(make_emsp(), cpo)
    assert found.reached
    assert found.offered == ["2.2.1"]
    assert found.endpoints[("locations", "SENDER")] == f"{cpo.base_url}/2.2.1/sender/locations"
    assert found.endpoints[("tokens", "RECEIVER")] == f"{cpo.base_url}/2.2.1/receiver/tokens"
    assert {module for module, _ in found.endpoints} == {module for module, _ in cpo.interfaces()}


def test_a_version_that_is_not_offered_is_not_asked_for(make_cpo, make_emsp):
    emsp = make_emsp()
    found = discover(emsp, make_cpo(), version="2.3.0")
    assert (found.reached, found.details, found.offered) == (False, None, ["2.2.1"])
    assert len(emsp.journal.all()) == 1


def test_details_of_another_version_are_not_served(world):
    answer = world.emsp.get_details(f"{world.cpo.base_url}/2.1.1", token=world.to_cpo.token_out)
    assert answer.http_status == 404


@pytest.mark.parametrize(
    "details",
    [
        None,
        [],
        {},
        {"endpoints": "none"},
        {"endpoints": [1, {"identifier": "x"}, {"identifier": 1, "role": "SENDER", "url": "x"}]},
    ],
)
def test_broken_details_are_discovered_as_no_endpoints(make_cpo, odd, details):
    odd.details = details
    found = discover(make_cpo(), odd)
    assert (found.endpoints, found.reached) == ({}, False)


def test_of_an_endpoint_listed_twice_the_first_counts(make_cpo, odd):
    row = {"identifier": "tokens", "role": "SENDER"}
    odd.details = {"endpoints": [{**row, "url": "http://first"}, {**row, "url": "http://second"}]}
    assert discover(make_cpo(), odd).endpoints == {("tokens", "SENDER"): "http://first"}


def test_discovery_of_nobody_is_not_reached(make_cpo):
    found = make_cpo().discover("http://127.0.0.1:1/", token="x", version="2.2.1")
    assert (found.reached, found.offered, found.details) == (False, [], None)
