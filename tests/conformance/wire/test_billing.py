"""The judge of what CDRs cost: which requirement each mistake is blamed on, and what it leaves alone."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from ocpi_conformance.conformance.wire.billing import MISTAKES, Billing
from ocpi_conformance.schemas.misreadings import MISREADINGS
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.party import Limits
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.showcase import EXHIBITS

from .views import PEER, answered, asked, broken, met

CPO = Cpo(
    name="cpo",
    roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers")],
    limits=Limits(showcase=True, sessions=0, cdrs=0, tariffs=0, locations=0),
)
CPO.furnish_showcase()
LOCATION = next(iter(CPO.store.own("locations")))
CDRS = {exhibit.name: cdr for exhibit, cdr in zip(EXHIBITS, CPO.store.own("cdrs"), strict=True)}


def judged(cdr: dict[str, Any], *, placed: bool = True) -> tuple[set[str], set[str]]:
    """What a listed CDR breaks and what it shows to be met."""
    judge = Billing()
    if placed:
        list(judge.answered(answered({"data": [LOCATION]}, endpoint="locations.sender.list")))
    rulings = list(judge.answered(answered({"data": [cdr]}, endpoint="cdrs.sender.list")))
    return broken(rulings), met(rulings)


def changed(name: str, change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    cdr = copy.deepcopy(CDRS[name])
    change(cdr)
    return cdr


def dearer(*fields: str) -> Callable[[dict[str, Any]], object]:
    def change(cdr: dict[str, Any]) -> None:
        for field in fields:
            cdr[field]["excl_vat"] += 2

    return change


@pytest.mark.parametrize("name", CDRS)
def test_right_cdrs_break_nothing(name: str) -> None:
    """With the place known or not, inside its tariffs or beside them."""
    wrong, right = judged(CDRS[name])

    assert wrong == set()
    assert "billing-total-cost" in right
    assert judged(CDRS[name], placed=False)[0] == set()


def test_together_they_show_everything() -> None:
    """Each requirement that a CDR can show is shown by one of the showcase."""
    shown = set().union(*(judged(cdr)[1] for cdr in CDRS.values()))

    assert shown >= {
        *MISTAKES.values(),
        "billing-vat",
        "billing-parts-add-up",
        "billing-unmatched-dimension-free",
    }
    assert shown >= {
        f"billing-total-{kind}-cost" for kind in ("fixed", "energy", "time", "parking", "reservation")
    }


@pytest.mark.parametrize(
    ("name", "change", "slug"),
    [
        ("fees", dearer("total_cost"), "billing-parts-add-up"),
        ("fees", dearer("total_cost", "total_fixed_cost"), "billing-total-fixed-cost"),
        ("fees", dearer("total_cost", "total_energy_cost"), "billing-total-energy-cost"),
        ("fees", dearer("total_time_cost"), "billing-total-time-cost"),
        ("fees", dearer("total_parking_cost"), "billing-total-parking-cost"),
        ("a reservation", dearer("total_cost", "total_reservation_cost"), "billing-total-reservation-cost"),
        ("fees", lambda cdr: cdr["total_cost"].update(incl_vat=1), "billing-vat"),
        (
            "a highest price",
            lambda cdr: cdr["total_cost"].update(excl_vat=5, incl_vat=6),
            "billing-max-price",
        ),
        (
            "charging time alone",
            lambda cdr: cdr.update(total_parking_cost={"excl_vat": 3}),
            "billing-unmatched-dimension-free",
        ),
        (
            "nothing",
            lambda cdr: (
                [cdr.pop(field) for field in list(cdr) if field.startswith("total_") and "_cost" in field]
                and cdr.update(total_cost={"excl_vat": 4})
            ),
            "billing-total-cost",
        ),
    ],
)
def test_one_requirement_is_blamed(name: str, change: Callable[[dict[str, Any]], object], slug: str) -> None:
    assert judged(changed(name, change))[0] == {slug}


def test_what_the_text_leaves_open_is_not_judged() -> None:
    """Credit CDRs, CDRs without tariffs, and tariffs whose words may explain another price."""
    credit = changed("fees", lambda cdr: cdr.update(credit=True, total_cost={"excl_vat": -1}))
    bare = changed("fees", lambda cdr: cdr.update(tariffs=[], total_cost={"excl_vat": 99}))
    texts = changed("fees", lambda cdr: cdr["tariffs"][0].update(tariff_alt_url="https://example.org"))
    dearer("total_cost")(texts)
    home = changed(
        "fees", lambda cdr: cdr.update(home_charging_compensation=True, total_cost={"excl_vat": 99})
    )
    other = changed("fees", lambda cdr: cdr.update(currency="CHF", total_cost={"excl_vat": 99}))
    timeless = changed("fees", lambda cdr: cdr.update(end_date_time="1970-01-01T00:00:00Z"))
    dearer("total_cost")(timeless)
    broken_ones = changed("fees", lambda cdr: cdr.update(charging_periods=7))

    assert judged(home)[0] == judged(other)[0] == judged(timeless)[0] == set()
    assert judged(credit)[0] == judged(bare)[0] == judged(broken_ones)[0] == set()
    assert judged(texts)[0] == {"billing-elements-beside-texts"}


def test_tariffs_that_were_served_price_a_cdr_that_has_none() -> None:
    cdr = changed("fees", dearer("total_cost"))
    (tariff,) = cdr.pop("tariffs")

    def broken_by(last_updated: str) -> set[str]:
        judge = Billing()
        shown = answered({"data": [{**tariff, "last_updated": last_updated}]}, endpoint="tariffs.sender.list")
        list(judge.answered(shown))
        return broken(judge.answered(answered({"data": [cdr]}, endpoint="cdrs.sender.list")))

    assert broken_by(cdr["start_date_time"]) == {"billing-parts-add-up"}
    assert broken_by(cdr["end_date_time"]) == set()


def test_posted_cdrs_are_judged_once() -> None:
    cdr = changed("fees", dearer("total_cost"))
    judge = Billing()
    post = asked("POST", PEER.url("cdrs", "RECEIVER"), body=cdr)

    assert broken(judge.requested(post)) == {"billing-parts-add-up"}
    assert list(judge.requested(post)) == []


def test_each_mistake_has_its_requirement() -> None:
    assert set(MISTAKES) == {mistake.name for mistake in MISREADINGS}
