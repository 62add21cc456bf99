"""Flaws of a CPO in what it answers to commands, and in whom it obeys."""

from collections.abc import Callable
from typing import Any, cast

from ..answering import Reply, written
from ..commands import CommandReceiver, response
from ..connection import Connection
from ..parts import part
from ..store import key_of
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, with_data, with_envelope, without

CPO = ("CPO",)
START = "commands.receiver.start_session"
STOP = "commands.receiver.stop_session"
RESERVE = "commands.receiver.reserve_now"
CANCEL = "commands.receiver.cancel_reservation"
UNLOCK = "commands.receiver.unlock_connector"
COMMANDS = (START, STOP, RESERVE, CANCEL, UNLOCK)

Command = dict[str, Any]


def _body(request: Request) -> Command:
    return request.json if isinstance(request.json, dict) else {}


def _as(party: Party) -> CommandReceiver:
    return cast(CommandReceiver, party)


def _caller(party: Party, request: Request) -> Connection | None:
    return party.connections.by_header(request.header("Authorization"))


def _located(party: Party, body: Command) -> bool:
    """Whether a command is about a Location that there is."""
    return _as(party).own_location(str(body.get("location_id"))) is not None


def _reserved(party: Party, number: str) -> bool:
    """Whether anybody has a reservation of this id."""
    return any(key[2] == number.casefold() for key, _ in party.store.own("reservations").items())


def _missing(party: Party, request: Request, proceed: Proceed, endpoint: str) -> Response:
    """HTTP 404 where the command is about something that there is."""
    body = _body(request)
    cpo = _as(party)
    known = {
        START: lambda: body.get("evse_uid") and _located(party, body),
        STOP: lambda: cpo.own_session(str(body.get("session_id"))),
        RESERVE: lambda: body.get("evse_uid") and _located(party, body),
        CANCEL: lambda: _reserved(party, str(body.get("reservation_id"))),
        UNLOCK: lambda: _located(party, body),
    }
    if addresses(party, request, endpoint) and known[endpoint]():
        return written(request, Reply(status_code=2000, http_status=404))
    return proceed(request)


