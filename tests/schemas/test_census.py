"""The second reading of the texts, and what it shows."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.census import census, text_facts
from ocpi_conformance.schemas.editions import versions

from .texts import ASCIIDOC, MARKDOWN


def test_reads_asciidoc_line_by_line(tmp_path: Path) -> None:
    """Fields with type and cardinality, values, and whether an enum is open."""
    (tmp_path / "mod_shops.asciidoc").write_text(ASCIIDOC, "utf-8")

    assert text_facts(tmp_path) == {
        "Shop": {
            "": "class",
            "id": "CiString(36) 1",
            "doors": "Doors +",
            "opens": "string(5) ?",
            "opens pattern": "([01]|2)[0-9]",
            "tags": "string(4) *",
            "level": "int(2) ?",
        },
        "Door": {"": "class", "kind": "DoorKind 1"},
        "DoorKind": {"": "closed", "FRONT": "value", "BACK": "value"},
        "Paint": {"": "open", "RED": "value"},
    }


def test_reads_markdown_line_by_line(tmp_path: Path) -> None:
    """Members of a choice count as optional."""
    (tmp_path / "mod_shops.md").write_text(MARKDOWN, "utf-8")

    facts = text_facts(tmp_path)

    assert facts["Shop"]["always"] == "boolean ?"
    assert facts["Shop"]["hours"] == "Hour *"
    assert facts["Mood"] == {"": "closed", "GLAD": "value", "SAD": "value"}


@pytest.mark.parametrize("version", versions())
def test_schemas_equal_the_texts(spec_dir: Path, version: str) -> None:
    """No difference in any version, over as many facts as the texts have."""
    result = census(spec_dir, version)

    assert [str(difference) for difference in result.differences] == []
    assert result.fields >= 138
    assert result.values >= 88


def drop_field(schemas: dict[str, Any]) -> None:
    del schemas["EVSE"]["properties"]["status"]


def make_optional(schemas: dict[str, Any]) -> None:
    schemas["EVSE"]["required"].remove("uid")


def lengthen(schemas: dict[str, Any]) -> None:
    schemas["Connector"]["properties"]["id"]["maxLength"] = 37


def retype(schemas: dict[str, Any]) -> None:
    schemas["Connector"]["properties"]["max_voltage"] = {"x-type": "number", "type": "number"}


def allow_none(schemas: dict[str, Any]) -> None:
    del schemas["EVSE"]["properties"]["connectors"]["minItems"]


def add_value(schemas: dict[str, Any]) -> None:
    schemas["Status"]["enum"].append("BROKEN")


def open_enum(schemas: dict[str, Any]) -> None:
    schemas["Status"] |= {"x-open": True, "x-values": schemas["Status"].pop("enum")}


def repattern(schemas: dict[str, Any]) -> None:
    schemas["GeoLocation"]["properties"]["latitude"]["pattern"] = "^(?:-?[0-9]+)$"


def drop_class(schemas: dict[str, Any]) -> None:
    del schemas["SignedValue"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (drop_field, "EVSE.status"),
        (make_optional, "EVSE.uid"),
        (lengthen, "Connector.id"),
        (retype, "Connector.max_voltage"),
        (allow_none, "EVSE.connectors"),
        (add_value, "Status.BROKEN"),
        (open_enum, "Status"),
        (repattern, "GeoLocation.latitude pattern"),
        (drop_class, "SignedValue"),
    ],
)
def test_each_kind_of_change_shows(
    spec_dir: Path, change: Callable[[dict[str, Any]], None], place: str
) -> None:
    """A census that could not see a change would prove nothing."""
    schemas = copy.deepcopy(library.stored("2.2.1"))
    change(schemas)

    differences = census(spec_dir, "2.2.1", schemas=schemas).differences

    assert f"2.2.1 {place}" in {str(difference).partition(":")[0] for difference in differences}
