"""Auditing: stated amounts against the recomputed ones, and what the text leaves open."""

from decimal import Decimal
from typing import Any

import pytest
from ocpi_conformance.schemas.auditing import audit, stated
from ocpi_conformance.schemas.pricing import PricingError

from .money import cdr, component, element, tariff

ENERGY = tariff(element(component("ENERGY", 0.25, vat=10)))
NIGHT = tariff(
    element(component("ENERGY", 0.10), start_time="22:00", end_time="06:00"),
    element(component("ENERGY", 0.30)),
)


def record(*periods: Any, of: Any, cost: Any, **fields: Any) -> dict[str, Any]:
    return cdr(*periods, tariffs=[of], total_cost=cost, **fields)


def wrong(*periods: Any, of: Any, cost: Any, zone: str | None = "UTC", **fields: Any) -> list[str]:
    """The fields that no reading explains."""
    found = audit(record(*periods, of=of, cost=cost, **fields), time_zone=zone)
    return [amount.field for amount in found.wrong]


def price(excl: float, incl: float | None = None) -> dict[str, float]:
    return {"excl_vat": excl} if incl is None else {"excl_vat": excl, "incl_vat": incl}


def test_right_amounts_are_right() -> None:
    assert wrong((60, {"ENERGY": 20}), of=ENERGY, cost=price(5, 5.5)) == []
    assert wrong((60, {"ENERGY": 20}), of=ENERGY, cost=price(5)) == []


@pytest.mark.parametrize(
    ("cost", "fields"),
    [
        (price(6, 5.5), ["total_cost excl. VAT"]),
        (price(5, 5), ["total_cost incl. VAT"]),
        (price(0, 0), ["total_cost excl. VAT", "total_cost incl. VAT"]),
        (price(4.98, 5.5), ["total_cost excl. VAT"]),
        (price(5.01, 5.49), []),
    ],
)
def test_each_amount_is_judged_to_the_cent(cost: Any, fields: list[str]) -> None:
    """One unit of the currency for one amount that goes in, in either direction."""
    assert wrong((60, {"ENERGY": 20}), of=ENERGY, cost=cost) == fields


def test_every_amount_that_goes_in_may_have_been_rounded() -> None:
    """Three periods of 0.3333 kWh at 0.25 are 0.2499; cent by cent they are 0.24 or 0.27."""
    periods = [(10, {"ENERGY": 0.3333})] * 3

    assert wrong(*periods, of=ENERGY, cost=price(0.24)) == wrong(*periods, of=ENERGY, cost=price(0.27)) == []
    assert wrong(*periods, of=ENERGY, cost=price(0.30)) == ["total_cost excl. VAT"]


def test_the_unit_is_that_of_the_currency() -> None:
    yen = tariff(element(component("ENERGY", 33.3)), currency="JPY")

    assert wrong((60, {"ENERGY": 1}), of=yen, cost=price(34), currency="JPY") == []
    assert wrong((60, {"ENERGY": 1}), of=yen, cost=price(36), currency="JPY") == ["total_cost excl. VAT"]


def test_some_currencies_are_billed_in_whole_units() -> None:
    """12.345 kWh at 150.5 forints are 1857.92: stated as 1858, or without the rest."""
    forint = tariff(element(component("ENERGY", 150.5)), currency="HUF")

    for part, fields in ((1858, []), (1857, []), (1860, ["total_energy_cost excl. VAT"])):
        amounts = {"total_energy_cost": price(part), "currency": "HUF"}
        assert wrong((60, {"ENERGY": 12.345}), of=forint, cost=price(1860), **amounts) == fields


def test_a_part_is_judged_by_itself() -> None:
    fields: dict[str, Any] = {"total_energy_cost": price(4), "total_time_cost": price(1)}

    assert wrong((60, {"ENERGY": 20, "TIME": True}), of=ENERGY, cost=price(5), **fields) == [
        "total_energy_cost excl. VAT",
        "total_time_cost excl. VAT",
    ]


def test_without_a_zone_any_will_do() -> None:
    """20:30 UTC is night in Amsterdam, in July."""
    session: dict[str, Any] = {"of": NIGHT, "start": "2024-07-01T20:30:00"}

    assert wrong((30, {"ENERGY": 10}), cost=price(1), zone=None, **session) == []
    assert wrong((30, {"ENERGY": 10}), cost=price(3), zone=None, **session) == []
    assert wrong((30, {"ENERGY": 10}), cost=price(2), zone=None, **session) == ["total_cost excl. VAT"]
    assert wrong((30, {"ENERGY": 10}), cost=price(3), zone="Europe/Amsterdam", **session) == [
        "total_cost excl. VAT"
    ]


def test_a_price_change_within_a_period_is_open() -> None:
    """Where in the period the energy was charged nobody knows."""
    session: dict[str, Any] = {"of": NIGHT, "start": "2024-07-01T21:30:00"}

    for total in (1, 2, 3):
        assert wrong((60, {"ENERGY": 10}), cost=price(total), **session) == []
    assert wrong((60, {"ENERGY": 10}), cost=price(4), **session) == ["total_cost excl. VAT"]


