"""The serving side of a party: from a request to a response, in the order in which OCPI's duties apply.

Authorization first, then the resource, the method, the JSON, the object; what has passed all of these is the
business of the module (`status_codes.asciidoc#status_codes_status_codes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from ..schemas.endpoints import Endpoint
from ..schemas.validation import validator
from . import clock
from .connection import Connection
from .exchange import Request, Response

if TYPE_CHECKING:
    from .party import Party

OPEN_TO_TOKEN_A = frozenset({"versions", "credentials"})
_UNSET: Any = object()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One authorized request to a known endpoint, its body parsed and valid."""

    request: Request
    endpoint: Endpoint
    parameters: Mapping[str, str]
    connection: Connection
    body: Any = None

    @property
    def query(self) -> dict[str, str]:
        return self.request.query


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a module answers; the envelope and the usual headers are added around it."""

    data: Any = _UNSET
    status_code: int = 1000
    http_status: int = 200
    message: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def invalid(message: str) -> Reply:
    """The client sent something that can't be processed: 2001."""
    return Reply(status_code=2001, message=message)


def unknown(message: str) -> Reply:
    """There is no such object: HTTP 404."""
    return Reply(status_code=2000, http_status=404, message=message)


@dataclass(frozen=True)
class Place:
    """Where a request leads: module, interface role and the segments below the module's URL."""

    module: str
    interface: str
    rest: tuple[str, ...]


def locate(party: "Party", request: Request) -> Place | None:
    """Read the URL; None where it lies outside of what the party serves."""
    base = tuple(segment for segment in urlsplit(party.base_url).path.split("/") if segment)
    segments = request.segments
    if segments[: len(base)] != base:
        return None
    below = segments[len(base) :]
    if below == ("versions",):
        return Place("versions", "", ())
    if below[:1] != (party.version,):
        return None
    inner = below[1:]
    if inner and inner[0] in party.places:
        inner = inner[1:]
    elif inner and inner[0] in ("sender", "receiver") and "" not in party.places:
        return None
    match inner:
        case ():
            return Place("versions", "", (party.version,))
        case ("sender" | "receiver" as interface, module, *rest):
            return Place(module, interface.upper(), tuple(rest))
        case (module, *rest):
            return Place(module, "", tuple(rest))
    return None


def endpoint_of(party: "Party", request: Request) -> Endpoint | None:
    """The endpoint that a request addresses; None where it addresses none that the party serves."""
    place = locate(party, request)
    if place is None:
        return None
    found = party.endpoints.match(request.method, place.module, place.interface, place.rest)
    return found[0] if found and party.handler(found[0]) else None


def respond(party: "Party", request: Request) -> Response:
    """Answer a request. An exception in a module is our own failure: code 3000, and a fault of the party."""
    place = locate(party, request)
    module = place.module if place else ""
    connection = party.connections.by_header(request.header("Authorization"))
    functional = bool(module) and module not in ("versions", "credentials", "hubclientinfo")
    reply = _reply(party, request, place, connection)
    return written(request, reply, routed=functional and connection is not None and connection.registered)


def _reply(party: "Party", request: Request, place: Place | None, connection: Connection | None) -> Reply:
    if connection is None:
        return Reply(status_code=2000, http_status=401, message="Unknown credentials token")
    if place is None:
        return unknown("No such resource")
    if not connection.registered and place.module not in OPEN_TO_TOKEN_A:
        return Reply(
            status_code=2000, http_status=401, message="This token opens only versions and credentials"
        )
    found = party.endpoints.match(request.method, place.module, place.interface, place.rest)
    handler = party.handler(found[0]) if found else None
    if found is None or handler is None:
        return _no_method(party, place)
    endpoint, parameters = found
    if request.too_large:
        return Reply(status_code=2000, http_status=413, message="The body is too large")
    if request.body and endpoint.body is not None and not request.has_json:
        return Reply(status_code=2000, http_status=400, message="The body is no JSON")
    body = request.json if request.body else None
    if body is not None and not _shallow(body):
        return Reply(status_code=2000, http_status=400, message="The body is nested too deeply")
    wrong = _fault_in(party, endpoint, body)
    if wrong:
        return invalid(wrong)
    visit = Visit(request=request, endpoint=endpoint, parameters=parameters, connection=connection, body=body)
    try:
        return handler(visit)
    except Exception as error:
        party.faults.append(f"{endpoint.id}: {type(error).__name__}: {error}")
        return Reply(status_code=3000, message="Internal error")


def _shallow(body: Any) -> bool:
    """Whether what was read can be written again: orjson reads 1024 levels and writes 254, the envelope among them."""
    try:
        orjson.dumps([[[[body]]]])
    except orjson.JSONEncodeError:
        return False
    return True


def _no_method(party: "Party", place: Place) -> Reply:
    methods = [
        method
        for method in party.endpoints.methods(place.module, place.interface, place.rest)
        if (found := party.endpoints.match(method, place.module, place.interface, place.rest))
        and party.handler(found[0])
    ]
    if not methods:
        return unknown("No such resource")
    return Reply(
        status_code=2000, http_status=405, message="Method not allowed", headers={"Allow": ", ".join(methods)}
    )


def _fault_in(party: "Party", endpoint: Endpoint, body: Any) -> str:
    """What is wrong with a body; empty where nothing is."""
    if endpoint.body is None:
        return ""
    if body is None:
        return "" if endpoint.body_optional else "A body is required"
    judge = validator(party.version, endpoint.body, shape="patch" if endpoint.patch else "full")
    if judge.is_valid(body):
        return ""
    return "; ".join(
        f"{found.pointer or '/'}: expected {found.expected}" for found in judge.findings(body)[:5]
    )


def written(request: Request, reply: Reply, *, routed: bool = True) -> Response:
    """A reply with envelope and headers; `routed` where the routing headers of the request are turned round."""
    envelope: dict[str, Any] = {"status_code": reply.status_code, "timestamp": clock.stamp(clock.now())}
    if reply.data is not _UNSET:
        envelope["data"] = reply.data
    if reply.message:
        envelope["status_message"] = _shown(reply.message)
    headers = [("Content-Type", "application/json")]
    if reply.http_status == 401:
        headers.append(("WWW-Authenticate", "Token"))
    for name in ("X-Request-ID", "X-Correlation-ID"):
        value = request.header(name)
        if value is not None:
            headers.append((name, value))
    if routed:
        headers += _reversed_routing(request)
    headers += reply.headers.items()
    return Response(headers=tuple(headers), body=orjson.dumps(envelope), status=reply.http_status)


def _shown(message: str) -> str:
    """A message may repeat what a client sent; as an OCPI string it holds no control characters."""
    return message if message.isprintable() else "".join(c if c.isprintable() else "?" for c in message)


def _reversed_routing(request: Request) -> list[tuple[str, str]]:
    """The routing headers of a direct answer: to whom the request came from, from whom it was meant for."""
    pairs = []
    for there, back in (("from", "to"), ("to", "from")):
        for part in ("country-code", "party-id"):
            value = request.header(f"OCPI-{there}-{part}")
            if value is not None:
                pairs.append((f"OCPI-{back}-{part}", value))
    return pairs
