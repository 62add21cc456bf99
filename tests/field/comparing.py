"""Findings of a run beside those of its baseline: equal, or told what differs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_BROKEN = ("FAIL", "WARN")


def findings(result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The first broken judgement of each requirement, informative ones too."""
    found: dict[str, dict[str, Any]] = {}
    for row in result["verdicts"]:
        if row["verdict"] in _BROKEN:
            found.setdefault(row["requirement"], row)
    return found


def differences(result: Mapping[str, Any], listed: Iterable[str]) -> Iterator[str]:
    """What the baseline doesn't list, what it lists and wasn't found, and what says nothing about anyone."""
    found, known = findings(result), set(listed)
    for row in result["verdicts"]:
        if row["verdict"] == "ERROR":
            yield f"ERROR {row['requirement']}: {row['reason']}"
    if not result["run"]["complete"]:
        yield "the run is not complete"
    for name in sorted(found.keys() - known):
        row = found[name]
        yield f"new: {row['verdict']} {name}: expected {row['expected']}, found {row['found']} ({row['anchor']})"
    for name in sorted(known - found.keys()):
        verdicts = {row["verdict"]: row["reason"] for row in result["verdicts"] if row["requirement"] == name}
        now = ", ".join(f"{verdict} {reason}".strip() for verdict, reason in verdicts.items())
        yield f"listed and not found: {name} ({now or 'not judged'})"
