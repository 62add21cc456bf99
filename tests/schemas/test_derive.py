"""Schemas made from tables."""

import json
from pathlib import Path

import pytest
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.chapters import read_version
from ocpi_conformance.schemas.derive import as_text, derive, prune, schemas_of, write
from ocpi_conformance.schemas.editions import versions

from .texts import ASCIIDOC, MARKDOWN


@pytest.fixture
def shop(tmp_path: Path) -> dict:
    plain = ASCIIDOC.replace("Regex: `([01]\\|2)[0-9]`", "")
    (tmp_path / "mod_shops.asciidoc").write_text(plain, "utf-8")
    return schemas_of(read_version(tmp_path), "2.2.1")


def test_class(shop: dict) -> None:
    """Required and nullable by cardinality, lengths as bounds, classes by reference, with id and anchor."""
    schema = shop["Shop"]

    assert schema["$id"] == "ocpi:2.2.1/Shop"
    assert schema["x-anchor"] == "mod_shops.asciidoc#mod_shops_shop_object"
    assert schema["x-edition"].startswith("release-2.2.1-bugfixes@")
    assert schema["required"] == ["id", "doors"]
    assert schema["properties"]["doors"] == {
        "type": "array",
        "items": {"$ref": "ocpi:2.2.1/Door"},
        "minItems": 1,
    }
    assert schema["properties"]["id"]["type"] == "string"
    assert schema["properties"]["id"]["maxLength"] == 36
    assert schema["properties"]["opens"]["type"] == ["string", "null"]
    assert schema["properties"]["tags"]["type"] == ["array", "null"]
    assert schema["properties"]["level"] | {"x-type": ""} == {
        "x-type": "",
        "type": ["integer", "null"],
        "minimum": -99,
        "maximum": 99,
    }


def test_enums(shop: dict) -> None:
    """A closed enum refuses what it does not list, an open one only lists what is known."""
    assert shop["DoorKind"]["enum"] == ["FRONT", "BACK"]
    assert "enum" not in shop["Paint"]
    assert shop["Paint"]["x-values"] == ["RED"]


def test_choice_is_optional(tmp_path: Path) -> None:
    """Neither member of a choice is required by the table alone."""
    text = MARKDOWN.replace("Regex: [0-2][0-9]\\|3", "")
    (tmp_path / "mod_shops.md").write_text(text, "utf-8")

    assert schemas_of(read_version(tmp_path), "2.1.1")["Shop"]["required"] == ["id"]


def test_unnamed_regex_is_an_error(tmp_path: Path) -> None:
    """A pattern that the overlay does not name would otherwise be lost."""
    (tmp_path / "mod_shops.asciidoc").write_text(ASCIIDOC, "utf-8")

    with pytest.raises(ValueError, match="opens has a regex"):
        schemas_of(read_version(tmp_path), "2.2.1")


def test_writing_leaves_other_files_alone(tmp_path: Path, shop: dict) -> None:
    """Schemas of names that are gone are removed, files that are no schema of ours stay."""
    (tmp_path / "mine.json").write_text("{}", "utf-8")
    (tmp_path / "Gone.json").write_text(as_text({"$id": "ocpi:2.2.1/Gone"}), "utf-8")

    write(shop, tmp_path)
    prune(shop, tmp_path)

    left = {path.stem for path in tmp_path.glob("*.json")}
    assert left == {"mine", "Shop", "Door", "DoorKind", "Paint"}
    assert json.loads((tmp_path / "Shop.json").read_text("utf-8")) == shop["Shop"]
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("version", versions())
def test_committed_schemas_are_what_the_text_gives(spec_dir: Path, version: str) -> None:
    """Deriving again gives the committed files byte for byte, no file more or less."""
    derived = {name: as_text(schema) for name, schema in derive(spec_dir, version).items()}
    folder = library.HOME / version / "objects"

    assert derived == {path.stem: path.read_text("utf-8") for path in folder.glob("*.json")}
