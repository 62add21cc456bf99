"""Tariffs: every legal form is taken by an eMSP, whatever of it it needs."""

from collections.abc import Iterable
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.forms import values_of, with_nothing
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="tariffs", iut="EMSP", side="RECEIVER", writes=True)

RESTRICTIONS: tuple[dict[str, Any], ...] = (
    {"start_time": "00:00", "end_time": "23:59"},
    {"start_time": "22:00", "end_time": "06:00"},
    {"end_time": "00:00"},
    {"start_date": "2024-02-29", "end_date": "2999-12-31"},
    {"min_kwh": 0, "max_kwh": 10.5},
    {"min_current": 0.5, "max_current": 500},
    {"min_power": 1.4, "max_power": 350},
    {"min_duration": 0, "max_duration": 86400},
    {"day_of_week": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]},
)

Tariff = dict[str, Any]


def test_put_takes_every_legal_form(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Tariffs with nothing optional, with nulls, of full length, of every type, dimension and restriction."""
    version = iut.claim.ocpi_version
    minimal = cpo.samples.tariff(minimal=True)
    takes(iut, cpo, check, "tariffs-put-accepts-minimal", [minimal])
    takes(
        iut, cpo, check, "tariffs-put-accepts-nulls", [with_nulls(version, cpo.samples.tariff(minimal=True))]
    )
    takes(iut, cpo, check, "tariffs-put-accepts-full", long_tariffs(cpo))

    kinds = values_of(version, "TariffType")
    typed = [cpo.samples.tariff(minimal=True, type=kind) for kind in kinds]
    takes(iut, cpo, check, "tariffs-put-accepts-every-type", typed)

    dimensions = values_of(version, "TariffDimensionType")
    parts = [part(kind, vat) for kind in dimensions for vat in ({}, {"vat": 0}, {"vat": 5.2})]
    takes(
        iut,
        cpo,
        check,
        "tariffs-put-accepts-every-dimension",
        [cpo.samples.tariff(minimal=True, elements=[{"price_components": [one]} for one in parts])],
    )
    reserved = [{"reservation": kind} for kind in values_of(version, "ReservationRestrictionType")]
    takes(
        iut,
        cpo,
        check,
        "tariffs-put-accepts-every-restriction",
        [
            cpo.samples.tariff(minimal=True, elements=restricted(limits))
            for limits in (*RESTRICTIONS, *reserved)
        ],
    )


def takes(iut: Iut, cpo: Cpo, check: Check, slug: str, tariffs: Iterable[Tariff]) -> None:
    """Each is accepted; the first that isn't is shown."""
    puts = [cpo.push_tariff(iut.connection, tariff) for tariff in tariffs]
    put = next((put for put in puts if not put.accepted), puts[0])
    check(slug, put.accepted, expected="accepted", found=put, evidence=put)


def part(kind: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "price": 0.25, "step_size": 1, **more}


def restricted(limits: dict[str, Any]) -> list[dict[str, Any]]:
    """An element with some restrictions, and one for the rest of the time."""
    return [
        {"price_components": [part("TIME", {})], "restrictions": limits},
        {"price_components": [part("ENERGY", {})]},
    ]


def with_nulls(version: str, tariff: Tariff) -> Tariff:
    """A Tariff in which everything optional is there and null."""
    elements = [
        {
            "price_components": [
                with_nothing(version, "PriceComponent", one) for one in element["price_components"]
            ],
            "restrictions": None,
        }
        for element in tariff["elements"]
    ]
    return with_nothing(version, "Tariff", {**tariff, "elements": elements}, lists=None)


def long_tariffs(cpo: Cpo) -> list[Tariff]:
    """Tariffs with all fields, at their full length, with a DateTime of either form."""
    found = []
    for end in ("Z", ""):
        tariff = cpo.samples.tariff(full=True)
        found.append(
            {
                **tariff,
                "id": f"{tariff['id']}{'0' * 36}"[:36],
                "tariff_alt_text": [{"language": "en", "text": "T" * 512}],
                "tariff_alt_url": f"https://example.org/{'t' * 235}",
                "last_updated": tariff["last_updated"][:19] + end,
            }
        )
    return found
