"""Limits: what a lowest or highest price that decides leaves open, and what it doesn't."""

from typing import Any

from ocpi_conformance.schemas.auditing import audit

from .money import cdr, component, element, tariff

LEAST = {"excl_vat": 0.5, "incl_vat": 0.55}
BOTH = {"min_price": LEAST, "max_price": {"excl_vat": 100, "incl_vat": 110}}


def right(kwh: float, excl: float, incl: float, *, vat: float = 21, **limits: Any) -> bool:
    of = tariff(element(component("ENERGY", 0.25, vat=vat)), **limits)
    cost = {"excl_vat": excl, "incl_vat": incl}
    return not audit(cdr((60, {"ENERGY": kwh}), tariffs=[of], total_cost=cost), time_zone="UTC").wrong


def test_vat_may_be_added_to_a_limit_or_be_judged_by_itself() -> None:
    """1.8 kWh are 0.45 and 0.5445; with a lowest price 0.50, and 0.55 or 0.605."""
    assert right(1.8, 0.50, 0.55, min_price=LEAST)
    assert right(1.8, 0.50, 0.605, min_price=LEAST)
    assert not right(1.8, 0.45, 0.5445, min_price=LEAST)
    assert not right(1.8, 0.50, 0.70, min_price=LEAST)


def test_a_limit_that_does_not_decide_opens_nothing() -> None:
    assert right(1.8, 0.50, 0.605, **BOTH)
    assert not right(1.8, 0.50, 100, **BOTH)
    assert not right(1.8, 100, 110, **BOTH)


def test_the_highest_price_holds_whatever_the_vat() -> None:
    """45 kWh are 11.25 and 13.61: by a highest price with VAT of 11 the rest of it is 9.09, or 10."""
    most: dict[str, Any] = {"max_price": {"excl_vat": 10, "incl_vat": 11}}

    assert right(45, 10, 11, **most)
    assert right(45, 9.09, 11, **most)
    assert not right(45, 10, 12.1, **most)
    assert not right(45, 8, 11, **most)
