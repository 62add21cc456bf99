"""Results to render: one with every verdict, one whose every string is hostile, one of a realistic size."""

import json
from dataclasses import fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

import pytest
from ocpi_conformance.reports import (
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
)

SECRET = "c2VjcmV0LXRva2Vu"
TEXT = "https://github.com/ocpi/ocpi/blob/release-2.2.1-bugfixes/transport_and_format.asciidoc"
HOSTILE = (
    "<script>window.pwned=1</script></script ><!--<script <img src=x onerror=alert(1)>"
    "'\"\x1b[31m\x00\u202e&amp;]]>{{7}}"
)


def an_exchange(number: int = 1, **changes: Any) -> ExchangeRecord:
    """A GET of locations by the suite, answered with 200."""
    values = {
        "id": f"x{number}",
        "direction": "sent",
        "peer": "emsp",
        "scenario": "locations/cpo_serves::test_list",
        "started": "2026-05-04T10:00:00.250000Z",
        "elapsed_s": 0.012,
        "method": "GET",
        "url": f"https://cpo.example/ocpi/2.2.1/locations?offset={number}&limit=10",
        "request_headers": [("Authorization", f"Token {SECRET}"), ("X-Request-ID", f"r-{number}")],
        "request_body": "",
        "status": 200,
        "response_headers": [("Content-Type", "application/json"), ("X-Total-Count", "42")],
        "response_body": json.dumps({"status_code": 1000, "data": [{"id": f"LOC{number}"}]}),
        "endpoint": "locations-get-list",
    }
    return ExchangeRecord(**values | changes)


def a_row(verdict: Verdict, **changes: Any) -> VerdictRow:
    """One judgement that ends in `verdict`."""
    values = {
        "requirement": f"locations-duty-{verdict.lower().replace('_', '-')}",
        "level": "SHOULD" if verdict is Verdict.WARN else "MUST",
        "module": "locations",
        "duty": "A page of locations carries the header X-Limit.",
        "scenario": "locations/cpo_serves::test_list",
        "check": f"locations-duty-{verdict.lower().replace('_', '-')}",
        "verdict": verdict,
        "expected": "a whole number of at least 1",
        "found": "no such header",
        "reason": "" if verdict in (Verdict.PASS, Verdict.FAIL, Verdict.WARN) else f"because of {verdict}",
        "exchanges": ["x1"],
        "anchor": "transport_and_format.asciidoc#transport_and_format_pagination",
        "url": f"{TEXT}#transport_and_format_pagination",
        "versions": ["2.2.1"],
    }
    return VerdictRow(**values | changes)


def every_verdict() -> Result:
    """One row of each verdict, a listed deviation, an informative failure, exchanges of each kind."""
    rows = [a_row(verdict) for verdict in Verdict]
    rows += [
        a_row(
            Verdict.FAIL,
            requirement="tokens-listed",
            module="tokens",
            scenario="wire",
            deviation="fixed in May",
        ),
        a_row(
            Verdict.FAIL, requirement="tokens-informative", module="tokens", scored=False, exchanges=["x2"]
        ),
        a_row(Verdict.INCONCLUSIVE, requirement="tokens-unseen", module="tokens", scenario="", exchanges=[]),
    ]
    listing = "locations/cpo_serves::test_list"
    return Result(
        run=Run(
            id="2026-05-04T100000Z-7",
            started="2026-05-04T10:00:00Z",
            finished="2026-05-04T10:00:07Z",
            seed=7,
            suite_version="0.1.0",
            editions=["2.2.1/2026.1"],
            ocpi_version="2.2.1",
        ),
        iut=Iut(
            name="Example CPO",
            role="CPO",
            versions_url="https://cpo.example/ocpi/versions",
            roles=[{"role": "CPO", "country_code": "DE", "party_id": "EXA", "name": "Example"}],
            endpoints=[{"identifier": "locations", "role": "SENDER", "url": "https://cpo.example/l"}],
        ),
        claim={"role": "CPO", "versions": ["2.2.1"], "modules": {"locations": ["SENDER"]}},
        selection={"profile": "all"},
        settings={"iut.versions_url": "https://cpo.example/ocpi/versions"},
        verdicts=rows,
        scenarios=[
            ScenarioRow(
                id=listing,
                title="The eMSP reads the list of locations.",
                module="locations",
                verdict=Verdict.ERROR,
                duration_s=0.5,
                exchanges=["x1", "x2", "x3"],
            ),
        ],
        profiles=[ProfileRow(name="core", title="Core", verdict=Verdict.FAIL, counts={"FAIL": 1, "PASS": 1})],
        coverage=[
            CoverageRow(
                requirement=row.requirement,
                module=row.module,
                level=row.level,
                verdict=row.verdict,
                scenarios=[row.scenario] if row.scenario else [],
                killed_by=["omits_x_limit"] if row.verdict is Verdict.FAIL else [],
                scored=row.scored,
            )
            for row in rows
        ],
        statement=Statement(outcome=Outcome.NOT_CONFORMANT, exit_code=1, text="1 duty is not met"),
        exchanges=[
            an_exchange(1),
            an_exchange(2, direction="received", method="POST", request_body='{"id":"é"}', status=201),
            an_exchange(3, status=None, response_headers=[], response_body="", fault="connection refused"),
        ],
    )


def poisoned(value: Any, keep: frozenset[str]) -> Any:
    """The same record with a hostile tail on every string, save in the fields `keep`."""
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            f.name: poisoned(getattr(value, f.name), keep) for f in fields(value) if f.name not in keep
        }
        return replace(value, **changed)
    if isinstance(value, str):
        return value if isinstance(value, StrEnum) else value + HOSTILE
    if isinstance(value, dict):
        return {poisoned(key, keep): poisoned(item, keep) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(poisoned(item, keep) for item in value)
    return value


def hostile() -> Result:
    """Every string a script; only what the format itself fixes is left alone."""
    fixed = frozenset(
        {"format", "direction", "id", "exchanges", "started", "finished", "level", "counts", "deviation"}
    )
    clean = every_verdict()
    return replace(
        poisoned(clean, fixed),
        exchanges=[poisoned(exchange, fixed) for exchange in clean.exchanges],
    )


@pytest.fixture
def result() -> Result:
    return every_verdict()


@pytest.fixture
def hostile_result() -> Result:
    return hostile()
