"""The commands about schemas."""

import json
from pathlib import Path

import pytest
from ocpi_conformance.conformance.commands.schemas import app
from ocpi_conformance.schemas import library
from typer.testing import CliRunner, Result


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_derive_writes_what_is_committed(spec_dir: Path, tmp_path: Path) -> None:
    """One folder per version, the files equal to the committed ones."""
    result = run("derive", spec_dir, "--ocpi-version", "2.2.1", "--output", tmp_path)

    assert result.exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "2.2.1" / "objects").iterdir()}
    committed = (library.HOME / "2.2.1" / "objects").iterdir()
    assert written == {path.name: path.read_bytes() for path in committed}


def test_census_is_clean(spec_dir: Path) -> None:
    """One line a version, exit 0."""
    result = run("census", spec_dir)

    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 7
    assert "2.2.1: 90 classes and enums, 300 fields, 233 values, 0 differences" in result.stdout


def test_census_shows_differences(spec_dir: Path, tmp_path: Path) -> None:
    """A text that says something else exits 1 and names the field."""
    folder = tmp_path / "2.2.1"
    folder.mkdir()
    for path in (spec_dir / "2.2.1").glob("*.asciidoc"):
        text = path.read_text("utf-8").replace("|max_voltage |int |1", "|max_voltage |number |1")
        (folder / path.name).write_text(text, "utf-8")

    result = run("census", tmp_path)

    assert result.exit_code == 1
    assert "2.2.1 Connector.max_voltage: text number 1, schema int 1" in result.stdout


def test_folder_without_texts(tmp_path: Path) -> None:
    """Exit 4, naming what was looked for."""
    for command in ("derive", "census"):
        result = run(command, tmp_path)

        assert result.exit_code == 4
        assert f"{tmp_path} has no folder 2.0, 2.1.1" in result.stderr


def test_broken_text(tmp_path: Path) -> None:
    """A folder of the right name without chapters is told, not traced."""
    (tmp_path / "2.2.1").mkdir()

    result = run("derive", tmp_path, "--output", tmp_path / "out")

    assert result.exit_code == 4
    assert "the text of 2.2.1 can't be read" in result.stderr


def test_unknown_version(tmp_path: Path) -> None:
    """The nearest is offered."""
    for arguments in (("census", tmp_path), ("export",)):
        result = run(*arguments, "--ocpi-version", "2.2.2")

        assert result.exit_code == 4
        assert "did you mean" in result.stderr


def test_export_bundle() -> None:
    """All schemas of a version in one."""
    result = run("export", "--ocpi-version", "2.2.1")

    assert json.loads(result.stdout)["$defs"].keys() == library.stored("2.2.1").keys()


def test_export_to_folder(tmp_path: Path) -> None:
    """One file each; what else is in the folder stays."""
    (tmp_path / "mine.json").write_text("{}", "utf-8")

    result = run("export", "--ocpi-version", "2.2.1", "--output", tmp_path)

    assert result.exit_code == 0
    assert len(list(tmp_path.glob("*.json"))) == 91


def test_export_openapi(tmp_path: Path) -> None:
    """The same document to standard output and to a file."""
    shown = run("export", "--openapi", "--role", "cpo")
    written = run("export", "--openapi", "--role", "cpo", "--output", tmp_path / "cpo.json")

    assert (shown.exit_code, written.exit_code) == (0, 0)
    assert json.loads(shown.stdout)["info"]["title"] == "OCPI 2.2.1, CPO"
    assert (tmp_path / "cpo.json").read_text("utf-8") == shown.stdout


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--openapi", "--role", "hub"), "CPO, EMSP"),
        (("--openapi", "--ocpi-version", "2.2.2"), "did you mean 2.2.1"),
        (("--role", "cpo"), "--openapi"),
    ],
)
def test_export_of_what_is_not_there(arguments: tuple[str, ...], named: str) -> None:
    """The message says what would work."""
    result = run("export", *arguments)

    assert result.exit_code == 4
    assert named in result.stderr


def test_export_openapi_wants_a_file(tmp_path: Path) -> None:
    """A folder is for the bare schemas."""
    result = run("export", "--openapi", "--output", tmp_path)

    assert result.exit_code == 4
    assert "openapi.json" in result.stderr
