"""Errors of jsonschema made into findings, on a schema of our own."""

from ocpi_conformance.schemas.explanation import errors, explain

SCHEMA = {
    "title": "Shop",
    "x-kind": "class",
    "x-anchor": "a#shop",
    "type": "object",
    "properties": {
        "id": {"type": "string", "maxLength": 3, "pattern": "^(?:[a-z]*)$", "x-format": "CiString"},
        "door": {
            "title": "Door",
            "x-kind": "class",
            "x-anchor": "a#door",
            "type": ["object", "null"],
            "properties": {"kind": {"title": "Kind", "x-anchor": "a#kind", "enum": ["A", "B"]}},
            "required": ["kind"],
        },
    },
    "required": ["id"],
    "allOf": [
        {
            "x-condition": "door-needs-a-short-id",
            "x-field": "id",
            "x-expected": "one letter",
            "x-anchor": "a#rule",
            "if": {"required": ["door"]},
            "then": {"properties": {"id": {"maxLength": 1}}},
        }
    ],
}


def test_first_rule_at_a_place_speaks() -> None:
    """A value of wrong form and length is one finding, about its form."""
    (found,) = explain(SCHEMA, {"id": "ABCD"}, name="Shop")

    assert (found.rule, found.format, found.expected) == ("format", "CiString", "printable ASCII characters")


def test_faults_belong_to_the_innermost_class() -> None:
    """And a class-typed field of wrong type to the class that has the field."""
    (inner,) = explain(SCHEMA, {"id": "a", "door": {"kind": "C"}}, name="Shop")
    (outer,) = explain(SCHEMA, {"id": "a", "door": 3}, name="Shop")

    assert (inner.object, inner.field, inner.anchor, inner.expected) == (
        "Door",
        "kind",
        "a#kind",
        "one of A, B",
    )
    assert (outer.object, outer.field, outer.expected) == ("Shop", "door", "Door")


def test_conditions_speak_with_their_own_words_and_anchor() -> None:
    """Whatever keyword it was that failed inside."""
    (found,) = explain(SCHEMA, {"id": "ab", "door": None}, name="Shop")

    assert (found.pointer, found.rule, found.expected) == ("/id", "condition", "one letter")
    assert found.anchor == "a#rule"


def test_dollar_is_the_very_end() -> None:
    """A last line break does not slip through, as it would with Python's reading of the pattern."""
    assert [error.validator for error in errors(SCHEMA, {"id": "a\n"})] == ["pattern"]
