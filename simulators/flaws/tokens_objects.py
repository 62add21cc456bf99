"""Flaws in the objects of the tokens module that a party writes, whichever side it is on."""

from typing import Any

from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import Change, addresses, ok, with_body, with_data, with_objects, without

EMSP = ("EMSP",)
TOKENS = ("tokens.sender.list", "tokens.receiver.get")
AUTHORIZE = "tokens.sender.authorize"


def _changing(party: Party, request: Request, proceed: Proceed, change: Change) -> Response:
    """Change the Tokens of the type OTHER, which nothing else depends on."""
    response = proceed(request)
    if not addresses(party, request, *TOKENS) or not ok(response):
        return response
    return with_objects(response, lambda token: change(token) if token.get("type") == "OTHER" else token)


def _vague(request: Request) -> bool:
    """Whether a request asks about a location without saying at which EVSE."""
    return isinstance(request.json, dict) and not request.json.get("evse_uids")


def _deciding(party: Party, request: Request, proceed: Proceed, change: Change) -> Response:
    """Change the AuthorizationInfo about locations without EVSEs, which nothing else depends on."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or not ok(response) or not _vague(request):
        return response
    return with_data(response, change)


@serving("token-without-contract-id", breaks=("tokens-token-fields",))
def token_without_contract_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tokens come without their contract id."""
    return _changing(party, request, proceed, lambda token: without(token, "contract_id"))


@serving("contract-id-is-a-number", breaks=("tokens-contract-id-emi3",), roles=EMSP)
def contract_id_is_a_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """The contract ids of Tokens are numbers of customers."""
    return _changing(party, request, proceed, lambda token: {**token, "contract_id": "4711"})


@serving("token-whitelist-unknown", breaks=("tokens-token-values",))
def token_whitelist_unknown(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tokens have a whitelist value that there isn't."""
    return _changing(party, request, proceed, lambda token: {**token, "whitelist": "SOMETIMES"})


@serving("energy-contract-without-supplier", breaks=("tokens-energy-contract-fields",))
def energy_contract_without_supplier(party: Party, request: Request, proceed: Proceed) -> Response:
    """Energy contracts name no supplier."""
    return _changing(
        party, request, proceed, lambda token: {**token, "energy_contract": {"contract_id": "1"}}
    )


@serving("energy-contract-supplier-too-long", breaks=("tokens-energy-contract-values",))
def energy_contract_supplier_too_long(party: Party, request: Request, proceed: Proceed) -> Response:
    """The supplier of an energy contract has a name of 65 characters."""
    return _changing(
        party, request, proceed, lambda token: {**token, "energy_contract": {"supplier_name": "S" * 65}}
    )


@serving("authorization-without-token", breaks=("tokens-authorization-info-fields",), roles=EMSP)
def authorization_without_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """A decision comes without the Token."""
    return _deciding(party, request, proceed, lambda info: without(info, "token"))


@serving("authorization-as-boolean", breaks=("tokens-authorization-info-values",), roles=EMSP)
def authorization_as_boolean(party: Party, request: Request, proceed: Proceed) -> Response:
    """A decision says true instead of ALLOWED."""
    return _deciding(party, request, proceed, lambda info: {**info, "allowed": info["allowed"] == "ALLOWED"})


LOCATION_FIELDS = ("tokens-location-references-fields",)
LOCATION_VALUES = ("tokens-location-references-values",)


@serving("location-references-without-id", breaks=LOCATION_FIELDS)
def location_references_without_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """Location references name EVSEs only."""
    return _deciding(party, request, proceed, lambda info: _placed(info, {"evse_uids": ["1"]}))


@calling("location-references-without-id", breaks=LOCATION_FIELDS)
def location_references_sent_without_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """Location references name EVSEs only."""
    if addresses(party, request, AUTHORIZE):
        request = with_body(request, lambda place: without(place, "location_id"))
    return proceed(request)


@serving("evse-uids-as-text", breaks=LOCATION_VALUES)
def evse_uids_as_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """The EVSEs of location references are a text."""
    return _deciding(party, request, proceed, lambda info: _placed(info, {"evse_uids": "1"}))


@calling("evse-uids-as-text", breaks=LOCATION_VALUES)
def evse_uids_sent_as_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """The EVSEs of location references are a text."""
    if addresses(party, request, AUTHORIZE):
        request = with_body(request, lambda place: {**place, "evse_uids": "1"})
    return proceed(request)


def _placed(info: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    """A decision with other location references; a list of EVSEs alone takes the place of them all."""
    kept = {} if isinstance(fields["evse_uids"], list) else info.get("location") or {}
    return {**info, "location": {**kept, **fields}}
