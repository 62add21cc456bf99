"""Stretches: periods as restrictions look at them, where clock and calendar leave two readings."""

from zoneinfo import ZoneInfo

import pytest
from ocpi_conformance.schemas.stretches import stretches
from ocpi_conformance.schemas.tariff import Restrictions

from .money import cdr

PLACE = ZoneInfo("Europe/Amsterdam")


def holds(start: str, minutes: int, **restrictions: object) -> bool | None:
    (stretch,) = stretches(cdr((minutes, {"TIME": True}), start=start), PLACE)
    return stretch.holds(Restrictions.read(restrictions))


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("2024-03-08T22:00:00", True),
        ("2024-03-09T01:00:00", None),
        ("2024-03-09T22:00:00", False),
        ("2024-03-08T01:00:00", None),
        ("2024-03-07T01:00:00", False),
    ],
)
def test_after_midnight_a_night_may_belong_to_the_day_before(start: str, found: bool | None) -> None:
    """The night of a Friday: its early hours are of Saturday, or of the hours that began on Friday."""
    friday = {"start_time": "22:00", "end_time": "06:00", "day_of_week": ["FRIDAY"]}

    assert holds(start, 30, **friday) is found


def test_days_alone_end_at_midnight() -> None:
    assert holds("2024-03-08T22:30:00", 30, day_of_week=["FRIDAY"]) is True
    assert holds("2024-03-08T22:30:00", 60, day_of_week=["FRIDAY"]) is None
    assert holds("2024-03-08T23:00:00", 60, day_of_week=["FRIDAY"]) is False


def test_hours_are_open_where_the_clock_is_changed() -> None:
    """On 27 October 2024 the hour from 02:00 comes twice."""
    assert holds("2024-10-27T00:30:00", 60, end_time="02:30") is None
    assert holds("2024-10-27T00:30:00", 60, day_of_week=["SUNDAY"]) is True
    assert holds("2024-10-26T00:30:00", 60, end_time="02:30") is False


def test_a_period_knows_what_came_before_it() -> None:
    first, second = stretches(cdr((30, {"ENERGY": 5}), (10, {"ENERGY": 1, "MAX_POWER": 6})), PLACE)

    assert (first.kwh, first.seconds, first.span) == ((0, 5), (0, 1800), 1800)
    assert (second.kwh, second.seconds, second.span) == ((5, 6), (1800, 2400), 600)
    assert not second.reserved
