"""Misreadings: mistakes that are met in the field, named by the amounts that they give."""

from typing import Any

import pytest
from ocpi_conformance.schemas.auditing import audit
from ocpi_conformance.schemas.misreadings import MISREADINGS, explanations, shown

from .money import cdr, component, element, tariff

STEPS = tariff(
    element(component("TIME", 6, step=1800), component("PARKING_TIME", 6, step=600), end_time="17:00"),
    element(component("TIME", 12, step=600), component("PARKING_TIME", 6, step=600)),
)
NIGHT = tariff(
    element(component("ENERGY", 0.10), start_time="22:00", end_time="06:00"),
    element(component("ENERGY", 0.30)),
)
LEAST = tariff(element(component("ENERGY", 0.25)), min_price={"excl_vat": 3})
MOST = tariff(element(component("ENERGY", 0.25)), max_price={"excl_vat": 3})
CHARGED = [(5, {"TIME": True}), (13, {"TIME": True})]
PARKED = [(5, {"TIME": True}), (4, {"PARKING_TIME": True})]


def read(*periods: Any, of: Any, total: float, start: str = "2024-03-04T16:55:00") -> tuple[Any, Any]:
    record = cdr(*periods, tariffs=[of], start=start, total_cost={"excl_vat": total})
    return record, audit(record, time_zone="Europe/Amsterdam" if of is NIGHT else "UTC")


@pytest.mark.parametrize(
    ("name", "periods", "of", "total"),
    [
        ("step-left-out", CHARGED, STEPS, 3.1),
        ("step-each-period", CHARGED, STEPS, 7),
        ("step-of-first", CHARGED, STEPS, 5.5),
        ("step-of-charging-before-parking", PARKED, STEPS, 4),
        ("utc", [(30, {"ENERGY": 10})], NIGHT, 3),
        ("last-element", [(10, {"TIME": 0.25})], tariff(*STEPS["elements"]), 4),
        ("min-price-left-out", [(30, {"ENERGY": 10})], LEAST, 2.5),
        ("max-price-left-out", [(30, {"ENERGY": 20})], MOST, 5),
    ],
)
def test_a_mistake_is_named(name: str, periods: Any, of: Any, total: float) -> None:
    start = "2024-07-01T20:30:00" if of is NIGHT else "2024-03-04T16:55:00"
    if name == "last-element":
        start = "2024-03-04T12:00:00"

    record, judged = read(*periods, of=of, total=total, start=start)

    assert judged.wrong
    assert [found.name for found in explanations(record, record["tariffs"], judged)][:1] == [name]


def test_an_amount_that_nobody_gets_has_no_name() -> None:
    record, judged = read(*CHARGED, of=STEPS, total=99)

    assert list(explanations(record, record["tariffs"], judged)) == []


def test_what_a_right_cdr_shows() -> None:
    """Only mistakes that would have come to something else there."""
    record, judged = read(*CHARGED, of=STEPS, total=3.5)
    plain, unstepped = read((60, {"ENERGY": 20}), of=tariff(element(component("ENERGY", 1))), total=20)

    assert not judged.wrong
    assert {found.name for found in shown(record, record["tariffs"], judged)} >= {
        "step-left-out",
        "step-each-period",
        "step-of-first",
    }
    assert list(shown(plain, plain["tariffs"], unstepped)) == []


def test_names_are_unique() -> None:
    assert len({found.name for found in MISREADINGS}) == len(MISREADINGS)
