"""Flaws of a party that pulls lists, which show when these fail or are odd."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit
from uuid import uuid4

from ...schemas.validation import validator
from .. import clock
from ..calling import CallFault
from ..links import next_link
from ..mishaps import MISHAPS, mishap_of
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, unsent, with_envelope

LISTS = "*.sender.list"
SLOW_S = 0.7
WALKED = 500
"""As often a circle of pages is walked round; who serves it opens it before."""
AFTER = {
    "server-error": "adversity-pull-after-server-error",
    "too-many-requests": "adversity-pull-after-too-many-requests",
    "unauthorized": "adversity-pull-after-unauthorized",
    "html": "adversity-pull-after-html",
    "truncated": "adversity-pull-after-truncated-json",
    "wrong-json": "adversity-pull-after-wrong-json",
    "cut": "adversity-pull-after-cut",
}
ODD = {
    "missing-field": ("required", "adversity-list-with-missing-field-read"),
    "wrong-type": ("type", "adversity-list-with-wrong-type-read"),
    "unknown-value": ("enum", "adversity-list-with-unknown-value-read"),
    "no-object": ("null", "adversity-list-with-no-objects-read"),
}


def again(request: Request) -> Request:
    """The same request once more."""
    return request.with_header("X-Request-ID", str(uuid4()))


def outcome(proceed: Proceed, request: Request, met: Callable[[str], object]) -> Response:
    """What comes of a request; `met` is told which mishap it was, if it was one. Raises CallFault."""
    try:
        response = proceed(request)
    except CallFault:
        met("cut")
        raise
    if name := mishap_of(response):
        met(name)
    return response


def _first_page(party: Party, request: Request) -> bool:
    return addresses(party, request, LISTS) and request.query.get("offset", "0") == "0"


def _give_up_after(mishap: str, slug: str) -> None:
    """One flaw for each mishap: the next pull isn't made."""

    def given_up(party: Party, request: Request, proceed: Proceed) -> Response:
        if not _first_page(party, request) or request.endpoint is None:
            return proceed(request)
        key = f"gave up {request.endpoint.id}"
        if party.notes.pop(key, False):
            return unsent()

        def met(name: str) -> None:
            party.notes[key] = name == mishap

        return outcome(proceed, request, met)

    given_up.__doc__ = f"After the mishap {mishap} of a list the next pull of it isn't made."
    calling(f"pull-given-up-after-{mishap}", breaks=(slug,))(given_up)


for _mishap in MISHAPS:
    _give_up_after(_mishap, AFTER[_mishap])


@calling("sync-point-moved-by-failed-pull", breaks=("adversity-pull-after-failed-page",))
def sync_point_moved_by_failed_pull(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a pull that failed midway only what changes from then on is asked for, once."""
    if not addresses(party, request, LISTS) or request.endpoint is None:
        return proceed(request)
    key = f"synchronized {request.endpoint.id}"
    if _first_page(party, request):
        since = party.notes.pop(key, "")
        return proceed(_with(request, date_from=since) if since else request)

    def met(_: str) -> None:
        party.notes[key] = clock.stamp(clock.now())

    return outcome(proceed, request, met)


def _with(request: Request, **parameters: str) -> Request:
    parts = urlsplit(request.url)
    query = urlencode({**dict(parse_qsl(parts.query)), **parameters})
    return replace(request, url=urlunsplit(parts._replace(query=query)))


@calling("copies-dropped-by-failed-pull", breaks=("adversity-failed-pull-keeps-copies",))
def copies_dropped_by_failed_pull(party: Party, request: Request, proceed: Proceed) -> Response:
    """What it has of others is thrown away when a page of its list can't be read."""
    row = request.endpoint
    if row is None or not addresses(party, request, LISTS) or _first_page(party, request):
        return proceed(request)
    return outcome(proceed, request, lambda _: party.store.received(row.module).clear())


@calling("list-asked-again-at-once", breaks=("adversity-pull-heeds-retry-after",))
def list_asked_again_at_once(party: Party, request: Request, proceed: Proceed) -> Response:
    """A list that is refused with HTTP 429 is asked for again without waiting."""
    response = proceed(request)
    refused = response.status == 429 and addresses(party, request, LISTS)
    return proceed(again(request)) if refused else response


@calling("slow-list-given-up", breaks=("adversity-slow-list-read",))
def slow_list_given_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """A list that takes most of a second is given up."""
    begun = clock.now()
    response = proceed(request)
    took = (clock.now() - begun).total_seconds()
    return unsent() if addresses(party, request, LISTS) and took > SLOW_S else response


@calling("circle-of-pages-walked-on", breaks=("adversity-circle-of-pages-left",))
def circle_of_pages_walked_on(party: Party, request: Request, proceed: Proceed) -> Response:
    """Links are followed wherever they lead, back to the first page too."""
    response = proceed(request)
    if not addresses(party, request, LISTS):
        return response
    for _ in range(WALKED):
        link = next_link(response.header("Link"))
        if link is None or urlsplit(urljoin(request.url, link)).query:
            break  # whoever called follows it
        request = replace(again(request), url=urljoin(request.url, link))
        response = proceed(request)
        while (link := next_link(response.header("Link"))) and urlsplit(urljoin(request.url, link)).query:
            request = replace(again(request), url=urljoin(request.url, link))
            response = proceed(request)
    return response


def _skip_for(kind: str, rule: str, slug: str) -> None:
    """One flaw for each way in which an object can be wrong: its page is thrown away."""

    def skipped(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        data = response.envelope.get("data")
        row = request.endpoint
        if (
            not addresses(party, request, LISTS)
            or row is None
            or not row.answer
            or not isinstance(data, list)
        ):
            return response
        judge = validator(party.version, row.answer)
        odd = any(found.rule == rule for item in data for found in judge.findings(item))
        return response.with_json({**response.envelope, "data": []}) if odd else response

    skipped.__doc__ = f"A page with an object that is wrong by {kind} is thrown away as a whole."
    known = ("transport-client-survives-bad-object",) if kind == "missing-field" else ()
    calling(f"page-with-{kind}-skipped", breaks=(slug, *known))(skipped)


for _kind, (_rule, _slug) in ODD.items():
    _skip_for(_kind, _rule, _slug)


def daze(party: Party) -> None:
    """From now on the next list that somebody asks for can't be served."""
    party.notes["dazed"] = True


def dazed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The answer of a party that may be dazed."""
    response = proceed(request)
    if not ok(response) or not addresses(party, request, LISTS) or not party.notes.pop("dazed", False):
        return response
    failed = with_envelope(response, status_code=3000, data=None)
    return replace(failed, status=500)


@calling("dazed-by-html", breaks=("adversity-up-after-failed-pulls",))
def dazed_by_html(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a page of HTML in place of a list its own lists fail once."""
    if not addresses(party, request, LISTS):
        return proceed(request)
    return outcome(proceed, request, lambda name: daze(party) if name == "html" else None)


@calling("dazed-by-null", breaks=("adversity-up-after-odd-lists",))
def dazed_by_null(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a null in a list its own lists fail once."""
    response = proceed(request)
    data: Any = response.envelope.get("data")
    if addresses(party, request, LISTS) and isinstance(data, list) and None in data:
        daze(party)
    return response


for _name in ("dazed-by-html", "dazed-by-null"):
    serving(_name, breaks=())(dazed)
