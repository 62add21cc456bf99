"""Which CDRs their tariffs price: what says too little, or two things at once, is left alone."""

from typing import Any

import pytest
from ocpi_conformance.conformance.wire.priceable import apart, told, unequivocal, valid_then

ENERGY = {"type": "ENERGY", "price": 0.25, "step_size": 1}
TIME = {"type": "TIME", "price": 2, "step_size": 60}
PARKING = {**TIME, "type": "PARKING_TIME"}


def tariff(*parts: dict[str, Any], name: str = "T", **limits: Any) -> dict[str, Any]:
    element = {"price_components": list(parts), "restrictions": limits or None}
    return {"id": name, "currency": "EUR", "elements": [element], "last_updated": "2024-03-01T00:00:00Z"}


def cdr(volumes: dict[str, float], **fields: Any) -> dict[str, Any]:
    dimensions = [{"type": kind, "volume": volume} for kind, volume in volumes.items()]
    times = {"start_date_time": "2024-03-04T09:30:00Z", "end_date_time": "2024-03-04T10:30:00Z"}
    periods = [{"start_date_time": times["start_date_time"], "dimensions": dimensions, "tariff_id": "T"}]
    return (
        {"currency": "EUR", "charging_periods": periods, "total_energy": 20, "total_time": 1} | times | fields
    )


@pytest.mark.parametrize(
    ("volumes", "of", "fields", "enough"),
    [
        ({"ENERGY": 20}, tariff(ENERGY), {}, True),
        ({"ENERGY_IMPORT": 20}, tariff(ENERGY), {}, False),
        ({"TIME": 1}, tariff(ENERGY), {"total_energy": 0}, True),
        ({"ENERGY": 20}, tariff(ENERGY, TIME), {}, False),
        ({"ENERGY": 20}, tariff(ENERGY, {**TIME, "price": 0}), {}, True),
        ({"TIME": 1}, tariff(TIME, PARKING), {"total_parking_time": 0.5}, False),
        ({"TIME": 1}, tariff(TIME, PARKING), {"total_parking_time": 0}, True),
        ({"TIME": 1}, tariff(TIME, reservation="RESERVATION"), {}, True),
        (
            {"TIME": 1},
            tariff(TIME, reservation="RESERVATION"),
            {"total_reservation_cost": {"excl_vat": 1}},
            False,
        ),
    ],
)
def test_what_is_priced_has_to_be_told(volumes: Any, of: Any, fields: Any, enough: bool) -> None:
    assert told(cdr(volumes, **fields), [of]) is enough


def test_two_prices_of_one_thing_are_equivocal() -> None:
    """Two versions of a tariff, two components of a dimension, a dimension that there isn't."""
    assert unequivocal([tariff(ENERGY), tariff(ENERGY), tariff(TIME, name="U")])
    assert not unequivocal([tariff(ENERGY), tariff(TIME, name="t")])
    assert not unequivocal([tariff(ENERGY, {**ENERGY, "price": 0.02})])
    assert not unequivocal([tariff({**ENERGY, "type": "SESSION_TIME"})])


def test_a_tariff_that_has_changed_since_is_none_of_then() -> None:
    session = cdr({"ENERGY": 20})

    assert valid_then(tariff(ENERGY), session)
    assert not valid_then({**tariff(ENERGY), "last_updated": "2024-03-04T09:30:01Z"}, session)


def test_some_cdrs_are_for_no_tariff_to_price() -> None:
    of = [tariff(ENERGY)]

    assert not apart(cdr({"ENERGY": 20}), of)
    assert apart(cdr({"ENERGY": 20}, credit=True), of)
    assert apart(cdr({"ENERGY": 20}, currency="CHF"), of)
