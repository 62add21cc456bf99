"""Flaws of a party that serves lists: what it makes of the parameters, its headers, its Links."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .. import clock
from ..party import Party
from .flaw import Proceed, Request, Response, serving, whole
from .shaping import addresses, ok, with_data, with_envelope

Query = dict[str, str]
SMALL = 4
PARAMETERS = ("offset", "limit", "date_from", "date_to")


def _listed(party: Party, request: Request) -> bool:
    """The list that paging is shown with; on the others other chapters have a word to say."""
    return addresses(party, request, "locations.sender.list", "tokens.sender.list")


def _asked(request: Request, change: Callable[[Query], Query]) -> Request:
    """The request with another query."""
    parts = urlsplit(request.url)
    query = urlencode(change(dict(parse_qsl(parts.query))))
    return replace(request, url=urlunsplit(parts._replace(query=query)))


def _linked(response: Response, change: Callable[[Query], Query]) -> Response:
    """The response with another query in its Link."""
    link = response.header("Link")
    if link is None:
        return response
    parts = urlsplit(link[1 : link.index(">")])
    target = urlunsplit(parts._replace(query=urlencode(change(dict(parse_qsl(parts.query))))))
    return response.with_header("Link", f'<{target}>; rel="next"')


def _refused(response: Response) -> Response:
    return with_envelope(response, status_code=2001, status_message="Invalid parameters", data=None)


def _without(*names: str) -> Callable[[Query], Query]:
    return lambda query: {name: value for name, value in query.items() if name not in names}


def _asking(name: str, slug: str, summary: str, change: Callable[[Query], Query]) -> None:
    """A flaw of a party that reads other parameters than were sent."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        return proceed(_asked(request, change) if _listed(party, request) else request)

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)


