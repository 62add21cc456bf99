"""Parties on real sockets: one server for the whole run, two furnished and registered parties for a test."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.connection import Connection, Role
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.party import Limits, Party
from ocpi_conformance.simulators.roles import Cpo, Emsp, Hub, Scsp
from ocpi_conformance.simulators.serving import Server

CPO_ROLE = Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers")
EMSP_ROLE = Role(role="EMSP", country_code="DE", party_id="MSP", name="Drivers")

_numbers = itertools.count(1)


@dataclass
class World:
    """A CPO and an eMSP; `to_cpo` is the connection as the eMSP has it, `to_emsp` as the CPO has it."""

    cpo: Cpo
    emsp: Emsp
    to_cpo: Connection
    to_emsp: Connection

    def settle(self) -> None:
        """Wait for what the parties do in the background."""
        self.cpo.settle()
        self.emsp.settle()

    def sent(self, party: Party, endpoint: str) -> list[Exchange]:
        """What a party has sent to an endpoint."""
        return party.journal.all(endpoint=endpoint, direction="sent")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that any party may be added to."""
    with Server() as running:
        yield running


@pytest.fixture
def make_cpo(server: Server) -> Iterator:
    """Make CPOs that are served, and close them."""
    yield from _makers(server, Cpo, CPO_ROLE)


@pytest.fixture
def make_emsp(server: Server) -> Iterator:
    """Make eMSPs that are served, and close them."""
    yield from _makers(server, Emsp, EMSP_ROLE)


@pytest.fixture
def make_scsp(server: Server) -> Iterator:
    """Make smart charging providers that are served, and close them."""
    yield from _makers(server, Scsp, Role(role="SCSP", country_code="FR", party_id="SCS", name="Limits"))


@pytest.fixture
def make_hub(server: Server) -> Iterator:
    """Make hubs that are served, and close them."""
    yield from _makers(server, Hub, Role(role="HUB", country_code="BE", party_id="HUB", name="Hub"))


def _makers(server: Server, kind: type[Party], role: Role) -> Iterator:
    made: list[Party] = []

    def make(*, roles: list[Role] | None = None, **options) -> Party:
        number = next(_numbers)
        # Authorities take long to load and nothing here is https; one seed a role keeps Faker's pools in use.
        settings = {"verify": False, "seed": len(kind.role), **options}
        party = kind(name=f"{kind.role.lower()}{number}", roles=roles or [role], **settings)
        server.add(party)
        made.append(party)
        return party

    yield make
    for party in made:
        party.settle()
        party.close()
        assert party.faults == []


@pytest.fixture
def world(make_cpo, make_emsp) -> Iterator[World]:
    """Two furnished parties, registered; whatever they sent and took in has to be valid."""
    limits = Limits(locations=3, tokens=4, tariffs=2, sessions=2, cdrs=2)
    cpo, emsp = make_cpo(limits=limits), make_emsp(limits=limits)
    cpo.furnish()
    emsp.furnish()
    to_cpo = emsp.register(cpo.versions_url, cpo.connections.invite().token_in).connection
    assert to_cpo is not None
    yield World(cpo, emsp, to_cpo, cpo.connections.registered()[0])
    for party in (cpo, emsp):
        party.settle()
        for exchange in party.journal.all(direction="received"):
            assert faults_in(exchange) == [], exchange


def faults_in(exchange: Exchange) -> list[str]:
    """What is wrong with an exchange that succeeded, judged by the schemas."""
    endpoint, response = exchange.endpoint, exchange.response
    if endpoint is None or response is None or response.envelope.get("status_code") != 1000:
        return []
    found = []
    if endpoint.body and exchange.request.body:
        judge = validator("2.2.1", endpoint.body, shape="patch" if endpoint.patch else "full")
        found += [f"request {finding}" for finding in judge.findings(exchange.request.json)]
    if endpoint.answer:
        judge = validator("2.2.1", endpoint.answer, many=endpoint.many)
        found += [f"answer {finding}" for finding in judge.findings(response.envelope.get("data"))]
    return found
