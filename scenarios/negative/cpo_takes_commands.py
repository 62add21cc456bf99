"""Negative input: an eMSP sends commands that are wrong in every way, and such of every legal form, to a CPO.

They are about Locations, Sessions and reservations that nobody has: no charge point is bothered, whatever becomes of
them. What the CPO says to a right one of that kind is what it has to say to one of an unusual form, too.
"""

from collections.abc import Callable, Iterator
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
FIXED = frozenset({"/response_url", "/token/country_code", "/token/party_id", "/token/type", "/expiry_date"})
FEATURES = {
    "StartSession": "remote-start",
    "StopSession": "remote-start",
    "ReserveNow": "reservations",
    "CancelReservation": "reservations",
    "UnlockConnector": "unlock-connector",
}

Object = dict[str, Any]


def test_commands(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Each command comes in every wrong and in every legal way."""
    offers = tuple(of_each_command(iut, emsp))
    check.applies(offers, "it takes no commands")

    judge(check, ROWS, *offers)


def of_each_command(iut: Iut, emsp: Emsp) -> Iterator[Offer]:
    """The commands that the IUT takes."""
    version, connection = iut.claim.ocpi_version, iut.connection
    for name, whole in commands(emsp).items():
        if not iut.claim.has(FEATURES[name]):
            continue
        command = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in name)[1:].upper()
        url = connection.below("commands", "RECEIVER", command)
        send = sender(emsp, connection, "POST", url, f"commands.receiver.{command.lower()}")
        usual: list[tuple[Any, ...]] = []

        def begin(
            name: str = name,
            whole: Object = whole,
            send: Callable[[Any], Answer] = send,
            usual: list[tuple[Any, ...]] = usual,
        ) -> Object:
            """What the CPO says to a command that is right."""
            usual[:] = [said(send(whole))]
            return without_optionals(version, name, whole)

        def bears(answer: Answer, usual: list[tuple[Any, ...]] = usual) -> bool:
            return said(answer) in usual

        yield Offer(
            version=version,
            name=name,
            begin=begin,
            whole=whole,
            send=send,
            takes=lambda answer: said(answer)[-1] == "ACCEPTED",
            bears=bears,
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
    urls = {name: emsp.new_response_url(name) for name in FEATURES}
    return {
        "StartSession": samples.start_session(token, nowhere, urls["StartSession"], full=True),
        "StopSession": samples.stop_session(samples.new_id("SES"), urls["StopSession"]),
        "ReserveNow": samples.reserve_now(token, nowhere, urls["ReserveNow"], full=True),
        "CancelReservation": samples.cancel_reservation(samples.new_id("RES"), urls["CancelReservation"]),
        "UnlockConnector": samples.unlock_connector(
            nowhere, urls["UnlockConnector"], evse_uid="E1", connector_id="1"
        ),
    }