def test_a_power_that_is_not_told_is_open() -> None:
    fast = tariff(element(component("ENERGY", 0.50), min_power=50), element(component("ENERGY", 0.20)))
    told = {"ENERGY": 10, "MIN_POWER": 8, "MAX_POWER": 11}

    assert wrong((60, {"ENERGY": 10}), of=fast, cost=price(5)) == []
    assert wrong((60, told), of=fast, cost=price(2)) == []
    assert wrong((60, told), of=fast, cost=price(5)) == ["total_cost excl. VAT"]


def test_a_reservation_that_nobody_used_may_have_been_cancelled() -> None:
    reserved = tariff(
        element(component("FLAT", 4), reservation="RESERVATION_EXPIRES"),
        element(component("TIME", 2), reservation="RESERVATION"),
    )

    for total, fields in ((6, []), (2, []), (7, ["total_cost excl. VAT"])):
        assert wrong((60, {"RESERVATION_TIME": True}), of=reserved, cost=price(total)) == fields


def test_a_flat_fee_that_becomes_active_later_is_open() -> None:
    later = tariff(element(component("FLAT", 1), max_duration=1800), element(component("FLAT", 3)))

    for total, fields in ((1, []), (4, []), (5, ["total_cost excl. VAT"]), (0, ["total_cost excl. VAT"])):
        assert wrong((30, {"TIME": True}), (30, {"TIME": True}), of=later, cost=price(total)) == fields


def test_of_two_flat_fees_either_may_be_the_one() -> None:
    """A fee at the start and a lower one that takes its place: what is due once may be either, or both."""
    lower = tariff(element(component("FLAT", 3), max_duration=1800), element(component("FLAT", 1)))

    for total, fields in ((1, []), (3, []), (4, []), (0, ["total_cost excl. VAT"])):
        assert wrong((30, {"TIME": True}), (30, {"TIME": True}), of=lower, cost=price(total)) == fields


def test_a_reservation_within_a_period_of_charging_is_open() -> None:
    reserved = tariff(
        element(component("TIME", 2), reservation="RESERVATION"), element(component("ENERGY", 0.25))
    )
    period = (90, {"ENERGY": 20, "TIME": 1, "RESERVATION_TIME": 0.5})

    for total, fields in ((5, []), (6, []), (8, ["total_cost excl. VAT"])):
        assert wrong(period, of=reserved, cost=price(total)) == fields


def test_limits_hold_without_and_with_vat() -> None:
    most = tariff(element(component("ENERGY", 0.25, vat=10)), max_price=price(4))

    assert wrong((60, {"ENERGY": 20}), of=most, cost=price(4, 4.4)) == []
    assert wrong((60, {"ENERGY": 20}), of=most, cost=price(5, 5.5)) == ["total_cost excl. VAT"]


def test_periods_without_a_name_of_their_tariff() -> None:
    """One tariff may be meant, or none; before 2.2 it is meant."""
    value = record((60, {"ENERGY": 20}), of=ENERGY, cost=price(5))
    del value["charging_periods"][0]["tariff_id"]
    free = {**value, "total_cost": price(0)}

    assert audit(value).wrong == audit(free).wrong == ()
    assert audit({**value, "total_cost": 5}, version="2.1.1").wrong == ()
    assert audit({**value, "total_cost": 0}, version="2.1.1").wrong != ()


def test_a_fee_for_parking_is_a_fixed_cost_or_one_of_parking() -> None:
    parked = tariff(element(component("FLAT", 2), component("PARKING_TIME", 6, step=60)))
    value = record((10, {"PARKING_TIME": True}), of=parked, cost=price(3))

    for fixed, parking in ((2, 1), (0, 3)):
        parts = {"total_fixed_cost": price(fixed), "total_parking_cost": price(parking)}
        assert audit({**value, **parts}).wrong == ()
    assert audit({**value, "total_parking_cost": price(4)}).wrong != ()


def test_2_2_leaves_open_whether_steps_round_time_as_a_whole() -> None:
    steps = tariff(element(component("TIME", 6, step=600), component("PARKING_TIME", 6, step=600)))
    value = record((21, {"TIME": True}), (16, {"PARKING_TIME": True}), of=steps, cost=price(4.0))

    assert audit(value, version="2.2").wrong == ()
    assert audit(value, version="2.2.1").wrong != ()
    assert audit({**value, "total_cost": price(4.1)}).wrong == ()


def test_costs_of_every_version() -> None:
    assert stated(4) == stated("4.0") == (Decimal(4), None)
    assert stated({"before_taxes": 4, "taxes": [{"name": "VAT", "amount": 0.4}]}) == (4, Decimal("4.4"))
    assert stated({"excl_vat": 4, "incl_vat": None}) == (4, None)
    with pytest.raises(PricingError, match="not an amount"):
        stated({"excl_vat": "four"})


def test_what_is_no_cdr_is_said() -> None:
    with pytest.raises(PricingError, match="not a CDR"):
        audit({"tariffs": [NIGHT], "charging_periods": []})
