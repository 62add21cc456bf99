"""Runs of the suite as a user makes them: a process of their own, bounded in memory, with all that they leave."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocpi_conformance.reports.schema import problem, validator

PROGRAM = [sys.executable, "-m", "ocpi_conformance.conformance"]
MEMORY_BYTES = 3 * 2**30
LONGEST_S = 180
"""A run that takes so long has lost its way: on any machine it should be a few seconds."""
QUICK = (
    *("--timeout-s", "1", "--patience-s", "0.3", "--quiet-s", "0.002"),
    *("--rate", "0", "--duration-s", "60"),
)
"""So that the hostile are not waited for: what is shown here is shown by not ending well."""
REPORTS = {"result.json", "exchanges.ndjson", "traffic.har", "report.html", "junit.xml", "summary.md"}


@dataclass(frozen=True)
class Ended:
    """What a run came to."""

    code: int
    output: str
    folder: Path

    @property
    def record(self) -> dict[str, Any]:
        """Its result, which holds to the published schema."""
        record = json.loads((self.folder / "result.json").read_bytes())
        assert problem(validator(), record) == ""
        return record

    def verdicts(self, *wanted: str) -> list[str]:
        """Why there are such verdicts."""
        return [row["reason"] or row["found"] for row in self.record["verdicts"] if row["verdict"] in wanted]


def a_run(
    *flags: str, folder: Path, environ: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Ended:
    """Run to the end. It has so much memory and no more: what it can't hold it must not try to."""
    done = subprocess.run(
        [*PROGRAM, "run", *QUICK, "--output", str(folder), *flags],
        capture_output=True,
        timeout=LONGEST_S,
        check=False,
        preexec_fn=_bounded,
        env={**os.environ, **(environ or {})},
        cwd=cwd,
    )
    return Ended(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"), folder)


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def assert_a_result(ended: Ended) -> None:
    """It ended by itself, accuses without an error of its own, and wrote everything."""
    assert ended.code in (1, 10), ended.output
    assert "Traceback" not in ended.output
    assert {path.name for path in ended.folder.iterdir()} >= REPORTS
    assert ended.record["run"]["complete"] is True
    assert ended.verdicts("ERROR") == []
