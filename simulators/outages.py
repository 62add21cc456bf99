"""Outages of a peer, as `peculiar` takes them: it is down, or has lost what it had."""

from typing import Any

from .answering import locate
from .exchange import Request, Response
from .party import Party
from .store import key_of


def is_down(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """Nothing gets through to the application: a gateway answers HTTP 503."""
    return Response(headers=(("Content-Type", "text/plain"),), body=b"Service Unavailable", status=503)


def forgets_before_patch(party: Party, request: Request, proceed: Any) -> Response:
    """A copy is lost just before it would be changed."""
    place = locate(party, request)
    if request.method == "PATCH" and place is not None:
        table = party.store.received(place.module)
        lost = key_of(*place.rest[:3])
        for key, _ in table.items():
            if key[:3] == lost:
                table.delete(key)
    return proceed(request)
