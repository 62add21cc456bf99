"""What requirements stand on, over values made up for these tests."""

from pathlib import Path

import pytest
from ocpi_conformance.conformance.grounds import draft, sections, ungrounded
from ocpi_conformance.conformance.requirement import CatalogueError, Requirement

from tests.conformance.builders import a_requirement

PLACE = "kites.asciidoc#kites"
SAID = {PLACE: "0123456789ab", "kites.asciidoc#empty": ""}


def a_row(**changed: object) -> Requirement:
    values: dict[str, object] = {"slug": "kites-fly", "keyword": "prose", "anchor": PLACE, **changed}
    return a_requirement(**values)  # pyright: ignore[reportArgumentType]


def problems(
    row: Requirement,
    *keywords: str,
    tables: tuple[str, ...] = (),
    held: dict[str, str] | None = None,
) -> list[str]:
    grounds = {row.slug: set(keywords)} if keywords else {}
    held = held if held is not None else ({} if keywords else {PLACE: SAID[PLACE]})
    return list(ungrounded([row], grounds, tables=tables, said=SAID, held=held))


@pytest.mark.parametrize(
    ("row", "keywords"),
    [
        (a_row(keyword="SHALL"), ("SHALL", "MAY")),
        (a_row(keyword="SHALL NOT"), ("SHALL",)),
        (a_row(keyword="Required"), ("required",)),
        (a_row(keyword="table"), ("table",)),
        (a_row(keyword="has to"), ("prose",)),
        (a_row(), ()),
        (a_row(anchor="kites.asciidoc#empty"), ("prose",)),
    ],
)
def test_a_requirement_that_the_text_bears_out_is_no_problem(row: Requirement, keywords: tuple[str, ...]):
    assert problems(row, *keywords) == []


@pytest.mark.parametrize(
    ("row", "keywords", "said"),
    [
        (a_row(keyword="SHALL"), (), "no sentence with SHALL claims it, only nothing"),
        (a_row(keyword="shall"), ("SHALL",), "no sentence with shall claims it, only SHALL"),
        (a_row(keyword="table"), ("prose",), "there is no table"),
        (a_row(anchor="kites.asciidoc#strings"), ("prose",), "there is no anchor"),
    ],
)
def test_a_requirement_that_it_does_not_bear_out_is_told(
    row: Requirement, keywords: tuple[str, ...], said: str
):
    held = {} if keywords else {PLACE: SAID[PLACE]}
    found = problems(row, *keywords, held=held)
    assert len(found) == 1
    assert said in found[0]


def test_advice_stands_on_another_source_and_obliges_nobody():
    elsewhere = "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"
    advice = a_row(keyword="advice", level="SHOULD", anchor=elsewhere)
    assert problems(advice, held={}) == []
    assert len(problems(a_row(keyword="advice", level="MUST", anchor=elsewhere), held={})) == 1


def test_a_table_at_the_place_is_enough():
    assert problems(a_row(keyword="table"), tables=(PLACE,)) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({}, 1), ({"level": "SHOULD"}, 0), ({"interpretation": "wind"}, 0), ({"scored": False}, 0)],
    ids=["stricter", "as the text", "explained", "informative"],
)
def test_a_requirement_is_no_stricter_than_the_text(changed: dict[str, object], expected: int):
    """Advice that is scored as a duty needs a reading that says why."""
    assert len(problems(a_row(keyword="should", **changed), "should")) == expected


@pytest.mark.parametrize(
    ("held", "said"),
    [({}, "is not held, and kites-fly stand on it"), ({PLACE: "ba9876543210"}, "has changed")],
    ids=["new", "changed"],
)
def test_a_section_that_was_not_looked_at_is_told(held: dict[str, str], said: str):
    """What claims no passage stands on all that is said at its anchor."""
    found = problems(a_row(), held=held)
    assert len(found) == 1
    assert said in found[0]


def test_a_section_that_nothing_stands_on_is_told():
    assert "nothing stands on" in problems(a_row(), "prose", held={PLACE: SAID[PLACE]})[0]


def test_a_draft_holds_what_has_to_be_held(tmp_path: Path):
    (tmp_path / "9.9").mkdir()
    (tmp_path / "9.9" / "sections.toml").write_text(draft([a_row()], {}, SAID))
    assert sections("9.9", folder=tmp_path) == {PLACE: SAID[PLACE]}


def test_a_version_without_sections_holds_none(tmp_path: Path):
    assert sections("9.9", folder=tmp_path) == {}


def test_a_file_that_is_no_table_of_sections_is_refused(tmp_path: Path):
    (tmp_path / "9.9").mkdir()
    (tmp_path / "9.9" / "sections.toml").write_text("[other]\n")
    with pytest.raises(CatalogueError, match="sections"):
        sections("9.9", folder=tmp_path)
