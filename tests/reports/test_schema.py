"""The published schema and the record say the same."""

import json
from dataclasses import MISSING, fields
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ocpi_conformance.reports import (
    FORMAT,
    CoverageRow,
    ExchangeRecord,
    Iut,
    Outcome,
    ProfileRow,
    Result,
    Run,
    ScenarioRow,
    Statement,
    Verdict,
    VerdictRow,
    save,
)
from ocpi_conformance.reports.schema import schema

RECORDS = {
    "run": Run,
    "iut": Iut,
    "verdict_row": VerdictRow,
    "scenario_row": ScenarioRow,
    "profile_row": ProfileRow,
    "coverage_row": CoverageRow,
    "statement": Statement,
    "exchange": ExchangeRecord,
}


def test_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("definition", RECORDS)
def test_schema_has_the_fields_of_the_record(definition: str) -> None:
    part, record = schema()["$defs"][definition], RECORDS[definition]
    needed = [f.name for f in fields(record) if f.default is MISSING and f.default_factory is MISSING]

    assert list(part["properties"]) == [f.name for f in fields(record)]
    assert part["required"] == needed


def test_schema_has_the_members_of_the_result() -> None:
    assert set(schema()["properties"]) == {field.name for field in fields(Result)} - {"exchanges"}
    assert schema()["properties"]["format"]["const"] == FORMAT


def test_enumerations_are_those_of_the_record() -> None:
    definitions = schema()["$defs"]

    assert definitions["verdict"]["enum"] == [str(verdict) for verdict in Verdict]
    assert definitions["statement"]["properties"]["outcome"]["enum"] == [str(outcome) for outcome in Outcome]


def test_what_is_saved_is_valid(hostile_result: Result, tmp_path: Path) -> None:
    record = json.loads(save(hostile_result, tmp_path).read_bytes())
    exchange = Draft202012Validator({"$ref": "#/$defs/exchange", "$defs": schema()["$defs"]})

    Draft202012Validator(schema()).validate(record)
    rows = (tmp_path / "exchanges.ndjson").read_bytes().splitlines()
    assert len(rows) == len(hostile_result.exchanges) > 0
    for row in rows:
        exchange.validate(json.loads(row))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("verdicts", 0, "verdict"), "OK"),
        (("verdicts", 0, "times"), 0),
        (("verdicts", 0, "exchanges"), [1]),
        (("scenarios", 0, "duration_s"), -1),
        (("iut", "roles"), [{"role": 1}]),
        (("profiles", 0, "counts"), {"PASS": -1}),
        (("profiles", 0, "counts"), {"GREEN": 1}),
        (("statement", "outcome"), "certified"),
        (("format",), "ocpi-conformance-result/2"),
    ],
)
def test_schema_refuses(path: tuple[str | int, ...], value: object, result: Result, tmp_path: Path) -> None:
    record = json.loads(save(result, tmp_path).read_bytes())
    place = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert not Draft202012Validator(schema()).is_valid(record)