@serving("start-session-not-found", breaks=("commands-start-session-answered",), roles=CPO)
def start_session_not_found(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no START_SESSION, and says so by HTTP 404."""
    return _missing(party, request, proceed, START)


@serving("stop-session-not-found", breaks=("commands-stop-session-answered",), roles=CPO)
def stop_session_not_found(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no STOP_SESSION, and says so by HTTP 404."""
    return _missing(party, request, proceed, STOP)


@serving("reserve-now-not-found", breaks=("commands-reserve-now-answered",), roles=CPO)
def reserve_now_not_found(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no RESERVE_NOW, and says so by HTTP 404."""
    return _missing(party, request, proceed, RESERVE)


@serving("cancel-reservation-not-found", breaks=("commands-cancel-reservation-answered",), roles=CPO)
def cancel_reservation_not_found(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no CANCEL_RESERVATION, and says so by HTTP 404."""
    return _missing(party, request, proceed, CANCEL)


@serving("unlock-connector-not-found", breaks=("commands-unlock-connector-answered",), roles=CPO)
def unlock_connector_not_found(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no UNLOCK_CONNECTOR, and says so by HTTP 404."""
    return _missing(party, request, proceed, UNLOCK)


def _demanding(party: Party, request: Request, proceed: Proceed, endpoint: str) -> Response:
    """2001 to a command that names no EVSE."""
    body = _body(request)
    if addresses(party, request, endpoint) and _located(party, body) and body.get("evse_uid") is None:
        return written(request, Reply(status_code=2001))
    return proceed(request)


@serving("start-demands-evse", breaks=("commands-start-evse-optional",), roles=CPO)
def start_demands_evse(party: Party, request: Request, proceed: Proceed) -> Response:
    """A START_SESSION without an EVSE is an error to it."""
    return _demanding(party, request, proceed, START)


@serving("reserve-demands-evse", breaks=("commands-reserve-evse-optional",), roles=CPO)
def reserve_demands_evse(party: Party, request: Request, proceed: Proceed) -> Response:
    """A RESERVE_NOW without an EVSE is an error to it."""
    return _demanding(party, request, proceed, RESERVE)


def _doubting(
    party: Party,
    request: Request,
    proceed: Proceed,
    endpoint: str,
    doubtful: Callable[[Command | None], bool],
) -> Response:
    """REJECTED for what is known of the Token."""
    body = _body(request)
    token = body.get("token")
    if addresses(party, request, endpoint) and _located(party, body) and isinstance(token, dict):
        names = ("country_code", "party_id", "uid", "type")
        known = party.store.received("tokens").get(key_of(*(str(token.get(name)) for name in names)))
        if doubtful(known):
            return written(request, response("REJECTED"))
    return proceed(request)


def _invalid(known: Command | None) -> bool:
    return known is not None and not known["valid"]


def _unknown(known: Command | None) -> bool:
    return known is None


@serving("start-doubts-invalid-token", breaks=("commands-start-token-not-checked",), roles=CPO)
def start_doubts_invalid_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION is rejected where its Token was last known as invalid."""
    return _doubting(party, request, proceed, START, _invalid)


@serving("start-doubts-unknown-token", breaks=("commands-start-unknown-token-taken",), roles=CPO)
def start_doubts_unknown_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION is rejected where its Token was never pushed."""
    return _doubting(party, request, proceed, START, _unknown)


@serving("reserve-doubts-invalid-token", breaks=("commands-reserve-token-not-checked",), roles=CPO)
def reserve_doubts_invalid_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """RESERVE_NOW is rejected where its Token was last known as invalid."""
    return _doubting(party, request, proceed, RESERVE, _invalid)


@serving("reserve-doubts-unknown-token", breaks=("commands-reserve-unknown-token-taken",), roles=CPO)
def reserve_doubts_unknown_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """RESERVE_NOW is rejected where its Token was never pushed."""
    return _doubting(party, request, proceed, RESERVE, _unknown)


def _pretended(party: Party, request: Request, result: str) -> Response:
    """Accept a command and post a result, without doing anything."""
    connection = _caller(party, request)
    assert connection is not None
    url = str(_body(request)["response_url"])
    party.later(lambda: _as(party).post_result(connection, url, result))
    return written(request, response("ACCEPTED"))


@serving("unlocks-at-unknown-location", breaks=("commands-unknown-location-refused",), roles=CPO)
def unlocks_at_unknown_location(party: Party, request: Request, proceed: Proceed) -> Response:
    """UNLOCK_CONNECTOR for a Location that it doesn't have succeeds."""
    if addresses(party, request, UNLOCK) and not _located(party, _body(request)):
        return _pretended(party, request, "ACCEPTED")
    return proceed(request)


@serving("unknown-location-as-2001", breaks=("commands-unknown-location-code",), roles=CPO)
def unknown_location_as_2001(party: Party, request: Request, proceed: Proceed) -> Response:
    """A command for a Location that it doesn't have draws 2001."""
    reply = proceed(request)
    if not addresses(party, request, *COMMANDS) or reply.envelope.get("status_code") != 2003:
        return reply
    return with_envelope(reply, status_code=2001, data=None)


@serving("starts-at-unknown-evse", breaks=("commands-unknown-evse-refused",), roles=CPO)
def starts_at_unknown_evse(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION at an EVSE that it doesn't have begins at another one."""
    body = _body(request)
    if addresses(party, request, START):
        location = _as(party).own_location(str(body.get("location_id")))
        uid = body.get("evse_uid")
        if location is not None and uid is not None and part(location, str(uid)) is None:
            request = request.with_json(without(body, "evse_uid", "connector_id"))
    return proceed(request)


@serving("unlocks-unknown-connector", breaks=("commands-unknown-connector-refused",), roles=CPO)
def unlocks_unknown_connector(party: Party, request: Request, proceed: Proceed) -> Response:
    """UNLOCK_CONNECTOR for a Connector that it doesn't have succeeds."""
    body = _body(request)
    if addresses(party, request, UNLOCK):
        cpo = _as(party)
        location_id, uid, connector = (
            str(body.get(name)) for name in ("location_id", "evse_uid", "connector_id")
        )
        known = cpo.place(location_id, uid) is not None
        if known and cpo.place(location_id, uid, connector) is None:
            return _pretended(party, request, "ACCEPTED")
    return proceed(request)


@serving("stops-unknown-session", breaks=("commands-unknown-session-refused",), roles=CPO)
def stops_unknown_session(party: Party, request: Request, proceed: Proceed) -> Response:
    """STOP_SESSION for a Session that it doesn't have succeeds."""
    session_id = str(_body(request).get("session_id"))
    if addresses(party, request, STOP) and _as(party).own_session(session_id) is None:
        return _pretended(party, request, "ACCEPTED")
    return proceed(request)


@serving("unknown-session-rejected", breaks=("commands-unknown-session-said",), roles=CPO)
def unknown_session_rejected(party: Party, request: Request, proceed: Proceed) -> Response:
    """STOP_SESSION for a Session that it doesn't have is REJECTED, not UNKNOWN_SESSION."""
    reply = proceed(request)
    data = reply.envelope.get("data")
    if not addresses(party, request, STOP) or not isinstance(data, dict):
        return reply
    said = "REJECTED" if data["result"] == "UNKNOWN_SESSION" else data["result"]
    return with_data(reply, lambda data: {**data, "result": said})


@serving("foreign-session-stopped", breaks=("commands-foreign-session-not-stopped",), roles=CPO)
def foreign_session_stopped(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who knows the id of a session can stop it, whosever customer charges."""
    session = _as(party).own_session(str(_body(request).get("session_id")))
    connection = _caller(party, request)
    if addresses(party, request, STOP) and session is not None and connection is not None:
        token = session["cdr_token"]
        if not connection.owns(token["country_code"], token["party_id"]):
            return _pretended(party, request, "ACCEPTED")
    return proceed(request)


def _track(party: Party, request: Request) -> tuple[str, list[str]]:
    """A reservation id, and what its eMSP has asked for with it before."""
    number = str(_body(request).get("reservation_id")).casefold()
    key = f"{request.header('Authorization')} {number}"
    return number, party.notes.setdefault("reservations", {}).setdefault(key, [])


@serving("unknown-reservation-cancelled", breaks=("commands-unknown-reservation-refused",), roles=CPO)
def unknown_reservation_cancelled(party: Party, request: Request, proceed: Proceed) -> Response:
    """CANCEL_RESERVATION for an id that nobody ever gave succeeds."""
    if addresses(party, request, RESERVE, CANCEL):
        number, _ = _track(party, request)
        numbers: set[str] = party.notes.setdefault("numbers", set())
        if addresses(party, request, RESERVE):
            numbers.add(number)
        elif number not in numbers:
            return _pretended(party, request, "ACCEPTED")
    return proceed(request)


@serving("foreign-reservation-cancelled", breaks=("commands-foreign-reservation-kept",), roles=CPO)
def foreign_reservation_cancelled(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who knows the id of a reservation can cancel it, whoever made it."""
    caller = _caller(party, request)
    if addresses(party, request, CANCEL) and caller is not None:
        cpo, number = _as(party), str(_body(request).get("reservation_id"))
        for connection in party.connections.registered():
            if connection is not caller and cpo.release(connection, number) is not None:
                return _pretended(party, request, "ACCEPTED")
    return proceed(request)


@serving("reservation-in-its-own-way", breaks=("commands-reserve-replaces",), roles=CPO)
def reservation_in_its_own_way(party: Party, request: Request, proceed: Proceed) -> Response:
    """A reservation that is to be changed finds its EVSE occupied, by itself."""
    if addresses(party, request, RESERVE):
        _, before = _track(party, request)
        before.append("RESERVE_NOW")
        if before.count("RESERVE_NOW") > 1 and _body(request).get("evse_uid"):
            return _pretended(party, request, "EVSE_OCCUPIED")
    return proceed(request)


@serving("reserved-evse-given-away", breaks=("commands-reserved-evse-kept",), roles=CPO)
def reserved_evse_given_away(party: Party, request: Request, proceed: Proceed) -> Response:
    """A reserved EVSE starts for whoever comes first."""
    body = _body(request)
    token = body.get("token")
    if addresses(party, request, START) and isinstance(token, dict) and body.get("evse_uid"):
        cpo, place = _as(party), (str(body.get("location_id")), str(body.get("evse_uid")))
        if cpo.readiness(*place) == "EVSE_OCCUPIED" and cpo.reserved_evse(token, place[0]) is None:
            found = cpo.place(*place)
            if found is not None and found.evse["status"] == "RESERVED":
                cpo.occupy(*place, "AVAILABLE")
    return proceed(request)


@serving("changed-reservation-lost", breaks=("commands-cancel-finds-reservation",), roles=CPO)
def changed_reservation_lost(party: Party, request: Request, proceed: Proceed) -> Response:
    """A reservation that was changed can't be cancelled: its id is known no more."""
    if addresses(party, request, RESERVE, CANCEL):
        _, before = _track(party, request)
        before.append("RESERVE_NOW" if addresses(party, request, RESERVE) else "CANCEL_RESERVATION")
        if addresses(party, request, CANCEL) and before.count("RESERVE_NOW") > 1:
            return _pretended(party, request, "UNKNOWN_RESERVATION")
    return proceed(request)


@serving("expired-reservation-cancelled", breaks=("commands-expired-reservation-gone",), roles=CPO)
def expired_reservation_cancelled(party: Party, request: Request, proceed: Proceed) -> Response:
    """CANCEL_RESERVATION for a reservation that has expired succeeds."""
    if addresses(party, request, RESERVE, CANCEL):
        number, before = _track(party, request)
        before.append("RESERVE_NOW" if addresses(party, request, RESERVE) else "CANCEL_RESERVATION")
        once = before == ["RESERVE_NOW", "CANCEL_RESERVATION"]
        if once and not _reserved(party, number):
            return _pretended(party, request, "ACCEPTED")
    return proceed(request)


@serving("stop-goes-on", breaks=("commands-stop-ends-session",), roles=CPO)
def stop_goes_on(party: Party, request: Request, proceed: Proceed) -> Response:
    """STOP_SESSION succeeds and the session goes on, where the response URL has a query."""
    body = _body(request)
    session = _as(party).own_session(str(body.get("session_id")))
    if addresses(party, request, STOP) and session is not None and "?" in str(body.get("response_url")):
        return _pretended(party, request, "ACCEPTED")
    return proceed(request)


@serving("command-response-without-timeout", breaks=("commands-command-response-fields",), roles=CPO)
def command_response_without_timeout(party: Party, request: Request, proceed: Proceed) -> Response:
    """Answers to UNLOCK_CONNECTOR state no timeout."""
    reply = proceed(request)
    if not addresses(party, request, UNLOCK) or not ok(reply):
        return reply
    return with_data(reply, lambda data: without(data, "timeout"))


@serving("command-response-timeout-as-text", breaks=("commands-command-response-values",), roles=CPO)
def command_response_timeout_as_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """Answers to UNLOCK_CONNECTOR state the timeout in words."""
    reply = proceed(request)
    if not addresses(party, request, UNLOCK) or not ok(reply):
        return reply
    return with_data(reply, lambda data: {**data, "timeout": f"{data['timeout']} seconds"})


@serving(
    "command-response-bare", breaks=("transport-envelope-present", "commands-unknown-session-said"), roles=CPO
)
def command_response_bare(party: Party, request: Request, proceed: Proceed) -> Response:
    """A STOP_SESSION for a Session that it doesn't have is answered outside of the response format."""
    response = proceed(request)
    known = _as(party).own_session(str(_body(request).get("session_id")))
    if known or not addresses(party, request, STOP) or not ok(response):
        return response
    return response.with_json(response.envelope.get("data"))


@serving("command-response-as-list", breaks=("transport-data-object",), roles=CPO)
def command_response_as_list(party: Party, request: Request, proceed: Proceed) -> Response:
    """A STOP_SESSION for a Session that it doesn't have is answered with a list of one CommandResponse."""
    response = proceed(request)
    known = _as(party).own_session(str(_body(request).get("session_id")))
    if known or not addresses(party, request, STOP) or not ok(response):
        return response
    return with_data(response, lambda data: [data])
