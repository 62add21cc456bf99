"""Flaws of an eMSP that serves its Tokens, and of a CPO that fetches them."""

from typing import Any

import orjson

from ..store import Key, key_of
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, with_data, with_envelope, with_objects

EMSP = ("EMSP",)
CPO = ("CPO",)
LIST = "tokens.sender.list"
AUTHORIZE = "tokens.sender.authorize"


@serving("token-list-as-object", breaks=("tokens-list-serves-tokens", "transport-data-list"), roles=EMSP)
def token_list_as_object(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of Tokens comes wrapped in an object."""
    response = proceed(request)
    return with_data(response, lambda data: {"tokens": data}) if addresses(party, request, LIST) else response


@serving(
    "token-listed-twice",
    # Who crawls a list can't tell two objects of one name from one object that comes twice.
    breaks=("tokens-uid-type-unique", "paging-crawl-each-once", "paging-crawl-while-growing"),
    roles=EMSP,
)
def token_listed_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """Two Tokens that are good for one use share a uid."""
    response = proceed(request)
    own = [token for token in party.store.own("tokens") if token["type"] == "AD_HOC_USER"]
    if not addresses(party, request, LIST) or len(own) < 2:
        return response
    first, second = own[0]["uid"], own[1]["uid"]
    return with_objects(response, lambda token: {**token, "uid": first} if token["uid"] == second else token)


@serving("token-of-stranger-listed", breaks=("tokens-owner-among-roles",), roles=EMSP)
def token_of_stranger_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tokens of the type OTHER belong to a party that its credentials don't name."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    return with_objects(
        response, lambda token: {**token, "party_id": "XXX"} if token["type"] == "OTHER" else token
    )


@serving("one-time-token-whitelisted", breaks=("tokens-app-user-never-whitelisted",), roles=EMSP)
def one_time_token_whitelisted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tokens that are good for one use are listed with whitelist ALLOWED."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    return with_objects(
        response, lambda token: {**token, "whitelist": "ALLOWED"} if token["type"] == "AD_HOC_USER" else token
    )


@serving("app-tokens-not-authorized", breaks=("tokens-realtime-offered-unless-always",), roles=EMSP)
def app_tokens_not_authorized(party: Party, request: Request, proceed: Proceed) -> Response:
    """Real-time authorization is there for cards alone, although Tokens of apps need it."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or request.query.get("type", "RFID") == "RFID":
        return response
    if request.query["type"] == "OTHER":
        return response
    return with_envelope(Response(response.headers, response.body, 501), status_code=3000, data=None)


@calling("tokens-not-pulled", breaks=("tokens-pull-possible",), roles=CPO)
def tokens_not_pulled(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of Tokens is never fetched."""
    if not addresses(party, request, LIST):
        return proceed(request)
    body = orjson.dumps({"status_code": 1000, "data": []})
    return Response(headers=(("Content-Type", "application/json"),), body=body, status=200)


@calling("pulled-changes-ignored", breaks=("tokens-pull-updates-store",), roles=CPO)
def pulled_changes_ignored(party: Party, request: Request, proceed: Proceed) -> Response:
    """A pull brings new Tokens, but known ones stay as they were."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    known = party.store.received("tokens")
    return with_data(response, lambda tokens: [token for token in tokens if known.get(_key(token)) is None])


def _key(token: dict[str, Any]) -> Key:
    return key_of(*(str(token.get(name)) for name in ("country_code", "party_id", "uid", "type")))
