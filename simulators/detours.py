"""Detours of a peer, as `peculiar` takes them: it redirects, or lists its modules on another host."""

from typing import Any

from .answering import locate
from .exchange import Request, Response
from .party import Around, Party

__all__ = ["AGAIN", "leads_astray", "lists_elsewhere"]

AGAIN = "detour=taken"
"""Stands in the query of where a redirect within the same host leads."""


def leads_astray(module: str, *, to: str = "") -> Around:
    """GETs of a module's list are redirected with HTTP 307 to a URL, or once to the same path, where nothing is."""

    def around(party: Party, request: Request, proceed: Any) -> Response:
        place = locate(party, request)
        response = proceed(request)
        if request.method != "GET" or place is None or (place.module, place.rest) != (module, ()):
            return response
        if response.status == 401:
            return response
        if AGAIN in request.url:
            return Response(headers=(("Content-Type", "text/plain"),), body=b"Nothing here", status=404)
        target = to or f"{request.url}{'&' if '?' in request.url else '?'}{AGAIN}"
        return Response(headers=(("Location", target),), body=b"", status=307)

    return around


def lists_elsewhere(base: str) -> Around:
    """The version details list every functional module below another URL."""

    def around(party: Party, request: Request, proceed: Any) -> Response:
        response = proceed(request)
        place = locate(party, request)
        data = response.envelope.get("data")
        if place is None or place.module != "versions" or not place.rest or not isinstance(data, dict):
            return response
        rows = [
            row
            if row["identifier"] == "credentials"
            else {**row, "url": f"{base.rstrip('/')}/{row['role'].lower()}/{row['identifier']}"}
            for row in data["endpoints"]
        ]
        return response.with_json({**response.envelope, "data": {**data, "endpoints": rows}})

    return around
