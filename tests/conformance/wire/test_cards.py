"""The judge of every exchange on the Tokens that an eMSP serves and pushes."""

from typing import Any

import orjson
import pytest
from ocpi_conformance.conformance.wire import cards
from ocpi_conformance.conformance.wire.ruling import View
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import endpoint_of
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.samples import Samples

OWN = (Role(role="EMSP", country_code="NL", party_id="MSP", name="Drivers"),)
PEER = Cpo(
    name="cpo",
    roles=[Role(role="CPO", country_code="NL", party_id="TS1", name="Peer")],
    base_url="http://peer",
    verify=False,
)
SAMPLES = Samples(7, country_code="NL", party_id="MSP")
CARD = SAMPLES.token(type="RFID")
APP = SAMPLES.token(type="APP_USER")
OK = {"status_code": 1000}


def view(request: Request, answer: dict[str, Any], *, direction: Any, endpoint: Any) -> View:
    response = Response(headers=(), body=orjson.dumps(answer), status=200)
    exchange = Exchange(
        id=1,
        direction=direction,
        party="cpo",
        scenario="s",
        started=clock.now(),
        elapsed_s=0.01,
        request=request,
        response=response,
        endpoint=endpoint,
    )
    return View(exchange, PEER, "2.2.1", OWN)


def served(*tokens: dict[str, Any]) -> dict[str, set[bool]]:
    """What is said of a list that the IUT answered with."""
    request = Request(method="GET", url="http://iut/tokens", headers=(), body=b"")
    row = endpoints("2.2.1").get("tokens.sender.list")
    return verdicts(
        cards.answered(view(request, {**OK, "data": list(tokens)}, direction="sent", endpoint=row))
    )


def pushed(method: str, body: Any, *, owner: str = "NL/MSP", uid: str | None = None, query: str = "") -> Any:
    """What is said of a push."""
    url = f"{PEER.url('tokens', 'RECEIVER').rstrip('/')}/{owner}/{uid or CARD['uid']}{query}"
    request = Request(method=method, url=url, headers=(), body=orjson.dumps(body))
    return verdicts(
        cards.requested(view(request, OK, direction="received", endpoint=endpoint_of(PEER, request)))
    )


def verdicts(rulings: Any) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for ruling in rulings:
        found.setdefault(ruling.slug, set()).add(ruling.holds)
    return found


def broken(found: dict[str, set[bool]]) -> set[str]:
    return {slug for slug, holds in found.items() if False in holds}


def test_a_list_of_own_tokens_is_met() -> None:
    """Nothing is broken, and each duty that had an occasion is spoken of."""
    found = served(CARD, APP)

    assert not broken(found)
    assert {"tokens-owner-among-roles", "tokens-app-user-never-whitelisted"} <= set(found)


@pytest.mark.parametrize(
    ("token", "slug"),
    [
        ({**CARD, "party_id": "XXX"}, "tokens-owner-among-roles"),
        ({**APP, "whitelist": "ALLOWED"}, "tokens-app-user-never-whitelisted"),
        ({**CARD, "group_id": "G" * 21}, "tokens-group-id-short"),
        ({**CARD, "contract_id": "4711"}, "tokens-contract-id-emi3"),
    ],
)
def test_a_listed_token_breaks_one_duty(token: dict[str, Any], slug: str) -> None:
    """Each is named alone."""
    assert broken(served(CARD, token)) == {slug}


def test_a_list_without_tokens_of_apps_says_nothing_of_them() -> None:
    """No occasion is no pass."""
    assert "tokens-app-user-never-whitelisted" not in served(CARD)


@pytest.mark.parametrize(
    ("method", "body", "options", "slugs"),
    [
        ("PUT", CARD, {}, set()),
        ("PUT", {**CARD, "uid": CARD["uid"].lower()}, {"owner": "nl/msp"}, set()),
        ("PUT", APP, {"uid": APP["uid"], "query": "?type=APP_USER"}, set()),
        ("PUT", APP, {"uid": APP["uid"]}, {"tokens-push-type-parameter"}),
        ("PUT", APP, {"uid": APP["uid"], "query": "?token_type=APP_USER"}, {"tokens-push-type-parameter"}),
        ("PUT", CARD, {"uid": "OTHER"}, {"tokens-push-url-uid-equals-body"}),
        ("PUT", {**CARD, "party_id": "XXX"}, {}, {"tokens-push-url-owner-equals-body"}),
        ("PATCH", {"valid": False}, {}, {"tokens-push-patch-has-last-updated"}),
        (
            "PATCH",
            {"last_updated": "2024-01-01T00:00:00Z"},
            {"owner": "NL/TS1"},
            {"tokens-push-url-own-party"},
        ),
        ("DELETE", None, {}, {"tokens-push-never-deletes"}),
        ("POST", CARD, {}, {"tokens-push-never-deletes"}),
        ("GET", None, {}, set()),
    ],
)
def test_a_push_breaks_what_it_should(method: str, body: Any, options: Any, slugs: set[str]) -> None:
    """Each push breaks exactly the duties that it offends."""
    assert broken(pushed(method, body, **options)) == slugs


def test_a_card_without_type_says_nothing_of_the_parameter() -> None:
    """Left off where it is the default, the type parameter shows nothing."""
    assert "tokens-push-type-parameter" not in pushed("PUT", CARD)
