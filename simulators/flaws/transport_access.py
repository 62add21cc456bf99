"""Flaws in whom a party lets in, and in what it makes of requests that are wrong."""

from dataclasses import replace

from ..answering import locate
from ..connection import token_of
from ..party import Party
from .flaw import Proceed, Request, Response, choice, serving, whole
from .shaping import addresses, with_envelope

CPO = ("CPO",)
SESSIONS = "sessions.sender.list"


def _guarded(party: Party, request: Request) -> bool:
    """Whether a request goes to credentials or a functional module, which the transport chapter guards."""
    place = locate(party, request)
    return place is not None and place.module != "versions"


def _refused(response: Response, status: int) -> Response:
    refused = with_envelope(response, status_code=2000, status_message="Refused", data=None)
    return replace(refused, status=status)


@serving(
    "no-token-forbidden",
    breaks=("transport-authorization-missing-401",),
    parameters={"status": choice("400", "403", "404", "407", means="the HTTP status instead of 401")},
)
def no_token_forbidden(party: Party, request: Request, proceed: Proceed, *, status: str = "403") -> Response:
    """A request without an Authorization header is answered with HTTP 403."""
    response = proceed(request)
    missing = request.header("Authorization") is None and _guarded(party, request)
    return replace(response, status=int(status)) if missing else response


@serving(
    "unknown-token-status-200",
    breaks=("transport-authorization-unknown-401",),
    parameters={"code": whole(2000, 2004, "the status_code that it is refused with")},
)
def unknown_token_status_200(
    party: Party, request: Request, proceed: Proceed, *, code: int = 2000
) -> Response:
    """A token that was never given is refused with HTTP 200 and code 2000."""
    response = proceed(request)
    token = token_of(request.header("Authorization"))
    unknown = token is not None and token not in party.connections.issued and _guarded(party, request)
    refused = unknown and response.status == 401
    return replace(with_envelope(response, status_code=code), status=200) if refused else response


@serving("sessions-want-plain-token", breaks=("transport-authorization-encoded-accepted",), roles=CPO)
def sessions_want_plain_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who asks for a single session of the list is to send a token that is not encoded."""
    response = proceed(request)
    encoded = token_of(request.header("Authorization")) in party.connections.issued
    single = addresses(party, request, SESSIONS) and request.query.get("limit") == "1"
    return _refused(response, 401) if encoded and single else response


@serving("get-wants-content-type", breaks=("transport-get-without-content-type",), roles=CPO)
def get_wants_content_type(party: Party, request: Request, proceed: Proceed) -> Response:
    """A GET of a single session of the list without a Content-Type is answered with HTTP 415."""
    response = proceed(request)
    single = addresses(party, request, SESSIONS) and request.query.get("limit") == "1"
    if request.header("Content-Type") or response.status != 200 or not single:
        return response
    return _refused(response, 415)


@serving("broken-json-status-200", breaks=("transport-broken-json-400",))
def broken_json_status_200(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """A body that is no JSON is answered with HTTP 200 and code 2001."""
    response = proceed(request)
    if response.status != 400:
        return response
    return replace(with_envelope(response, status_code=2001), status=200)


@serving(
    "invalid-object-bad-request",
    breaks=("transport-no-http-error",),
    parameters={"status": choice("400", "422", "500", means="the HTTP status")},
)
def invalid_object_bad_request(
    party: Party, request: Request, proceed: Proceed, *, status: str = "400"
) -> Response:
    """An object with a field of the wrong type is answered with HTTP 400."""
    response = proceed(request)
    put = addresses(party, request, "tokens.receiver.put", "locations.receiver.put_location")
    mistyped = put and isinstance(request.json, dict) and _mistyped(request.json)
    return replace(response, status=int(status)) if mistyped else response


def _mistyped(value: dict[str, object]) -> bool:
    return isinstance(value.get("valid", True), str) or isinstance(value.get("coordinates", {}), str)
