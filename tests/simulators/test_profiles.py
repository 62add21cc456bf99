"""What a connector gives over time."""

from datetime import UTC, datetime, timedelta

import pytest
from ocpi_conformance.simulators.profiles import capacity, planned

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
CONNECTOR = {"max_amperage": 32, "max_voltage": 230, "power_type": "AC_3_PHASE"}


def plan(profile, *, limit: float = 32, at: datetime = NOON, duration_s: int = 900):
    made = planned(profile, limit, "A", started=NOON, at=at, duration_s=duration_s)["charging_profile"]
    return [(step["start_period"], step["limit"]) for step in made["charging_profile_period"]]


def profile(*steps: tuple[int, float], **more):
    periods = [{"start_period": start, "limit": limit} for start, limit in steps]
    return {"charging_rate_unit": "A", "charging_profile_period": periods, **more}


@pytest.mark.parametrize(
    ("connector", "unit", "at_most_a", "most"),
    [
        (CONNECTOR, "A", None, 32),
        (CONNECTOR, "A", 10, 10),
        (CONNECTOR, "A", 100, 32),
        (CONNECTOR, "W", None, 22080),
        (CONNECTOR, "W", 10, 6900),
        ({**CONNECTOR, "max_electric_power": 22000}, "W", None, 22000),
        ({**CONNECTOR, "power_type": "DC"}, "W", None, 7360),
    ],
)
def test_a_connector_gives_what_its_plate_says(connector, unit: str, at_most_a, most: float):
    assert capacity(connector, unit, at_most_a=at_most_a) == most


@pytest.mark.parametrize(
    "asked", [None, {}, {"charging_profile_period": None}, {"charging_profile_period": []}]
)
def test_without_a_profile_the_connector_gives_all_it_has(asked):
    assert plan(asked) == [(0, 32)]


def test_a_profile_is_followed_within_what_the_connector_gives():
    assert plan(profile((0, 8), (300, 64), (600, 10.5))) == [(0, 8), (300, 32), (600, 10.5)]


def test_what_was_over_before_and_what_comes_after_is_left_out():
    asked = profile((0, 8), (300, 16), (5000, 20))
    assert plan(asked, at=NOON + timedelta(seconds=400)) == [(0, 16)]


def test_a_profile_with_a_start_of_its_own_begins_then():
    asked = profile((0, 8), start_date_time="2025-06-01T12:05:00Z")
    assert plan(asked) == [(0, 32), (300, 8)]


def test_after_its_duration_a_profile_says_nothing():
    assert plan(profile((0, 8), duration=300)) == [(0, 8), (300, 32)]
    assert plan(profile((0, 8), duration=300), at=NOON + timedelta(hours=1)) == [(0, 32)]


def test_steps_in_any_order_are_read_by_their_start():
    assert plan(profile((300, 16), (0, 8))) == [(0, 8), (300, 16)]


def test_a_plan_says_from_when_and_for_how_long():
    made = planned(None, 32, "A", started=NOON, at=NOON, duration_s=60)
    assert made["start_date_time"] == "2025-06-01T12:00:00.000Z"
    assert made["charging_profile"]["duration"] == 60
