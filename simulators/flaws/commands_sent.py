"""Flaws of an eMSP in the commands that it sends."""

from typing import Any, cast

from ..commanding import Commanding
from .flaw import Party, Proceed, Request, Response, calling
from .shaping import Change, addresses, with_body, without

EMSP = ("EMSP",)
START = "commands.receiver.start_session"
STOP = "commands.receiver.stop_session"
RESERVE = "commands.receiver.reserve_now"
CANCEL = "commands.receiver.cancel_reservation"
UNLOCK = "commands.receiver.unlock_connector"


def _commanding(party: Party, request: Request, proceed: Proceed, endpoint: str, change: Change) -> Response:
    """Change the body of a command."""
    if addresses(party, request, endpoint):
        request = with_body(request, change)
    return proceed(request)


def _unlocking(party: Party, request: Request, proceed: Proceed, *, method: str, url: str) -> Response:
    """Send an UNLOCK_CONNECTOR in another way."""
    if addresses(party, request, UNLOCK):
        request = Request(request.headers, request.body, method, url, request.endpoint)
    return proceed(request)


@calling("command-by-put", breaks=("commands-sent-by-post",), roles=EMSP)
def command_by_put(party: Party, request: Request, proceed: Proceed) -> Response:
    """UNLOCK_CONNECTOR is sent by PUT."""
    return _unlocking(party, request, proceed, method="PUT", url=request.url)


@calling("command-in-lower-case", breaks=("commands-url-names-command",), roles=EMSP)
def command_in_lower_case(party: Party, request: Request, proceed: Proceed) -> Response:
    """UNLOCK_CONNECTOR is sent to a URL that ends in lower case."""
    url = request.url.replace("UNLOCK_CONNECTOR", "unlock_connector")
    return _unlocking(party, request, proceed, method=request.method, url=url)


@calling("response-url-shared", breaks=("commands-response-url-unique",), roles=EMSP)
def response_url_shared(party: Party, request: Request, proceed: Proceed) -> Response:
    """All UNLOCK_CONNECTOR have one response URL."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        url = party.notes.setdefault("response_url", body["response_url"])
        return {**body, "response_url": url}

    return _commanding(party, request, proceed, UNLOCK, change)


def _foreign(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "token": {**body["token"], "party_id": "XXX"}}


@calling("start-with-foreign-token", breaks=("commands-start-token-own",), roles=EMSP)
def start_with_foreign_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION is sent with a Token of another eMSP."""
    return _commanding(party, request, proceed, START, _foreign)


@calling("reserve-with-foreign-token", breaks=("commands-reserve-token-own",), roles=EMSP)
def reserve_with_foreign_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """RESERVE_NOW is sent with a Token of another eMSP."""
    return _commanding(party, request, proceed, RESERVE, _foreign)


def _careless(party: Party, request: Request, proceed: Proceed, command: str) -> Response:
    cast(Commanding, party).careless = frozenset({command})
    return proceed(request)


@calling("start-with-blocked-token", breaks=("commands-start-token-authorized",), roles=EMSP)
def start_with_blocked_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION is sent for drivers who may not charge, too."""
    return _careless(party, request, proceed, "START_SESSION")


@calling("reserve-with-blocked-token", breaks=("commands-reserve-token-authorized",), roles=EMSP)
def reserve_with_blocked_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """RESERVE_NOW is sent for drivers who may not charge, too."""
    return _careless(party, request, proceed, "RESERVE_NOW")


@calling("start-without-connector", breaks=("commands-start-connector-where-required",), roles=EMSP)
def start_without_connector(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION names no connector, though the EVSE wants one."""
    return _commanding(party, request, proceed, START, lambda body: without(body, "connector_id"))


