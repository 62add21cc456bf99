"""list: every table, as text and as JSON."""

import json
from pathlib import Path

import pytest
from ocpi_conformance.conformance import cli
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.listing import TABLES


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert cli.main(["list", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_there_in_both_formats(table: str, capsys: pytest.CaptureFixture[str]):
    """Text names what JSON holds, and no table is empty."""
    rows = listed(capsys, table)
    assert cli.main(["list", table]) == 0
    text = capsys.readouterr().out

    assert rows
    for row in rows:
        assert str(row.get("slug") or row.get("id") or row.get("name") or row["version"]) in text


def test_text_fits_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """80 columns, but for a name that is longer."""
    monkeypatch.setenv("COLUMNS", "80")

    assert cli.main(["list", "requirements"]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80


def test_requirements_are_the_catalogue(capsys: pytest.CaptureFixture[str]):
    """All rows, none twice."""
    assert [row["slug"] for row in listed(capsys, "requirements")] == [
        requirement.slug for requirement in load()
    ]


def test_scenarios_of_the_user_are_listed_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Read, not run: the id, the sentence, and the requirements that it names."""
    slug = next(iter(load())).slug
    (tmp_path / "own.py").write_text(
        f'raise SystemExit("run")\n\ndef test_mine(check):\n    """My own."""\n    check("{slug}", True)\n'
    )

    rows = listed(capsys, "scenarios", "--scenarios", str(tmp_path))

    assert rows[-1] == {
        "id": f"{tmp_path.name}/own::test_mine",
        "title": "My own.",
        "module": tmp_path.name,
        "requirements": [slug],
    }


def test_broken_scenario_is_the_users_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """The file is named."""
    (tmp_path / "own.py").write_text("def test_(:\n")

    assert cli.main(["list", "scenarios", "--scenarios", str(tmp_path)]) == 4
    assert "own.py" in capsys.readouterr().err
