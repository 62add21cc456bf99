"""The command that judges bare objects: output and exit codes."""

import json
from pathlib import Path

import pytest
import typer
from ocpi_conformance.conformance.commands.judge import judge
from typer.testing import CliRunner, Result

NAMES = ["--ocpi-version", "2.2.1", "--object", "GeoLocation"]


def run(*arguments: str, stdin: str | None = None) -> Result:
    app = typer.Typer()
    app.command()(judge)
    return CliRunner().invoke(app, list(arguments), input=stdin)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    values = {
        "right": {"latitude": "51.047599", "longitude": "3.729944"},
        "wrong": [{"latitude": "51.047599", "longitude": "3.729944"}, {"latitude": 51.0, "z": 1}],
        "empty": [],
    }
    for name, value in values.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value), "utf-8")
    return {name: str(tmp_path / f"{name}.json") for name in values}


def test_right_file(files: dict[str, str]) -> None:
    """Nothing on standard output, exit 0."""
    result = run(files["right"], *NAMES)

    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 files, 1 objects judged, 0 findings" in result.stderr


def test_one_line_a_finding(files: dict[str, str]) -> None:
    """File, pointer, expected, found, anchor; exit 1."""
    result = run(files["right"], files["wrong"], *NAMES)

    wrong = files["wrong"]
    anchor = "[mod_locations.asciidoc#mod_locations_geolocation_class]"
    assert result.exit_code == 1
    assert sorted(result.stdout.splitlines()) == [
        f"{wrong}: /1/latitude: expected string(10), found 51.0 {anchor}",
        f"{wrong}: /1/longitude: expected longitude to be present, found absent {anchor}",
        f"{wrong}: /1/z: expected a field of GeoLocation, found 1 {anchor} (unknown field, no fault)",
    ]


def test_json(files: dict[str, str]) -> None:
    """The same as one record."""
    result = run(files["wrong"], *NAMES, "--format", "json")

    record = json.loads(result.stdout)
    assert result.exit_code == 1
    assert record["format"] == "ocpi-conformance-judgement/1"
    assert record["files"][0]["judged"] == {"GeoLocation": 2}
    assert {found["rule"] for found in record["files"][0]["findings"]} == {"type", "required"}


def test_standard_input() -> None:
    """A hyphen reads it."""
    assert run("-", *NAMES, stdin='{"latitude": "51.047599", "longitude": "3.729944"}').exit_code == 0


def test_nothing_to_judge_is_no_success(files: dict[str, str]) -> None:
    """An empty list has its own exit code."""
    result = run(files["empty"], *NAMES)

    assert result.exit_code == 5
    assert "nothing to judge" in result.stderr


def test_unreadable_file(files: dict[str, str]) -> None:
    """The others are judged, the exit is 4 and the file is named."""
    result = run(files["wrong"], "gone.json", *NAMES)

    assert result.exit_code == 4
    assert "error: gone.json can't be read" in result.stderr
    assert "/1/latitude" in result.stdout


def test_unknown_object(files: dict[str, str]) -> None:
    """The nearest one is offered, exit 4."""
    result = run(files["right"], "--ocpi-version", "2.2.1", "--object", "Geolocation")

    assert result.exit_code == 4
    assert "did you mean GeoLocation?" in result.stderr
