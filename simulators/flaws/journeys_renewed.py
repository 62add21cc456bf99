"""Flaws that show when credentials tokens are renewed while a driver charges."""

from ..connection import authorization
from .flaw import Party, Proceed, Request, Response, calling, serving
from .retelling import CDR_LIST, PATCH, POST, Object, resealed
from .shaping import addresses, ok, with_body

RENEWED = "credentials.put"
CLOSED = "cdr-of-session-before-renewal"


@serving("sessions-stick-to-token", breaks=("journeys-session-outlives-tokens",), roles=("CPO",))
def sessions_stick_to_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session is told with the token that was in force when it was begun, even when that was replaced."""
    if addresses(party, request, RENEWED):
        connection = party.connections.by_header(request.header("Authorization"))
        before = (connection.token_out if connection else None) or ""
        sessions = [session["id"] for session in party.store.own("sessions")]
        party.notes.setdefault("stuck", {}).update(dict.fromkeys(sessions, before))
    return proceed(request)


@calling("sessions-stick-to-token", breaks=(), roles=("CPO",))
def sessions_told_with_former_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """It is PATCHed with the former token."""
    former = (
        party.notes.get("stuck", {}).get(request.segments[-1]) if addresses(party, request, PATCH) else ""
    )
    return proceed(request.with_header("Authorization", authorization(former)) if former else request)


@serving(CLOSED, breaks=("journeys-cdr-outlives-tokens",), roles=("CPO",))
def cdr_of_session_before_renewal(party: Party, request: Request, proceed: Proceed) -> Response:
    """The CDR of a Session during which tokens were renewed names another session."""
    if addresses(party, request, CDR_LIST):
        for cdr in party.store.own("cdrs"):
            _renamed(party, cdr)
    response = proceed(request)
    if addresses(party, request, RENEWED) and ok(response):
        active = {one["id"] for one in party.store.own("sessions") if one["status"] == "ACTIVE"}
        party.notes.setdefault("during", set()).update(active)
    return response


@calling(CLOSED, breaks=(), roles=("CPO",))
def cdr_posted_of_session_before_renewal(party: Party, request: Request, proceed: Proceed) -> Response:
    """It is POSTed so."""
    return proceed(
        with_body(request, lambda cdr: _renamed(party, cdr)) if addresses(party, request, POST) else request
    )


def _renamed(party: Party, cdr: Object) -> Object:
    if cdr.get("session_id") not in party.notes.get("during", ()):
        return cdr
    return resealed(party, CLOSED, cdr, lambda old: {**old, "session_id": f"{old['session_id']}-2"[-36:]})


@serving("renewal-empties-sessions", breaks=("journeys-copy-outlives-tokens",), roles=("EMSP",))
def renewal_empties_sessions(party: Party, request: Request, proceed: Proceed) -> Response:
    """With new credentials the copies of all Sessions are dropped."""
    response = proceed(request)
    if addresses(party, request, RENEWED) and ok(response):
        party.store.received("sessions").clear()
    return response
