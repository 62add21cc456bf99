"""The entries for what tables can't say."""

import pytest
from jsonschema import Draft202012Validator
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.editions import versions
from ocpi_conformance.schemas.overlay import ConditionEntry, overlay


def condition(**duty: object) -> Draft202012Validator:
    entry = ConditionEntry(id="x", object="X", field="a", expected="x", **duty)  # type: ignore[arg-type]
    return Draft202012Validator(entry.as_schema())


@pytest.mark.parametrize(
    ("duty", "met", "broken"),
    [
        ({"when": {"a": True}, "set": ["b"]}, [{"a": True, "b": 1}, {"a": False}, {}], [{"a": True}]),
        ({"when_set": "a", "set": ["b"]}, [{"a": None}, {"b": 1}], [{"a": 1}, {"a": 1, "b": None}]),
        ({"any_set": ["a", "b"]}, [{"a": 1}, {"b": 1}], [{}, {"a": None}]),
        ({"when": {"a": 1}, "empty": ["b"]}, [{"a": 1}, {"a": 1, "b": []}], [{"a": 1, "b": [1]}]),
        (
            {"when": {"a": 1}, "filled": ["b"]},
            [{"a": 2}, {"a": 1, "b": [1]}],
            [{"a": 1}, {"a": 1, "b": None}],
        ),
    ],
)
def test_duties_as_schemas(duty: dict, met: list[dict], broken: list[dict]) -> None:
    """Each verb accepts what meets the duty and what it does not speak of, and refuses the rest."""
    judge = condition(**duty)

    assert [value for value in met if not judge.is_valid(value)] == []
    assert [value for value in broken if judge.is_valid(value)] == []


def test_every_entry_is_used() -> None:
    """An entry that names nothing in any version it is for would be a duty nobody checks."""
    unused = set()
    for version in versions():
        schemas = library.stored(version)
        held = {part["x-condition"] for schema in schemas.values() for part in schema.get("allOf", [])}
        unused |= {(version, entry.id) for entry in overlay(version).conditions} - {
            (version, id_) for id_ in held
        }
        unused |= {(version, entry.enum) for entry in overlay(version).opens if entry.enum not in schemas}
        unused |= {
            (version, entry.object, entry.field)
            for entry in overlay(version).ranges
            if entry.field not in schemas.get(entry.object, {}).get("properties", {})
        }

    assert unused - {("2.0", "EnergySource", "percentage")} == set()


def test_every_pattern_field_has_its_format() -> None:
    """Each format entry gives its form to some field of some version."""
    given = {
        (name, part.get("x-format"))
        for version in versions()
        for schema in library.stored(version).values()
        for name, part in schema.get("properties", {}).items()
    }

    assert {(entry.field, entry.format) for entry in overlay("2.2.1").formats} <= given


def test_entries_have_anchors() -> None:
    """Each condition and each PATCH says where the text has it."""
    for version in versions():
        for schema in library.stored(version).values():
            for part in [*schema.get("allOf", []), *([schema["x-patch"]] if "x-patch" in schema else [])]:
                assert "#" in part["x-anchor"]
