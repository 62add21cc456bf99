"""Negative input: a CPO asks an eMSP for an authorization at places that are named in wrong and in legal ways."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.scenarios.negative.judging import judge, must_take, sender
from ocpi_conformance.scenarios.tokens.authorizing import a_place, a_valid_token, at_first_evse
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(
    module="tokens", iut="EMSP", side="SENDER", feature="realtime-authorization", writes=True
)

TOO_LITTLE = 2002
"""An eMSP may need to know more than has to be said."""

ROWS = {
    "invalid": "negative-authorization-invalid-refused",
    "crash": "negative-authorization-no-server-error",
    "odd": "negative-authorization-odd-accepted",
    "unknown": "negative-unknown-field-accepted",
}


def test_location_references(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A valid Token is presented at a Location that is named in every wrong and in every legal way."""
    token = a_valid_token(iut, cpo)
    where = at_first_evse(a_place(iut, cpo))
    url = iut.connection.below("tokens", "SENDER", token["uid"], "authorize")
    send = sender(cpo, iut.connection, "POST", url, "tokens.sender.authorize", params={"type": token["type"]})

    def begin() -> dict[str, Any]:
        must_take(send(where), "a LocationReferences")
        return where

    offer = Offer(
        version=iut.claim.ocpi_version,
        name="LocationReferences",
        begin=begin,
        whole=where,
        send=send,
        bears=lambda answer: answer.accepted or answer.status_code == TOO_LITTLE,
        fixed=frozenset({"/location_id", "/evse_uids/0"}),
        optional=True,
    )

    judge(check, ROWS, offer)
