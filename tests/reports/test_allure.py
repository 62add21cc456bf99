"""allure-results as Allure reads them."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from ocpi_conformance.reports import Result, Verdict, allure

from .conftest import a_row


def written(result: Result, folder: Path) -> list[dict]:
    allure.write(result, folder)
    return [json.loads(file.read_bytes()) for file in sorted(folder.glob("*-result.json"))]


def test_scenario_is_a_test_and_each_check_a_step(result: Result, tmp_path: Path) -> None:
    tests = {test["fullName"]: test for test in written(result, tmp_path / "a")}

    assert set(tests) == {"locations/cpo_serves::test_list", "wire/tokens", "unjudged/tokens"}
    steps = tests["locations/cpo_serves::test_list"]["steps"]
    assert {step["name"].partition(" ")[0]: step["status"] for step in steps} == {
        "locations-duty-error": "broken",
        "locations-duty-fail": "failed",
        "locations-duty-inconclusive": "broken",
        "locations-duty-deselected": "skipped",
        "locations-duty-warn": "passed",
        "locations-duty-pass": "passed",
        "locations-duty-not-applicable": "skipped",
        "tokens-informative": "failed",
    }


def test_status_of_a_test_is_that_of_its_worst_verdict(result: Result, tmp_path: Path) -> None:
    expected = {
        Verdict.ERROR: "broken",
        Verdict.FAIL: "failed",
        Verdict.INCONCLUSIVE: "broken",
        Verdict.DESELECTED: "skipped",
        Verdict.WARN: "passed",
        Verdict.PASS: "passed",
        Verdict.NOT_APPLICABLE: "skipped",
    }
    scenarios = [replace(result.scenarios[0], id=str(verdict), verdict=verdict) for verdict in Verdict]
    rows = [a_row(verdict, scenario=str(verdict)) for verdict in Verdict]

    tests = written(replace(result, scenarios=scenarios, verdicts=rows), tmp_path / "a")

    assert {test["fullName"]: test["status"] for test in tests} == expected
    assert Counter(test["status"] for test in tests) == {"broken": 2, "failed": 1, "skipped": 2, "passed": 2}


def test_exchanges_are_attached_as_text(result: Result, tmp_path: Path) -> None:
    tests = {test["fullName"]: test for test in written(result, tmp_path / "a")}

    test = tests["locations/cpo_serves::test_list"]
    (whole,) = test["attachments"]
    (of_step,) = test["steps"][1]["attachments"]
    assert whole["name"] == "3 exchanges"
    assert "connection refused" in (tmp_path / "a" / whole["source"]).read_text()
    transcript = (tmp_path / "a" / of_step["source"]).read_text()
    assert "GET https://cpo.example/ocpi/2.2.1/locations?offset=1&limit=10" in transcript
    assert "X-Total-Count: 42" in transcript
    assert of_step["type"] == "text/plain"


def test_anchors_are_links_and_levels_severities(result: Result, tmp_path: Path) -> None:
    test = next(t for t in written(result, tmp_path / "a") if t["fullName"] == "wire/tokens")

    assert test["links"] == [
        {"type": "link", "url": result.verdicts[0].url, "name": result.verdicts[0].anchor},
    ]
    labels = {label["name"]: label["value"] for label in test["labels"]}
    assert labels["severity"] == "critical"
    assert (labels["suite"], labels["feature"], labels["parentSuite"]) == (
        "tokens",
        "tokens",
        "OCPI 2.2.1 CPO",
    )


def test_listed_deviation_is_marked_as_known(result: Result, tmp_path: Path) -> None:
    tests = {test["fullName"]: test for test in written(result, tmp_path / "a")}

    assert tests["wire/tokens"]["statusDetails"]["known"] is True
    assert tests["wire/tokens"]["statusDetails"]["message"].startswith("listed deviation: fixed in May")
    assert tests["locations/cpo_serves::test_list"]["statusDetails"]["known"] is False


def test_writing_twice_gives_the_same_files(result: Result, tmp_path: Path) -> None:
    first = {file.name: file.read_bytes() for file in allure.write(result, tmp_path / "a")}
    second = {file.name: file.read_bytes() for file in allure.write(result, tmp_path / "a")}

    assert first == second
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_history_outlives_the_run(result: Result, tmp_path: Path) -> None:
    later = replace(result, run=replace(result.run, id="later"))
    one, two = (
        {test["historyId"]: test["uuid"] for test in written(each, tmp_path / each.run.id)}
        for each in (result, later)
    )

    assert one.keys() == two.keys()
    assert not set(one.values()) & set(two.values())


def test_environment_and_categories_are_there(result: Result, tmp_path: Path) -> None:
    odd = replace(result, iut=replace(result.iut, name="Zoë = a:b\nX=1"))
    allure.write(odd, tmp_path / "a")

    lines = (tmp_path / "a" / "environment.properties").read_text("ascii").splitlines()
    assert lines[0] == "IUT=Zo\\u00eb\\ \\=\\ a\\:b\\ X\\=1"
    assert len(lines) == 9
    categories = json.loads((tmp_path / "a" / "categories.json").read_text())
    assert categories[0]["name"] == "Listed deviations"


def test_hostile_text_is_written(hostile_result: Result, tmp_path: Path) -> None:
    assert len(written(hostile_result, tmp_path / "a")) >= 3
