"""The example of a user's own scenarios, run as the guide says, and what becomes of mistakes in such a folder."""

import shutil
from pathlib import Path

import pytest

from tests.conformance.test_running import run

OWN = Path(__file__).parents[2] / "examples" / "own_scenarios"


def verdicts(record: dict) -> dict[str, str]:
    return {
        row["requirement"]: row["verdict"]
        for row in record.get("verdicts", [])
        if row["requirement"].startswith("house-")
    }


def test_the_example_runs_beside_the_suite_and_is_met_by_the_reference_cpo(tmp_path):
    code, record, output = run(
        "--scenarios", str(OWN), "--select", "house-*", "--seed", "7", folder=tmp_path / "out"
    )
    assert verdicts(record) == {
        "house-locations-lie-in-europe": "PASS",
        "house-status-changes-are-small": "PASS",
    }
    assert code == 10, output
    assert {row["module"] for row in record["verdicts"] if row["requirement"].startswith("house-")} == {
        "house"
    }


def test_a_rule_that_is_broken_fails_the_run(tmp_path):
    """The reference CPO has Locations in Europe: the rule is turned round."""
    own = tmp_path / "own"
    shutil.copytree(OWN, own)
    scenario = own / "locations_are_ours.py"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("if not location", "if location"), encoding="utf-8")
    code, record, output = run(
        "--scenarios", str(own), "--select", "house-locations-lie-in-europe", folder=tmp_path / "out"
    )
    assert code == 1, output
    assert verdicts(record) == {
        "house-locations-lie-in-europe": "FAIL",
        "house-status-changes-are-small": "DESELECTED",
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ('[[requirement]]\nslug = "house-x"\n', "names no module"),
        ('module = "tokens"\n[[requirement]]\nslug = "house-x"\nlevel = "MUST"\n', "house-x"),
        ('module = "house"\n[[requirement]]\nslug = "house-x"\nlvl = "MUST"\n', "lvl"),
        ("module = \n", "TOML"),
    ],
    ids=["no module", "a field is missing", "an unknown field", "no TOML"],
)
def test_a_mistake_in_the_rows_is_named(rows, said, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "house.toml").write_text(rows, encoding="utf-8")
    code, record, output = run("--scenarios", str(own), folder=tmp_path / "out")
    assert (code, record) == (4, {}), output
    assert said in " ".join(output.split())
    assert "Traceback" not in output
