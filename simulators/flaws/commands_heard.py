"""Flaws of an eMSP in how it takes the results of its commands."""

from collections.abc import Callable
from typing import Any

from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, with_envelope

EMSP = ("EMSP",)
RESULT = "commands.sender.result"


def _refusing(
    party: Party, request: Request, proceed: Proceed, refused: Callable[[dict[str, Any]], bool]
) -> Response:
    """Answer 2001 to some results."""
    reply = proceed(request)
    if not addresses(party, request, RESULT) or not isinstance(request.json, dict):
        return reply
    return with_envelope(reply, status_code=2001) if refused(request.json) else reply


@serving("timeout-not-taken", breaks=("commands-result-taken",), roles=EMSP)
def timeout_not_taken(party: Party, request: Request, proceed: Proceed) -> Response:
    """The result TIMEOUT is an error to it."""
    return _refusing(party, request, proceed, lambda body: body.get("result") == "TIMEOUT")


@serving("result-message-not-taken", breaks=("commands-result-message-taken",), roles=EMSP)
def result_message_not_taken(party: Party, request: Request, proceed: Proceed) -> Response:
    """A result with a message is an error to it."""
    return _refusing(party, request, proceed, lambda body: bool(body.get("message")))


@serving("withdrawal-not-taken", breaks=("commands-withdrawal-taken",), roles=EMSP)
def withdrawal_not_taken(party: Party, request: Request, proceed: Proceed) -> Response:
    """That a reservation was cancelled by the CPO is an error to it."""
    return _refusing(party, request, proceed, lambda body: body.get("result") == "CANCELED_RESERVATION")
