"""Flaws of an eMSP that follows its drivers: what it makes of many pushes, of lost ones, of some that come twice."""

from typing import Any

from .. import clock
from ..store import Key, Object, key_of
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, with_body

EMSP = ("EMSP",)
PUT, PATCH, GET = "sessions.receiver.put", "sessions.receiver.patch", "sessions.receiver.get"
PERIODS = "charging_periods"


def _key(request: Request) -> Key:
    return key_of(*request.segments[-3:])


@calling("start-names-evse-id", breaks=("journeys-start-names-place-as-told",), roles=EMSP)
def start_names_evse_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION names an EVSE by the id that is printed on it, where that is asked for by its Connector."""
    if addresses(party, request, "commands.receiver.start_session") and request.json.get("connector_id"):
        request = with_body(
            request, lambda command: {**command, "evse_uid": f"{command['evse_uid']}*1"[-36:]}
        )
    return proceed(request)


@serving("billed-session-forgotten", breaks=("journeys-session-kept-to-the-end",), roles=EMSP)
def billed_session_forgotten(party: Party, request: Request, proceed: Proceed) -> Response:
    """The copy of a Session is dropped as soon as its CDR is there."""
    response = proceed(request)
    if addresses(party, request, "cdrs.receiver.post") and ok(response):
        cdr = request.json
        owner = (cdr["country_code"], cdr["party_id"], str(cdr.get("session_id")))
        party.store.received("sessions").delete(key_of(*owner))
    return response


@serving("unused-reservation-stays", breaks=("journeys-reservation-followed",), roles=EMSP)
def unused_reservation_stays(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that is a RESERVATION becomes ACTIVE or stays what it is."""
    known: Object = party.store.received("sessions").get(_key(request)) or {}
    if addresses(party, request, PATCH) and known.get("status") == "RESERVATION":
        ended = isinstance(request.json, dict) and request.json.get("status") == "COMPLETED"
        request = (
            with_body(request, lambda changes: {**changes, "status": "RESERVATION"}) if ended else request
        )
    return proceed(request)


@serving("patches-go-to-newest-of-token", breaks=("journeys-copies-kept-apart",), roles=EMSP)
def patches_go_to_newest(party: Party, request: Request, proceed: Proceed) -> Response:
    """Charging that is told of a Session is added to the newest ACTIVE one of its Token at the same EVSE."""
    if not addresses(party, request, PATCH):
        return proceed(request)
    table, key = party.store.received("sessions"), _key(request)
    one: Object | None = table.get(key)
    if one is None or not isinstance(request.json, dict) or not request.json.get(PERIODS):
        return proceed(request)
    same = [
        found
        for found, session in table.items()
        if session["status"] == "ACTIVE" and _place(session) == _place(one) and found[:2] == key[:2]
    ]
    if not same or same[-1] == key or table.get(same[-1]) is None:
        return proceed(request)
    before = one
    response = proceed(request)
    if ok(response):
        after: Object = table.get(key) or before
        other: Object = table.get(same[-1]) or {}
        table.put(same[-1], {**other, "kwh": after["kwh"]})
        table.put(key, before)
    return response


def _place(session: Object) -> tuple[Any, ...]:
    return (session["cdr_token"]["uid"], session["location_id"], session["evse_uid"])


@serving("repeated-put-doubles-periods", breaks=("journeys-repeated-put-is-one-object",), roles=EMSP)
def repeated_put_doubles_periods(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that is PUT a second time, as it was, has its periods twice."""
    response = proceed(request)
    if addresses(party, request, PUT) and ok(response):
        last = party.notes.setdefault("put-sessions", {})
        if last.get(request.path) == request.body:
            periods = request.json.get(PERIODS) or []
            changed = {**request.json, PERIODS: [*periods, *periods]}
            party.store.received("sessions").put(_key(request), changed)
        last[request.path] = request.body
    return response


@calling("pull-is-forgotten", breaks=("journeys-goes-on-after-pull",), roles=EMSP)
def pull_remembered(party: Party, request: Request, proceed: Proceed) -> Response:
    """What a pull brings of a Session is gone with the next PATCH."""
    if addresses(party, request, "sessions.sender.list"):
        party.notes.setdefault("before-pull", dict(party.store.received("sessions").items()))
    return proceed(request)


@serving("pull-is-forgotten", breaks=(), roles=EMSP)
def pull_forgotten(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH is applied to what was there before the pull."""
    if addresses(party, request, PATCH):
        before = party.notes.get("before-pull", {}).pop(_key(request), None)
        if before is not None:
            party.store.received("sessions").put(_key(request), before)
    return proceed(request)


@calling("pulls-cdrs-from-now-on", breaks=("journeys-pull-reaches-missed-cdr",), roles=EMSP)
def pulls_cdrs_from_now_on(party: Party, request: Request, proceed: Proceed) -> Response:
    """CDRs are asked for from the moment of asking on."""
    if addresses(party, request, "cdrs.sender.list"):
        end = "&" if "?" in request.url else "?"
        url = f"{request.url}{end}date_from={clock.stamp(clock.now())}"
        request = Request(request.headers, request.body, request.method, url, request.endpoint)
    return proceed(request)
