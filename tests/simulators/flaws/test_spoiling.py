"""What flaws do with bodies that are wrong."""

import orjson
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators.exchange import Request
from ocpi_conformance.simulators.flaws.spoiling import mended, path_of, the_fault, wrong_at

PUT = endpoints("2.2.1").get("hubclientinfo.receiver.put")
INFO = {
    "country_code": "SE",
    "party_id": "AAA",
    "role": "CPO",
    "status": "CONNECTED",
    "last_updated": "2024-01-31T08:15:00Z",
}


def a_put(**changes: object) -> Request:
    """A PUT of a ClientInfo with other values."""
    body = {name: value for name, value in {**INFO, **changes}.items() if value != "absent"}
    return Request(method="PUT", url="http://iut/x", headers=(), body=orjson.dumps(body), endpoint=PUT)


def test_the_one_fault_is_found(world) -> None:
    """Neither none nor two are one."""
    assert the_fault(world.cpo, a_put(), "hubclientinfo.*") is None
    assert the_fault(world.cpo, a_put(role=7, status=7), "hubclientinfo.*") is None
    found = the_fault(world.cpo, a_put(role=7), "hubclientinfo.*")
    assert found is not None
    assert (found.pointer, found.rule) == ("/role", "type")


def test_place_rule_and_endpoint_count(world) -> None:
    """All three."""
    request = a_put(role=7)

    assert wrong_at(world.cpo, request, "hubclientinfo.*", "/role", "type")
    assert not wrong_at(world.cpo, request, "hubclientinfo.*", "/role", "required")
    assert not wrong_at(world.cpo, request, "hubclientinfo.*", "/status", "type")
    assert not wrong_at(world.cpo, request, "tokens.*", "/role", "type")


def test_what_is_wrong_is_mended_and_nothing_else(world) -> None:
    """By a value that is right there."""
    found = mended(world.cpo, a_put(last_updated="absent"), "/last_updated")

    assert found.json == {**INFO, "last_updated": found.json["last_updated"]}
    assert the_fault(world.cpo, found, "hubclientinfo.*") is None


def test_a_pointer_leads_into_lists() -> None:
    """Digits are places."""
    assert path_of("/elements/0/price_components") == ("elements", 0, "price_components")
