"""Whole runs against platforms that break HTTP and JSON: each ends by itself, with a result and without a crash."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from ocpi_conformance.conformance.embedded import Embedded

from tests.hostile.mangler import Mangle, mangling
from tests.hostile.spoilings import SPOILINGS

COMMAND = [sys.executable, "-m", "ocpi_conformance.conformance", "run"]
MEMORY_BYTES = 3 * 2**30
RENDERINGS = {"result.json", "exchanges.ndjson", "traffic.har", "report.html", "junit.xml", "summary.md"}


def _bounded() -> None:
    """The run gets this much memory and no more: what it can't hold it must not try to."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def a_run(mangle: Mangle, folder: Path) -> tuple[int, dict, str]:
    """Exit code, record and terminal output of a run through the proxy."""
    with Embedded(role="CPO", seed=1) as party, mangling(party.versions_url, mangle) as url:
        done = subprocess.run(
            [
                *COMMAND,
                *("--versions-url", url, "--token-env", "A", "--timeout-s", "1"),
                *("--patience-s", "0.5", "--quiet-s", "0.01", "--output", str(folder)),
            ],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            preexec_fn=_bounded,
            env={**os.environ, "A": party.token},
        )
    record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return done.returncode, record, done.stdout + done.stderr


def test_the_proxy_by_itself_accuses_nobody(tmp_path: Path):
    """What the next test finds, it finds because of what was spoilt."""
    code, record, output = a_run(lambda reply, line: line.sendall(reply.written()), tmp_path)
    assert [
        row["requirement"] for row in record["verdicts"] if row["verdict"] in ("FAIL", "WARN", "ERROR")
    ] == []
    assert code == 10, output


@pytest.mark.parametrize("name", SPOILINGS)
def test_a_run_ends_with_a_result(name: str, tmp_path: Path):
    """It is bounded in memory, writes every report inside of its folder, and never calls such a platform conformant."""
    folder = tmp_path / "out"
    code, record, output = a_run(SPOILINGS[name], folder)
    assert code in (1, 10), output
    assert "Traceback" not in output
    assert "\x1b[31m" not in output
    assert {path.name for path in folder.iterdir()} >= RENDERINGS
    assert record["run"]["complete"] is True
    assert [row["reason"] for row in record["verdicts"] if row["verdict"] == "ERROR"] == []
    assert list(tmp_path.rglob("*climbed*")) == []
