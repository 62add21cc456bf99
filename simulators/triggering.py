"""The trigger interface of a served party: an HTTP request makes it take an action of its own.

`POST /trigger/{action}` with `{"peer": {"country_code", "party_id"}, "parameters": {...}}` and a bearer
token, which is no OCPI token. `GET /trigger` lists the actions. `PUT /trigger/flaws` with
`{"flaws": ["slow:seconds=3"]}` makes it misbehave in these ways and no others, `GET /trigger/flaws` tells in which.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .connection import Connection
from .flaws import Flaw, FlawError, flaws, get
from .party import Party

__all__ = ["MAX_BODY_BYTES", "NAME", "application"]

NAME = "trigger"
"""The first path segment under which the interface is mounted."""

MAX_BODY_BYTES = 1024 * 1024
MAX_FLAWS = 100
UNCONNECTED = frozenset({"register", "issue-token"})
"""Actions by which a connection begins, and which so need none."""

Endpoint = Callable[[Request], Awaitable[Response]]


class _RefusedError(Exception):
    """An answer that isn't a success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def application(party: Party, token: str) -> Starlette:
    """The ASGI application to mount as `trigger`; it hears requests with `Authorization: Bearer {token}`."""

    def guarded(endpoint: Endpoint) -> Endpoint:
        async def answer(request: Request) -> Response:
            try:
                _authorize(request, token)
                return await endpoint(request)
            except _RefusedError as refusal:
                return _json(refusal.status, {"done": False, "message": str(refusal)})

        return answer

    async def trigger(request: Request) -> Response:
        action = request.path_params["action"]
        if action not in party.actions():
            raise _RefusedError(
                501, f"the action {action!r} is not known here; known are {', '.join(party.actions())}"
            )
        asked = await _asked(request)
        connection = _connection(party, action, asked.get("peer") or {})
        data = await run_in_threadpool(_act, party, action, connection, asked.get("parameters") or {})
        return _json(200, {"done": True, "data": data})

    async def misbehave(request: Request) -> Response:
        asked = await _asked(request)
        party.misbehaviours = tuple(_flaw(party, text).misbehaviour for text in _names(asked))
        return _json(200, _flaws(party))

    async def misbehaviours(request: Request) -> Response:  # noqa: ARG001
        return _json(200, _flaws(party))

    async def actions(request: Request) -> Response:  # noqa: ARG001
        return _json(200, {"actions": party.actions()})

    return Starlette(
        routes=[
            Route(f"/{NAME}/flaws", guarded(misbehave), methods=["PUT"]),
            Route(f"/{NAME}/flaws", guarded(misbehaviours), methods=["GET"]),
            Route(f"/{NAME}/{{action}}", guarded(trigger), methods=["POST"]),
            Route(f"/{NAME}", guarded(actions), methods=["GET"]),
        ]
    )


def _authorize(request: Request, token: str) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not hmac.compare_digest(
        given.strip().encode("utf-8", "replace"), token.encode()
    ):
        raise _RefusedError(
            401, "the trigger interface wants Authorization: Bearer with its own token, not an OCPI token"
        )


async def _asked(request: Request) -> dict[str, Any]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _RefusedError(413, f"the body is larger than {MAX_BODY_BYTES} bytes")
    try:
        asked = orjson.loads(bytes(body)) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise _RefusedError(400, f"the body is no JSON: {error}") from error
    if not isinstance(asked, dict):
        raise _RefusedError(400, "the body is no JSON object")
    for name in ("peer", "parameters"):
        if not isinstance(asked.get(name) or {}, dict):
            raise _RefusedError(400, f"{name} is no JSON object")
    return asked


def _names(asked: dict[str, Any]) -> list[str]:
    names = asked.get("flaws")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _RefusedError(400, 'flaws is to be a list of names, as ["slow:seconds=3"], or [] for none')
    if len(names) > MAX_FLAWS:
        raise _RefusedError(400, f"{len(names)} flaws are named; {MAX_FLAWS} at most work at once")
    return names


def _flaw(party: Party, text: str) -> Flaw:
    """The flaw of a name for this party, with parameters where it has some. Refuses what it can't be."""
    try:
        flaw = get(text)
    except FlawError as error:
        raise _RefusedError(400, f"{error}; {error.hint}" if error.hint else str(error)) from error
    if party.role not in flaw.roles:
        raise _RefusedError(
            400, f"{flaw.name} is no flaw of a role {party.role}; it is one of {' and '.join(flaw.roles)}"
        )
    return flaw


def _flaws(party: Party) -> dict[str, Any]:
    known = sorted(name for name, flaw in flaws().items() if party.role in flaw.roles)
    return {"flaws": [found.name for found in party.misbehaviours], "known": known}


def _connection(party: Party, action: str, peer: dict[str, Any]) -> Connection | None:
    """The registered connection with `peer`, the newest of several; without a peer, the newest of all."""
    newest_first = party.connections.registered()[::-1]
    country_code, party_id = str(peer.get("country_code") or ""), str(peer.get("party_id") or "")
    if country_code or party_id:
        found = next((known for known in newest_first if known.owns(country_code, party_id)), None)
        missing = f"no registered connection with {country_code} {party_id}"
    else:
        found, missing = next(iter(newest_first), None), "no registered connection"
    if found is None and action not in UNCONNECTED:
        raise _RefusedError(409, missing)
    return found


def _act(
    party: Party, action: str, connection: Connection | None, parameters: dict[str, Any]
) -> dict[str, Any]:
    try:
        return party.act(action, connection, parameters)  # type: ignore[arg-type] - see UNCONNECTED
    except KeyError as error:
        raise _RefusedError(400, f"{action} needs the parameter {error}") from error
    except Exception as error:
        raise _RefusedError(500, f"{action}: {error or type(error).__name__}") from error


def _json(status: int, value: dict[str, Any]) -> Response:
    return Response(orjson.dumps(value, default=str), status, media_type="application/json")
