"""What flaws do to messages: choose them, change their data, their headers, their objects."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from ..answering import endpoint_of
from ..exchange import Request, Response
from ..party import Party

Change = Callable[[dict[str, Any]], dict[str, Any] | None]


def addresses(party: Party, request: Request, *patterns: str) -> bool:
    """Whether a request goes to an endpoint whose id matches one of the patterns, as `locations.*.list`."""
    endpoint = request.endpoint or endpoint_of(party, request)
    return endpoint is not None and any(fnmatchcase(endpoint.id, pattern) for pattern in patterns)


def functional(party: Party, request: Request) -> bool:
    """Whether a request goes to a functional module."""
    endpoint = request.endpoint or endpoint_of(party, request)
    return endpoint is not None and endpoint.functional


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
