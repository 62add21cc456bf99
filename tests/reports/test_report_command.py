"""`report RESULT`: the command over the renderings."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from ocpi_conformance.conformance.commands.report import report
from ocpi_conformance.reports import Result, load, save
from typer.testing import CliRunner

APP = typer.Typer()
APP.command()(report)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(APP, list(arguments))
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def stored(result: Result, tmp_path: Path) -> str:
    return str(save(result, tmp_path / "run").parent)


def test_terminal_is_the_default(stored: str) -> None:
    code, out, _ = run(stored)

    assert code == 0
    assert "NOT CONFORMANT  1 duty is not met" in out


def test_formats_go_to_standard_output(stored: str) -> None:
    assert ElementTree.fromstring(run(stored, "--format", "junit")[1]).get("tests") == "10"
    assert len(json.loads(run(stored, "--format", "har")[1])["log"]["entries"]) == 3
    assert json.loads(run(stored, "--format", "json")[1])["format"] == "ocpi-conformance-result/1"
    assert json.loads(run(stored, "--format", "coverage")[1])["summary"]["requirements"] == 10
    assert run(stored, "--format", "ndjson")[1].count("\n") == 3
    assert run(stored, "--format", "md")[1].startswith("# ❌ Not conformant")
    assert run(stored, "--format", "html")[1].startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("form", ["console", "html", "junit", "md", "har", "json", "ndjson", "coverage"])
def test_output_names_the_file(stored: str, tmp_path: Path, form: str) -> None:
    file = tmp_path / "out" / "file"

    assert run(stored, "--format", form, "--output", str(file)) == (0, "", "")
    assert file.stat().st_size > 50


def test_folders_are_written_where_asked(stored: str, tmp_path: Path) -> None:
    assert run(stored, "--format", "all", "--output", str(tmp_path / "all"))[0] == 0
    assert run(stored, "--format", "allure", "--output", str(tmp_path / "allure"))[0] == 0

    assert load(tmp_path / "all") == load(Path(stored))
    assert len(list((tmp_path / "allure").glob("*-result.json"))) == 3


@pytest.mark.parametrize("form", ["all", "allure"])
def test_folder_without_a_name_is_a_usage_error(stored: str, form: str) -> None:
    code, _, err = run(stored, "--format", form)

    assert code == 4
    assert "--output DIR" in err


def test_unreadable_result_is_a_usage_error_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text('{"format": "other/9"}')

    code, out, err = run(str(tmp_path))

    assert (code, out) == (4, "")
    assert "format 'other/9', this version reads 'ocpi-conformance-result/1'" in err
    assert "Traceback" not in err


def test_output_that_cannot_be_written_is_named(stored: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    code, _, err = run(stored, "--format", "md", "--output", str(tmp_path / "file" / "x"))

    assert code == 4
    assert "can't be written" in err