@calling("start-connector-without-evse", breaks=("commands-start-session-conditions",), roles=EMSP)
def start_connector_without_evse(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION names a connector, and no EVSE."""
    return _commanding(party, request, proceed, START, lambda body: without(body, "evse_uid"))


@calling("reservation-id-reused", breaks=("commands-reservation-id-unique",), roles=EMSP)
def reservation_id_reused(party: Party, request: Request, proceed: Proceed) -> Response:
    """All reservations have one id."""
    if addresses(party, request, RESERVE):
        request = with_body(request, lambda body: {**body, "reservation_id": "RESERVATION"})
    return proceed(request)


@calling("reserve-in-the-past", breaks=("commands-reserve-expiry-ahead",), roles=EMSP)
def reserve_in_the_past(party: Party, request: Request, proceed: Proceed) -> Response:
    """Reservations have expired when they are made."""
    past = "2020-01-01T00:00:00Z"
    return _commanding(party, request, proceed, RESERVE, lambda body: {**body, "expiry_date": past})


@calling("cancel-other-reservation", breaks=("commands-cancel-names-reservation",), roles=EMSP)
def cancel_other_reservation(party: Party, request: Request, proceed: Proceed) -> Response:
    """CANCEL_RESERVATION names an id that RESERVE_NOW didn't give."""
    return _commanding(party, request, proceed, CANCEL, lambda body: {**body, "reservation_id": "ANOTHER"})


@calling("stop-other-session", breaks=("commands-stop-names-session",), roles=EMSP)
def stop_other_session(party: Party, request: Request, proceed: Proceed) -> Response:
    """STOP_SESSION names an id of its own for the Session."""
    return _commanding(party, request, proceed, STOP, lambda body: {**body, "session_id": "ANOTHER"})


@calling("unlock-other-connector", breaks=("commands-unlock-names-connector",), roles=EMSP)
def unlock_other_connector(party: Party, request: Request, proceed: Proceed) -> Response:
    """UNLOCK_CONNECTOR names a connector that there is not."""
    return _commanding(party, request, proceed, UNLOCK, lambda body: {**body, "connector_id": "ANOTHER"})


def _unreturnable(body: dict[str, Any]) -> dict[str, Any]:
    return without(body, "response_url")


def _numbered(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "response_url": 1}


@calling("start-session-without-url", breaks=("commands-start-session-fields",), roles=EMSP)
def start_session_without_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION has no response_url."""
    return _commanding(party, request, proceed, START, _unreturnable)


@calling("start-session-url-as-number", breaks=("commands-start-session-values",), roles=EMSP)
def start_session_url_as_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """START_SESSION has a number as response_url."""
    return _commanding(party, request, proceed, START, _numbered)


@calling("stop-session-without-url", breaks=("commands-stop-session-fields",), roles=EMSP)
def stop_session_without_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """STOP_SESSION has no response_url."""
    return _commanding(party, request, proceed, STOP, _unreturnable)


@calling("stop-session-url-as-number", breaks=("commands-stop-session-values",), roles=EMSP)
def stop_session_url_as_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """STOP_SESSION has a number as response_url."""
    return _commanding(party, request, proceed, STOP, _numbered)


@calling("reserve-now-without-url", breaks=("commands-reserve-now-fields",), roles=EMSP)
def reserve_now_without_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """RESERVE_NOW has no response_url."""
    return _commanding(party, request, proceed, RESERVE, _unreturnable)


@calling("reserve-now-url-as-number", breaks=("commands-reserve-now-values",), roles=EMSP)
def reserve_now_url_as_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """RESERVE_NOW has a number as response_url."""
    return _commanding(party, request, proceed, RESERVE, _numbered)


@calling("cancel-reservation-without-url", breaks=("commands-cancel-reservation-fields",), roles=EMSP)
def cancel_reservation_without_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """CANCEL_RESERVATION has no response_url."""
    return _commanding(party, request, proceed, CANCEL, _unreturnable)


@calling("cancel-reservation-url-as-number", breaks=("commands-cancel-reservation-values",), roles=EMSP)
def cancel_reservation_url_as_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """CANCEL_RESERVATION has a number as response_url."""
    return _commanding(party, request, proceed, CANCEL, _numbered)


@calling("unlock-connector-without-url", breaks=("commands-unlock-connector-fields",), roles=EMSP)
def unlock_connector_without_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """UNLOCK_CONNECTOR has no response_url."""
    return _commanding(party, request, proceed, UNLOCK, _unreturnable)


@calling("unlock-connector-url-as-number", breaks=("commands-unlock-connector-values",), roles=EMSP)
def unlock_connector_url_as_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """UNLOCK_CONNECTOR has a number as response_url."""
    return _commanding(party, request, proceed, UNLOCK, _numbered)
