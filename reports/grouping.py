"""The record as a reader wants it: identical findings together, judgements by requirement, counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .result import CoverageRow, Result, Verdict, VerdictRow

__all__ = ["Finding", "Requirement", "counts", "findings", "informative", "modules", "requirements"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Rows that say the same of the same requirement, seen `times` times; `row` is the first of them."""

    row: VerdictRow
    times: int
    scenarios: list[str]
    exchanges: list[str]

    @property
    def listed(self) -> bool:
        """Whether the user's baseline lists this failure."""
        return self.row.verdict is Verdict.FAIL and bool(self.row.deviation)


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One duty with all that was judged of it. `coverage` is None when the record has no line for it."""

    slug: str
    level: str
    module: str
    duty: str
    verdict: Verdict
    scored: bool
    findings: list[Finding]
    coverage: CoverageRow | None

    @property
    def listed(self) -> bool:
        """Whether it failed, and every failure of it is in the user's baseline."""
        failures = [finding for finding in self.findings if finding.row.verdict is Verdict.FAIL]
        return self.verdict is Verdict.FAIL and bool(failures) and all(finding.listed for finding in failures)


def findings(rows: Iterable[VerdictRow]) -> list[Finding]:
    """The rows with identical ones put together, in the order in which each was first made."""
    groups: dict[tuple[str, ...], list[VerdictRow]] = {}
    for row in rows:
        said = (row.expected, row.found, row.reason, row.deviation, row.detail)
        key = (row.requirement, row.check, row.verdict, *said)
        groups.setdefault(key, []).append(row)
    return [
        Finding(
            row=group[0],
            times=sum(row.times for row in group),
            scenarios=list(dict.fromkeys(row.scenario for row in group if row.scenario)),
            exchanges=list(dict.fromkeys(id for row in group for id in row.exchanges)),
        )
        for group in groups.values()
    ]


def requirements(result: Result) -> list[Requirement]:
    """Every requirement of the coverage and every one that a row speaks of, by module and slug."""
    judged: dict[str, list[VerdictRow]] = {}
    for row in result.verdicts:
        judged.setdefault(row.requirement, []).append(row)
    covered = {row.requirement: row for row in result.coverage}
    known = [_requirement(slug, judged.get(slug, []), covered.get(slug)) for slug in {**covered, **judged}]
    return sorted(known, key=lambda requirement: (requirement.module, requirement.slug))


def _requirement(slug: str, rows: list[VerdictRow], coverage: CoverageRow | None) -> Requirement:
    told = rows[0] if rows else coverage
    assert told is not None
    return Requirement(
        slug=slug,
        level=told.level,
        module=told.module,
        duty=rows[0].duty if rows else "",
        verdict=coverage.verdict if coverage else Verdict.worst([row.verdict for row in rows]),
        scored=told.scored,
        findings=sorted(findings(rows), key=lambda finding: finding.row.verdict.rank),
        coverage=coverage,
    )


def counts(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    """How often each verdict occurs, worst first, the absent ones with 0."""
    seen = Counter(verdicts)
    return {verdict: seen[verdict] for verdict in Verdict}


def informative(known: Iterable[Requirement]) -> str:
    """What came of the requirements that are not scored, in words; empty where there is none."""
    number = counts(requirement.verdict for requirement in known if not requirement.scored)
    told = [f"{count} {verdict.replace('_', ' ').lower()}" for verdict, count in number.items() if count]
    return f"{sum(number.values())} informative, not scored: {', '.join(told)}" if told else ""


def modules(known: Iterable[Requirement]) -> dict[str, dict[Verdict, int]]:
    """The counts of scored requirements per OCPI module."""
    grouped: dict[str, list[Verdict]] = {}
    for requirement in known:
        group = grouped.setdefault(requirement.module, [])
        if requirement.scored:
            group.append(requirement.verdict)
    return {module: counts(verdicts) for module, verdicts in sorted(grouped.items())}
