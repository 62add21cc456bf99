"""Smallest valid values, and changes of one place."""

import pytest
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.editions import versions
from ocpi_conformance.schemas.exemplars import ABSENT, changed, exemplar, root_of, sites
from ocpi_conformance.schemas.validation import validator


@pytest.mark.parametrize("version", versions())
def test_every_exemplar_is_valid(version: str) -> None:
    """Of every object, class and enum of a version."""
    wrong = {
        name: validator(version, name).findings(exemplar(root_of(version, name).schema))
        for name in library.stored(version)
    }

    assert {name: findings for name, findings in wrong.items() if findings} == {}


def test_an_exemplar_holds_what_is_required_only() -> None:
    """Nothing else can be to blame for what becomes of it."""
    found = exemplar(root_of("2.2.1", "Token").schema)

    assert set(found) == set(library.one("2.2.1", "Token")["required"])


def test_sites_are_all_places_of_an_object() -> None:
    """Itself, its fields, the items of its lists, and so on."""
    paths = [site.path for site in sites(root_of("2.2.1", "CommandResult"))]

    assert paths == [
        (),
        ("result",),
        ("message",),
        ("message", 0),
        ("message", 0, "language"),
        ("message", 0, "text"),
    ]


def test_a_change_leaves_the_value_itself_alone() -> None:
    """It is made in a copy."""
    root, base = root_of("2.2.1", "CommandResult"), {"result": "FAILED"}

    assert changed(root, base, ("result",), 7) == {"result": 7}
    assert changed(root, base, ("result",), ABSENT) == {}
    assert base == {"result": "FAILED"}


def test_what_is_missing_above_a_place_is_made_up() -> None:
    """A list gets an item, an item its required fields."""
    root = root_of("2.2.1", "CommandResult")

    made = changed(root, {"result": "FAILED", "message": None}, ("message", 0, "text"), 7)

    assert made == {"result": "FAILED", "message": [{"language": "en", "text": 7}]}
