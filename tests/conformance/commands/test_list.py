"""list: every table, as text and as JSON."""

import json
from pathlib import Path

import pytest
from ocpi_conformance.conformance import cli
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.listing import TABLES
from ocpi_conformance.simulators.actions import actions


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

    for table in ("requirements", "actions", "features", "editions", "profiles"):
        assert cli.main(["list", table]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert [line for line in lines if len(line) > 80 and " " in line.strip()] == []


def test_an_action_says_all_that_a_hook_has_to_know(capsys: pytest.CaptureFixture[str]):
    """Who takes it, what it calls, each parameter, what comes back."""
    assert cli.main(["list", "actions"]) == 0

    text = " ".join(capsys.readouterr().out.split())
    for action in actions():
        for told in (action.description, *action.calls, *action.parameters.values(), *action.returns):
            assert " ".join(told.split()) in text


def test_a_part_of_a_feature_has_the_requirements_of_its_module(capsys: pytest.CaptureFixture[str]):
    """So that a user sees what denying it leaves out."""
    rows = {str(row["name"]): row["requirements"] for row in listed(capsys, "features")}

    assert rows["push-locations"]
    assert set(map(str, rows["push-locations"])) < set(map(str, rows["push"]))  # type: ignore[call-overload]


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


def test_a_flaw_says_what_can_be_set_and_why_it_is_legal(capsys: pytest.CaptureFixture[str]):
    """Each parameter with its default, its meaning and what it takes; where nothing scored forbids it, why."""
    row = next(row for row in listed(capsys, "flaws") if row["name"] == "slow")
    assert cli.main(["list", "flaws"]) == 0

    text = " ".join(capsys.readouterr().out.split())
    assert {found["name"]: found["default"] for found in row["parameters"]} == {"seconds": 3.0, "every": 1}  # type: ignore[attr-defined]
    assert "seconds=3.0: how long an answer takes, a number from 0.01 to 600" in text
    assert f"no duty forbids it: {row['legal']}" in text
