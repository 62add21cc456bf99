"""The judge of what must hold inside one Location, and among all."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from ocpi_conformance.conformance.wire.places import Places
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.samples import Samples

OWN = (Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers"),)
SAMPLES = Samples(7, country_code="NL", party_id="CPO")
LOCATION = SAMPLES.location(
    full=True,
    evses=[SAMPLES.evse(full=True, connectors=[SAMPLES.connector(id="1"), SAMPLES.connector(id="2")])],
    last_updated="2100-01-01T00:00:00Z",
)
LOCATION["evses"][0]["last_updated"] = "2099-01-01T00:00:00Z"


def said(*locations: dict[str, Any], roles: tuple[Role, ...] = OWN) -> dict[str, bool]:
    """Whether each requirement that is spoken of was met by all Locations, seen one after the other."""
    places, found = Places(), dict[str, bool]()
    for location in locations:
        for ruling in places.judge("Location", location, roles):
            found[ruling.slug] = found.get(ruling.slug, True) and ruling.holds
    return found


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    value = copy.deepcopy(LOCATION)
    change(value)
    return value


def test_a_sound_location_meets_all() -> None:
    """Of a full sample every rule is judged, and met."""
    found = said(LOCATION)

    assert set(found) == {
        "locations-last-updated-covers-parts",
        "locations-evse-uid-unique",
        "locations-connector-id-unique",
        "locations-evse-id-emi3",
        "locations-owner-among-roles",
        "locations-time-zone-known",
        "locations-regular-hours-end-after-begin",
        "locations-closings-apart-from-openings",
        "locations-energy-sources-add-up",
        *(["locations-green-energy-consistent"] if LOCATION["energy_mix"]["is_green_energy"] else []),
    }
    assert all(found.values())


@pytest.mark.parametrize(
    ("slug", "change"),
    [
        ("last-updated-covers-parts", lambda one: one.update(last_updated="2098-01-01T00:00:00Z")),
        (
            "last-updated-covers-parts",
            lambda one: one["evses"][0]["connectors"][0].update(last_updated="2099-01-01T00:00:01Z"),
        ),
        ("evse-uid-unique", lambda one: one["evses"].append(one["evses"][0])),
        ("connector-id-unique", lambda one: one["evses"][0]["connectors"][1].update(id="1")),
        ("evse-id-emi3", lambda one: one["evses"][0].update(evse_id="12345")),
        ("owner-among-roles", lambda one: one.update(party_id="XXX")),
        ("time-zone-known", lambda one: one.update(time_zone="Europe/Utrecht")),
        (
            "regular-hours-end-after-begin",
            lambda one: one["opening_times"]["regular_hours"][0].update(period_end="00:30"),
        ),
        (
            "closings-apart-from-openings",
            lambda one: one["opening_times"].update(
                exceptional_closings=one["opening_times"]["exceptional_openings"]
            ),
        ),
        ("energy-sources-add-up", lambda one: one["energy_mix"]["energy_sources"].pop()),
        (
            "green-energy-consistent",
            lambda one: one["energy_mix"].update(
                is_green_energy=True, energy_sources=[{"source": "COAL", "percentage": 100}]
            ),
        ),
    ],
)
def test_what_breaks_a_rule(slug: str, change: Callable[[dict[str, Any]], object]) -> None:
    """One change breaks one rule."""
    found = said(changed(change))

    assert [name for name, holds in found.items() if not holds] == [f"locations-{slug}"]


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.update(last_updated="2099-01-01T00:00:00.000"),
        lambda one: one.update(country_code="nl", party_id="cpo"),
        lambda one: one.update(time_zone="#NA"),
        lambda one: one.update(time_zone="US/Eastern"),
        lambda one: one["evses"][0].update(evse_id="nlcpoE12"),
        lambda one: one["evses"][0].update(evse_id=None),
        lambda one: one["opening_times"]["regular_hours"][0].update(period_end="00:00"),
        lambda one: one["energy_mix"].update(
            energy_sources=[{"source": "WIND", "percentage": value} for value in (33.3, 33.3, 33.3)]
        ),
        lambda one: one["energy_mix"].update(
            is_green_energy=False, energy_sources=[{"source": "GAS", "percentage": 100}]
        ),
        lambda one: one.update(evses=None, opening_times=None, energy_mix=None),
    ],
)
def test_what_is_legal(change: Callable[[dict[str, Any]], object]) -> None:
    """Other forms of the same, and what the text leaves open, break nothing."""
    assert all(said(changed(change)).values())


def test_an_evse_belongs_to_one_location() -> None:
    """A uid that comes again in another Location is broken; the same Location may come as often as it likes."""
    other = changed(lambda one: one.update(id="ANOTHER"))

    assert said(LOCATION, LOCATION)["locations-evse-uid-unique"]
    assert not said(LOCATION, other)["locations-evse-uid-unique"]


def test_a_hub_speaks_for_any() -> None:
    """Owners are not judged behind a hub, nor before the roles are known."""
    hub = (Role(role="HUB", country_code="NL", party_id="HUB", name="Hub"),)

    assert "locations-owner-among-roles" not in said(LOCATION, roles=hub)
    assert "locations-owner-among-roles" not in said(LOCATION, roles=())


@pytest.mark.parametrize(
    "value", [{}, {"evses": 5}, {"evses": [None, "x"]}, {"opening_times": []}, {"evses": [{}]}]
)
def test_what_is_no_location_is_left_alone(value: dict[str, Any]) -> None:
    """What the schema refuses brings no second word."""
    assert all(said(value).values())
