"""Flaws of a party that reads lists of others."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import uuid4

from ..party import Party
from .flaw import Proceed, Request, Response, calling
from .shaping import addresses, ok


def _asks(party: Party, request: Request) -> bool:
    """The list that paging is shown with; of what the others bring other chapters have a word to say."""
    return addresses(party, request, "locations.sender.list", "tokens.sender.list")


def _with(request: Request, **parameters: str) -> Request:
    parts = urlsplit(request.url)
    query = urlencode({**dict(parse_qsl(parts.query)), **parameters})
    return replace(request, url=urlunsplit(parts._replace(query=query)))


@calling(
    "first-page-only",
    breaks={
        "CPO": ("paging-client-reads-all-pages", "tokens-pull-updates-store"),
        "EMSP": ("paging-client-reads-all-pages",),
    },
)
def first_page_only(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nothing but the first page of a list is read."""
    response = proceed(request)
    return response.with_header("Link", None) if _asks(party, request) else response


@calling("reads-beyond-last-page", breaks=("paging-client-stops-at-last",))
def reads_beyond_last_page(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a page without a Link one more is asked for."""
    response = proceed(request)
    data = response.envelope.get("data")
    if _asks(party, request) and ok(response) and not response.header("Link") and data:
        offset = int(request.query.get("offset", "0")) + len(data)
        proceed(_with(request, offset=str(offset)).with_header("X-Request-ID", str(uuid4())))
    return response


@calling(
    "offset-by-own-limit",
    breaks={
        "CPO": ("paging-client-accepts-smaller-page", "tokens-pull-updates-store"),
        "EMSP": ("paging-client-accepts-smaller-page",),
    },
)
def offset_by_own_limit(party: Party, request: Request, proceed: Proceed) -> Response:
    """The next page is asked for behind as many objects as were wanted, not as many as came."""
    if _asks(party, request) and int(request.query.get("offset", "0")):
        request = _with(request, offset=str(party.limits.page))
    return proceed(request)


@calling("window-of-days", breaks=("paging-client-parameters-valid",))
def window_of_days(party: Party, request: Request, proceed: Proceed) -> Response:
    """Lists are asked for from a day on, not from a moment."""
    return proceed(_with(request, date_from="1999-01-01") if _asks(party, request) else request)
