"""Flaws of a CPO at whose charge points Tokens are presented."""

from collections.abc import Callable
from urllib.parse import urlsplit

import orjson

from .. import clock
from ..store import Object
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, ok
from .tokens_received import copies, key_in

CPO = ("CPO",)
AUTHORIZE = "tokens.sender.authorize"


@calling("authorize-left-off", breaks=("tokens-authorize-request-url",), roles=CPO)
def authorize_left_off(party: Party, request: Request, proceed: Proceed) -> Response:
    """The URL of its requests ends in the uid."""
    if addresses(party, request, AUTHORIZE):
        parts = urlsplit(request.url)
        path = parts.path.removesuffix("/authorize")
        request = Request(
            request.headers,
            request.body,
            request.method,
            parts._replace(path=path).geturl(),
            request.endpoint,
        )
    return proceed(request)


@calling("authorize-without-type", breaks=("tokens-authorize-request-type",), roles=CPO)
def authorize_without_type(party: Party, request: Request, proceed: Proceed) -> Response:
    """It never says of which type the Token is."""
    if addresses(party, request, AUTHORIZE):
        url = urlsplit(request.url)._replace(query="").geturl()
        request = Request(request.headers, request.body, request.method, url, request.endpoint)
    return proceed(request)


@calling("never-token-remembered", breaks=("tokens-authorize-when-never",), roles=CPO)
def never_token_remembered(party: Party, request: Request, proceed: Proceed) -> Response:
    """What the eMSP once said of a Token with whitelist NEVER is good for the next use too."""
    return _remembering(party, request, proceed, lambda token: token["whitelist"] == "NEVER")


@calling("offline-token-remembered", breaks=("tokens-authorize-when-allowed-offline",), roles=CPO)
def offline_token_remembered(party: Party, request: Request, proceed: Proceed) -> Response:
    """What the eMSP once said of a Token with whitelist ALLOWED_OFFLINE is good for the next use too."""
    return _remembering(party, request, proceed, lambda token: token["whitelist"] == "ALLOWED_OFFLINE")


def _remembering(
    party: Party, request: Request, proceed: Proceed, which: Callable[[Object], bool]
) -> Response:
    if not addresses(party, request, AUTHORIZE):
        return proceed(request)
    uid = request.segments[-2]
    remembered = party.notes.setdefault("authorized-tokens", {})
    token = _known(party, uid)
    if token is None or not which(token) or uid not in remembered:
        remembered[uid] = proceed(request)
    return remembered[uid]


@calling("invalid-token-not-asked-about", breaks=("tokens-authorize-invalid-still-asked",), roles=CPO)
def invalid_token_not_asked_about(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that was last known as invalid is refused without a question."""
    token = _known(party, request.segments[-2]) if addresses(party, request, AUTHORIZE) else None
    if token is None or token["valid"]:
        return proceed(request)
    body = orjson.dumps({"status_code": 1000, "data": {"allowed": "BLOCKED", "token": token}})
    return Response(headers=(("Content-Type", "application/json"),), body=body, status=200)


@calling("unknown-token-not-asked-about", breaks=("tokens-authorize-when-unknown",), roles=CPO)
def unknown_token_not_asked_about(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that nobody has told it of is refused without a question."""
    if not addresses(party, request, AUTHORIZE) or _known(party, request.segments[-2]) is not None:
        return proceed(request)
    body = orjson.dumps({"status_code": 2004, "timestamp": clock.stamp(clock.now())})
    return Response(headers=(("Content-Type", "application/json"),), body=body, status=404)


def _known(party: Party, uid: str) -> Object | None:
    return next((token for token in copies(party) if token["uid"] == uid), None)


@serving("always-token-asked-about", breaks=("tokens-authorize-not-when-always",), roles=CPO)
def always_token_asked_about(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tokens with whitelist ALWAYS are dealt with like those with NEVER."""
    response = proceed(request)
    if addresses(party, request, "tokens.receiver.put") and ok(response):
        token = copies(party).get(key_in(request))
        if token is not None and token["whitelist"] == "ALWAYS":
            copies(party).put(key_in(request), {**token, "whitelist": "NEVER"})
    return response
