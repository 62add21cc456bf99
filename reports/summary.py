"""summary.md: the result on one page of Markdown, as a CI job shows it."""

import html
import re
from collections.abc import Iterable

from .curl import curl
from .grouping import Finding, counts, findings, informative, modules, requirements
from .plain import clip, one_line
from .result import Outcome, Result, Verdict

__all__ = ["render"]

_FINDINGS = 30
_VALUE_LIMIT = 400
_SIGNS = {
    Outcome.CONFORMANT: "✅",
    Outcome.CONFORMANT_WITH_DEVIATIONS: "☑️",
    Outcome.PARTIAL: "🟡",
    Outcome.NOT_CONFORMANT: "❌",
    Outcome.VOID: "⚠️",
}
_MARKUP = re.compile(r"[\\`*_{}\[\]()#+~|@$!-]")


def render(result: Result) -> str:
    """The page. Its size is bounded; what is left out is said."""
    grouped = findings(result.verdicts)
    broken = [f for f in grouped if f.row.verdict in (Verdict.ERROR, Verdict.FAIL) and not f.listed]
    parts = [
        _headline(result),
        _table(result),
        _profiles(result),
        _failures(result, broken),
        _listed([finding for finding in grouped if finding.listed]),
        *(
            _open(verdict, [finding for finding in grouped if finding.row.verdict is verdict])
            for verdict in (Verdict.INCONCLUSIVE, Verdict.DESELECTED, Verdict.WARN)
        ),
        _about(result),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _safe(text: str) -> str:
    """Foreign text that Markdown shows as it is."""
    escaped = html.escape(clip(one_line(text), _VALUE_LIMIT))
    return _MARKUP.sub(lambda match: f"&#{ord(match.group())};", escaped)


def _headline(result: Result) -> str:
    statement, iut = result.statement, result.iut
    lines = [
        f"# {_SIGNS[statement.outcome]} {statement.outcome.capitalize()}",
        f"**{_safe(iut.name)}**, {_safe(iut.role)}, OCPI {_safe(result.run.ocpi_version)}.",
        _safe(statement.text),
    ]
    if not result.run.complete:
        lines.append("The run was interrupted: the verdicts are what was known then.")
    if result.run.insecure:
        lines.append("The certificate of the implementation was not checked.")
    return "\n\n".join(lines + [_safe(note) for note in result.run.notes])


def _table(result: Result) -> str:
    known = requirements(result)
    total = counts(requirement.verdict for requirement in known if requirement.scored)
    shown = [verdict for verdict in Verdict if total[verdict]]
    if not shown:
        return ""
    rows = [
        ["requirements", *(verdict.replace("_", " ").lower() for verdict in shown), "total"],
        ["---", *("---:" for _ in shown), "---:"],
    ]
    for module, numbers in modules(known).items():
        cells = [str(numbers[verdict] or "") for verdict in shown]
        rows.append([_safe(module), *cells, str(sum(numbers.values()))])
    rows.append(["**all**", *(f"**{total[verdict]}**" for verdict in shown), f"**{sum(total.values())}**"])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    beside = informative(known)
    return f"{table}\n\n{beside}." if beside else table


def _profiles(result: Result) -> str:
    if not result.profiles:
        return ""
    rows = [["profile", "verdict", "requirements"], ["---"] * 3]
    for profile in result.profiles:
        number = ", ".join(
            f"{profile.counts[verdict]} {verdict.lower()}"
            for verdict in Verdict
            if verdict is not Verdict.NOT_APPLICABLE and profile.counts.get(verdict)
        )
        rows.append([f"{_safe(profile.name)}: {_safe(profile.title)}", f"**{profile.verdict}**", number])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _failures(result: Result, broken: list[Finding]) -> str:
    if not broken:
        return ""
    exchanges = {exchange.id: exchange for exchange in result.exchanges}
    parts = [f"## Failures ({len(broken)})"]
    for finding in broken[:_FINDINGS]:
        row = finding.row
        times = f" ×{finding.times}" if finding.times > 1 else ""
        head = f"<b>{row.verdict}</b> {_safe(row.requirement)} ({_safe(row.level)}){times}"
        facts = {"duty": row.duty, "expected": row.expected, "found": row.found, "reason": row.reason}
        facts |= {"text": row.url or row.anchor}
        lines = [f"- {name}: {_safe(value)}" for name, value in facts.items() if value]
        known = (exchanges[id] for id in finding.exchanges if id in exchanges)
        if sent := next((exchange for exchange in known if exchange.direction == "sent"), None):
            lines.append("\n" + _fenced(curl(sent, insecure=result.run.insecure)))
        parts.append(f"<details><summary>{head}</summary>\n\n" + "\n".join(lines) + "\n\n</details>")
    if len(broken) > _FINDINGS:
        parts.append(f"{len(broken) - _FINDINGS} more are in the report.")
    return "\n\n".join(parts)


def _fenced(code: str) -> str:
    """A code block whose fence is longer than any row of backticks inside."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sh\n{code}\n{fence}"


def _listed(group: list[Finding]) -> str:
    if not group:
        return ""
    lines = [f"- {_safe(finding.row.requirement)}: {_safe(finding.row.deviation)}" for finding in group]
    return "\n".join([f"## Listed deviations ({len(group)})\n", *lines])


def _open(verdict: Verdict, group: list[Finding]) -> str:
    if not group:
        return ""
    reasons: dict[str, list[str]] = {}
    for finding in group:
        reasons.setdefault(finding.row.reason or finding.row.found, []).append(finding.row.requirement)
    lines = [f"- {_safe(reason) or 'no reason'}: {_slugs(slugs)}" for reason, slugs in reasons.items()]
    rest = len(lines) - _FINDINGS
    lines = lines[:_FINDINGS] + ([f"- and {rest} more reasons"] if rest > 0 else [])
    return "\n".join([f"## {verdict.capitalize()} ({len(group)})\n", *lines])


def _slugs(slugs: Iterable[str]) -> str:
    unique = list(dict.fromkeys(slugs))
    more = f" and {len(unique) - 5} more" if len(unique) > 5 else ""
    return ", ".join(_safe(slug) for slug in unique[:5]) + more


def _about(result: Result) -> str:
    run = result.run
    facts = f"Run {_safe(run.id)}, {_safe(run.started)} to {_safe(run.finished)}, seed {run.seed}"
    editions = f", edition {', '.join(map(_safe, run.editions))}" if run.editions else ""
    return f"{facts}, ocpi&#45;conformance {_safe(run.suite_version)}{editions}."
