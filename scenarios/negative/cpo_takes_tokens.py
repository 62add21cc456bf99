"""Negative input: an eMSP sends Tokens that are wrong in every way, and Tokens of every legal form, to a CPO."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.forms import without_optionals
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.scenarios.negative.judging import first_taken, judge, sender
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="tokens", iut="CPO", side="RECEIVER", writes=True)

ROWS = {
    "incomplete": "negative-token-incomplete-refused",
    "wrong type": "negative-token-wrong-type-refused",
    "wrong value": "negative-token-wrong-value-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-token-no-server-error",
    "unchanged": "negative-token-refused-changes-nothing",
    "odd": "negative-token-odd-accepted",
    "kept": "negative-token-odd-kept",
    "unknown": "negative-unknown-field-accepted",
}
IDENTITY = frozenset({"/country_code", "/party_id", "/uid"})


def test_tokens(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Token is PUT and PATCHed in every wrong and in every legal way; in the end it is made invalid."""
    token = emsp.samples.token(full=True, type="RFID")
    version, connection = iut.claim.ocpi_version, iut.connection
    owner = (token["country_code"], token["party_id"], token["uid"])
    url = connection.below("tokens", "RECEIVER", *owner)

    def known() -> dict[str, Any]:
        small = without_optionals(version, "Token", token)
        taken = first_taken("a Token", lambda each: emsp.push_token(connection, each), token, small)
        return without_optionals(version, "Token", taken)

    def changes() -> dict[str, Any]:
        known()
        return {"last_updated": clock.stamp(clock.now())}

    def look(_: object) -> Answer:
        return emsp.get_copy(connection, token)

    whole = Offer(
        version=version,
        name="Token",
        begin=known,
        whole=token,
        send=sender(emsp, connection, "PUT", url, "tokens.receiver.put"),
        look=look,
        fixed=IDENTITY,
    )
    part = Offer(
        version=version,
        name="Token",
        shape="patch",
        begin=changes,
        whole=changes(),
        send=sender(emsp, connection, "PATCH", url, "tokens.receiver.patch"),
        look=look,
        fixed=IDENTITY,
    )

    judge(check, ROWS, whole, part)

    emsp.push_token(connection, {**token, "valid": False, "last_updated": clock.stamp(clock.now())})
