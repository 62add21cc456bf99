"""Quantities: JSON numbers of at most four decimals."""

from decimal import Decimal

import pytest
from ocpi_conformance.simulators.quantities import four, number


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("2.00"), "2"),
        (Decimal("0.12345"), "0.1235"),
        (0.1, "0.1"),
        (-0.00004, "0"),
        (Decimal(1) / 3, "0.3333"),
    ],
)
def test_numbers_as_they_are_written(value, written):
    assert repr(number(value)) == written


def test_four_takes_a_float_as_it_is_printed():
    assert four(1.00005) == Decimal("1.0001")
