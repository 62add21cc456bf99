"""Probes: requests that change nothing, for the endpoints that can be asked without knowing their objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from ..schemas.endpoints import Endpoint
from ..simulators.calling import Answer
from ..simulators.connection import Connection
from ..simulators.party import Party

_OLD = "2020-01-01T00:00:00Z"


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One GET: a list, or an object that nobody has."""

    endpoint: str
    url: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    def send(self, party: Party, *, to: Connection | None = None, token: str | None = None) -> Answer:
        """Send it as a party of ours, over a connection or with another token."""
        return party.call(
            "GET", self.url, to=to, token=token, endpoint=self.endpoint, params=dict(self.parameters)
        )


def probes(party: Party, endpoints: Mapping[tuple[str, str], str]) -> list[Probe]:
    """The probes of functional modules for endpoints as version details list them, lists before objects."""
    rows = [row for row in party.endpoints if row.method == "GET" and row.functional]
    found = [
        probe
        for row in rows
        if (row.module, row.interface) in endpoints
        and (probe := _probe(party, row, endpoints[row.module, row.interface]))
    ]
    return sorted(found, key=lambda probe: not probe.parameters)


def _probe(party: Party, row: Endpoint, url: str) -> Probe | None:
    if row.paged:
        return Probe(endpoint=row.id, url=url, parameters={"limit": "1", "date_from": _OLD})
    if len(row.segments) == 3 and row.segments[:2] == ("{country_code}", "{party_id}"):
        place = f"{party.me.country_code}/{party.me.party_id}/{uuid4()}"
        return Probe(endpoint=row.id, url=f"{url.rstrip('/')}/{place}")
    return None
