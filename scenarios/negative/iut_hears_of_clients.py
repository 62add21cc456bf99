"""Negative input: a hub tells of its clients in every wrong and in every legal way."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.scenarios.hubclientinfo.hubs import a_hub, about
from ocpi_conformance.scenarios.negative.judging import first_taken, judge, sender
from ocpi_conformance.simulators.calling import Answer

pytestmark = applies_to(module="hubclientinfo", side="RECEIVER", writes=True)

ROWS = {
    "invalid": "negative-client-info-invalid-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-client-info-no-server-error",
    "unchanged": "negative-client-info-refused-changes-nothing",
    "odd": "negative-client-info-odd-accepted",
    "unknown": "negative-unknown-field-accepted",
}
FIXED = frozenset({"/country_code", "/party_id"})


def test_client_infos(iut: Iut, bench: Bench, check: Check) -> None:
    """A ClientInfo is PUT in every wrong and in every legal way; in the end its party is suspended."""
    hub, connection = a_hub(iut, bench)
    info = about(iut, "NEG")
    url = connection.below("hubclientinfo", "RECEIVER", info["country_code"], info["party_id"])

    def begin() -> dict[str, Any]:
        return first_taken("a ClientInfo", lambda each: hub.push_client_info(connection, each), info)

    def look(_: object) -> Answer:
        return hub.check_client_info(connection, info)

    offer = Offer(
        version=iut.claim.ocpi_version,
        name="ClientInfo",
        begin=begin,
        whole=info,
        send=sender(hub, connection, "PUT", url, "hubclientinfo.receiver.put"),
        look=look,
        fixed=FIXED,
    )

    judge(check, ROWS, offer)

    hub.push_client_info(connection, about(iut, "NEG", status="SUSPENDED"))