def _answering(name: str, slug: str, summary: str, change: Callable[[Request, Response], Response]) -> None:
    """A flaw in the answer to a request for a page."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        return change(request, response) if _listed(party, request) and ok(response) else response

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)


def _number(query: Query, name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isdigit() else 0


def _later(query: Query, name: str) -> Query:
    """Moves a filter by a millisecond, unless it is one of the last hour, by which changes are asked for."""
    moment = clock.parse(query.get(name, ""))
    if moment is None or clock.now() - moment < timedelta(hours=1):
        return query
    return {**query, name: clock.stamp(moment + timedelta(milliseconds=1))}


def _shorter(query: Query, by: int) -> Query:
    limit = _number(query, "limit")
    return {**query, "limit": str(max(1, limit - by))} if 1 < limit < 100 else query


def _size(response: Response) -> str:
    return str(len(response.envelope.get("data") or []))


_asking(
    "limit-ignored",
    "paging-limit-honoured",
    "Pages have the size that the server likes, whatever the limit.",
    _without("limit"),
)


@serving(
    "page-one-short",
    breaks=("paging-page-full",),
    parameters={"by": whole(1, 20, "how many objects less, as far as one is left")},
)
def page_one_short(party: Party, request: Request, proceed: Proceed, *, by: int = 1) -> Response:
    """Pages hold one object less than asked for."""
    asked = _asked(request, lambda query: _shorter(query, by)) if _listed(party, request) else request
    return proceed(asked)


_asking(
    "page-starts-at-second",
    "paging-offset-default-zero",
    "Without an offset a page starts at the second object.",
    lambda query: query if query.keys() & {"offset", "limit", "date_from"} else {**query, "offset": "1"},
)
_asking(
    "date-from-ignored", "paging-date-from-applied", "The filter date_from is ignored.", _without("date_from")
)
_asking("date-to-ignored", "paging-date-to-applied", "The filter date_to is ignored.", _without("date_to"))
_asking(
    "date-from-exclusive",
    "paging-date-from-inclusive",
    "Objects changed exactly at date_from are left out.",
    lambda query: _later(query, "date_from"),
)
_asking(
    "date-to-inclusive",
    "paging-date-to-exclusive",
    "Objects changed exactly at date_to are given.",
    lambda query: _later(query, "date_to"),
)

_answering(
    "limit-demanded",
    "paging-parameters-optional",
    "A list without limit is refused with 2001.",
    lambda request, response: response if request.query.keys() & set(PARAMETERS) else _refused(response),
)
_answering(
    "large-limit-refused",
    "paging-large-limit-accepted",
    "A limit above the server's own is refused with 2001.",
    lambda request, response: (
        _refused(response)
        if _number(request.query, "limit") > int(response.header("X-Limit") or 0)
        else response
    ),
)
_answering(
    "far-offset-refused",
    "paging-offset-beyond-end",
    "An offset beyond the end is refused with 2001.",
    lambda request, response: (
        _refused(response)
        if _number(request.query, "offset") >= int(response.header("X-Total-Count") or 0) > 0
        else response
    ),
)
_answering(
    "date-without-zone-refused",
    "paging-date-forms-accepted",
    "A date without Z is refused with 2001.",
    lambda request, response: (
        response if request.query.get("date_from", "Z").endswith("Z") else _refused(response)
    ),
)
_answering(
    "no-total-count",
    "paging-total-count-present",
    "Pages come without X-Total-Count.",
    lambda request, response: response.with_header("X-Total-Count", None),  # noqa: ARG005
)
_answering(
    "total-count-of-page",
    "paging-total-count-all",
    "X-Total-Count is the number of objects on the page.",
    lambda request, response: response.with_header("X-Total-Count", _size(response)),  # noqa: ARG005
)
_answering(
    "no-x-limit",
    "paging-x-limit-present",
    "Pages come without X-Limit.",
    lambda request, response: response.with_header("X-Limit", None),  # noqa: ARG005
)
_answering(
    "x-limit-of-page",
    "paging-x-limit-upper",
    "X-Limit is the number of objects on the page.",
    lambda request, response: response.with_header("X-Limit", _size(response)),  # noqa: ARG005
)
_answering(
    "x-limit-one",
    "paging-page-within-x-limit",
    "X-Limit is always 1.",
    lambda request, response: response.with_header("X-Limit", "1"),  # noqa: ARG005
)
_answering(
    "no-link",
    "paging-link-when-more",
    "Pages come without a Link to the next.",
    lambda request, response: response.with_header("Link", None),  # noqa: ARG005
)
_answering(
    "link-relative",
    "paging-link-absolute",
    "The Link is relative to the server.",
    lambda request, response: response.with_header(  # noqa: ARG005
        "Link", re.sub(r"<https?://[^/]+", "<", response.header("Link") or "") or None
    ),
)
_answering(
    "link-without-relation",
    "paging-link-rel-next",
    "The Link has no relation.",
    lambda request, response: response.with_header(  # noqa: ARG005
        "Link", (response.header("Link") or "").partition(";")[0] or None
    ),
)
_answering(
    "link-without-filter",
    "paging-link-keeps-filters",
    "The Link leaves out date_from.",
    lambda request, response: _linked(response, _without("date_from")),  # noqa: ARG005
)
_answering(
    "link-without-limit",
    "paging-link-keeps-limit",
    "The Link leaves out the limit.",
    lambda request, response: _linked(response, _without("limit")),  # noqa: ARG005
)


@serving(
    "link-skips-object",
    breaks=("paging-crawl-each-once",),
    parameters={"objects": whole(1, 3, "how many it passes over")},
)
def link_skips_object(party: Party, request: Request, proceed: Proceed, *, objects: int = 1) -> Response:
    """From the second page on the Link passes over one object."""
    response = proceed(request)
    if not _listed(party, request) or not ok(response) or "offset" not in request.query:
        return response
    return _linked(response, lambda query: {**query, "offset": str(int(query["offset"]) + objects)})


@serving("offset-ignored", breaks=("paging-offset-honoured",))
def offset_ignored(party: Party, request: Request, proceed: Proceed) -> Response:
    """Pages are cut without a look at the offset, unless their Links lead there."""
    linked = request.query.get("page") == "next"
    if not _listed(party, request) or linked:
        return _linked(proceed(request), lambda query: {**query, "page": "next"})
    offset = _number(request.query, "offset")
    response = proceed(_asked(request, _without("offset")) if offset == 1 else request)
    return _linked(response, lambda query: {**query, "page": "next"})


@serving("x-total-count-unfiltered", breaks=("paging-total-count-filtered",))
def total_count_unfiltered(party: Party, request: Request, proceed: Proceed) -> Response:
    """X-Total-Count counts objects that the filters leave out too."""
    response = proceed(request)
    if not _listed(party, request) or not ok(response):
        return response
    whole = proceed(_asked(request, _without("date_from", "date_to")))
    count = whole.header("X-Total-Count")
    return response.with_header("X-Total-Count", count) if count else response


@serving("link-on-last-page", breaks=("paging-link-absent-on-last",))
def link_on_last_page(party: Party, request: Request, proceed: Proceed) -> Response:
    """The last page has a Link too, which leads to an empty one."""
    response = proceed(request)
    if not _listed(party, request) or not ok(response) or response.header("Link") or _size(response) == "0":
        return response
    offset = _number(request.query, "offset") + int(_size(response))
    target = _asked(request, lambda query: {**query, "offset": str(offset)}).url
    return response.with_header("Link", f'<{target}>; rel="next"')


@serving("links-in-a-circle", breaks=("paging-crawl-ends", "paging-link-absent-on-last"))
def links_in_a_circle(party: Party, request: Request, proceed: Proceed) -> Response:
    """The Link of the last of small pages leads to the first."""
    response = proceed(request)
    if not _listed(party, request) or not ok(response) or response.header("Link") or _size(response) == "0":
        return response
    if not 0 < _number(request.query, "limit") <= SMALL:
        return response
    target = _asked(request, lambda query: {**query, "offset": "0"}).url
    return response.with_header("Link", f'<{target}>; rel="next"')


@serving("pages-shuffled", breaks=("paging-sequence-stable",))
def pages_shuffled(party: Party, request: Request, proceed: Proceed) -> Response:
    """A page that is asked for the first time comes in another order than later."""
    response = proceed(request)
    if not _listed(party, request) or _number(request.query, "limit") < 2 or "offset" in request.query:
        return response
    seen = party.notes.setdefault("pages", set())
    if request.url in seen:
        return response
    seen.add(request.url)
    return with_data(response, lambda data: data[::-1])


@serving("newest-first", breaks=("paging-crawl-while-growing",))
def newest_first(party: Party, request: Request, proceed: Proceed) -> Response:
    """Objects that are created later come first."""
    if _listed(party, request):
        endpoint = request.path.rstrip("/").rpartition("/")[2]
        table = party.store.own(endpoint)
        known = party.notes.setdefault(f"known-{endpoint}", [key for key, _ in table.items()])
        with table.lock:
            rows = dict(table.items())
            new = [key for key in rows if key not in known]
            if new:
                known[:0] = new
                table.clear()
                for key in [key for key in known if key in rows]:
                    table.put(key, rows[key])
    return proceed(request)
