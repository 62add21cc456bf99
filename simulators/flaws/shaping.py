"""What flaws do to messages: choose them, change their data, their headers, their objects."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from ...schemas.validation import validator
from ..answering import endpoint_of
from ..exchange import Request, Response
from ..party import Party

Proceed = Callable[[Request], Response]
Change = Callable[[dict[str, Any]], dict[str, Any] | None]


def addresses(party: Party, request: Request, *patterns: str) -> bool:
    """Whether a request goes to an endpoint whose id matches one of the patterns, as `locations.*.list`."""
    endpoint = request.endpoint or endpoint_of(party, request)
    return endpoint is not None and any(fnmatchcase(endpoint.id, pattern) for pattern in patterns)


def functional(party: Party, request: Request) -> bool:
    """Whether a request goes to a functional module."""
    endpoint = request.endpoint or endpoint_of(party, request)
    return endpoint is not None and endpoint.functional


def unsent() -> Response:
    """What a party makes of a request that it didn't send."""
    return Response(headers=(), body=b"", status=503)


def with_envelope(response: Response, **fields: Any) -> Response:
    """A response whose envelope has other fields; a None takes a field out."""
    envelope = {**response.envelope, **fields}
    return response.with_json({name: value for name, value in envelope.items() if value is not None})


def with_data(response: Response, change: Callable[[Any], Any]) -> Response:
    """A response whose `data`, if it has any, is changed."""
    if "data" not in response.envelope:
        return response
    return response.with_json({**response.envelope, "data": change(response.envelope["data"])})


def with_objects(response: Response, change: Change) -> Response:
    """A response in which each object of the list, or the one object, is changed; a None from `change` leaves it."""

    def one(value: Any) -> Any:
        return (change(dict(value)) or value) if isinstance(value, dict) else value

    return with_data(
        response, lambda data: [one(value) for value in data] if isinstance(data, list) else one(data)
    )


def with_body(request: Request, change: Change) -> Request:
    """A request whose body, if it is an object, is changed."""
    if not isinstance(request.json, dict):
        return request
    return request.with_json(change(dict(request.json)) or request.json)


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    """An object without some of its fields."""
    return {name: inner for name, inner in value.items() if name not in names}


def ok(response: Response) -> bool:
    """Whether a response reports success on both layers."""
    code = response.envelope.get("status_code")
    return response.status // 100 == 2 and isinstance(code, int) and code // 1000 == 1


def with_status(response: Response, status: int) -> Response:
    """The same answer under another HTTP status."""
    return Response(response.headers, response.body, status)


def answered_as(
    party: Party, request: Request, proceed: Proceed, endpoint: str, *, old: int, new: int
) -> Response:
    """What an endpoint answers with success and one HTTP status, answered with another."""
    response = proceed(request)
    known = addresses(party, request, endpoint) and response.status == old and ok(response)
    return with_status(response, new) if known else response


def unknown_taken(party: Party, request: Request, proceed: Proceed, endpoint: str) -> Response:
    """Success of a request about what isn't there."""
    response = proceed(request)
    if not addresses(party, request, endpoint) or response.status != 404:
        return response
    return with_envelope(with_status(response, 200), status_code=1000, status_message=None)


def invalid_patch_taken(
    party: Party, request: Request, proceed: Proceed, endpoint: str, name: str
) -> Response:
    """Success of a PATCH with values of the wrong kind, of an object of the class `name`."""
    response = proceed(request)
    if not addresses(party, request, endpoint) or "last_updated" not in (request.json or ()):
        return response
    valid = validator(party.version, name, shape="patch").is_valid(request.json)
    return response if valid else with_envelope(response, status_code=1000, status_message=None)
