"""Time as OCPI writes it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from ocpi_conformance.simulators import clock

NOON = datetime(2025, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)


def test_a_stamp_is_utc_with_milliseconds():
    assert clock.stamp(NOON) == "2025-06-01T12:00:00.123Z"
    assert clock.stamp(NOON.astimezone(timezone(timedelta(hours=2)))) == "2025-06-01T12:00:00.123Z"


@pytest.mark.parametrize("text", ["2025-06-01T12:00:00Z", "2025-06-01T12:00:00", "2025-06-01T14:00:00+02:00"])
def test_a_time_without_a_zone_is_utc(text: str):
    assert clock.parse(text) == datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "noon", "2025-13-01T00:00:00Z", None, 5])
def test_what_is_no_time_is_none(text):
    assert clock.parse(text) is None


def test_the_present_has_a_zone():
    assert clock.now().tzinfo is UTC
