"""Flaws of an eMSP that is asked in real time whether a driver may charge."""

from collections.abc import Callable
from typing import Any

from ..store import key_of
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, with_data, with_envelope, without

EMSP = ("EMSP",)
AUTHORIZE = "tokens.sender.authorize"

Info = dict[str, Any]
Change = Callable[[Info], Any]


def _deciding(party: Party, request: Request, proceed: Proceed, change: Change) -> Response:
    """Change the AuthorizationInfo of an answer."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or not ok(response):
        return response
    return with_data(response, change)


def _refusing(party: Party, request: Request, proceed: Proceed, refuses: Callable[[], bool]) -> Response:
    """Answer 2001 where a request is found wanting."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or not refuses():
        return response
    return with_envelope(Response(response.headers, response.body, 200), status_code=2001, data=None)


def _place(request: Request) -> dict[str, Any]:
    return request.json if isinstance(request.json, dict) else {}


@serving(
    "authorized-as-bare-text",
    breaks=("tokens-authorize-answers-known", "transport-data-object"),
    roles=EMSP,
)
def authorized_as_bare_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """Instead of an object there is ALLOWED alone."""
    return _deciding(
        party, request, proceed, lambda info: "ALLOWED" if info["allowed"] == "ALLOWED" else info
    )


@serving("authorized-other-token", breaks=("tokens-authorize-token-complete",), roles=EMSP)
def authorized_other_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The answer has another Token than the one that was asked about."""

    def change(info: Info) -> Info:
        own = party.store.own("tokens")
        other = next(token for token in own if token["uid"] != info["token"]["uid"])
        return {**info, "token": other}

    return _deciding(party, request, proceed, change)


@serving("refused-token-as-403", breaks=("tokens-authorize-refusal-is-answer",), roles=EMSP)
def refused_token_as_403(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that may not charge is an HTTP error."""
    response = proceed(request)
    data = response.envelope.get("data")
    if not addresses(party, request, AUTHORIZE) or not isinstance(data, dict) or data["allowed"] == "ALLOWED":
        return response
    return with_envelope(Response(response.headers, response.body, 403), status_code=2000, data=None)


@serving("expired-token-as-blocked", breaks=("tokens-authorize-reason-told",), roles=EMSP)
def expired_token_as_blocked(party: Party, request: Request, proceed: Proceed) -> Response:
    """Of a Token that has expired it says that it is blocked."""
    return _deciding(
        party,
        request,
        proceed,
        lambda info: {**info, "allowed": "BLOCKED"} if info["allowed"] == "EXPIRED" else info,
    )


@serving("needed-location-not-asked-for", breaks=("tokens-authorize-needed-location-2002",), roles=EMSP)
def needed_location_not_asked_for(party: Party, request: Request, proceed: Proceed) -> Response:
    """Where it can't decide without a location it says that the Token is not allowed."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or response.envelope.get("status_code") != 2002:
        return response
    token = party.samples.token(type=request.query.get("type", "RFID"), uid=request.segments[-2])
    data = {"allowed": "NOT_ALLOWED", "token": token}
    return with_envelope(response, status_code=1000, status_message=None, data=data)


@serving("unknown-token-as-2001", breaks=("tokens-authorize-unknown-refused",), roles=EMSP)
def unknown_token_as_2001(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that it doesn't know is an invalid parameter to it."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or response.status != 404:
        return response
    return with_envelope(Response(response.headers, response.body, 200), status_code=2001)


@serving(
    "unknown-token-not-allowed",
    breaks=("tokens-authorize-unknown-refused", "tokens-authorize-unknown-without-data"),
    roles=EMSP,
)
def unknown_token_not_allowed(party: Party, request: Request, proceed: Proceed) -> Response:
    """Of a Token that it doesn't know it says that it is not allowed."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or response.status != 404:
        return response
    kind = request.query.get("type", "RFID")
    token = party.samples.token(type=kind, uid=request.segments[-2], valid=False)
    answer = Response(response.headers, response.body, 200)
    return with_envelope(
        answer, status_code=1000, status_message=None, data={"allowed": "NOT_ALLOWED", "token": token}
    )


