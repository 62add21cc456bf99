"""Whole runs against platforms that break HTTP and JSON: each ends by itself, with a result and without a crash."""

from pathlib import Path

import pytest
from ocpi_conformance.conformance.embedded import Embedded

from tests.hostile.mangler import Mangle, mangling
from tests.hostile.runs import Ended, a_run, assert_a_result
from tests.hostile.spoilings import SPOILINGS, late


def behind(mangle: Mangle, folder: Path, *flags: str) -> Ended:
    """A run through the proxy."""
    with Embedded(role="CPO", seed=1) as party, mangling(party.versions_url, mangle) as url:
        where = ("--versions-url", url, "--token-env", "TOKEN_OF_A_TEST", "--duration-s", "20")
        return a_run(*where, *flags, folder=folder, environ={"TOKEN_OF_A_TEST": party.token})


def test_the_proxy_by_itself_accuses_nobody(tmp_path: Path):
    """What the next test finds, it finds because of what was spoilt."""
    ended = behind(lambda reply, line: line.sendall(reply.written()), tmp_path)
    assert ended.verdicts("FAIL", "WARN", "ERROR") == []
    assert ended.code == 10, ended.output


@pytest.mark.parametrize("name", SPOILINGS)
def test_a_run_ends_with_a_result(name: str, tmp_path: Path):
    """It is bounded in memory, writes every report inside of its folder, and never calls such a platform conformant."""
    ended = behind(SPOILINGS[name], tmp_path / "out")
    assert_a_result(ended)
    assert "\x1b[31m" not in ended.output
    assert list(tmp_path.rglob("*climbed*")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_run_against_a_slow_platform_ends_at_its_time(tmp_path: Path):
    """Each answer comes at the last moment, so that no call fails: all of them together take what the run has."""
    ended = behind(late, tmp_path, "--timeout-s", "5", "--duration-s", "4")
    assert_a_result(ended)
    assert ended.code == 10, ended.output
    assert ended.verdicts("FAIL", "WARN") == []
    over = "the time of the run was over: 4 s (duration_s)"
    assert over in ended.verdicts("INCONCLUSIVE")
    assert [row["reason"] for row in ended.record["scenarios"]][-1] == over
