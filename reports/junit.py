"""junit.xml: a test case for each requirement in each scenario, as CI services read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from .plain import clip, one_line, visible
from .result import Result, Verdict, VerdictRow

__all__ = ["render"]

_MESSAGE_LIMIT = 500
_FAILURE, _ERROR, _SKIPPED, _PASSED = "failure", "error", "skipped", ""


@dataclass(frozen=True)
class _Case:
    """The judgements that one scenario made of one requirement; the first of `rows` decides."""

    rows: list[VerdictRow]

    @property
    def told(self) -> VerdictRow:
        return self.rows[0]

    @property
    def kind(self) -> str:
        return _kind(self.told)


def render(result: Result) -> bytes:
    """The file. A listed deviation passes, with the reason in its output; what is not scored never fails."""
    times = {scenario.id: scenario.duration_s for scenario in result.scenarios}
    cases = _cases(result.verdicts)
    root = Element("testsuites", name="ocpi-conformance")
    _count(root, cases, result.run.started, sum(times.values()))
    for module in sorted({case.told.module for case in cases}):
        members = [case for case in cases if case.told.module == module]
        suite = SubElement(root, "testsuite", name=_text(module) or "-")
        seen = {case.told.scenario for case in members}
        _count(suite, members, result.run.started, sum(times.get(scenario, 0) for scenario in seen))
        _properties(suite, _about(result))
        for case in members:
            _write(suite, case)
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + tostring(root, encoding="utf-8")


def _cases(rows: Iterable[VerdictRow]) -> list[_Case]:
    groups: dict[tuple[str, str], list[VerdictRow]] = {}
    for row in rows:
        groups.setdefault((row.scenario, row.requirement), []).append(row)
    return [_Case(sorted(group, key=_gravity)) for group in groups.values()]


def _kind(row: VerdictRow) -> str:
    if row.verdict is Verdict.ERROR:
        return _ERROR
    if row.verdict in (Verdict.NOT_APPLICABLE, Verdict.DESELECTED):
        return _SKIPPED
    if row.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        if not row.scored:
            return _SKIPPED
        if row.verdict is Verdict.INCONCLUSIVE:
            return _ERROR
        return _PASSED if row.deviation else _FAILURE
    return _PASSED


def _gravity(row: VerdictRow) -> tuple[bool, int]:
    """Listed and informative failures come behind what counts."""
    harmless = row.verdict is Verdict.FAIL and _kind(row) != _FAILURE
    return harmless, row.verdict.rank


def _count(element: Element, cases: list[_Case], started: str, seconds: float) -> None:
    kinds = [case.kind for case in cases]
    element.set("tests", str(len(cases)))
    element.set("failures", str(kinds.count(_FAILURE)))
    element.set("errors", str(kinds.count(_ERROR)))
    element.set("skipped", str(kinds.count(_SKIPPED)))
    element.set("time", f"{seconds:.3f}")
    if element.tag == "testsuite":
        element.set("timestamp", _text(started.removesuffix("Z")))


def _about(result: Result) -> dict[str, str]:
    run, iut = result.run, result.iut
    return {
        "run": run.id,
        "suite_version": run.suite_version,
        "ocpi_version": run.ocpi_version,
        "editions": ", ".join(run.editions),
        "seed": str(run.seed),
        "iut": iut.name,
        "role": iut.role,
        "versions_url": iut.versions_url,
        "outcome": result.statement.outcome,
    }


def _write(suite: Element, case: _Case) -> None:
    row = case.told
    where = f" [{row.scenario}]" if row.scenario else ""
    name = _text(row.requirement + where)
    element = SubElement(suite, "testcase", classname=_text(row.module), name=name, time="0")
    facts = {"verdict": row.verdict, "level": row.level, "anchor": row.url or row.anchor}
    facts |= {"deviation": row.deviation} if row.deviation else {}
    facts |= {} if row.scored else {"scored": "false"}
    _properties(element, facts)
    alike = [other for other in case.rows if _kind(other) == case.kind and other.verdict is row.verdict]
    told = visible("\n\n".join(_story(other) for other in alike))
    if case.kind:
        child = SubElement(element, case.kind, message=_message(row), type=str(row.verdict))
        child.text = told
    elif row.verdict is not Verdict.PASS:
        listed = f"listed deviation: {row.deviation}\n" if row.deviation else ""
        SubElement(element, "system-out").text = visible(f"{row.verdict}: {listed}{told}")


def _properties(parent: Element, facts: dict[str, str]) -> None:
    holder = SubElement(parent, "properties")
    for name, value in facts.items():
        SubElement(holder, "property", name=name, value=_text(value))


def _message(row: VerdictRow) -> str:
    said = row.reason or (f"expected {row.expected}, found {row.found}" if row.expected else row.found)
    informative = "" if row.scored else "informative: "
    return clip(_text(f"{informative}{said or row.duty or row.verdict}"), _MESSAGE_LIMIT)


def _story(row: VerdictRow) -> str:
    facts = {
        "duty": row.duty,
        "check": row.check,
        "expected": row.expected,
        "found": row.found,
        "reason": row.reason,
        "text": row.url or row.anchor,
        "exchanges": ", ".join(row.exchanges),
        "detail": row.detail,
    }
    return "\n".join(f"{name}: {value}" for name, value in facts.items() if value)


def _text(value: str) -> str:
    return one_line(value)
