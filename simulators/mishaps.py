"""Mishaps: what comes of a request when a platform, or what stands before it, has a bad day; as `peculiar` takes them.

with peculiar(peer, at("tokens.sender.list", MISHAPS["html"])):
    ...
"""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .answering import Reply, endpoint_of, written
from .connection import authorization
from .exchange import Request, Response
from .party import Around, Party

RETRY_AFTER_S = 1
"""For so long a client that comes too often is told to stay away."""
LATE_S = 1.0

_PAGE = b"<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><h1>We'll be back soon</h1></body></html>\n"


def fails(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """The application fails: HTTP 500, and nothing was done."""
    return written(request, Reply(status_code=3000, http_status=500, message="Internal error"))


def is_busy(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """Too many requests came, so nothing is done for a while (RFC 6585 §4)."""
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return written(
        request, Reply(status_code=2000, http_status=429, message="Too many requests", headers=headers)
    )


def has_forgotten(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """The token, which is right, is one that nobody knows."""
    return proceed(request.with_header("Authorization", authorization("forgotten")))


def shows_a_page(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """What was asked for is done, and a page for people is the answer, with HTTP 200."""
    proceed(request)
    return Response(headers=(("Content-Type", "text/html; charset=utf-8"),), body=_PAGE, status=200)


def ends_early(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """What was asked for is done, and the JSON of the answer stops in the middle; its length is that of what came."""
    response = proceed(request)
    return replace(response, body=response.body[: len(response.body) // 2])


def cuts(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """What was asked for is done, and the connection is cut in the middle of the answer."""
    response = proceed(request)
    half = len(response.body) // 2
    return replace(response, body=response.body[:half], missing=len(response.body) - half)


def speaks_otherwise(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """What was asked for is done, and the answer is JSON, but not in the response format of OCPI."""
    response = proceed(request)
    return response.with_json({"error": False, "result": {"items": 0}, "data": "see result"})


def is_late(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """The answer is right, and takes its time."""
    response = proceed(request)
    threading.Event().wait(LATE_S)
    return response


MISHAPS: dict[str, Around] = {
    "server-error": fails,
    "too-many-requests": is_busy,
    "unauthorized": has_forgotten,
    "html": shows_a_page,
    "truncated": ends_early,
    "wrong-json": speaks_otherwise,
    "cut": cuts,
}
"""What may come instead of a right answer, by name. All but the first three have done what was asked for."""


def mishap_of(response: Response | None) -> str:
    """Which of the mishaps a list or a push was answered with; None is a connection that was cut. Empty for none."""
    if response is None:
        return "cut"
    by_status = {500: "server-error", 429: "too-many-requests", 401: "unauthorized"}
    if response.status in by_status:
        return by_status[response.status]
    if response.status // 100 != 2:
        return ""
    if response.body.lstrip().startswith(b"<"):
        return "html"
    if not response.has_json:
        return "truncated"
    return "" if "status_code" in response.envelope else "wrong-json"


def at(endpoint: str, around: Around, *, beyond_first_page: bool = False) -> Around:
    """A mishap of one endpoint, or of all whose ids begin as what stands before a star.

    With `beyond_first_page` the first page of a list is spared.
    """

    def only_there(party: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        row = endpoint_of(party, request)
        found = row.id if row else ""
        there = found.startswith(endpoint[:-1]) if endpoint.endswith("*") else found == endpoint
        first = request.query.get("offset", "0") == "0"
        spared = beyond_first_page and first
        return around(party, request, proceed) if there and not spared else proceed(request)

    return only_there


def once(around: Around) -> Around:
    """A mishap that strikes the first request and none after."""
    first = threading.Lock()

    def only_first(party: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        return around(party, request, proceed) if first.acquire(blocking=False) else proceed(request)

    return only_first


def circling(*, most: int) -> Around:
    """The last page of a list leads to its first; after so many requests in all, nowhere, for whoever came so far."""
    lock, count = threading.Lock(), 0

    def around(party: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:  # noqa: ARG001
        nonlocal count
        response = proceed(request)
        with lock:
            count += 1
            over = count >= most
        if over:
            return response.with_header("Link", None)
        if response.status != 200 or response.header("Link"):
            return response
        return response.with_header("Link", f'<{request.url.partition("?")[0]}>; rel="next"')

    return around


def spoils(wanted: Callable[[dict[str, Any]], bool], how: Callable[[dict[str, Any]], Any]) -> Around:
    """The objects of a list that are `wanted` come as `how` makes them, beside the others as they are."""

    def around(party: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:  # noqa: ARG001
        response = proceed(request)
        data = response.envelope.get("data")
        if not isinstance(data, list):
            return response
        changed = [how(item) if wanted(item) else item for item in data]
        return response.with_json({**response.envelope, "data": changed})

    return around


def only_accepts(timeout_s: int) -> Around:
    """A command is accepted, and nothing comes of it: no result within the time that the answer states, or ever."""

    def around(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
        return written(request, Reply(data={"result": "ACCEPTED", "timeout": timeout_s}))

    return around
