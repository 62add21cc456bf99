"""Flaws of a CPO in what it tells of its Sessions. What else depends on the end of a Session is put right by then."""

from datetime import timedelta
from typing import Any

from .. import clock
from ..sessions import session_key
from ..store import Object
from .flaw import Party, Proceed, Request, Response, calling
from .sessions_pushed import PATCH, PUT, by_driver, sent_as, session_of, unsent
from .shaping import Change, addresses, with_body

CPO = ("CPO",)


def _commanded(party: Party, request: Request, *endpoints: str, status: str) -> bool:
    """Whether a push tells a status of a Session that a command has started."""
    if not addresses(party, request, *endpoints) or not isinstance(request.json, dict):
        return False
    return request.json.get("status") == status and session_of(party, request).get("auth_method") == "COMMAND"


def _given_up(party: Party, request: Request) -> bool:
    """Whether a push says that nobody used a reservation: nothing is billed of it."""
    session = session_of(party, request)
    return _commanded(party, request, PATCH, status="COMPLETED") and not session.get("charging_periods")


def _until_the_end(
    party: Party,
    request: Request,
    proceed: Proceed,
    begins: bool,
    change: Change,
    *names: str,
    end: tuple[str, ...] = ("COMPLETED",),
) -> Response:
    """Change a push of a Session, and put some fields right when the Session is COMPLETED."""
    spoiled = party.notes.setdefault("spoiled-sessions", set())
    name = request.segments[-1]
    if begins:
        spoiled.add(name)
        request = with_body(request, change)
    elif name in spoiled and addresses(party, request, PATCH) and request.json.get("status") in end:
        session = session_of(party, request)
        right = {field: session[field] for field in names if field in session}
        request = with_body(request, lambda changes: {**changes, **right})
    return proceed(request)


# How it stands


