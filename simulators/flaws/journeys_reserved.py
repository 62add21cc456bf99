"""Flaws of a CPO in the stories of reservations."""

from ..sessions import session_key
from .flaw import Party, Proceed, Request, Response, calling, serving
from .retelling import CDR_LIST, PATCH, POST, Object, resealed
from .shaping import addresses, with_body

CPO = ("CPO",)
RESERVE = "commands.receiver.reserve_now"
RENAMED = "cdr-of-reservation-renamed"


@serving(RENAMED, breaks=("journeys-reservation-billed-with-its-session",), roles=CPO)
def cdr_of_reservation_renamed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The CDR of a driver who had reserved names another session than the one of the reservation."""
    if addresses(party, request, RESERVE) and isinstance(request.json, dict):
        party.notes.setdefault("reserved", set()).add(request.json["token"]["uid"])
    if addresses(party, request, CDR_LIST):
        for cdr in party.store.own("cdrs"):
            _renamed(party, cdr)
    return proceed(request)


@calling(RENAMED, breaks=(), roles=CPO)
def cdr_of_reservation_posted_renamed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The CDR of a driver who had reserved is POSTed so."""
    if addresses(party, request, POST):
        request = with_body(request, lambda cdr: _renamed(party, cdr))
    return proceed(request)


def _renamed(party: Party, cdr: Object) -> Object:
    if cdr["cdr_token"]["uid"] not in party.notes.get("reserved", ()):
        return cdr
    return resealed(party, RENAMED, cdr, lambda old: {**old, "session_id": f"{old['session_id']}-2"[-36:]})


@serving("expired-reservation-invalid", breaks=("journeys-expired-reservation-completes-session",), roles=CPO)
def expired_reservation_heard(party: Party, request: Request, proceed: Proceed) -> Response:
    """The Session of a reservation that expires becomes INVALID."""
    if addresses(party, request, "commands.receiver.*"):
        party.notes["heard"] = request.segments[-1]
    return proceed(request)


@calling("expired-reservation-invalid", breaks=(), roles=CPO)
def expired_reservation_invalid(party: Party, request: Request, proceed: Proceed) -> Response:
    """It does unless it was given up: by the driver, or by the CPO, who says so."""
    if addresses(party, request, "commands.sender.result") and "CANCELED" in str(request.json):
        party.notes["heard"] = "CANCELED_RESERVATION"
    if addresses(party, request, PATCH) and request.json.get("status") == "COMPLETED":
        session: Object = party.own_session(request.segments[-1]) or {}  # type: ignore[attr-defined]
        unused = session.get("kwh") == 0 and not session.get("charging_periods")
        if unused and party.notes.get("heard") == "RESERVE_NOW":
            party.store.own("sessions").put(session_key(session), {**session, "status": "INVALID"})
            request = with_body(request, lambda changes: {**changes, "status": "INVALID"})
    return proceed(request)
