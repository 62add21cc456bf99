"""Negative input: a CPO sends Tariffs that are wrong in every way, and such of every legal form, to an eMSP."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.forms import without_optionals
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.scenarios.negative.judging import first_taken, judge, sender
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="tariffs", iut="EMSP", side="RECEIVER", writes=True)

ROWS = {
    "incomplete": "negative-tariff-incomplete-refused",
    "wrong type": "negative-tariff-wrong-type-refused",
    "wrong value": "negative-tariff-wrong-value-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-tariff-no-server-error",
    "unchanged": "negative-tariff-refused-changes-nothing",
    "odd": "negative-tariff-odd-accepted",
    "kept": "negative-tariff-odd-kept",
    "unknown": "negative-unknown-field-accepted",
}
FIXED = frozenset({"/country_code", "/party_id", "/id", "/energy_mix/energy_sources"})


def test_tariffs(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Tariff is PUT in every wrong and in every legal way, and deleted."""
    tariff = cpo.samples.tariff(full=True)
    connection = iut.connection
    owner = (tariff["country_code"], tariff["party_id"], tariff["id"])

    def known() -> dict[str, Any]:
        small = without_optionals(iut.claim.ocpi_version, "Tariff", tariff)
        taken = first_taken("a Tariff", lambda each: cpo.push_tariff(connection, each), tariff, small)
        return without_optionals(iut.claim.ocpi_version, "Tariff", taken)

    def look(_: object) -> Answer:
        return cpo.check_tariff(connection, tariff)

    url = connection.below("tariffs", "RECEIVER", *owner)
    offer = Offer(
        version=iut.claim.ocpi_version,
        name="Tariff",
        begin=known,
        whole=tariff,
        send=sender(cpo, connection, "PUT", url, "tariffs.receiver.put"),
        look=look,
        fixed=FIXED,
    )

    judge(check, ROWS, offer)

    cpo.delete_tariff(connection, tariff)
