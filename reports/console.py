"""The result in a terminal: failures and what repeats them, what stayed open, the table, one statement."""

import textwrap
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .curl import curl
from .grouping import Finding, counts, findings, informative, modules, requirements
from .plain import clip, one_line, visible
from .result import ExchangeRecord, Outcome, ProfileRow, Result, Verdict

__all__ = ["STYLES", "print_result"]

STYLES = {
    Verdict.ERROR: "bold magenta",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "yellow",
    Verdict.DESELECTED: "cyan",
    Verdict.WARN: "yellow",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "dim",
}
_OUTCOMES = {
    Outcome.CONFORMANT: "bold green",
    Outcome.CONFORMANT_WITH_DEVIATIONS: "bold green",
    Outcome.PARTIAL: "bold yellow",
    Outcome.NOT_CONFORMANT: "bold red",
    Outcome.VOID: "bold magenta",
}
_HEADINGS = {
    Verdict.ERROR: "error",
    Verdict.FAIL: "fail",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.DESELECTED: "deselected",
    Verdict.WARN: "warn",
    Verdict.PASS: "pass",
    Verdict.NOT_APPLICABLE: "n/a",
}
_INDENT = 12
_BLOCKS = 25
_VALUE_LIMIT = 600
_DETAIL_LIMIT = 3000
_ALSO_LIMIT = 200
_SHOWN = 3


def print_result(result: Result, console: Console, *, report: str = "") -> None:
    """Print the whole of `result` to `console`; `report` is the path of the page to point at.

    No line depends on colour, and URLs and `curl` lines are never broken, so that they can be copied.
    """
    grouped = findings(result.verdicts)
    exchanges = {exchange.id: exchange for exchange in result.exchanges}
    broken = [finding for finding in grouped if finding.row.verdict in (Verdict.ERROR, Verdict.FAIL)]
    unlisted = [finding for finding in broken if not finding.listed]
    groups = _by_requirement(unlisted)
    for first, *others in groups[:_BLOCKS]:
        _failure(console, first, others, exchanges, insecure=result.run.insecure)
    _more(console, groups[_BLOCKS:])
    _deviations(console, [finding for finding in broken if finding.listed])
    for verdict in (Verdict.INCONCLUSIVE, Verdict.DESELECTED, Verdict.WARN):
        _open(console, verdict, [finding for finding in grouped if finding.row.verdict is verdict])
    _table(console, result)
    _profiles(console, result)
    _statement(console, result, report)


