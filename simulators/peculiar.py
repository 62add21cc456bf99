"""Peculiar peers: parties that are within their rights, or out of order on purpose, to see what others make of it.

with peculiar(peer, lists_no_common_version):
    answer = peer.call("POST", ...)
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from .answering import locate
from .exchange import Request, Response
from .party import Around, Misbehaviour, Party

OTHER_VERSION = "2.0"


@contextlib.contextmanager
def peculiar(party: Party, around: Around) -> Iterator[None]:
    """Let a party answer differently for a while; what is around its answers is as in flaws."""
    usual = party.misbehaviours
    party.misbehaviours = (*usual, Misbehaviour(name="peculiar", serving=around))
    try:
        yield
    finally:
        party.misbehaviours = usual


def lists_no_common_version(party: Party, request: Request, proceed: Any) -> Response:
    """Only an old version is listed, at a URL where it is not served."""
    response = proceed(request)
    if not _versions(party, request, details=False):
        return response
    listed = [{"version": OTHER_VERSION, "url": f"{party.base_url}/{OTHER_VERSION}"}]
    return response.with_json({**response.envelope, "data": listed})


def lists_credentials_only(party: Party, request: Request, proceed: Any) -> Response:
    """The details have no endpoint but that of credentials."""
    return _with_endpoints(
        party, request, proceed, lambda row: row if row["identifier"] == "credentials" else None
    )


def lists_credentials_as_receiver(party: Party, request: Request, proceed: Any) -> Response:
    """The credentials endpoint has the interface role RECEIVER, which means nothing there."""
    return _with_endpoints(
        party,
        request,
        proceed,
        lambda row: row | {"role": "RECEIVER"} if row["identifier"] == "credentials" else row,
    )


def _with_endpoints(party: Party, request: Request, proceed: Any, change: Any) -> Response:
    response = proceed(request)
    data = response.envelope.get("data")
    if not _versions(party, request, details=True) or not isinstance(data, dict):
        return response
    rows = [changed for row in data["endpoints"] if (changed := change(row))]
    return response.with_json({**response.envelope, "data": {**data, "endpoints": rows}})


def _versions(party: Party, request: Request, *, details: bool) -> bool:
    place = locate(party, request)
    return place is not None and place.module == "versions" and bool(place.rest) is details
