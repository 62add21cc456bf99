"""Flaws of a CPO and of an eMSP, which show when the other side fails it."""

import threading
import time
from typing import Any

from ..answering import Reply, written
from .adversity_pulling import again, daze, dazed, outcome
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, unsent, with_body, with_envelope, with_status

CPO = ("CPO",)
EMSP = ("EMSP",)
RESULT = "commands.sender.result"
COMMANDS = "commands.receiver.*"
AUTHORIZE = "tokens.sender.authorize"
SESSION = "sessions.receiver.put"
WAITED_S = 0.3


# A CPO


@calling("session-dropped-with-its-result", breaks=("adversity-session-told-despite-lost-result",), roles=CPO)
def session_dropped_with_its_result(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session is forgotten where the eMSP could not take the result of its command."""
    dropped = party.notes.setdefault("dropped sessions", set())
    if addresses(party, request, SESSION) and party.notes.pop("result lost", False):
        dropped.add(request.json["id"])
    if addresses(party, request, "sessions.receiver.*") and dropped.intersection(request.segments):
        table = party.store.own("sessions")
        for key, known in table.items():
            if known["id"] in dropped:
                table.delete(key)
        return unsent()
    response = proceed(request)
    if addresses(party, request, RESULT):
        party.notes["result lost"] = response.status == 500
    return response


@calling("lost-result-kept", breaks=("adversity-lost-result-not-kept",), roles=CPO)
def lost_result_kept(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result that the eMSP could not take is sent again before its Session ends."""
    kept: Request | None = None
    if addresses(party, request, "sessions.receiver.patch"):
        kept = party.notes.pop("kept result", None)
    if kept is not None:
        proceed(again(kept))
    response = proceed(request)
    if response.status == 500 and addresses(party, request, RESULT):
        party.notes["kept result"] = request
    return response


@calling("failed-authorization-allows", breaks=("adversity-failed-authorization-allows-nothing",), roles=CPO)
def failed_authorization_allows(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who is not told whether a driver may charge lets him."""
    response = proceed(request)
    if response.status != 500 or not addresses(party, request, AUTHORIZE):
        return response
    return written(request, Reply(data={"allowed": "ALLOWED"}))


@calling("dazed-by-failed-authorization", breaks=("adversity-up-after-failed-authorizations",), roles=CPO)
def dazed_by_failed_authorization(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a page of HTML in place of an authorization its own lists fail once."""
    if not addresses(party, request, AUTHORIZE):
        return proceed(request)
    return outcome(proceed, request, lambda name: daze(party) if name == "html" else None)


serving("dazed-by-failed-authorization", breaks=(), roles=CPO)(dazed)


# An eMSP


@calling("command-left-out-after-html", breaks=("adversity-commands-go-on",), roles=EMSP)
def command_left_out_after_html(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a command that is answered with a page of HTML the next one isn't sent."""
    if not addresses(party, request, COMMANDS):
        return proceed(request)
    if party.notes.pop("commands ended", False):
        return unsent()

    def met(name: str) -> None:
        party.notes["commands ended"] = name == "html"

    return outcome(proceed, request, met)


@calling(
    "command-without-result-repeated", breaks=("adversity-command-without-result-sent-once",), roles=EMSP
)
def command_without_result_repeated(party: Party, request: Request, proceed: Proceed) -> Response:
    """A command that was accepted is sent again where its result isn't there at once."""
    response = proceed(request)
    url = request.json.get("response_url") if isinstance(request.json, dict) else None
    if not ok(response) or not url or not addresses(party, request, COMMANDS):
        return response

    def repeat() -> None:
        deadline = time.monotonic() + WAITED_S
        while time.monotonic() < deadline:
            if party.results(url):  # type: ignore[attr-defined] - an eMSP has it
                return
            threading.Event().wait(0.02)
        other = party.new_response_url(request.segments[-1])  # type: ignore[attr-defined]
        proceed(again(with_body(request, lambda body: {**body, "response_url": other})))

    party.later(repeat)
    return response


@calling("late-result-not-borne", breaks=("adversity-late-result-borne",), roles=EMSP)
def late_result_not_borne_asking(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result that comes after the time that was stated for it is too much for it."""
    response = proceed(request)
    data: Any = response.envelope.get("data")
    if addresses(party, request, COMMANDS) and isinstance(data, dict) and isinstance(request.json, dict):
        due = time.monotonic() + float(data.get("timeout") or 0) - 0.1
        party.notes.setdefault("due", {})[request.json.get("response_url")] = due
    return response


@serving("late-result-not-borne", breaks=(), roles=EMSP)
def late_result_not_borne(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result that comes after the time that was stated for it is too much for it."""
    due = party.notes.get("due", {}).get(request.url, time.monotonic() + 1)
    return _fallen(party, request, proceed) if time.monotonic() > due else proceed(request)


@calling("early-result-not-borne", breaks=("adversity-early-result-borne",), roles=EMSP)
def early_result_not_borne_asking(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result that comes before its command was answered is too much for it."""
    if not addresses(party, request, COMMANDS) or not isinstance(request.json, dict):
        return proceed(request)
    unanswered = party.notes.setdefault("unanswered", set())
    url = request.json.get("response_url")
    unanswered.add(url)
    try:
        return proceed(request)
    finally:
        unanswered.discard(url)


@serving("early-result-not-borne", breaks=(), roles=EMSP)
def early_result_not_borne(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result that comes before its command was answered is too much for it."""
    unanswered = party.notes.get("unanswered", set())
    if request.url in unanswered:
        threading.Event().wait(WAITED_S)  # the answer may be on its way
    return _fallen(party, request, proceed) if request.url in unanswered else proceed(request)


@serving("wrong-result-not-borne", breaks=("adversity-wrong-result-borne",), roles=EMSP)
def wrong_result_not_borne(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result that is no JSON is too much for it."""
    response = proceed(request)
    broken = addresses(party, request, RESULT) and not request.has_json
    return _fallen(party, request, lambda _: response) if broken else response


@serving("wrong-result-uses-up", breaks=("adversity-right-result-after-wrong-taken",), roles=EMSP)
def wrong_result_uses_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a result that was wrong no other is taken at its URL."""
    response = proceed(request)
    if not addresses(party, request, RESULT):
        return response
    used = party.notes.setdefault("used up", set())
    if not ok(response):
        used.add(request.url)
        return response
    return with_envelope(response, status_code=2001) if request.url in used else response


@calling("dazed-by-failed-command", breaks=("adversity-up-after-failed-commands",), roles=EMSP)
def dazed_by_failed_command(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a command that is answered with a page of HTML its own lists fail once."""
    if not addresses(party, request, COMMANDS):
        return proceed(request)
    return outcome(proceed, request, lambda name: daze(party) if name == "html" else None)


serving("dazed-by-failed-command", breaks=(), roles=EMSP)(dazed)


def _fallen(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    return with_envelope(with_status(proceed(request), 500), status_code=3000, data=None)


# Both


@calling("token-spent-by-failed-registration", breaks=("adversity-registration-after-failures",))
def token_spent_by_failed_registration(party: Party, request: Request, proceed: Proceed) -> Response:
    """A token with which a registration was begun in vain isn't used again."""
    secret = request.header("Authorization")
    spent = party.notes.setdefault("spent", set())
    if secret in spent:
        return unsent()

    def met(name: str) -> None:
        if name == "server-error" and addresses(party, request, "credentials.post"):
            spent.add(secret)

    return outcome(proceed, request, met)
