"""coverage.json: rows and sums."""

import json
from dataclasses import replace

from ocpi_conformance.reports import Result, Verdict, coverage


def test_sums_equal_the_rows(result: Result) -> None:
    hidden = replace(result.coverage[0], not_observable="it can't be seen", module="tokens")

    found = json.loads(coverage.render(replace(result, coverage=[hidden, *result.coverage[1:]])))

    assert found["format"] == "ocpi-conformance-coverage/1"
    assert found["summary"]["requirements"] == len(found["requirements"]) == 10
    assert found["summary"]["observable"] == 9
    assert found["summary"]["judged"] == 8
    assert found["summary"]["proven"] == 3
    assert found["summary"]["scored"] == 9
    assert found["summary"]["verdicts"] == {
        verdict: {"FAIL": 3, "INCONCLUSIVE": 2}.get(verdict, 1) for verdict in Verdict
    }
    assert {name: part["requirements"] for name, part in found["modules"].items()} == {
        "locations": 6,
        "tokens": 4,
    }


def test_rows_name_the_flaws_that_prove_them(result: Result) -> None:
    rows = {row["requirement"]: row for row in json.loads(coverage.render(result))["requirements"]}

    assert rows["locations-duty-fail"]["killed_by"] == ["omits_x_limit"]
    assert rows["locations-duty-pass"]["killed_by"] == []
