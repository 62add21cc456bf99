"""One call writes every rendering, and the manifest vouches for each."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ocpi_conformance.reports import Result, load
from ocpi_conformance.reports.folder import write_all

FILES = [
    "MANIFEST.sha256",
    "allure-results",
    "coverage.json",
    "exchanges.ndjson",
    "junit.xml",
    "report.html",
    "result.json",
    "summary.md",
    "traffic.har",
]


def test_every_file_is_written_and_nothing_else(result: Result, tmp_path: Path) -> None:
    folder = tmp_path / "results" / "run"

    assert write_all(result, folder) == folder / "report.html"
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert load(folder) == result


def test_manifest_has_the_digest_of_each_file(result: Result, tmp_path: Path) -> None:
    write_all(result, tmp_path)

    lines = (tmp_path / "MANIFEST.sha256").read_text().splitlines()
    named = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*") if path.is_file()}
    assert named == {
        name: sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if name != "MANIFEST.sha256"
    }
    assert list(named) == sorted(named)


def test_writing_again_replaces_all_of_it(result: Result, tmp_path: Path) -> None:
    write_all(result, tmp_path)
    fewer = replace(result, scenarios=[], verdicts=result.verdicts[:1], coverage=result.coverage[:1])

    write_all(fewer, tmp_path)

    assert load(tmp_path) == fewer
    assert len(list((tmp_path / "allure-results").glob("*-result.json"))) == 1


def test_lone_surrogates_stop_no_rendering(result: Result, tmp_path: Path) -> None:
    rows = [replace(row, found="\ud800", duty="\udfff") for row in result.verdicts]
    exchanges = [replace(exchange, response_body="\ud800", url="\udc00") for exchange in result.exchanges]

    write_all(replace(result, verdicts=rows, exchanges=exchanges), tmp_path)

    assert len(json.loads((tmp_path / "traffic.har").read_bytes())["log"]["entries"]) == 3
    assert ElementTree.parse(tmp_path / "junit.xml").getroot().get("tests") == "10"


def test_hostile_record_is_written(hostile_result: Result, tmp_path: Path) -> None:
    write_all(hostile_result, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == FILES


def test_folder_that_cannot_be_made_is_an_error_of_the_system(result: Result, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file"):
        write_all(result, tmp_path / "file" / "run")
