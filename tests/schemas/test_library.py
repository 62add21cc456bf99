"""The committed schemas, and what is made of them."""

from typing import Any

import jsonschema
import pytest
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.editions import versions


def parts(schema: Any) -> Any:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


@pytest.mark.parametrize("version", versions())
def test_every_schema_is_sound(version: str) -> None:
    """Valid by the dialect, with id, title, anchor and edition, and references that lead somewhere."""
    schemas = library.stored(version)

    assert len(schemas) >= 41
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"ocpi:{version}/{name}"
        assert schema["title"] == name
        assert "#" in schema["x-anchor"]
        assert "@" in schema["x-edition"]
        references = [part["$ref"] for part in parts(schema) if "$ref" in part]
        assert {ref.rpartition("/")[2] for ref in references} <= schemas.keys()


@pytest.mark.parametrize("version", versions())
def test_no_description_is_copied(version: str) -> None:
    """The sentences of the text are not ours to publish."""
    keys = {key for schema in library.stored(version).values() for part in parts(schema) for key in part}

    assert not keys & {"description", "$comment", "examples"}


@pytest.mark.parametrize(
    "name",
    [
        "VersionDetails",
        "Version",
        "Endpoint",
        "Credentials",
        "Response",
        "ClientInfo",
        "AuthorizationInfo",
        "StartSession",
        "ActiveChargingProfileResult",
        "ChargingPreferences",
        "LocationReferences",
    ],
)
def test_objects_without_a_chapter_of_their_own_are_there(name: str) -> None:
    """Also those whose table stands under a heading like Data."""
    assert library.one("2.2.1", name)["x-kind"] == "class"


def test_flat_schemas_hold_no_reference() -> None:
    """What an engine compiles is complete."""
    assert not [part for part in parts(library.flat("2.3.0-bookings", "Booking")) if "$ref" in part]


def test_patchable_objects_by_version() -> None:
    """Tariffs lost their PATCH with 2.2; bookings and terminals have their own."""
    assert library.patchable("2.1.1") == ("Connector", "EVSE", "Location", "Session", "Tariff", "Token")
    assert library.patchable("2.2.1") == ("Connector", "EVSE", "Location", "Session", "Token")
    assert "Terminal" in library.patchable("2.3.0-payments")
    assert {"Booking", "BookingLocation", "Calendar"} <= set(library.patchable("2.3.0-bookings"))


def test_bundle_holds_all() -> None:
    """One schema with every other below it."""
    assert library.bundle("2.2.1")["$defs"].keys() == library.stored("2.2.1").keys()
