"""Tables made into classes and enums."""

from pathlib import Path

import pytest
from ocpi_conformance.schemas.chapters import read_version
from ocpi_conformance.schemas.notation import field_type

from .texts import ASCIIDOC, MARKDOWN


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_asciidoc_chapter(tmp_path: Path) -> None:
    """Fields in their order with type, cardinality and pattern; enums open or closed."""
    text = read_version(written(tmp_path, "mod_shops.asciidoc", ASCIIDOC))

    assert [(field.name, str(field.type), field.cardinality) for field in text.classes["Shop"].fields] == [
        ("id", "CiString(36)", "1"),
        ("doors", "Doors", "+"),
        ("opens", "string(5)", "?"),
        ("tags", "string(4)", "*"),
        ("level", "int(2)", "?"),
    ]
    assert text.classes["Shop"].fields[2].pattern == "([01]|2)[0-9]"
    assert (text.enums["DoorKind"].values, text.enums["DoorKind"].open) == (("FRONT", "BACK"), False)
    assert text.enums["Paint"].open


def test_types_are_resolved_by_link_then_label(tmp_path: Path) -> None:
    """A plural label is the class its link leads to; a type without a table is an error."""
    text = read_version(written(tmp_path, "mod_shops.asciidoc", ASCIIDOC))

    assert text.named(text.classes["Shop"].fields[1].type) == "Door"
    assert text.named(field_type("<<gone,DoorKind>>")) == "DoorKind"
    with pytest.raises(LookupError, match="no table defines 'Window'"):
        text.named(field_type("<<gone,Window>>"))


def test_choices_are_marked(tmp_path: Path) -> None:
    """The rows of a choice are optional whatever their cardinality says."""
    text = read_version(written(tmp_path, "mod_shops.md", MARKDOWN))

    assert [(field.name, field.choice) for field in text.classes["Shop"].fields] == [
        ("id", False),
        ("always", True),
        ("hours", True),
        ("opens", False),
    ]


def test_second_definition_is_an_error(tmp_path: Path) -> None:
    """Two tables for one name would silently hide one."""
    written(tmp_path, "mod_a.asciidoc", ASCIIDOC)

    with pytest.raises(ValueError, match="defines Shop a second time"):
        read_version(written(tmp_path, "mod_b.asciidoc", ASCIIDOC))


def test_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without chapters is named."""
    with pytest.raises(ValueError, match="no chapter"):
        read_version(tmp_path)
