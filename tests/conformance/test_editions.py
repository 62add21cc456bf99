"""Editions: what is frozen stays, what is newer is informative, and a mistaken name says what there is."""

from datetime import date
from pathlib import Path

import pytest
from ocpi_conformance.conformance import cli
from ocpi_conformance.conformance.catalogue import Catalogue, load
from ocpi_conformance.conformance.editions import CURRENT, Edition, edition_of, editions, freeze
from ocpi_conformance.conformance.errors import SettingError, UsageError

from tests.conformance.builders import a_requirement

DAY = date(2026, 5, 4)
NAME = "2.2.1-d2/2026.1"
NEW = "versions-get-answers"


def frozen(folder: Path, *, without: tuple[str, ...] = (), name: str = NAME) -> Path:
    """An edition of all that is scored but for some."""
    rows = [row for row in load() if row.slug not in without]
    return freeze(name, rows, version="2.2.1", day=DAY, path=folder / f"{name.replace('/', '-')}.toml")


def test_an_edition_that_is_not_frozen_scores_what_the_catalogue_does(tmp_path: Path):
    """Without a file for the current one."""
    edition = edition_of("", "2.2.1", folder=tmp_path)

    assert (edition.name, edition.frozen) == (CURRENT["2.2.1"], "")
    assert edition.scores(a_requirement())
    assert not edition.scores(a_requirement(scored=False))


def test_what_is_newer_than_a_frozen_edition_is_informative(tmp_path: Path):
    """All else is scored as before, and the current edition is the file."""
    frozen(tmp_path, without=(NEW,))

    catalogue = load().in_edition(edition_of("", "2.2.1", folder=tmp_path))

    assert not catalogue[NEW].scored
    assert {row.slug for row in load() if row.scored} - {row.slug for row in catalogue if row.scored} == {NEW}


def test_an_edition_keeps_scoring_what_the_catalogue_no_longer_does():
    """Frozen is frozen."""
    edition = Edition(name=NAME, version="2.2.1", slugs=frozenset({"locations-a"}))

    assert edition.scores(a_requirement(scored=False))


def test_requirements_of_the_users_own_are_of_no_edition():
    """They stay scored."""
    edition = Edition(name=NAME, version="2.2.1", slugs=frozenset({NEW}))

    catalogue = Catalogue([*load(), a_requirement("mine-first", module="mine")]).in_edition(edition)

    assert catalogue["mine-first"].scored
    assert {row.slug for row in catalogue if row.scored} == {"mine-first", NEW}


def test_an_edition_of_another_suite_is_refused():
    """It would leave out in silence what it scores."""
    edition = Edition(name=NAME, version="2.2.1", slugs=frozenset({NEW, "locations-of-old"}))

    with pytest.raises(UsageError, match="locations-of-old"):
        load().in_edition(edition)


def test_an_edition_can_be_named_by_its_file(tmp_path: Path):
    """Whoever froze one keeps it where they like."""
    path = frozen(tmp_path, name="2.2.1-d2/2030.7")

    edition = edition_of(str(path), "2.2.1")

    assert (edition.name, edition.frozen) == ("2.2.1-d2/2030.7", "2026-05-04")


def test_a_file_is_written_once(tmp_path: Path):
    """Overwriting an edition takes a word."""
    path = frozen(tmp_path)
    before = path.read_bytes()

    with pytest.raises(UsageError, match="exists"):
        frozen(tmp_path, without=(NEW,))
    assert path.read_bytes() == before
    freeze(NAME, [load()[NEW]], version="2.2.1", day=DAY, path=path, force=True)
    assert editions(tmp_path)[NAME].slugs == {NEW}


@pytest.mark.parametrize(
    ("wanted", "version", "error", "hint"),
    [
        ("2.2.1-d2/2026", "2.2.1", SettingError, "2.2.1-d2/2026.1"),
        ("2.2.1-d2/2026.1", "2.3.0", SettingError, "editions of 2.3.0"),
        ("nowhere.toml", "2.2.1", UsageError, ""),
    ],
)
def test_what_there_is_not_is_said(wanted: str, version: str, error: type[Exception], hint: str):
    """With what there is."""
    with pytest.raises(error) as caught:
        edition_of(wanted, version)

    assert hint in getattr(caught.value, "hint", "")


@pytest.mark.parametrize("name", ["2026.1", "../x/2026.1", "2.2.1-d2/2026.1/x", "2.2.1 d2/2026.1"])
def test_a_name_that_is_none_freezes_nothing(name: str, tmp_path: Path):
    """Names become files."""
    with pytest.raises(UsageError, match="no name of an edition"):
        freeze(name, load(), version="2.2.1", day=DAY, path=tmp_path / "x.toml")
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_edition_is_refused(tmp_path: Path):
    """An empty list would score nothing and end green."""
    path = tmp_path / "x.toml"
    path.write_text('name = "a/2026.1"\nocpi_version = "2.2.1"\nscored = []\n', encoding="utf-8")

    with pytest.raises(UsageError, match="lacks"):
        edition_of(str(path), "2.2.1")


def test_editions_as_shipped_score_what_there_is():
    """Each can be taken with this catalogue."""
    for edition in editions().values():
        assert any(row.scored for row in load().in_edition(edition))


def test_the_command_freezes_what_is_scored_now(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """It prints where; a second time it refuses."""
    path = tmp_path / "edition.toml"
    command = ["catalogue", "freeze", NAME, "--output", str(path)]

    assert cli.main(command) == 0
    assert capsys.readouterr().out == f"{path}\n"
    assert edition_of(str(path), "2.2.1").slugs == {row.slug for row in load() if row.scored}
    assert cli.main(command) == 4
