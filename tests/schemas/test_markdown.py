"""Markdown tables as cells."""

import pytest
from ocpi_conformance.schemas.markdown import slug, tables

from .texts import MARKDOWN


def test_tables_come_with_heading_and_anchor() -> None:
    """Each table knows the heading above it and the anchor GitHub gives that."""
    found = tables(MARKDOWN, "mod_shops.md")

    assert [(table.name, table.kind, table.place, len(table.rows)) for table in found] == [
        ("Shop", "class", "mod_shops.md#31-shop-object", 5),
        ("Hour", "class", "mod_shops.md#41-hour-class", 1),
        ("Mood", "enum", "mod_shops.md#42-mood-enum", 2),
    ]
    assert found[0].rows[4][3] == "Regex: [0-2][0-9]|3"


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("3.1 _Location_ Object", "31-location-object"),
        ("4.2 Capability *enum*", "42-capability-enum"),
        ("2.2.3 __PATCH__ Method", "223-patch-method"),
        ("Credentials & registration", "credentials--registration"),
        ("The evse_uid field", "the-evse_uid-field"),
    ],
)
def test_slug(heading: str, anchor: str) -> None:
    """Punctuation goes, blanks become hyphens, underscores inside words stay."""
    assert slug(heading, {}) == anchor


def test_repeated_headings_are_numbered() -> None:
    """The second of two equal headings gets -1."""
    seen: dict[str, int] = {}

    assert [slug("Data", seen) for _ in range(3)] == ["data", "data-1", "data-2"]
