"""Flaws of a CPO that pushes its Sessions: where to, by what method, and what it leaves off."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from ..store import Object
from .flaw import Party, Proceed, Request, Response, calling
from .shaping import addresses, with_body, without

CPO = ("CPO",)
PUT = "sessions.receiver.put"
PATCH = "sessions.receiver.patch"
STRANGER = "XXX"


def session_of(party: Party, request: Request) -> Object:
    """The Session that a push is about, as the CPO itself has it."""
    key = tuple(segment.casefold() for segment in request.segments[-3:])
    return party.store.own("sessions").get(key) or {}


def by_driver(party: Party, request: Request, *endpoints: str, status: str = "") -> bool:
    """Whether a push is of a Session that no command has started; `status` is one that it tells."""
    if not addresses(party, request, *endpoints) or not isinstance(request.json, dict):
        return False
    told = not status or request.json.get("status") == status
    return told and session_of(party, request).get("auth_method") != "COMMAND"


def sent_as(request: Request, method: str, *, below: str = "", body: Any = None, owner: str = "") -> Request:
    """A further request about the same Session, by another method, or below it, or of another party."""
    parts = urlsplit(request.url)
    path = parts.path.split("/")
    if owner:
        path[-2] = owner
    url = parts._replace(path="/".join(path) + below).geturl()
    further = Request(request.headers, b"", method, url).with_header("X-Request-ID", str(uuid4()))
    return further.with_header("Content-Type", None) if body is None else further.with_json(body)


def unsent(request: Request) -> Response:
    """What a CPO makes itself believe of a push that it doesn't send."""
    body = b'{"status_code":1000,"timestamp":"2024-01-01T00:00:00Z"}'
    return Response(headers=request.headers[:0], body=body, status=200)


def as_put(party: Party, request: Request) -> Request:
    """The whole Session in place of a change of it."""
    whole = session_of(party, request)
    return Request(request.headers, b"", "PUT", request.url).with_json(whole)


@calling("new-session-patched", breaks=("sessions-push-new-by-put",), roles=CPO)
def new_session_patched(party: Party, request: Request, proceed: Proceed) -> Response:
    """New Sessions are announced by PATCH."""
    if by_driver(party, request, PUT, status="PENDING"):
        request = Request(request.headers, request.body, "PATCH", request.url)
    return proceed(request)


@calling(
    "session-progress-untold",
    breaks=("sessions-push-changes",),
    roles=CPO,
)
def session_progress_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """What is charged in between is told only with the end."""
    if by_driver(party, request, PATCH):
        if "status" not in request.json:
            return unsent(request)
        if request.json["status"] == "COMPLETED":
            return proceed(as_put(party, request))
    return proceed(request)


@calling("pushed-session-unlike-listed", breaks=("sessions-push-matches-served",), roles=CPO)
def pushed_session_unlike_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The end of a Session is told with a meter that the list doesn't have."""
    if by_driver(party, request, PATCH, status="COMPLETED"):
        request = with_body(request, lambda changes: {**changes, "meter_id": "M-2"})
    return proceed(request)


def afterwards(party: Party, request: Request, proceed: Proceed, further: Any) -> Response:
    """Send a further request once a Session was told to be COMPLETED."""
    response = proceed(request)
    if by_driver(party, request, PATCH, status="COMPLETED"):
        proceed(further())
    return response


@calling("completed-session-deleted", breaks=("sessions-push-methods",), roles=CPO)
def completed_session_deleted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that is COMPLETED is sent a DELETE."""
    return afterwards(party, request, proceed, lambda: sent_as(request, "DELETE"))


@calling("session-checked-at-stranger", breaks=("sessions-push-url-own-party",), roles=CPO)
def session_checked_at_stranger(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session is looked up under a party that is not of the CPO."""
    return afterwards(party, request, proceed, lambda: sent_as(request, "GET", owner=STRANGER))


@calling("session-part-patched", breaks=("sessions-push-patch-whole-session",), roles=CPO)
def session_part_patched(party: Party, request: Request, proceed: Proceed) -> Response:
    """The total cost is PATCHed by a URL of its own."""
    cost = {"excl_vat": 1, "last_updated": session_of(party, request).get("last_updated")}
    further = lambda: sent_as(request, "PATCH", below="/total_cost", body=cost)  # noqa: E731
    return afterwards(party, request, proceed, further)


@calling("pushed-session-of-stranger", breaks=("sessions-push-url-owner-equals-body",), roles=CPO)
def pushed_session_of_stranger(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Session has another owner than its URL."""
    if by_driver(party, request, PUT, status="PENDING"):
        request = with_body(request, lambda session: {**session, "party_id": STRANGER})
    return proceed(request)


@calling("session-put-at-other-id", breaks=("sessions-push-url-id-equals-body",), roles=CPO)
def session_put_at_other_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Session has another id than its URL."""
    if by_driver(party, request, PUT, status="PENDING"):
        request = with_body(request, lambda session: {**session, "id": "another"})
    return proceed(request)


@calling("session-patch-without-last-updated", breaks=("sessions-push-patch-has-last-updated",), roles=CPO)
def session_patch_without_last_updated(party: Party, request: Request, proceed: Proceed) -> Response:
    """The PATCH that ends a Session says not when."""
    if by_driver(party, request, PATCH, status="COMPLETED"):
        request = with_body(request, lambda changes: without(changes, "last_updated"))
    return proceed(request)


@calling("session-periods-sent-again", breaks=("sessions-push-patch-periods-new",), roles=CPO)
def session_periods_sent_again(party: Party, request: Request, proceed: Proceed) -> Response:
    """What is charged is told twice, before a PUT puts it right."""
    if by_driver(party, request, PATCH, status="COMPLETED"):
        whole = session_of(party, request)
        periods = {name: whole.get(name) for name in ("charging_periods", "last_updated")}
        proceed(sent_as(request, "PATCH", body=periods))
        request = as_put(party, request)
    return proceed(request)


@calling("session-end-is-older", breaks=("sessions-push-last-updated-advances",), roles=CPO)
def session_end_is_older(party: Party, request: Request, proceed: Proceed) -> Response:
    """The end of a Session carries the time of its begin as last_updated."""
    if by_driver(party, request, PATCH, status="COMPLETED"):
        begin = session_of(party, request)["start_date_time"]
        request = with_body(request, lambda changes: {**changes, "last_updated": begin})
    return proceed(request)
