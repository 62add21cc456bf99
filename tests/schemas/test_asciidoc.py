"""AsciiDoc tables as cells."""

from ocpi_conformance.schemas.asciidoc import tables

from .texts import ASCIIDOC


def test_tables_come_with_heading_and_anchor() -> None:
    """Each table knows the heading above it; one inside an example block is none."""
    found = tables(ASCIIDOC, "mod_shops.asciidoc")

    assert [(table.name, table.kind, table.place) for table in found] == [
        ("Shop", "class", "mod_shops.asciidoc#mod_shops_shop_object"),
        ("Door", "class", "mod_shops.asciidoc#mod_shops_door_class"),
        ("DoorKind", "enum", "mod_shops.asciidoc#mod_shops_kind_enum"),
        ("Paint", "open enum", "mod_shops.asciidoc#mod_shops_paint_enum"),
    ]


def test_cells_run_over_lines_and_keep_escaped_bars() -> None:
    """A cell ends at a bar, not at a line's end; an escaped bar is text, a style letter is not."""
    shop, _, kind, _ = tables(ASCIIDOC, "mod_shops.asciidoc")

    assert shop.rows[0][3] == "Names it. + On two lines."
    assert shop.rows[2][3] == "Regex: `([01]|2)[0-9]`"
    assert kind.header == ("Value", "Session + Only", "Description")
    assert [row[0] for row in kind.rows] == ["FRONT", "BACK"]


def test_table_without_columns_is_passed_over() -> None:
    """Tables that do not declare columns define nothing."""
    assert tables("|===\n|a |b\n|===\n", "x.asciidoc") == []
