"""Exchanges as the judges of single aspects see them."""

from collections.abc import Iterable
from typing import Any

import orjson
from ocpi_conformance.conformance.wire.ruling import Ruling, View
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import endpoint_of
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.roles import Emsp

ROUTED = {
    "OCPI-to-country-code": "NL",
    "OCPI-to-party-id": "CPO",
    "OCPI-from-country-code": "DE",
    "OCPI-from-party-id": "TS1",
}
TURNED = {
    "OCPI-to-country-code": "de",
    "OCPI-to-party-id": "TS1",
    "OCPI-from-country-code": "NL",
    "OCPI-from-party-id": "CPO",
}
IUT = (Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers"),)
PEER = Emsp(
    name="emsp",
    roles=[Role(role="EMSP", country_code="DE", party_id=party, name=party) for party in ("TS1", "TS2")],
    base_url="http://peer",
    verify=False,
)


def view(request: Request, response: Response, *, direction: Any, endpoint: Any) -> View:
    exchange = Exchange(
        id=1,
        direction=direction,
        party=PEER.name,
        scenario="s",
        started=clock.now(),
        elapsed_s=0.01,
        request=request,
        response=response,
        endpoint=endpoint,
    )
    return View(exchange, PEER, "2.2.1", IUT)


def answered(
    envelope: Any = None,
    *,
    endpoint: str = "locations.sender.list",
    status: int = 200,
    headers: dict[str, str] | None = None,
    sent: dict[str, str] | None = None,
    body: bytes | None = None,
) -> View:
    """An answer of the IUT. `envelope` is completed to one of success."""
    row = endpoints("2.2.1").get(endpoint)
    whole = {"status_code": 1000, "timestamp": clock.stamp(clock.now()), **(envelope or {})}
    kept = {name: value for name, value in whole.items() if value is not ...}
    response = Response(
        headers=tuple({"Content-Type": "application/json", **(headers or {})}.items()),
        body=orjson.dumps(kept) if body is None else body,
        status=status,
    )
    request = Request(method=row.method, url="http://iut/x", headers=tuple((sent or {}).items()), body=b"")
    return view(request, response, direction="sent", endpoint=row)


def asked(
    method: str,
    url: str,
    *,
    body: Any = None,
    headers: dict[str, str] | None = None,
    status: int = 200,
) -> View:
    """A request of the IUT to a URL of the peer."""
    content = b"" if body is None else orjson.dumps(body)
    request = Request(method=method, url=url, headers=tuple((headers or {}).items()), body=content)
    response = Response(headers=(), body=b'{"status_code":1000}', status=status)
    return view(request, response, direction="received", endpoint=endpoint_of(PEER, request))


def broken(rulings: Iterable[Ruling]) -> set[str]:
    """The requirements that were found broken."""
    return {ruling.slug for ruling in rulings if not ruling.holds}


def met(rulings: Iterable[Ruling]) -> set[str]:
    """The requirements that were found met, and never broken."""
    found = list(rulings)
    return {ruling.slug for ruling in found if ruling.holds} - broken(found)
