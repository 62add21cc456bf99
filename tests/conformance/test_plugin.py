"""The plugin, seen from outside: a user's own scenario file is played in a real run."""

import json
import os
import subprocess
import sys

import pytest

SCENARIOS = '''
"""A user's own scenarios."""

from ocpi_conformance.conformance import Phase, applies_to

pytestmark = applies_to(module="versions")


def test_meets(iut, peer, check):
    """A duty is met."""
    answer = peer.get_versions(iut.versions_url, token=iut.connection.token_out)
    check("versions-get-answers", expected=200, found=answer.http_status, evidence=answer)


def test_breaks(iut, peer, check):
    """A duty is broken, and the next check is still made."""
    answer = peer.get_versions(iut.versions_url, token=iut.connection.token_out)
    check("versions-get-answers", expected=299, found=answer.http_status, evidence=answer)
    check("versions-lists-claimed", True)


def test_cannot_go_on(iut, check):
    """What is left is INCONCLUSIVE, with the reason."""
    check.requires([], "there is nothing to look at")
    _helper(check)


def _helper(check):
    check("versions-details-answer", True)


def test_fails_itself(check):
    """Our own mistake accuses nobody."""
    int("a bug of ours")
    check("versions-details-valid", True)


@applies_to(module="versions", iut="EMSP")
def test_for_another_role(check):
    check("versions-get-answers", False)


@applies_to(module="versions", phase=Phase.UNREGISTERED)
def test_comes_first(iut, bench, check):
    """A scenario before the registration sees none."""
    check("versions-accepts-token-a", bench.registration is None)
'''


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> dict:
    """The record of one run with these scenarios beside the suite's own."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "own").mkdir()
    (folder / "own" / "mine.py").write_text(SCENARIOS, encoding="utf-8")
    command = [sys.executable, "-m", "ocpi_conformance.conformance", "run", "--output", str(folder / "out")]
    command += ["--scenarios", str(folder / "own"), "--profile", "core", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=_environ(), check=False)
    assert done.returncode == 3, done.stdout + done.stderr
    return json.loads((folder / "out" / "result.json").read_text(encoding="utf-8"))


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("OCPI_CONFORMANCE_")}


def rows(result: dict, scenario: str) -> dict[str, dict]:
    return {
        row["requirement"]: row for row in result["verdicts"] if row["scenario"] == f"own/mine::{scenario}"
    }


def test_a_met_duty_is_a_pass_with_evidence(result):
    row = rows(result, "test_meets")["versions-get-answers"]
    assert row["verdict"] == "PASS"
    assert row["exchanges"]


def test_a_broken_duty_says_expected_and_found(result):
    row = rows(result, "test_breaks")["versions-get-answers"]
    assert (row["verdict"], row["expected"], row["found"]) == ("FAIL", "299", "200")


def test_a_failed_check_does_not_end_the_scenario(result):
    assert rows(result, "test_breaks")["versions-lists-claimed"]["verdict"] == "PASS"


def test_what_a_stopped_scenario_would_have_judged_is_inconclusive(result):
    """The slugs are found in its source, also in a helper of the same file."""
    row = rows(result, "test_cannot_go_on")["versions-details-answer"]
    assert (row["verdict"], row["reason"]) == ("INCONCLUSIVE", "there is nothing to look at")


def test_an_exception_of_ours_is_our_error(result):
    row = rows(result, "test_fails_itself")["versions-details-valid"]
    assert row["verdict"] == "ERROR"
    assert "a bug of ours" in row["reason"]
    assert "(mine.py:" in row["reason"]
    assert result["statement"]["outcome"] == "void"


def test_an_error_is_not_lost_where_no_requirement_was_named(result):
    """A scenario that fails before it names a duty makes the run void all the same."""
    own = [row for row in result["verdicts"] if row["requirement"] == "suite"]
    assert {row["scenario"] for row in own} == {"own/mine::test_fails_itself"}


def test_a_scenario_for_another_role_is_not_played(result):
    assert rows(result, "test_for_another_role") == {}


def test_scenarios_come_in_the_order_of_their_phases(result):
    assert rows(result, "test_comes_first")["versions-accepts-token-a"]["verdict"] == "PASS"


def test_the_deselected_are_named(result):
    """A profile leaves requirements out; each says so, and the run isn't called conformant."""
    left_out = [row for row in result["verdicts"] if row["verdict"] == "DESELECTED"]
    assert {row["module"] for row in left_out} >= {"locations", "tokens"}
    assert all(row["reason"] for row in left_out)


def test_scenarios_are_recorded_with_their_verdict(result):
    played = {row["id"]: row["verdict"] for row in result["scenarios"]}
    assert played["own/mine::test_fails_itself"] == "ERROR"
    assert played["own/mine::test_breaks"] == "FAIL"
    assert played["own/mine::test_cannot_go_on"] == "INCONCLUSIVE"
