"""Bounds: lowest and highest cost, which hold the exact one between them."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocpi_conformance.schemas.bounds import bounds
from ocpi_conformance.schemas.pricing import price
from ocpi_conformance.schemas.tariff import Tariff
from ocpi_conformance.simulators.samples import Samples

from .money import cdr, component, element, tariff

UTC = ZoneInfo("UTC")
LITTLE = Decimal("1e-20")


def ranges(*periods, of, **fields):
    record = cdr(*periods, tariffs=[of], **fields)
    return bounds(record, {"t": Tariff.read(of)}, UTC)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(Samples(1).tariff_kinds))
def test_the_exact_cost_lies_within(seed: int, kind: str) -> None:
    """Of sessions of every kind of tariff, for each part and in total."""
    samples = Samples(seed)
    record = samples.cdr(tariff=samples.tariff(kind=kind))
    known = {one["id"].lower(): Tariff.read(one) for one in record["tariffs"]}

    breakdown, found = price(record), bounds(record, known, UTC)

    for name, span in found.items():
        cost = getattr(breakdown, name)
        assert span.excl[0] - LITTLE <= cost.excl_vat <= span.excl[1] + LITTLE
        if cost.incl_vat is not None:
            assert span.incl[0] - LITTLE <= cost.incl_vat <= span.incl[1] + LITTLE


def test_nothing_is_open_where_all_is_told() -> None:
    prices = tariff(element(component("FLAT", 1), component("TIME", 6, vat=20, step=60)))

    total = ranges((29.5, {"TIME": True}), of=prices)["total"]

    assert total.excl == (4, 4)
    assert total.incl == (Decimal("4.6"), Decimal("4.6"))


@pytest.mark.parametrize(
    ("restriction", "volumes", "total"),
    [
        ({"max_kwh": 5}, {"ENERGY": 10}, (5, 15)),
        ({"max_kwh": 10}, {"ENERGY": 10}, (5, 5)),
        ({"min_kwh": 10}, {"ENERGY": 10}, (15, 15)),
        ({"max_duration": 1800}, {"ENERGY": 10}, (5, 15)),
        ({"max_duration": 3600}, {"ENERGY": 10}, (5, 5)),
        ({"min_duration": 3600}, {"ENERGY": 10}, (15, 15)),
        ({"max_power": 11}, {"ENERGY": 10}, (5, 15)),
        ({"max_power": 11}, {"ENERGY": 10, "MIN_POWER": 9, "MAX_POWER": 10.9}, (5, 5)),
        ({"max_power": 11}, {"ENERGY": 10, "MIN_POWER": 9, "MAX_POWER": 11}, (5, 15)),
        ({"max_power": 11}, {"ENERGY": 10, "MIN_POWER": 11, "MAX_POWER": 12}, (15, 15)),
        ({"min_current": 32}, {"ENERGY": 10, "MIN_CURRENT": 32, "MAX_CURRENT": 40}, (5, 5)),
        ({"min_current": 32}, {"ENERGY": 10, "MIN_CURRENT": 10, "MAX_CURRENT": 31.9}, (15, 15)),
        ({"end_time": "10:00"}, {"ENERGY": 10}, (5, 15)),
        ({"end_time": "10:30"}, {"ENERGY": 10}, (5, 5)),
        ({"day_of_week": ["TUESDAY"]}, {"ENERGY": 10}, (15, 15)),
        ({"reservation": "RESERVATION"}, {"ENERGY": 10}, (15, 15)),
    ],
)
def test_a_restriction_that_may_flip_within_a_period(restriction, volumes, total) -> None:
    """From 09:30 to 10:30 on a Monday."""
    prices = tariff(element(component("ENERGY", 0.5), **restriction), element(component("ENERGY", 1.5)))

    low, high = ranges((60, volumes), of=prices)["total"].excl

    assert (round(low, 1), round(high, 1)) == total


def test_how_exactly_a_volume_was_measured() -> None:
    """20.45 kWh may have been a little less or more; in steps of 100 Wh it is 20.5 all the same."""
    stepped = tariff(element(component("ENERGY", 1, step=100)))

    assert ranges((60, {"ENERGY": 20.45}), of=stepped)["energy"].excl == (Decimal("20.5"), Decimal("20.5"))
    assert ranges((60, {"ENERGY": 20.5}), of=stepped)["energy"].excl == (Decimal("20.5"), Decimal("20.6"))


def test_seconds_come_from_the_timestamps_or_from_the_volume() -> None:
    """0.0834 hours are 300.24 seconds: five minutes, or a little more; so may be what timestamps call five minutes."""
    stepped = tariff(element(component("TIME", 12, step=300)))

    assert ranges((4.9, {"TIME": True}), of=stepped)["time"].excl == (1, 1)
    assert ranges((5, {"TIME": True}), of=stepped)["time"].excl == (1, 2)
    assert ranges((60, {"TIME": 0.0834}), of=stepped)["time"].excl == (1, 2)
    assert ranges((60, {"TIME": 0}), of=stepped)["time"].excl == (0, 0)


def test_hours_of_two_decimals_may_be_off_by_eighteen_seconds() -> None:
    """A third of an hour is written 0.33 where both kinds of time share a period; 0.3333 beside it tells more."""
    hourly = tariff(element(component("TIME", 6), component("PARKING_TIME", 3)))

    rough = ranges((30, {"TIME": 0.33, "PARKING_TIME": 0.17}), of=hourly)["time"].excl
    fine = ranges((30, {"TIME": 0.33, "PARKING_TIME": 0.1667}), of=hourly)["time"].excl

    assert rough[0] < 2 < rough[1]
    assert fine[1] < Decimal("1.99")
