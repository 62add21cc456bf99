"""Flaws that show when credentials tokens are renewed while a driver charges."""

from .flaw import Party, Proceed, Request, Response, calling, serving
from .retelling import CDR_LIST, PATCH, POST, Object, resealed
from .shaping import addresses, ok, unsent, with_body

RENEWED = "credentials.put"
ENDED = "sessions-end-with-tokens"
CLOSED = "cdr-of-session-before-renewal"


@serving(ENDED, breaks=("journeys-session-outlives-tokens",), roles=("CPO",))
def sessions_end_with_tokens(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that was begun before the tokens were renewed is told of no more."""
    if addresses(party, request, RENEWED):
        party.notes.setdefault("untold", set()).update(one["id"] for one in party.store.own("sessions"))
    return proceed(request)


@calling(ENDED, breaks=(), roles=("CPO",))
def session_of_former_tokens_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """It isn't PATCHed."""
    if addresses(party, request, PATCH) and request.segments[-1] in party.notes.get("untold", ()):
        return unsent()
    return proceed(request)


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
