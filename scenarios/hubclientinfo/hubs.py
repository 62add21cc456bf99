"""A hub that has registered with the IUT, and what it tells of parties that it knows."""

from typing import Any

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.bench import OPPOSITE, Bench
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.connection import Connection
from ocpi_conformance.simulators.roles import Hub

Info = dict[str, Any]


def a_hub(iut: Iut, bench: Bench) -> tuple[Hub, Connection]:
    """A hub and its connection to the IUT, registered once in a run. Raises Stop where that fails."""
    hub = next((party for party in bench.parties() if isinstance(party, Hub)), None)
    if hub is None:
        hub = bench.new_guest(Hub)
    connection = next(iter(hub.connections.registered()), None)
    if connection is None:
        token = str(iut.act("issue-token").get("token") or "")
        registration = hub.register(iut.versions_url, token)
        if registration.connection is None:
            raise Stop(Verdict.INCONCLUSIVE, f"a hub could not register: {registration.failure}")
        connection = registration.connection
    return hub, connection


def about(iut: Iut, party_id: str, *, role: str = "", status: str = "CONNECTED") -> Info:
    """A ClientInfo as the hub has it now, of a party that the IUT can communicate with unless a role is named."""
    return {
        "country_code": "SE",
        "party_id": party_id,
        "role": role or OPPOSITE[iut.role],
        "status": status,
        "last_updated": clock.stamp(clock.now()),
    }
