"""The judge of how a CPO addresses what it pushes."""

from typing import Any

import orjson
import pytest
from ocpi_conformance.conformance.wire.pushing import pushes
from ocpi_conformance.conformance.wire.ruling import View
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import endpoint_of
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.roles import Emsp
from ocpi_conformance.simulators.samples import Samples

OWN = (Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers"),)
PEER = Emsp(
    name="emsp",
    roles=[Role(role="EMSP", country_code="NL", party_id="TS1", name="Peer")],
    base_url="http://peer",
    verify=False,
)
LOCATION = Samples(7, country_code="NL", party_id="CPO").location(full=True)
EVSE = LOCATION["evses"][0]
CONNECTOR = EVSE["connectors"][0]
WHOLE = f"NL/CPO/{LOCATION['id']}"


def broken(method: str, path: str, body: Any = None, *, roles: tuple[Role, ...] = OWN) -> list[str]:
    """The requirements that a push breaks; at least one is spoken of."""
    url = f"{PEER.url('locations', 'RECEIVER').rstrip('/')}/{path}"
    content = b"" if body is None else orjson.dumps(body)
    request = Request(method=method, url=url, headers=(), body=content)
    exchange = Exchange(
        id=1,
        direction="received",
        party="emsp",
        scenario="s",
        started=clock.now(),
        elapsed_s=0.01,
        request=request,
        response=Response(headers=(), body=b'{"status_code":1000}', status=200),
        endpoint=endpoint_of(PEER, request),
    )
    rulings = list(pushes(View(exchange, PEER, "2.2.1", roles)))
    assert rulings
    return [ruling.slug.removeprefix("locations-push-") for ruling in rulings if not ruling.holds]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", WHOLE, LOCATION),
        ("PUT", WHOLE.lower(), LOCATION),
        ("PUT", f"{WHOLE}/{EVSE['uid']}", EVSE),
        ("PUT", f"{WHOLE}/{EVSE['uid']}/{CONNECTOR['id']}", CONNECTOR),
        ("PATCH", WHOLE, {"name": "x", "last_updated": "2024-01-01T00:00:00Z"}),
        ("GET", WHOLE, None),
    ],
)
def test_sound_pushes(method: str, path: str, body: Any) -> None:
    """Nothing is broken by a push to the right place, whatever its case."""
    assert broken(method, path, body) == []


@pytest.mark.parametrize(
    ("slugs", "method", "path", "body"),
    [
        (["never-deletes"], "DELETE", f"{WHOLE}/{EVSE['uid']}", None),
        (["never-deletes"], "POST", WHOLE, LOCATION),
        (["url-own-party", "url-owner-equals-body"], "PUT", f"NL/TS1/{LOCATION['id']}", LOCATION),
        (["url-own-party"], "PUT", f"NL/TS1/{LOCATION['id']}/{EVSE['uid']}", EVSE),
        (["url-own-party"], "GET", f"NL/TS1/{LOCATION['id']}", None),
        (["url-owner-equals-body"], "PUT", WHOLE, {**LOCATION, "party_id": "XXX"}),
        (["url-ids-equal-body"], "PUT", "NL/CPO/OTHER", LOCATION),
        (["url-ids-equal-body"], "PUT", f"{WHOLE}/OTHER", EVSE),
        (["url-ids-equal-body"], "PUT", f"{WHOLE}/{EVSE['uid']}/OTHER", CONNECTOR),
        (["patch-has-last-updated"], "PATCH", WHOLE, {"name": "x"}),
        (["patch-has-last-updated"], "PATCH", WHOLE, {"name": "x", "last_updated": None}),
    ],
)
def test_broken_pushes(slugs: list[str], method: str, path: str, body: Any) -> None:
    """Each misstep breaks its own requirement."""
    assert broken(method, path, body) == slugs


def test_parties_are_judged_once_they_are_known() -> None:
    """Before the roles of the IUT are known nobody is told whose Locations it may push."""
    assert broken("PUT", f"NL/TS1/{LOCATION['id']}/{EVSE['uid']}", EVSE, roles=()) == []
