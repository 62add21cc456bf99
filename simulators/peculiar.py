"""Peculiar peers: parties that are within their rights, or out of order on purpose, to see what others make of it.

with peculiar(peer, lists_only("2.0")):
    answer = peer.call("POST", ...)
"""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .answering import locate
from .exchange import Request, Response
from .party import Around, Misbehaviour, Party


@contextlib.contextmanager
def peculiar(party: Party, around: Around) -> Iterator[None]:
    """Let a party answer differently for a while; what is around its answers is as in flaws."""
    usual = party.misbehaviours
    party.misbehaviours = (*usual, Misbehaviour(name="peculiar", serving=around))
    try:
        yield
    finally:
        party.misbehaviours = usual


def lists_only(version: str) -> Around:
    """No version is listed but another one, under the URL of the one that is served."""

    def around(party: Party, request: Request, proceed: Any) -> Response:
        response = proceed(request)
        if not _versions(party, request, details=False) or not response.envelope.get("data"):
            return response
        listed = [{**response.envelope["data"][0], "version": version}]
        return response.with_json({**response.envelope, "data": listed})

    return around


def lists_credentials_as_receiver(party: Party, request: Request, proceed: Any) -> Response:
    """The credentials endpoint has the interface role RECEIVER, which means nothing there."""
    response = proceed(request)
    data = response.envelope.get("data")
    if not _versions(party, request, details=True) or not isinstance(data, dict):
        return response
    rows = [
        {**row, "role": "RECEIVER"} if row["identifier"] == "credentials" else row
        for row in data["endpoints"]
    ]
    return response.with_json({**response.envelope, "data": {**data, "endpoints": rows}})


def _versions(party: Party, request: Request, *, details: bool) -> bool:
    place = locate(party, request)
    return place is not None and place.module == "versions" and bool(place.rest) is details


def begins_nothing(party: Party, request: Request, proceed: Any) -> Response:
    """START_SESSION is accepted, and nothing comes of it: no result, no Session."""
    place = locate(party, request)
    command = request.json
    if place is None or (place.module, place.rest) != ("commands", ("START_SESSION",)):
        return proceed(request)
    if not isinstance(command, dict):
        return proceed(request)
    response = proceed(request.with_json({**command, "location_id": "nowhere"}))
    envelope = {**response.envelope, "status_code": 1000, "data": {"result": "ACCEPTED", "timeout": 30}}
    return response.with_json({name: value for name, value in envelope.items() if name != "status_message"})


def passes_nothing_on(party: Party, request: Request, proceed: Any) -> Response:
    """Requests about a session's charging profile are accepted, and nothing comes of them: no outcome is posted."""
    place = locate(party, request)
    if place is None or place.module != "chargingprofiles" or len(place.rest) != 1:
        return proceed(request)
    response = proceed(replace(request, url=request.url.replace(place.rest[0], "nowhere", 1)))
    if response.status != 200:
        return response
    return response.with_json({**response.envelope, "data": {"result": "ACCEPTED", "timeout": 30}})
