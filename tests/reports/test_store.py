"""A result survives its way to the disk and back; what is broken is refused with a message that helps."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from ocpi_conformance.reports import Result, ResultError, Verdict, load, save


def test_saved_result_is_loaded_equal(result: Result, tmp_path: Path) -> None:
    assert load(save(result, tmp_path / "new" / "folder")) == result


def test_folder_is_as_good_as_the_file_in_it(result: Result, tmp_path: Path) -> None:
    save(result, tmp_path)

    assert load(tmp_path) == load(tmp_path / "result.json")


def test_hostile_strings_survive_unchanged(hostile_result: Result, tmp_path: Path) -> None:
    assert load(save(hostile_result, tmp_path)) == hostile_result


def test_lone_surrogates_are_replaced(result: Result, tmp_path: Path) -> None:
    rows = [replace(result.verdicts[0], found="a\ud800b")]
    exchanges = [replace(result.exchanges[0], response_body="c\udfffd")]

    loaded = load(save(replace(result, verdicts=rows, exchanges=exchanges), tmp_path))

    assert loaded.verdicts[0].found == "a\ufffdb"
    assert loaded.exchanges[0].response_body == "c\ufffdd"


def test_result_without_exchanges_beside_it_has_none(result: Result, tmp_path: Path) -> None:
    save(result, tmp_path)
    (tmp_path / "exchanges.ndjson").unlink()

    assert load(tmp_path).exchanges == []


def test_nothing_but_the_two_files_is_left_behind(result: Result, tmp_path: Path) -> None:
    save(result, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["exchanges.ndjson", "result.json"]


def test_unknown_fields_of_a_newer_suite_are_ignored(result: Result, tmp_path: Path) -> None:
    file = save(result, tmp_path)
    value = json.loads(file.read_text())
    value["novelty"] = value["run"]["novelty"] = value["verdicts"][0]["novelty"] = 1
    file.write_text(json.dumps(value))

    assert load(file) == result


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[]", "no format"),
        ("{}", "no format"),
        ('{"format": 7}', "no format"),
        ('{"format": "ocpi-conformance-result/2"}', "this version reads 'ocpi-conformance-result/1'"),
        ('{"format": "ocpi-conformance-result/1"}', "broken at /: "),
        ("[" * 5000, "not JSON"),
    ],
)
def test_what_is_no_result_is_refused(content: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_text(content)

    with pytest.raises(ResultError, match=r"result\.json") as caught:
        load(file)

    assert message in str(caught.value)


def test_broken_field_is_named_by_its_pointer(result: Result, tmp_path: Path) -> None:
    file = save(result, tmp_path)
    value = json.loads(file.read_text())
    value["verdicts"][1]["verdict"] = "GREEN"
    file.write_text(json.dumps(value))

    with pytest.raises(ResultError, match="/verdicts/1/verdict"):
        load(file)


def test_missing_file_says_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"no such file; expected the result\.json of a run"):
        load(tmp_path / "nowhere.json")


def test_sizes_are_bounded(result: Result, tmp_path: Path) -> None:
    save(result, tmp_path)

    with pytest.raises(ResultError, match="larger than 100 bytes"):
        load(tmp_path, limit=100)
    with pytest.raises(ResultError, match=r"exchanges\.ndjson: larger than 100 bytes"):
        load(tmp_path, exchanges_limit=100)


def test_verdicts_come_back_as_verdicts(result: Result, tmp_path: Path) -> None:
    row = load(save(result, tmp_path)).verdicts[0]

    assert isinstance(row.verdict, Verdict)
