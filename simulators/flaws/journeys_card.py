"""Flaws of a CPO in the stories of several drivers with cards, and of an eMSP that was down."""

from ..calling import CallFault
from .flaw import Party, Proceed, Request, Response, calling, serving
from .retelling import CDR_LIST, PATCH, POST, SESSION_LIST, Object, sealed
from .shaping import addresses, ok, with_data

CPO = ("CPO",)


def _as_whitelisted(session_or_cdr: Object) -> Object:
    asked = session_or_cdr.get("auth_method") == "AUTH_REQUEST"
    return {**session_or_cdr, "auth_method": "WHITELIST"} if asked else session_or_cdr


sealed(
    "says-whitelisted-though-it-asked",
    "journeys-auth-method-as-authorized",
    "Sessions and CDRs of drivers about whom the eMSP was asked say WHITELIST.",
    _as_whitelisted,
    telling=_as_whitelisted,
)


@calling("one-end-ends-all", breaks=("journeys-sessions-kept-apart",), roles=CPO)
def one_end_ends_all(party: Party, request: Request, proceed: Proceed) -> Response:
    """With the Session of one card those of other cards end."""
    response = proceed(request)
    if not addresses(party, request, PATCH) or request.json.get("status") != "COMPLETED":
        return response
    ended = party.notes.setdefault("ended", set())
    ended.add(request.segments[-1])
    for other in _charging(party, request):
        if other["id"] not in ended:
            ended.add(other["id"])
            changes = party.complete_session(other["id"])  # type: ignore[attr-defined]
            connection = next(iter(party.connections.registered()))
            party.tell_change(connection, other["id"], changes)  # type: ignore[attr-defined]
    return response


def _charging(party: Party, request: Request) -> list[Object]:
    """The other ACTIVE Sessions of cards of the driver's provider."""
    sessions = list(party.store.own("sessions"))
    one = next((found for found in sessions if found["id"] == request.segments[-1]), None)
    if one is None or one["auth_method"] != "AUTH_REQUEST":
        return []
    provider = one["cdr_token"]["party_id"]
    return [
        found
        for found in sessions
        if found["status"] == "ACTIVE"
        and found["auth_method"] == "WHITELIST"
        and found["cdr_token"]["party_id"] == provider
    ]


def _lost(party: Party, request: Request, proceed: Proceed, name: str, *patterns: str) -> Response:
    """Send, and remember what did not arrive by the last segment of its URL, or by its id."""
    if not addresses(party, request, *patterns):
        return proceed(request)
    lost = party.notes.setdefault(name, set())
    identifier = (request.json or {}).get("id") or request.segments[-1]
    try:
        response = proceed(request)
    except CallFault:
        lost.add(identifier)
        raise
    if response.status >= 500:
        lost.add(identifier)
    return response


@calling("missed-session-not-listed", breaks=("journeys-missed-session-served",), roles=CPO)
def missed_session_lost(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session of which a change did not arrive is remembered, to be left off the list."""
    return _lost(party, request, proceed, "lost-sessions", PATCH)


@serving("missed-session-not-listed", breaks=("journeys-missed-session-served",), roles=CPO)
def missed_session_unlisted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions of which a change did not arrive are no longer listed."""
    return _without(party, request, proceed, SESSION_LIST, "lost-sessions")


@calling("missed-cdr-not-listed", breaks=("journeys-missed-cdr-served",), roles=CPO)
def missed_cdr_lost(party: Party, request: Request, proceed: Proceed) -> Response:
    """A CDR that did not arrive is remembered, to be left off the list."""
    return _lost(party, request, proceed, "lost-cdrs", POST)


@serving("missed-cdr-not-listed", breaks=("journeys-missed-cdr-served",), roles=CPO)
def missed_cdr_unlisted(party: Party, request: Request, proceed: Proceed) -> Response:
    """CDRs that did not arrive are not listed."""
    return _without(party, request, proceed, CDR_LIST, "lost-cdrs")


def _without(party: Party, request: Request, proceed: Proceed, endpoint: str, name: str) -> Response:
    response = proceed(request)
    lost = party.notes.get(name, set())
    if not addresses(party, request, endpoint) or not ok(response):
        return response
    return with_data(response, lambda data: [item for item in data if item["id"] not in lost])
