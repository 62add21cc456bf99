"""Results of runs of which nothing but exchanges is left."""

import json
from pathlib import Path

import pytest
from ocpi_conformance.reports import Result, Verdict, load, ndjson, store
from ocpi_conformance.reports.schema import problem, validator

from tests.reports.test_report_command import run


@pytest.fixture
def killed(result: Result, tmp_path: Path) -> Path:
    """A folder as a run leaves it that was killed while it wrote its last line."""
    folder = tmp_path / "run-7"
    folder.mkdir()
    (folder / "exchanges.ndjson").write_bytes(ndjson.lines(result.exchanges) + b'{"id": "x4", "dire')
    return folder


def test_it_is_partial_and_keeps_what_was_said(killed: Path, result: Result) -> None:
    found = load(killed)

    assert found.exchanges == result.exchanges
    assert (found.run.id, found.run.complete, found.run.started) == (
        "run-7",
        False,
        result.exchanges[0].started,
    )
    assert (found.statement.outcome, found.statement.exit_code) == ("void", 2)
    assert [(row.id, row.verdict, row.exchanges) for row in found.scenarios] == [
        ("locations/cpo_serves::test_list", Verdict.INCONCLUSIVE, ["x1", "x2", "x3"])
    ]
    assert problem(validator(), json.loads(store.render(found))) == ""


def test_the_file_will_do_for_the_folder(killed: Path) -> None:
    assert load(killed / "exchanges.ndjson") == load(killed)


def test_a_result_goes_before(killed: Path, result: Result) -> None:
    (killed / "result.json").write_bytes(store.render(result))

    assert load(killed).statement == result.statement


def test_a_folder_that_is_not_there_is_not_looked_for_elsewhere(killed: Path) -> None:
    code, _, err = run(str(killed / "nothing"))

    assert code == 4
    assert "no such file" in err


@pytest.mark.parametrize("form", ["console", "html", "junit", "md", "har", "json", "ndjson", "coverage"])
def test_it_is_rendered_in_every_form(killed: Path, form: str) -> None:
    code, out, err = run(str(killed), "--format", form)

    assert (code, err) == (0, "")
    if form in ("console", "md", "html"):
        assert "was killed" in out


def test_nothing_kept_is_rendered_too(tmp_path: Path) -> None:
    (tmp_path / "exchanges.ndjson").touch()

    assert run(str(tmp_path), "--format", "all", "--output", str(tmp_path / "all"))[0] == 0
    assert load(tmp_path / "all").run.complete is False


def test_a_clock_of_no_use_does_no_harm(killed: Path, result: Result) -> None:
    lines = (killed / "exchanges.ndjson").read_text(encoding="utf-8").replace("2026-05-04", "9999-99-99")
    (killed / "exchanges.ndjson").write_text(lines, encoding="utf-8")

    assert load(killed).run.finished.startswith("9999-99-99")
