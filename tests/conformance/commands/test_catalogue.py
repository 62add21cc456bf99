"""catalogue: the census over a small text written for these tests, and the pages."""

from pathlib import Path

import pytest
from ocpi_conformance.conformance import accounting, cli, grounds
from ocpi_conformance.conformance.documents import DOCUMENTS


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A text of one sentence, and no entries."""
    for reader in (accounting.entries, grounds.sections):
        monkeypatch.setattr(reader, "__kwdefaults__", {"folder": tmp_path / "census"})
    monkeypatch.setattr("ocpi_conformance.conformance.catalogue.load", lambda: ())
    (tmp_path / "2.2.1").mkdir()
    (tmp_path / "2.2.1" / "kites.asciidoc").write_text("[[kites]]\n== Kites\n\nA kite SHALL fly.\n")
    return tmp_path


def test_a_sentence_without_an_entry_fails_the_census(texts: Path, capsys: pytest.CaptureFixture[str]):
    """File and line are told, the sentence is not repeated."""
    assert cli.main(["catalogue", "census", str(texts)]) == 1

    said = capsys.readouterr().out
    assert "kites.asciidoc:4: SHALL at kites" in said
    assert "fly" not in said
    assert "1 problems" in said


def test_a_draft_that_is_filled_in_settles_it(texts: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["catalogue", "census", str(texts), "--draft"]) == 1
    entry, _, rest = capsys.readouterr().out.partition("[sections]")
    assert rest == "\n"
    entry = entry.replace("claimed = []", 'informative = "about kites"')
    (texts / "census" / "2.2.1").mkdir(parents=True)
    (texts / "census" / "2.2.1" / "kites.toml").write_text(entry)

    assert cli.main(["catalogue", "census", str(texts)]) == 0
    assert "every sentence is accounted for" in capsys.readouterr().out


def test_a_folder_without_texts_is_an_error_of_the_user(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["catalogue", "census", str(tmp_path)]) == 4
    assert "name the folder above 2.2.1" in capsys.readouterr().err


def test_the_pages_are_written(tmp_path: Path):
    assert cli.main(["catalogue", "document", "--output", str(tmp_path / "docs")]) == 0
    assert {path.name for path in (tmp_path / "docs").iterdir()} == set(DOCUMENTS)
