"""What cells say."""

import pytest
from ocpi_conformance.schemas.notation import (
    FieldType,
    cardinality,
    enum_value,
    field_name,
    field_type,
    regex,
)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("<<types.asciidoc#types_cistring_type,CiString>>(36)", "CiString(36)"),
        ("<<types.asciidoc#types_string_type,String>>[50]", "string(50)"),
        ("<<types.asciidoc#types_cistring_type,CiString>>[1..255]", "CiString(1..255)"),
        ("<<mod_x_class, BookingOption>>", "BookingOption"),
        ("[string](types.md#15-string-type)(2)", "string(2)"),
        ("[Image](#414-image-class)", "Image"),
        ("int(5)", "int(5)"),
        ("Integer", "int"),
        ("boolean", "boolean"),
        ("Array or Object or String", "any"),
    ],
)
def test_types(cell: str, read: str) -> None:
    """Links, lengths in round and square brackets, ranges, and the aliases of base types."""
    assert str(field_type(cell)) == read


def test_link_is_kept() -> None:
    """The anchor behind a label resolves types whose label is not their name."""
    assert field_type("<<mod_a.asciidoc#mod_a_slot_class, TimeSlot>>") == FieldType(
        label="TimeSlot", link="mod_a_slot_class"
    )


@pytest.mark.parametrize(("cell", "read"), [("1", "1"), (" \\* ", "*"), ("?", "?"), ("* or ?", "?")])
def test_cardinalities(cell: str, read: str) -> None:
    """The four symbols, escaped or not."""
    assert cardinality(cell) == read


@pytest.mark.parametrize("cell", ["", "2", "yes"])
def test_no_cardinality(cell: str) -> None:
    """Anything else is an error that names the cell."""
    with pytest.raises(ValueError, match="no cardinality"):
        cardinality(cell)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Like 1.5. Regex: `-?[0-9]{1,2}\\.[0-9]{5,7}`", "-?[0-9]{1,2}\\.[0-9]{5,7}"),
        ("Regex: [0-2][0-9]:[0-5][0-9]", "[0-2][0-9]:[0-5][0-9]"),
        ("Regex: `-?[0-9]\\{1,2\\}`.", "-?[0-9]{1,2}"),
        ('Separator: "."', ""),
    ],
)
def test_regexes(text: str, found: str) -> None:
    """In back quotes or bare, braces escaped or not."""
    assert regex(text) == found


def test_names_are_checked() -> None:
    """What cannot be a field or a value is refused rather than written into a schema."""
    assert field_name("&gt; regular_hours") == "regular_hours"
    assert field_name("[[a_field]] parking_places") == "parking_places"
    assert enum_value("`N/A`") == "N/A"
    with pytest.raises(ValueError, match="no field name"):
        field_name("two words")
    with pytest.raises(ValueError, match="no enum value"):
        enum_value("LEFT a")
