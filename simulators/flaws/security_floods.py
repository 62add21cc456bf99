"""Flaws of a party that requests out of all proportion bring down, and of one that repeats line ends."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote

from ..party import Party
from .credentials import refusal
from .flaw import Proceed, Request, Response, serving

PAUSE = 3
"""So many requests a party that went down doesn't answer before it is back."""
LONG = 8192


def _brought_down(name: str, slug: str, summary: str, by: Callable[[Request], bool]) -> None:
    """A flaw of a party that is out of order for a while after some kind of request."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        left = party.notes.get(name, 0)
        if left:
            party.notes[name] = left - 1
            return refusal(proceed(request), 503)
        response = proceed(request)
        if by(request):
            party.notes[name] = PAUSE
        return response

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)


def _headed(request: Request) -> bool:
    return any(len(value) > LONG for _, value in request.headers)


_brought_down(
    "long-headers-bring-down",
    "security-long-headers-survived",
    "After a header of more than 8 kB it is out of order.",
    _headed,
)
_brought_down(
    "large-bodies-bring-down",
    "security-large-body-survived",
    "After a body that is too large it is out of order.",
    lambda request: request.too_large,
)
_brought_down(
    "deep-json-brings-down",
    "security-deep-json-survived",
    "After JSON that is nested too deeply it is out of order.",
    lambda request: request.body.count(b"[[[") > 100,
)


@serving("fails-at-large-bodies", breaks=("security-excess-refused",))
def fails_at_large_bodies(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """A body that is too large is answered with HTTP 500."""
    response = proceed(request)
    return replace(response, status=500) if request.too_large else response


@serving("repeats-line-ends", breaks=("security-header-injection",))
def repeats_line_ends(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """An encoded line end in an id is decoded before the id is repeated, and begins another header."""
    response = proceed(request)
    value, separator, rest = unquote(request.header("X-Request-ID") or "").partition("\r\n")
    name, colon, told = rest.partition(":")
    if not separator or not colon:
        return response
    # No server of ours sends a line end within a header: what it would amount to is written as two.
    split = response.with_header("X-Request-ID", value)
    return replace(split, headers=(*split.headers, (name.strip(), told.strip())))