@serving("unknown-token-with-data", breaks=("tokens-authorize-unknown-without-data",), roles=EMSP)
def unknown_token_with_data(party: Party, request: Request, proceed: Proceed) -> Response:
    """With 2004 comes what a Token that it doesn't know is allowed."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or response.status != 404:
        return response
    return with_envelope(response, data={"allowed": "NOT_ALLOWED"})


@serving("authorization-needs-body", breaks=("tokens-authorize-without-location",), roles=EMSP)
def authorization_needs_body(party: Party, request: Request, proceed: Proceed) -> Response:
    """A request without location references is answered with 2001."""
    return _refusing(party, request, proceed, lambda: not request.body)


@serving("authorization-needs-evses", breaks=("tokens-authorize-location-without-evses",), roles=EMSP)
def authorization_needs_evses(party: Party, request: Request, proceed: Proceed) -> Response:
    """Location references without EVSEs are answered with 2001."""
    return _refusing(
        party, request, proceed, lambda: bool(request.body) and not _place(request).get("evse_uids")
    )


@serving("authorized-at-other-evses", breaks=("tokens-authorize-location-within-request",), roles=EMSP)
def authorized_at_other_evses(party: Party, request: Request, proceed: Proceed) -> Response:
    """The answer names EVSEs that nobody asked about."""

    def change(info: Info) -> Info:
        place = info.get("location")
        if not place or not place.get("evse_uids"):
            return info
        return {**info, "location": {**place, "evse_uids": [*place["evse_uids"], "ANOTHER-EVSE"]}}

    return _deciding(party, request, proceed, change)


@serving("authorized-at-invented-location", breaks=("tokens-authorize-location-only-if-due",), roles=EMSP)
def authorized_at_invented_location(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who asked without a location is told one."""
    return _deciding(
        party,
        request,
        proceed,
        lambda info: info if request.body else {**info, "location": {"location_id": "LOC1"}},
    )


@serving("authorized-without-location", breaks=("tokens-authorize-location-echoed",), roles=EMSP)
def authorized_without_location(party: Party, request: Request, proceed: Proceed) -> Response:
    """The location that was asked about doesn't come back."""
    return _deciding(party, request, proceed, lambda info: without(info, "location"))


@serving("broken-evse-not-authorized", breaks=("tokens-authorize-ignores-availability",), roles=EMSP)
def broken_evse_not_authorized(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nobody may charge at an EVSE that was reported out of order."""

    def change(info: Info) -> Info:
        asked = _place(request)
        wanted = {uid.casefold() for uid in asked.get("evse_uids") or ()}
        broken = {
            evse["uid"].casefold()
            for location in party.store.received("locations")
            if key_of(location["id"]) == key_of(asked.get("location_id", ""))
            for evse in location.get("evses") or ()
            if evse["status"] == "OUTOFORDER"
        }
        return {**without(info, "location"), "allowed": "NOT_ALLOWED"} if wanted & broken else info

    return _deciding(party, request, proceed, change)


@serving("authorization-needs-type", breaks=("tokens-authorize-type-default-rfid",), roles=EMSP)
def authorization_needs_type(party: Party, request: Request, proceed: Proceed) -> Response:
    """A request without type is answered with 2001."""
    return _refusing(party, request, proceed, lambda: "type" not in request.query)


@serving("authorization-ignores-type", breaks=("tokens-authorize-honours-type",), roles=EMSP)
def authorization_ignores_type(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token is found by its uid alone."""
    response = proceed(request)
    if not addresses(party, request, AUTHORIZE) or response.status != 404:
        return response
    url = request.url.partition("?")[0]
    return proceed(Request(request.headers, request.body, request.method, url))
