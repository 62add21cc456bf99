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


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60.5Z", datetime(2017, 1, 1, 0, 0, 0, 500000, tzinfo=UTC)),
        ("0000-02-29T00:00:00", datetime.min.replace(tzinfo=UTC)),
        ("0001-01-01T00:00:00+05:00", datetime.min.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:60Z", datetime.max.replace(tzinfo=UTC)),
        ("9999-12-31T23:59:59-05:00", datetime.max.replace(tzinfo=UTC)),
        ("0000-13-01T00:00:00Z", None),
    ],
)
def test_times_at_the_edges_are_times(text: str, moment: datetime | None):
    """RFC 3339 has leap seconds and a year 0; what `datetime` can't hold is taken as its first or last."""
    assert clock.parse(text) == moment


def test_the_present_has_a_zone():
    assert clock.now().tzinfo is UTC