@calling("active-session-has-end", breaks=("sessions-end-only-when-over",), roles=CPO)
def active_session_has_end(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that becomes ACTIVE has an end already."""
    if by_driver(party, request, PATCH, status="ACTIVE"):
        request = with_body(request, lambda changes: {**changes, "end_date_time": changes["last_updated"]})
    return proceed(request)


@calling("session-ends-before-start", breaks=("sessions-end-after-start",), roles=CPO)
def session_ends_before_start(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that nobody used ends a day before it began."""
    if _given_up(party, request):
        early = _moved(session_of(party, request)["start_date_time"], days=-1)
        request = _and_stored(party, request, {"end_date_time": early})
    return proceed(request)


@calling("period-after-session-end", breaks=("sessions-periods-before-end",), roles=CPO)
def period_after_session_end(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that nobody used has a charging period an hour after its end."""
    if _given_up(party, request):
        late = _moved(session_of(party, request)["end_date_time"], hours=1)
        period = {"start_date_time": late, "dimensions": [{"type": "RESERVATION_TIME", "volume": 0}]}
        request = _and_stored(party, request, {"charging_periods": [period]})
    return proceed(request)


@calling("active-session-without-evse", breaks=("sessions-active-has-evse",), roles=CPO)
def active_session_without_evse(party: Party, request: Request, proceed: Proceed) -> Response:
    """While a Session is ACTIVE its EVSE is #NA."""
    begins = by_driver(party, request, PATCH, status="ACTIVE")
    change: Change = lambda changes: {**changes, "evse_uid": "#NA"}  # noqa: E731
    return _until_the_end(party, request, proceed, begins, change, "evse_uid")


@calling("session-at-missing-connector", breaks=("sessions-place-exists",), roles=CPO)
def session_at_missing_connector(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Session is at a Connector that its EVSE doesn't have."""
    begins = by_driver(party, request, PUT, status="PENDING")
    change: Change = lambda session: {**session, "connector_id": "99"}  # noqa: E731
    return _until_the_end(party, request, proceed, begins, change, "connector_id")


@calling("session-of-other-contract", breaks=("sessions-token-as-sent",), roles=CPO)
def session_of_other_contract(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Session names the Token with another contract."""
    begins = by_driver(party, request, PUT, status="PENDING")
    contract = party.samples.token()["contract_id"] if begins else ""
    change: Change = lambda session: _with_token(session, contract_id=contract)  # noqa: E731
    return _until_the_end(party, request, proceed, begins, change, "cdr_token")


# By what right


@calling("session-reference-made-up", breaks=("sessions-authorization-reference-kept",), roles=CPO)
def session_reference_made_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """A commanded Session begins with an authorization reference that nobody gave."""
    begins = _commanded(party, request, PUT, status="PENDING") and "authorization_reference" in request.json
    change: Change = lambda session: {**session, "authorization_reference": "made-up"}  # noqa: E731
    end = ("ACTIVE", "COMPLETED")
    return _until_the_end(party, request, proceed, begins, change, "authorization_reference", end=end)


@calling("session-reference-of-reservation", breaks=("sessions-authorization-reference-last",), roles=CPO)
def session_reference_of_reservation(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session keeps the authorization reference of its reservation, whatever came with the start."""
    first = party.notes.setdefault("reserved-sessions", {})
    name = request.segments[-1]
    if _commanded(party, request, PUT, status="RESERVATION"):
        first[name] = request.json.get("authorization_reference")
    begins = _commanded(party, request, PUT, status="ACTIVE") and name in first
    change: Change = lambda session: {**session, "authorization_reference": first[name]}  # noqa: E731
    return _until_the_end(party, request, proceed, begins, change, "authorization_reference")


@calling("commanded-session-whitelisted", breaks=("sessions-auth-method-of-command",), roles=CPO)
def commanded_session_whitelisted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A commanded Session says that its Token was on the whitelist."""
    begins = _commanded(party, request, PUT, status="PENDING")
    change: Change = lambda session: {**session, "auth_method": "WHITELIST"}  # noqa: E731
    return _until_the_end(party, request, proceed, begins, change, "auth_method")


# What becomes of it


@calling("active-before-created", breaks=("sessions-active-start-not-before-creation",), roles=CPO)
def active_before_created(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session became ACTIVE an hour before it was created."""
    begins = by_driver(party, request, PATCH, status="ACTIVE")
    change: Change = lambda changes: {  # noqa: E731
        **changes,
        "start_date_time": _moved(changes["start_date_time"], hours=-1),
    }
    return _until_the_end(party, request, proceed, begins, change, "start_date_time")


@calling("session-changes-currency", breaks=("sessions-facts-steady",), roles=CPO)
def session_changes_currency(party: Party, request: Request, proceed: Proceed) -> Response:
    """While a Session is ACTIVE its currency is another one."""
    begins = by_driver(party, request, PATCH, status="ACTIVE")
    change: Change = lambda changes: {**changes, "currency": "CHF"}  # noqa: E731
    return _until_the_end(party, request, proceed, begins, change, "currency")


@calling("completed-session-reopened", breaks=("sessions-completed-final",), roles=CPO)
def completed_session_reopened(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that was COMPLETED is ACTIVE again."""
    return _going_on(party, request, proceed, {"status": "ACTIVE", "end_date_time": None})


@calling("completed-session-changed", breaks=("sessions-completed-unmodified",), roles=CPO)
def completed_session_changed(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that was COMPLETED gets another meter."""
    return _going_on(party, request, proceed, {"meter_id": "M-2"})


def _going_on(party: Party, request: Request, proceed: Proceed, changes: Object) -> Response:
    response = proceed(request)
    if by_driver(party, request, PATCH, status="COMPLETED"):
        later = _moved(clock.stamp(clock.now()), seconds=1)
        proceed(sent_as(request, "PATCH", body={**changes, "last_updated": later}))
    return response


# Reservations


@calling("reservation-as-invalid", breaks=("sessions-reservation-creates-session",), roles=CPO)
def reservation_as_invalid(party: Party, request: Request, proceed: Proceed) -> Response:
    """The Session of a reservation is INVALID until somebody charges."""
    if _commanded(party, request, PUT, status="RESERVATION"):
        request = with_body(request, lambda session: {**session, "status": "INVALID"})
    return proceed(request)


@calling("reservation-not-pushed", breaks=("sessions-reservation-pushed",), roles=CPO)
def reservation_not_pushed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The Session of a reservation is only listed."""
    if _commanded(party, request, PUT, status="RESERVATION"):
        return unsent(request)
    return proceed(request)


@calling("reserved-charge-as-new-session", breaks=("sessions-reservation-becomes-active",), roles=CPO)
def reserved_charge_as_new_session(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who has reserved charges in a Session of another id."""
    if _commanded(party, request, PUT, status="ACTIVE"):
        request = with_body(request, lambda session: {**session, "id": f"{session['id']}-2"[-36:]})
        url = request.url.replace(request.segments[-1], request.json["id"])
        request = Request(request.headers, request.body, "PUT", url)
    return proceed(request)


@calling(
    "unused-reservation-invalid",
    breaks=("sessions-unused-reservation-completed", "journeys-expired-reservation-completes-session"),
    roles=CPO,
)
def unused_reservation_invalid(party: Party, request: Request, proceed: Proceed) -> Response:
    """The Session of a reservation that nobody used is INVALID."""
    if _given_up(party, request):
        request = _and_stored(party, request, {"status": "INVALID"})
    return proceed(request)


def _and_stored(party: Party, request: Request, fields: Object) -> Request:
    """A push with other fields, which the CPO has so itself."""
    session = {**session_of(party, request), **fields}
    party.store.own("sessions").put(session_key(session), session)
    return with_body(request, lambda changes: {**changes, **fields})


def _with_token(session: Object, **fields: Any) -> Object:
    return {**session, "cdr_token": {**session["cdr_token"], **fields}}


def _moved(text: str, **span: float) -> str:
    moment = clock.parse(text) or clock.now()
    return clock.stamp(moment + timedelta(**span))
