"""The judge of Tariffs: what holds within each, and how they are pushed."""

from collections.abc import Callable
from typing import Any

import pytest
from ocpi_conformance.conformance.wire.tariffs import Tariffs
from ocpi_conformance.simulators.samples import Samples

from .views import PEER, answered, asked, broken, met

SAMPLES = Samples(5, country_code="NL", party_id="CPO")
TARIFF = SAMPLES.tariff(kind="reservation", minimal=True, last_updated="2024-03-04T00:00:00Z")
FREE = SAMPLES.tariff(kind="free", minimal=True)
NIGHT = SAMPLES.tariff(kind="day_night", minimal=True)

Object = dict[str, Any]


def listed(*tariffs: Object, judge: Tariffs | None = None) -> list[Any]:
    view = answered({"data": list(tariffs)}, endpoint="tariffs.sender.list")
    return list((judge or Tariffs()).answered(view))


def sent(method: str, tariff: Object, judge: Tariffs, *, owner: str = "CPO") -> list[Any]:
    url = f"{PEER.url('tariffs', 'RECEIVER')}/NL/{owner}/{tariff['id']}"
    return list(judge.requested(asked(method, url, body=tariff if method == "PUT" else None)))


def with_component(tariff: Object, place: int, **values: Any) -> Object:
    elements = list(tariff["elements"])
    part = {**elements[place]["price_components"][0], **values}
    elements[place] = {**elements[place], "price_components": [part]}
    return {**tariff, "elements": elements}


def test_right_tariffs_meet_all() -> None:
    rulings = listed(TARIFF, FREE, NIGHT, {**NIGHT, "id": "other", "end_date_time": "2999-01-01T00:00:00Z"})

    assert broken(rulings) == set()
    assert met(rulings) == {
        "tariffs-free-of-charge-as-flat-zero",
        "tariffs-default-component",
        "tariffs-owner-among-roles",
        "tariffs-list-only-valid",
    }


@pytest.mark.parametrize(
    ("tariff", "slug"),
    [
        (with_component(FREE, 0, type="ENERGY"), "tariffs-free-of-charge-as-flat-zero"),
        ({**FREE, "elements": FREE["elements"] * 2}, "tariffs-free-of-charge-as-flat-zero"),
        ({**NIGHT, "elements": NIGHT["elements"][:1]}, "tariffs-default-component"),
        ({**NIGHT, "party_id": "XXX"}, "tariffs-owner-among-roles"),
        ({**NIGHT, "end_date_time": "2020-01-01T00:00:00Z"}, "tariffs-list-only-valid"),
    ],
)
def test_one_rule_is_broken(tariff: Object, slug: str) -> None:
    assert broken(listed(tariff)) == {slug}


@pytest.mark.parametrize(
    "tariff",
    [
        {**with_component(FREE, 0, type="ENERGY"), "tariff_alt_url": "https://example.org"},
        {**with_component(FREE, 0, type="ENERGY"), "min_price": {"excl_vat": 1}},
        {**NIGHT, "country_code": "nl", "party_id": "cpo"},
        {**NIGHT, "elements": [{"price_components": None, "restrictions": None}]},
        {**NIGHT, "elements": 7},
        with_component(FREE, 0, price=None, type="ENERGY"),
    ],
)
def test_what_is_legal_or_for_others_to_judge(tariff: Object) -> None:
    assert broken(listed(tariff)) == set()


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda one: one, None),
        (lambda one: {**one, "currency": "CHF"}, False),
        (lambda one: {**one, "currency": "CHF", "last_updated": "2024-03-04T00:00:01Z"}, True),
        (lambda one: {**one, "currency": "CHF", "last_updated": "2024-03-03T00:00:00Z"}, None),
        (lambda one: {**one, "last_updated": "2024-03-04T00:00:00.000"}, None),
    ],
)
def test_a_change_has_a_moment_of_its_own(change: Callable[[Object], Object], verdict: bool | None) -> None:
    """A message that was overtaken by a later one proves nothing."""
    judge = Tariffs()
    listed(TARIFF, judge=judge)

    rulings = sent("PUT", change(TARIFF), judge)

    found = [ruling.holds for ruling in rulings if ruling.slug == "tariffs-last-updated-advances"]
    assert found == ([] if verdict is None else [verdict])


def test_pushes() -> None:
    """PUT and DELETE by one of its own parties; what was deleted never comes again."""
    judge = Tariffs()

    assert broken(sent("PUT", TARIFF, judge)) == broken(sent("DELETE", TARIFF, judge)) == set()
    assert broken(sent("PUT", TARIFF, judge)) == {"tariffs-deleted-never-used-again"}
    assert "tariffs-deleted-never-used-again" in met(sent("PUT", NIGHT, judge))
    assert broken(sent("PATCH", TARIFF, judge)) == {"tariffs-push-only-put-and-delete"}
    assert broken(sent("DELETE", TARIFF, judge, owner="ZZZ")) == {"tariffs-push-url-own-party"}
