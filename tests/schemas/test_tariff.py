"""Tariffs: which price applies, and when the next change comes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from ocpi_conformance.schemas.tariff import Restrictions, Situation, Tariff, decimal, moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2024, 3, 4, 11, tzinfo=UTC)


def tariff(*restrictions):
    part = {"type": "ENERGY", "price": 0.25, "step_size": 1}
    elements = [{"price_components": [part], "restrictions": limits} for limits in restrictions]
    return Tariff.read({"id": "T", "currency": "EUR", "elements": [*elements, {"price_components": [part]}]})


def next_change(*restrictions, hours=24, kwh=0, rate=6):
    change = tariff(*restrictions).next_change(
        AMSTERDAM,
        after=NOON,
        until=NOON + timedelta(hours=hours),
        started=NOON,
        kwh=Decimal(kwh),
        kwh_per_hour=Decimal(rate),
    )
    return None if change is None else (change[0] - NOON, change[1])


@pytest.mark.parametrize(
    ("restrictions", "change"),
    [
        ([{"end_time": "13:00"}], (timedelta(hours=1), None)),
        ([{"start_time": "22:00", "end_time": "06:00"}], (timedelta(hours=10), None)),
        ([{"day_of_week": ["MONDAY"]}], (timedelta(hours=12), None)),
        ([{"end_date": "2024-03-05"}], (timedelta(hours=12), None)),
        ([{"max_duration": 1800}, {"max_duration": 5400}], (timedelta(minutes=30), None)),
        ([{"max_kwh": 3}], (timedelta(minutes=30), Decimal(3))),
        ([{"max_power": 11}], None),
        ([], None),
    ],
)
def test_the_next_change_is_the_earliest(restrictions, change):
    assert next_change(*restrictions) == change


def test_what_is_past_or_never_reached_is_no_change():
    assert next_change({"end_time": "12:00"}, hours=20) is None
    assert next_change({"max_kwh": 3}, kwh=3) is None
    assert next_change({"max_kwh": 3}, rate=0) is None
    assert next_change({"end_time": "13:00"}, hours=1) is None


def test_the_clock_changes_are_local():
    """In the night to 31 March 2024 Amsterdam goes from UTC+1 to UTC+2."""
    restrictions = Restrictions.read({"start_time": "04:00"})
    night = datetime(2024, 3, 30, 22, tzinfo=UTC)

    flips = list(restrictions.moments(AMSTERDAM, night, night + timedelta(hours=12)))

    assert flips == [datetime(2024, 3, 31, 2, tzinfo=UTC)]


def test_an_element_without_the_dimension_is_passed_over():
    assert tariff().component("TIME", Situation(local=NOON)) is None


def test_restricted_by_what_was_not_measured_does_not_apply():
    situation = Situation(local=NOON, min_power=Decimal(3))

    assert Restrictions.read({"max_power": 5}).match(situation)
    assert not Restrictions.read({"max_power": 3}).match(situation)
    assert not Restrictions.read({"max_current": 99}).match(situation)


def test_numbers_and_moments_are_read_as_written():
    assert decimal(0.1) == Decimal("0.1")
    assert moment("2024-03-04T11:00:00") == moment("2024-03-04T11:00:00.000Z") == NOON
