"""The account of small texts written for these tests, and of the real one where it is at hand."""

import os
from pathlib import Path

import pytest
from ocpi_conformance.conformance.accounting import Account, Entry, account, draft, entries
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.grounds import sections as held_sections
from ocpi_conformance.conformance.requirement import CatalogueError, Requirement
from ocpi_conformance.schemas.sentences import Passage, chapter, passages, sections

from tests.conformance.builders import a_requirement

TEXTS = Path(os.environ.get("OCPI_SPEC_DIR", Path(__file__).parents[3] / "shared" / "ocpi-spec"))
FILE = "kites.asciidoc"
TEXT = """[[kites]]
== Kites

A kite SHALL fly. It has a tail.

[cols="1,2"]
|===
|Part |Card.

|tail |1
|===
"""
PASSAGES = list(chapter(TEXT, FILE))
SAID = {f"{FILE}#kites": "0123456789ab"}
SENTENCE = next(passage for passage in PASSAGES if passage.due)


def an_entry(passage: Passage = SENTENCE, **changed: object) -> Entry:
    values: dict[str, object] = {
        "file": passage.file,
        "anchor": passage.anchor,
        "hash": passage.hash,
        "keyword": ", ".join(passage.keywords),
        "claimed": ("kites-fly",),
    }
    return Entry(**{**values, **changed})  # pyright: ignore[reportArgumentType]


def a_row(**changed: object) -> Requirement:
    return a_requirement(slug="kites-fly", module="kites", keyword="SHALL", anchor=f"{FILE}#kites", **changed)


def taken(*given: Entry, rows: tuple[Requirement, ...] = (a_row(),)) -> Account:
    return account(PASSAGES, given, rows, said=SAID, held={})


def test_what_is_claimed_adds_up():
    found = taken(an_entry())
    assert found.problems == ()
    assert [(chapter.file, chapter.due, chapter.claimed) for chapter in found.chapters] == [(FILE, 1, 1)]


def test_a_sentence_that_nobody_claims_is_told_by_its_line():
    found = taken(rows=())
    assert found.unclaimed == (SENTENCE,)
    assert len(found.problems) == 1
    assert found.problems[0].startswith(f"{FILE}:4: SHALL")
    assert found.chapters[0].unclaimed == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (an_entry(hash="0" * 12, informative="was once"), "no more"),
        (an_entry(claimed=("kites-fly", "kites-sing")), "kites-sing"),
        (an_entry(keyword="MUST"), "not MUST"),
    ],
    ids=["gone", "unknown slug", "other keyword"],
)
def test_an_entry_that_is_not_true_is_told(entry: Entry, said: str):
    given = (an_entry(), entry) if entry.hash == "0" * 12 else (entry,)
    assert [problem for problem in taken(*given).problems if said in problem]


def test_an_entry_that_stands_twice_is_told():
    assert "several entries" in " ".join(taken(an_entry(), an_entry()).problems)


@pytest.mark.parametrize(
    "rest",
    ["", 'claimed = ["a"]\ninformative = "b"', 'claimed = ["a"]\nwhy = "b"'],
    ids=["nothing", "two ways", "unknown field"],
)
def test_an_entry_says_one_thing(rest: str, tmp_path: Path):
    (tmp_path / "9.9").mkdir()
    (tmp_path / "9.9" / "kites.toml").write_text(
        f'[[passage]]\nanchor = "kites"\nhash = "1"\nkeyword = "SHALL"\n{rest}\n'
    )
    with pytest.raises(CatalogueError, match="kites"):
        entries("9.9", folder=tmp_path)


def test_a_draft_can_be_filled_in(tmp_path: Path):
    """It holds what tells the passage and none of its words."""
    text = draft([SENTENCE]).replace("claimed = []", 'claimed = ["kites-fly"]')
    (tmp_path / "9.9").mkdir()
    (tmp_path / "9.9" / "kites.toml").write_text(text)

    assert "fly." not in text
    assert len(entries("9.9", folder=tmp_path)) == 1
    assert taken(*entries("9.9", folder=tmp_path)).problems == ()


def test_what_only_unseen_requirements_claim_counts_as_not_observable():
    found = taken(an_entry(), rows=(a_row(not_observable="too high"),))
    assert [(chapter.claimed, chapter.not_observable) for chapter in found.chapters] == [(0, 1)]


@pytest.mark.skipif(not TEXTS.is_dir(), reason=f"the specification's texts are not at {TEXTS}")
def test_every_sentence_of_the_text_is_accounted_for():
    """The text of 2.2.1: nothing unclaimed, nothing gone, no requirement that it doesn't bear out."""
    folder = TEXTS / "2.2.1"
    rows = [row for row in load() if row.in_version("2.2.1")]
    found = account(
        passages(folder),
        entries("2.2.1"),
        rows,
        said=sections(folder),
        held=held_sections("2.2.1"),
    )
    assert found.problems == ()


def test_the_shipped_entries_name_requirements_that_there_are():
    """Also where the texts are not at hand."""
    known = {row.slug for row in load()}
    assert {slug for entry in entries("2.2.1") for slug in entry.claimed} - known == set()
