"""Flaws of a CPO in how it reports the outcome of commands, and in what it asks about their Tokens."""

import time
from typing import Any, cast
from uuid import uuid4

import orjson

from ..commands import CommandReceiver
from ..tokens import TokenReceiver
from .flaw import Party, Proceed, Request, Response, calling, number, serving
from .shaping import addresses, ok, with_data

CPO = ("CPO",)
RESULT = "commands.sender.result"
START = "commands.receiver.start_session"
RESERVE = "commands.receiver.reserve_now"
UNLOCK = "commands.receiver.unlock_connector"
COMMANDS = "commands.receiver.*"
APPS = ("AD_HOC_USER", "APP_USER")
CARDS = ("RFID",)
LATE_S = 0.05
SHORT_S = 1


def _unsent() -> Response:
    """What the party itself sees of a call that it doesn't make."""
    return Response(headers=(), body=orjson.dumps({"status_code": 1000}), status=200)


def _body(request: Request) -> dict[str, Any]:
    return request.json if isinstance(request.json, dict) else {}


LOST = ("commands-result-posted",)


@serving("result-lost", breaks=LOST, roles=CPO)
def result_lost_soon(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result never comes where the response URL has a query."""
    reply = proceed(request)
    if not addresses(party, request, COMMANDS) or "?" not in str(_body(request).get("response_url")):
        return reply
    return with_data(reply, lambda data: {**data, "timeout": SHORT_S})


@calling("result-lost", breaks=LOST, roles=CPO)
def result_lost(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result never comes where the response URL has a query."""
    if addresses(party, request, RESULT) and "?" in request.url:
        return _unsent()
    return proceed(request)


LATENESS = {"seconds": number(LATE_S, 600, "how long after the answer, which states a timeout of 0")}
LATE = ("commands-result-in-time",)


@serving("result-late", breaks=LATE, roles=CPO, parameters=LATENESS)
def result_promised(
    party: Party,
    request: Request,
    proceed: Proceed,
    *,
    seconds: float = LATE_S,  # noqa: ARG001 - of the other side
) -> Response:
    """Results of UNLOCK_CONNECTOR come after the timeout that was stated."""
    reply = proceed(request)
    if not addresses(party, request, UNLOCK) or not ok(reply):
        return reply
    return with_data(reply, lambda data: {**data, "timeout": 0})


@calling("result-late", breaks=LATE, roles=CPO, parameters=LATENESS)
def result_late(party: Party, request: Request, proceed: Proceed, *, seconds: float = LATE_S) -> Response:
    """Results of UNLOCK_CONNECTOR come after the timeout that was stated."""
    if addresses(party, request, RESULT) and "UNLOCK_CONNECTOR" in request.url:
        time.sleep(seconds)
    return proceed(request)


@calling("result-url-without-query", breaks=("commands-result-url-as-given",), roles=CPO)
def result_url_without_query(party: Party, request: Request, proceed: Proceed) -> Response:
    """Results go to the response URL without its query."""
    if addresses(party, request, RESULT):
        request = Request(
            request.headers, request.body, request.method, request.url.partition("?")[0], request.endpoint
        )
    return proceed(request)


@serving("result-after-refusal", breaks=("commands-result-only-if-accepted",), roles=CPO)
def result_after_refusal(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result comes for commands that it refused, too."""
    reply = proceed(request)
    data = reply.envelope.get("data")
    connection = party.connections.by_header(request.header("Authorization"))
    if not addresses(party, request, COMMANDS) or not ok(reply) or not isinstance(data, dict):
        return reply
    if connection is not None and data["result"] != "ACCEPTED":
        cast(CommandReceiver, party).post_result(connection, str(_body(request)["response_url"]), "REJECTED")
    return reply


@calling("result-twice", breaks=("commands-result-once",), roles=CPO)
def result_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """Each result is posted twice."""
    if addresses(party, request, RESULT):
        proceed(request)
        request = request.with_header("X-Request-ID", str(uuid4()))
    return proceed(request)


@calling("withdrawal-untold", breaks=("commands-withdrawal-told",), roles=CPO)
def withdrawal_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """That it cancelled a reservation is told to nobody."""
    if addresses(party, request, RESULT) and _body(request).get("result") == "CANCELED_RESERVATION":
        return _unsent()
    return proceed(request)


def _asking(
    party: Party, request: Request, proceed: Proceed, endpoint: str, types: tuple[str, ...]
) -> Response:
    """Ask about the Token of a command before it is carried out."""
    body = _body(request)
    token = body.get("token")
    connection = party.connections.by_header(request.header("Authorization"))
    if connection is None or not isinstance(token, dict) or token.get("type") not in types:
        return proceed(request)
    if addresses(party, request, endpoint):
        place = {"location_id": body["location_id"]}
        asked = cast(TokenReceiver, party).ask(connection, token["uid"], type_=token["type"], place=place)
        if endpoint == RESERVE and isinstance(asked.data, dict):
            # The reference that was given last is the one that counts.
            given = {"authorization_reference": asked.data.get("authorization_reference")}
            request = request.with_json({**body, **given})
    return proceed(request)


@serving("start-asks-about-apps", breaks=("commands-start-app-token-not-asked",), roles=CPO)
def start_asks_about_apps(party: Party, request: Request, proceed: Proceed) -> Response:
    """It asks about the app's Token of each START_SESSION."""
    return _asking(party, request, proceed, START, APPS)


@serving("start-asks-about-cards", breaks=("commands-start-rfid-token-not-asked",), roles=CPO)
def start_asks_about_cards(party: Party, request: Request, proceed: Proceed) -> Response:
    """It asks about the card of each START_SESSION."""
    return _asking(party, request, proceed, START, CARDS)


@serving("reserve-asks-about-apps", breaks=("commands-reserve-app-token-not-asked",), roles=CPO)
def reserve_asks_about_apps(party: Party, request: Request, proceed: Proceed) -> Response:
    """It asks about the app's Token of each RESERVE_NOW."""
    return _asking(party, request, proceed, RESERVE, APPS)


@serving("reserve-asks-about-cards", breaks=("commands-reserve-rfid-token-not-asked",), roles=CPO)
def reserve_asks_about_cards(party: Party, request: Request, proceed: Proceed) -> Response:
    """It asks about the card of each RESERVE_NOW."""
    return _asking(party, request, proceed, RESERVE, CARDS)


def _shaped(party: Party, request: Request, proceed: Proceed, body: Any) -> Response:
    """Another body for the results of UNLOCK_CONNECTOR."""
    if addresses(party, request, RESULT) and "UNLOCK_CONNECTOR" in request.url:
        request = request.with_json(body(request.json))
    return proceed(request)


@calling("command-result-empty", breaks=("commands-command-result-fields",), roles=CPO)
def command_result_empty(party: Party, request: Request, proceed: Proceed) -> Response:
    """Results of UNLOCK_CONNECTOR are objects without a result."""
    return _shaped(party, request, proceed, lambda _: {})


@calling(
    "command-result-enveloped",
    breaks=("commands-command-result-fields", "types-no-unknown-fields"),
    roles=CPO,
)
def command_result_enveloped(party: Party, request: Request, proceed: Proceed) -> Response:
    """Results of UNLOCK_CONNECTOR come in the envelope of answers."""
    return _shaped(party, request, proceed, lambda result: {"data": result, "status_code": 1000})


@calling("command-result-done", breaks=("commands-command-result-values",), roles=CPO)
def command_result_done(party: Party, request: Request, proceed: Proceed) -> Response:
    """Results of UNLOCK_CONNECTOR are DONE, which is no CommandResultType."""
    return _shaped(party, request, proceed, lambda _: {"result": "DONE"})
