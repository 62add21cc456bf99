"""Blocks of small chapters written for these tests."""

from ocpi_conformance.schemas.blocks import Paragraph, Row, blocks

CHAPTER = """:numbered:
[[kites]]
== Kites

Kites fly.
They need wind.

* A string
* A tail

[source]
----
Kites MUST NOT be read here.
----

[cols="1,2",options="header"]
|===
|Part |Use

|String |Holds it. +
        Breaks.
|Tail   |Steadies a\\|b it.
|===
[[storms]]
Stay home.

== Weather
image::storm.svg[Storm]
.Caption
// remark
Rain.
"""


def said(text: str) -> list[tuple[str, int, str]]:
    return [(found.anchor, found.line, found.text) for found in blocks(text) if isinstance(found, Paragraph)]


def test_paragraphs_have_the_line_they_begin_at_and_the_anchor_above():
    assert said(CHAPTER)[:3] == [
        ("kites", 5, "Kites fly.\nThey need wind."),
        ("kites", 8, "* A string"),
        ("kites", 9, "* A tail"),
    ]


def test_items_of_a_list_are_known_as_such():
    assert [found.item for found in blocks("text\n\n- one\n\n1. two") if isinstance(found, Paragraph)] == [
        False,
        True,
        True,
    ]


def test_examples_headings_captions_and_comments_say_nothing():
    texts = " ".join(text for _, _, text in said(CHAPTER))
    assert not [word for word in ("MUST", "Weather", "Caption", "remark", "image") if word in texts]


def test_rows_come_with_the_header_and_the_line_of_their_first_cell():
    rows = [found for found in blocks(CHAPTER) if isinstance(found, Row)]
    assert [(row.line, row.header, row.cells) for row in rows] == [
        (20, ("Part", "Use"), ("String", "Holds it. + Breaks.")),
        (22, ("Part", "Use"), ("Tail", "Steadies a|b it.")),
    ]


def test_cells_speak_too_at_their_own_line():
    assert ("kites", 20, "Holds it. +\n        Breaks.") in said(CHAPTER)
    assert ("kites", 22, "Steadies a|b it.") in said(CHAPTER)


def test_an_anchor_without_a_heading_counts_for_what_follows_but_for_no_table():
    table = '[cols="1"]\n|===\n|Head\n|Cell\n|===\n'
    found = list(blocks(f"[[one]]\n== One\n\n[[two]]\nText.\n\n{table}"))
    assert [block.anchor for block in found] == ["two", "one", "one"]


def test_a_table_that_states_no_columns_has_those_of_its_first_line():
    found = list(blocks("|===\n|Part |Use\n\n|String |Holds.\n|===\n"))
    assert [block.cells for block in found if isinstance(block, Row)] == [("String", "Holds.")]
