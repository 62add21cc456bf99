"""Passages of small chapters written for these tests."""

from pathlib import Path

import pytest
from ocpi_conformance.schemas.sentences import Passage, chapter, passages, sections


def due(text: str) -> list[Passage]:
    return [passage for passage in chapter(f"[[kites]]\n{text}", "kites.asciidoc") if passage.due]


@pytest.mark.parametrize(
    ("sentence", "keywords"),
    [
        ("A kite SHALL NOT fly.", ("SHALL",)),
        ("A kite must fly, and it MAY land.", ("must", "MAY")),
        ("A kite mustn't fly.", ("must",)),
        ("Should it fly?", ("should",)),
        ("We advise wind.", ("advised",)),
        ("It is advisable to wait.", ("advised",)),
        ("An optional tail may help.", ("optional", "may")),
        ("A kite can fly.", ()),
        ("See <<kites_required,tails>> and `required`.", ()),
        ("See https://example.org/should[here].", ()),
        ("Mayors fly kites.", ()),
    ],
)
def test_normative_words_are_told_as_written(sentence, keywords):
    """In both cases, without `not`; what is quoted or linked to says nothing."""
    assert [passage.keywords for passage in due(sentence)] == ([keywords] if keywords else [])


def test_sentences_end_at_full_stops_and_hard_breaks_but_not_at_abbreviations():
    text = (
        "Kites, e.g. Red ones, must fly. Then they\nshould land.\nStrings may tear, etc. +\nTails shall hold."
    )
    assert [(passage.line, passage.keywords) for passage in due(text)] == [
        (2, ("must",)),
        (2, ("should",)),
        (4, ("may",)),
        (5, ("shall",)),
    ]


def test_a_list_belongs_to_the_sentence_that_introduces_it():
    """What is asked for stands in the items: another item is another duty."""
    one, other = (due(f"It SHALL have:\n\n* a {part}\n* a string\n\nNo more.\n") for part in ("tail", "nose"))
    assert "string" in one[0].text
    assert "more" not in one[0].text
    assert one[0].hash != other[0].hash


def test_the_hash_stays_while_the_words_do():
    """Line breaks and spaces don't matter."""
    assert due("A kite must fly.")[0].hash == due("A  kite\nmust fly.")[0].hash
    assert due("A kite must fly.")[0].hash != due("A kite must land.")[0].hash


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Method", True),
        ("Parameter", True),
        ("HTTP Header", True),
        ("Code", True),
        ("Property", False),
        ("Value", False),
    ],
)
def test_rows_of_methods_parameters_headers_and_codes_are_due(head, expected):
    table = f'[cols="1,2"]\n|===\n|{head} |Description\n\n|Wind |Blows.\n|===\n'
    assert [passage.keywords for passage in due(table)] == ([("table",)] if expected else [])


def test_a_cell_that_binds_is_due_beside_its_row():
    table = '[cols="1,2"]\n|===\n|Method |Description\n\n|Wind |Blows. It SHALL blow.\n|===\n'
    assert [passage.keywords for passage in due(table)] == [("table",), ("SHALL",)]


def test_histories_and_licences_are_left_out(tmp_path: Path):
    (tmp_path / "changelog.asciidoc").write_text("It must be new.")
    (tmp_path / "kites.asciidoc").write_text("[[kites]]\n== Kites\n\nIt must fly.")

    assert [passage.place for passage in passages(tmp_path)] == ["kites.asciidoc#kites"]
    assert list(sections(tmp_path)) == ["kites.asciidoc#kites"]


def test_a_section_is_told_by_all_that_is_said_in_it(tmp_path: Path):
    """Plain sentences and rows of any table count, white space doesn't; a heading alone says nothing."""

    def told(text: str) -> dict[str, str]:
        (tmp_path / "kites.asciidoc").write_text(f"[[empty]]\n== Nothing\n\n[[kites]]\n== Kites\n\n{text}\n")
        return sections(tmp_path)

    first = told("A kite flies. It has a tail.")
    assert first["kites.asciidoc#empty"] == ""
    assert told("A kite  flies.\nIt has a tail.") == first
    assert told("A kite flies. It has two tails.") != first


def test_a_folder_without_chapters_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="no chapter"):
        passages(tmp_path)
