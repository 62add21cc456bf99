"""Exactness: what a CDR tells of how it rounds."""

from decimal import Decimal
from typing import Any

import pytest
from ocpi_conformance.schemas.exactness import Exactness

from .money import cdr


@pytest.mark.parametrize(
    ("volumes", "kwh", "hours"),
    [
        ({"ENERGY": 20, "TIME": 0.5}, "0.01", "0.01"),
        ({"ENERGY": 20.125, "TIME": 0.3333}, "0.001", "0.0001"),
        ({"ENERGY": 20.123456, "MAX_POWER": 11.4321}, "0.0001", "0.01"),
    ],
)
def test_all_volumes_of_a_kind_tell_the_decimals(volumes: dict[str, Any], kwh: str, hours: str) -> None:
    found = Exactness.of(cdr((30, volumes)))

    assert (found.kwh, found.hours) == (Decimal(kwh), Decimal(hours))


def test_moments_are_whole_seconds_unless_one_of_them_is_not() -> None:
    exact = cdr((30, {"TIME": True}), end_date_time="2024-03-04T10:00:00.250Z")

    assert Exactness.of(cdr((30, {"TIME": True}))).seconds == 1
    assert Exactness.of(exact).seconds == Decimal("0.001")