def _by_requirement(found: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one requirement together: one cause often shows at many places."""
    groups: dict[tuple[str, Verdict], list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.row.requirement, finding.row.verdict), []).append(finding)
    return list(groups.values())


def _failure(
    console: Console,
    finding: Finding,
    others: list[Finding],
    exchanges: dict[str, ExchangeRecord],
    *,
    insecure: bool,
) -> None:
    row = finding.row
    title = Text.assemble(_badge(row.verdict), " ", (one_line(row.requirement), "bold"), f"  {row.level}")
    title.append("" if row.scored else "  informative", "dim")
    title.append(f"  ×{finding.times}" if finding.times > 1 else "", "bold")
    console.print(title, soft_wrap=True)
    _fact(console, "duty", row.duty)
    _fact(console, "check", row.check if row.check != row.requirement else "")
    _fact(console, "expected", row.expected)
    _fact(console, "found", row.found, style="red")
    _fact(console, "reason", row.reason)
    _fact(console, "detail", row.detail, limit=_DETAIL_LIMIT)
    _fact(console, "text", row.url or row.anchor)
    _fact(console, "scenario", _names(finding.scenarios, "\n"))
    known = [exchanges[id] for id in finding.exchanges if id in exchanges]
    for exchange in known[:_SHOWN]:
        console.print(Text.assemble(("  evidence  ", "dim"), _evidence(exchange)), soft_wrap=True)
    if len(known) > _SHOWN:
        _fact(console, "", f"and {len(known) - _SHOWN} more exchanges", style="dim")
    for other in others[:_SHOWN]:
        _fact(console, "also", clip(_also(other), _ALSO_LIMIT))
    if len(others) > _SHOWN:
        _fact(console, "", f"and {len(others) - _SHOWN} more, which the report has", style="dim")
    if sent := next((exchange for exchange in known if exchange.direction == "sent"), None):
        line = curl(sent, insecure=insecure, joint=" \\\n      ")
        console.print(Text.assemble(("  repeat\n", "dim"), ("    " + line, "cyan")), soft_wrap=True)
    console.print()


def _also(finding: Finding) -> str:
    """Another finding of the same requirement, in a line."""
    row = finding.row
    place = f"{row.check}: " if row.check != row.requirement else ""
    times = f" ×{finding.times}" if finding.times > 1 else ""
    return one_line(f"{place}{_reason(finding)}{times}")


def _badge(verdict: Verdict) -> tuple[str, str]:
    return f" {verdict} ", STYLES[verdict] + " reverse"


def _fact(console: Console, name: str, value: str, *, style: str = "", limit: int = _VALUE_LIMIT) -> None:
    """One named value, wrapped between words only and indented below itself."""
    if value:
        lines = _wrapped(console, clip(visible(value).rstrip(), limit), _INDENT)
        label = (f"  {name:<{_INDENT - 2}}", "dim")
        console.print(Text.assemble(label, (lines, style)), soft_wrap=True)


def _wrapped(console: Console, text: str, indent: int) -> str:
    """`text` in lines that fit the console, all but the first indented; words and URLs stay whole."""
    width = max(console.width - indent - 1, 20)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if len(paragraph) <= width:
            lines.append(paragraph)
        else:
            lines += textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)
    return ("\n" + " " * indent).join(lines)


def _names(names: list[str], joint: str) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return joint.join(one_line(name) for name in names[:_SHOWN]) + more


def _evidence(exchange: ExchangeRecord) -> str:
    who = "" if exchange.direction == "sent" else "from the IUT: "
    came = str(exchange.status) if exchange.status is not None else exchange.fault or "no response"
    return one_line(f"{exchange.id}  {who}{exchange.method} {exchange.url} → {came}")


def _more(console: Console, rest: list[list[Finding]]) -> None:
    for finding, *others in rest:
        line = Text.assemble(_badge(finding.row.verdict), " ", one_line(finding.row.requirement))
        times = finding.times + sum(other.times for other in others)
        line.append(f"  ×{times}" if times > 1 else "", "bold")
        line.append(f"  {clip(one_line(finding.row.found or finding.row.reason), 200)}", "dim")
        console.print(line, soft_wrap=True)
    if rest:
        console.print(Text(f"The last {len(rest)} are shown in short; the report has them in full.\n", "dim"))


def _deviations(console: Console, listed: list[Finding]) -> None:
    if not listed:
        return
    console.print(Text.assemble(("listed deviations", "bold"), (f"  {len(listed)}", "dim")))
    for finding in listed:
        _bullet(console, finding.row.requirement, finding.row.deviation)
    console.print()


def _open(console: Console, verdict: Verdict, group: list[Finding]) -> None:
    """What is neither shown nor broken, put together by reason: one reason often holds back many."""
    if not group:
        return
    reasons: dict[str, list[str]] = {}
    for finding in group:
        reasons.setdefault(_reason(finding), []).append(finding.row.requirement)
    number = len({finding.row.requirement for finding in group})
    console.print(Text.assemble((str(verdict), STYLES[verdict]), (f"  {number}", "dim")))
    for reason, slugs in sorted(reasons.items(), key=lambda item: -len(item[1])):
        _bullet(console, reason, _names(list(dict.fromkeys(slugs)), ", "))
    console.print()


def _reason(finding: Finding) -> str:
    row = finding.row
    if row.reason:
        return row.reason
    if row.found:
        return f"found {row.found}" + (f", expected {row.expected}" if row.expected else "")
    return "no reason was recorded"


def _bullet(console: Console, head: str, below: str) -> None:
    line = Text("  • " + _wrapped(console, clip(one_line(head), _VALUE_LIMIT), 4))
    line.append("\n    " + _wrapped(console, clip(one_line(below), _VALUE_LIMIT), 4), "dim")
    console.print(line, soft_wrap=True)


def _table(console: Console, result: Result) -> None:
    known = requirements(result)
    if not known:
        return
    total = counts(requirement.verdict for requirement in known if requirement.scored)
    shown = [verdict for verdict in Verdict if total[verdict]]
    table = Table(box=None, pad_edge=False, show_footer=True, footer_style="bold", padding=(0, 2, 0, 0))
    table.add_column("requirements", "all", no_wrap=True, header_style="dim")
    for verdict in shown:
        footer, style = str(total[verdict]), STYLES[verdict]
        table.add_column(_HEADINGS[verdict], footer, justify="right", header_style=style, no_wrap=True)
    table.add_column("total", str(sum(total.values())), justify="right", header_style="dim", no_wrap=True)
    for module, numbers in modules(known).items():
        cells = [_number(numbers[verdict], verdict) for verdict in shown]
        table.add_row(Text(one_line(module) or "–"), *cells, str(sum(numbers.values())))
    console.print(table)
    names = ", ".join(map(one_line, result.run.editions))
    told = [f"scored by the edition {names}" if names else "", informative(known)]
    if beside := "; ".join(filter(None, told)):
        console.print(Text(_wrapped(console, beside, 0), "dim"), soft_wrap=True)
    console.print()


def _profiles(console: Console, result: Result) -> None:
    """One line for each profile: what it came to, and the numbers below that."""
    if not result.profiles:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("profile", no_wrap=True, header_style="dim")
    table.add_column("verdict", no_wrap=True, header_style="dim")
    table.add_column("requirements", header_style="dim")
    for profile in result.profiles:
        verdict = Text(str(profile.verdict), style=STYLES[profile.verdict])
        table.add_row(Text(one_line(profile.name)), verdict, Text(_counted(profile), style="dim"))
    console.print(table)
    console.print()


def _counted(profile: ProfileRow) -> str:
    """The counts that say something of the profile, worst first."""
    number = {verdict: profile.counts.get(verdict, 0) for verdict in Verdict}
    told = [verdict for verdict in Verdict if number[verdict] and verdict is not Verdict.NOT_APPLICABLE]
    return ", ".join(f"{number[verdict]} {_HEADINGS[verdict]}" for verdict in told)


def _number(number: int, verdict: Verdict) -> Text:
    return Text(str(number), style=STYLES[verdict]) if number else Text("·", style="dim")


def _statement(console: Console, result: Result, report: str) -> None:
    for note in _notes(result):
        console.print(Text("note: " + _wrapped(console, one_line(note), 6), style="yellow"), soft_wrap=True)
    statement = result.statement
    console.print(
        Text.assemble(
            (statement.outcome.upper(), _OUTCOMES[statement.outcome]),
            f"  {one_line(statement.text)}" if statement.text else "",
            (f"\n{visible(report)}", "underline") if report else "",
        ),
        soft_wrap=True,
    )


def _notes(result: Result) -> Iterable[str]:
    if not result.run.complete:
        yield "the run was interrupted; the verdicts are what was known then"
    if result.run.insecure:
        yield "the certificate of the implementation was not checked"
    yield from result.run.notes
