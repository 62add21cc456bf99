"""Objects are compared as OCPI reads them."""

from typing import Any

import pytest
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.samples import Samples

SAMPLES = Samples(7, country_code="NL", party_id="CPO")
TOKEN = SAMPLES.token(full=True)
LOCATION = SAMPLES.location(full=True)


def pointers(name: str, one: object, other: object, **options: object) -> list[str]:
    return [found.pointer for found in differences("2.2.1", name, one, other, **options)]  # type: ignore[arg-type]


def test_an_object_equals_itself() -> None:
    """Nothing differs, whatever the order of the parts."""
    turned = {**LOCATION, "evses": LOCATION["evses"][::-1]}

    assert pointers("Location", LOCATION, turned) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"group_id": None}, {}),
        ({"uid": "abcDEF"}, {"uid": "ABCdef"}),
        ({"last_updated": "2024-01-01T00:00:00Z"}, {"last_updated": "2024-01-01T00:00:00.000"}),
        ({"last_updated": "2024-01-01T00:00:00.769Z"}, {"last_updated": "2024-01-01T00:00:00Z"}),
    ],
    ids=["null and absent", "case of a CiString", "forms of an instant", "whole seconds"],
)
def test_forms_that_mean_the_same(one: dict[str, object], other: dict[str, object]) -> None:
    """Two ways to write one value are no difference."""
    base = {name: value for name, value in TOKEN.items() if name not in {**one, **other}}

    assert pointers("Token", {**base, **one}, {**base, **other}) == []


def test_lists_and_defaults_that_mean_nothing() -> None:
    """An empty list is none at all, and a default says no more than silence."""
    one = {**LOCATION, "facilities": [], "charging_when_closed": True}
    other = {
        name: value for name, value in LOCATION.items() if name not in ("facilities", "charging_when_closed")
    }

    assert pointers("Location", one, other) == []


def test_numbers_by_value_but_not_booleans() -> None:
    """1 is 1.0, and true is not 1."""
    assert pointers("Connector", {"max_voltage": 230}, {"max_voltage": 230.0}) == []
    assert pointers("Token", {"valid": True}, {"valid": 1}) == ["/valid"]


def test_differences_are_named_by_their_place() -> None:
    """A part is named by its id, a plain list as a whole."""
    evse = LOCATION["evses"][0]
    changed = {
        **evse,
        "status": "BLOCKED",
        "capabilities": ["RFID_READER", "UNLOCK_CAPABLE", "REMOTE_START_STOP_CAPABLE"],
    }
    other = {**LOCATION, "evses": [changed, *LOCATION["evses"][1:]]}
    place = f"/evses/{evse['uid'].casefold()}"

    found = pointers(
        "Location", {**LOCATION, "evses": [{**evse, "status": "CHARGING", "capabilities": []}]}, other
    )

    assert {f"{place}/status", f"{place}/capabilities"} <= set(found)


def test_required_and_optional_differences_are_told_apart() -> None:
    """A part of an optional object is optional."""
    other = {
        **TOKEN,
        "issuer": "Somebody else",
        "visual_number": "other",
        "energy_contract": {**TOKEN["energy_contract"], "supplier_name": "Other"},
    }

    assert pointers("Token", TOKEN, other, required=True) == ["/issuer"]
    assert pointers("Token", TOKEN, other, required=False) == [
        "/visual_number",
        "/energy_contract/supplier_name",
    ]


def test_fields_can_be_left_aside() -> None:
    """What `besides` names is not looked at, nor is what the text doesn't have."""
    assert pointers("Token", TOKEN, {**TOKEN, "issuer": "Other", "own": 1}, besides=("issuer",)) == []


def test_something_that_is_no_object_differs() -> None:
    """A list or nothing at all is a difference as a whole."""
    assert pointers("Token", TOKEN, None) == ["/"]
    assert str(differences("2.2.1", "Token", TOKEN, None)[0]).endswith("became nothing")


def test_lists_that_differ_are_told_by_their_length_or_their_first_difference() -> None:
    """Who reads it is told what differs, not two whole lists."""
    one, other = ({"start_date_time": f"2024-01-01T0{hour}:00:00Z", "dimensions": []} for hour in (1, 2))

    def told(left: list[Any], right: list[Any]) -> str:
        found = differences("2.2.1", "Session", {"charging_periods": left}, {"charging_periods": right})
        return "; ".join(map(str, found))

    assert told([one, other], [other]) == "/charging_periods: 2 items became 1"
    assert told([one, one], [one, other]).startswith('/charging_periods: {"start_date_time": "2024-01-01T01')


@pytest.mark.parametrize(
    "other", ["2024-01-01T00:00:01.000Z", "2024-01-01T00:00:00.768Z", "2023-12-31T23:59:59Z"]
)
def test_other_instants_differ(other: str) -> None:
    """Whole seconds apart, or other fractions."""
    one = {**TOKEN, "last_updated": "2024-01-01T00:00:00.769Z"}
    if other.endswith("01.000Z"):
        one["last_updated"] = "2024-01-01T00:00:00.000Z"

    assert pointers("Token", one, {**one, "last_updated": other}) == ["/last_updated"]
