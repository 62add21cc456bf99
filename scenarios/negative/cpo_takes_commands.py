"""Negative input: an eMSP sends commands that are wrong in every way, and such of every legal form, to a CPO.

They are about Locations, Sessions and reservations that nobody has: no charge point is bothered, whatever becomes of
them. To one of an unusual form the CPO may say what it says to a plain one, or anything that isn't about the form.
"""

from collections.abc import Iterator
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.forms import without_optionals
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.scenarios.negative.judging import judge, sender
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="commands", iut="CPO", side="RECEIVER", writes=True)

ROWS = {
    "invalid": "negative-command-invalid-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-command-no-server-error",
    "odd": "negative-command-odd-accepted",
    "unknown": "negative-unknown-field-accepted",
}
UNKNOWN = (2003, 2004)
"""Whoever says that a Location or a Token is unknown has understood the command."""
OWNER = frozenset({"/token/country_code", "/token/party_id", "/token/type"})
FIXED = OWNER | {"/response_url", "/expiry_date", "/evse_uid", "/connector_id"}
"""Where a session is to begin may have to be said, by what an EVSE is capable of."""
KINDS = {
    "StartSession": ("START_SESSION", "remote-start"),
    "StopSession": ("STOP_SESSION", "remote-start"),
    "ReserveNow": ("RESERVE_NOW", "reservations"),
    "CancelReservation": ("CANCEL_RESERVATION", "reservations"),
    "UnlockConnector": ("UNLOCK_CONNECTOR", "unlock-connector"),
}
"""Each command: what its URL ends in, and the feature that it belongs to."""

Object = dict[str, Any]


def test_commands(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Each command comes in every wrong and in every legal way."""
    offers = tuple(of_each_command(iut, emsp))
    check.applies(offers, "it takes no commands")

    judge(check, ROWS, *offers)


def of_each_command(iut: Iut, emsp: Emsp) -> Iterator[Offer]:
    """The commands that the IUT takes."""
    for name, whole in commands(emsp).items():
        if iut.claim.has(KINDS[name][1]):
            yield of_one_command(iut, emsp, name, whole)


def of_one_command(iut: Iut, emsp: Emsp, name: str, whole: Object) -> Offer:
    """One command; whatever the CPO says to it when it is right, is right."""
    command = KINDS[name][0]
    url = iut.connection.below("commands", "RECEIVER", command)
    post = sender(emsp, iut.connection, "POST", url, f"commands.receiver.{command.lower()}")
    usual: list[tuple[Any, ...]] = []

    def send(body: Any) -> Answer:
        """A command that rightly says where its result is to go has a URL of its own for that."""
        right = isinstance(body, dict) and body.get("response_url") == whole["response_url"]
        return post({**body, "response_url": emsp.new_response_url(command)} if right else body)

    def begin() -> Object:
        usual[:] = [said(send(whole))]
        return without_optionals(iut.claim.ocpi_version, name, whole)

    return Offer(
        version=iut.claim.ocpi_version,
        name=name,
        begin=begin,
        whole=whole,
        send=send,
        takes=lambda answer: said(answer)[-1] == "ACCEPTED",
        bears=lambda answer: answer.accepted or answer.status_code in UNKNOWN or said(answer) in usual,
        fixed=FIXED,
    )


def said(answer: Answer) -> tuple[Any, ...]:
    """What an answer comes to: both statuses and the result."""
    result = answer.data.get("result") if isinstance(answer.data, dict) else None
    return answer.http_status, answer.status_code, result


def commands(emsp: Emsp) -> dict[str, Object]:
    """One command of each kind, about things that are nowhere."""
    samples, token = emsp.samples, emsp.samples.token(full=True)
    nowhere = {"id": samples.new_id("LOC"), "evses": [{"uid": "E1", "connectors": [{"id": "1"}]}]}
    urls = {name: emsp.new_response_url(command) for name, (command, _) in KINDS.items()}
    return {
        "StartSession": samples.start_session(token, nowhere, urls["StartSession"], full=True),
        "StopSession": samples.stop_session(samples.new_id("SES"), urls["StopSession"]),
        "ReserveNow": samples.reserve_now(token, nowhere, urls["ReserveNow"], full=True),
        "CancelReservation": samples.cancel_reservation(samples.new_id("RES"), urls["CancelReservation"]),
        "UnlockConnector": samples.unlock_connector(
            nowhere, urls["UnlockConnector"], evse_uid="E1", connector_id="1"
        ),
    }
