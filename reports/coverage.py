"""coverage.json: each requirement, where it ended, and which flaws prove that its check can fail."""

from collections.abc import Sequence
from typing import Any

from .encoding import to_json
from .grouping import counts
from .result import CoverageRow, Result

__all__ = ["FORMAT", "proven", "render", "summary"]

FORMAT = "ocpi-conformance-coverage/1"


def render(result: Result) -> bytes:
    """The rows of the record with their sums, over all and per OCPI module."""
    modules: dict[str, list[CoverageRow]] = {}
    for row in result.coverage:
        modules.setdefault(row.module, []).append(row)
    coverage = {
        "format": FORMAT,
        "run": result.run.id,
        "ocpi_version": result.run.ocpi_version,
        "editions": result.run.editions,
        "summary": summary(result.coverage),
        "modules": {module: summary(rows) for module, rows in sorted(modules.items())},
        "requirements": result.coverage,
    }
    return to_json(coverage, indent=True)


def summary(rows: Sequence[CoverageRow]) -> dict[str, Any]:
    """Sums: `observable` can be seen from outside, `judged` met a scenario, `proven` has a flaw."""
    observable = [row for row in rows if not row.not_observable]
    return {
        "requirements": len(rows),
        "scored": sum(row.scored for row in rows),
        "observable": len(observable),
        "judged": sum(bool(row.scenarios) for row in observable),
        "proven": sum(proven(row) for row in observable),
        "verdicts": counts(row.verdict for row in rows),
    }


def proven(row: CoverageRow) -> bool:
    """Whether some flaw is known to turn the verdict of this requirement."""
    return bool(row.killed_by)
