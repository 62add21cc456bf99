"""The command that prices CDRs: output and exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.conformance.cli import main
from ocpi_conformance.simulators.samples import Samples

CDR = Samples(3).cdr()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    dearer = {**CDR, "total_cost": {"excl_vat": CDR["total_cost"]["excl_vat"] + 100}}
    silent = {name: value for name, value in CDR.items() if not name.endswith("_cost")}
    bare = {name: value for name, value in CDR.items() if name != "tariffs"}
    values: dict[str, Any] = {"right": CDR, "wrong": dearer, "silent": silent, "bare": bare, "empty": []}
    values["tariff"] = CDR["tariffs"][0]
    for name, value in values.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(value), "utf-8")
    return {name: str(tmp_path / f"{name}.json") for name in values}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["right"], 0),
        (["wrong"], 1),
        (["bare"], 4),
        (["bare", "tariff"], 0),
        (["silent"], 5),
        (["empty"], 5),
    ],
)
def test_exit_codes(files: dict[str, str], names: list[str], code: int) -> None:
    assert main(["price", *(files[name] for name in names)]) == code


def test_text_and_json(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["price", files["right"]])
    text = capsys.readouterr().out
    main(["price", files["right"], "--format", "json"])
    record = json.loads(capsys.readouterr().out)

    assert CDR["id"] in text.splitlines()[0]
    assert record["format"] == "ocpi-conformance-price/1"
    assert [one["differs"] for one in record["records"]] == [False]


def test_errors_name_what_would_work(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["price", files["bare"]])

    assert "give them as further files: CDR.json TARIFF.json" in capsys.readouterr().err
