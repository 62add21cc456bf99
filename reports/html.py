"""report.html: one page that opens from disk, fetches nothing and treats all that it shows as text."""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .coverage import summary
from .curl import curl
from .encoding import to_json
from .grouping import Finding, Requirement, counts, informative, modules, requirements
from .plain import clip, one_line, visible
from .result import ExchangeRecord, Outcome, Result, ScenarioRow, Verdict
from .words import VERDICTS, duration, moment, share

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["BODY_LIMIT", "PAGE_LIMIT", "render"]

BODY_LIMIT = 256 * 1024
"""Characters of a body that the page holds; the rest is in `exchanges.ndjson`."""

PAGE_LIMIT = 48 * 1024 * 1024
"""Characters that all bodies in the page may take together."""

_ATTENTION = 40
_WORST = (Verdict.ERROR, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WARN)
_OPEN = 12
_OUTCOMES = {
    Outcome.CONFORMANT: ("conformant", "✓"),
    Outcome.CONFORMANT_WITH_DEVIATIONS: ("conformant", "✓"),
    Outcome.PARTIAL: ("partial", "?"),
    Outcome.NOT_CONFORMANT: ("not-conformant", "✕"),
    Outcome.VOID: ("void", "!"),
}


def render(result: Result) -> str:
    """The page."""
    from markupsafe import Markup

    css, js = _text("report.css"), _text("report.js")
    known = requirements(result)
    page = _Page(result, known)
    outcome, sign = _OUTCOMES[result.statement.outcome]
    return _template().render(
        policy=_policy(css, js),
        css=Markup(css),
        js=Markup(js),
        data=Markup(page.data()),
        words=VERDICTS,
        run=result.run,
        iut=result.iut,
        statement=result.statement,
        outcome={"name": result.statement.outcome.capitalize(), "class": outcome, "sign": sign},
        total=(total := counts(requirement.verdict for requirement in known if requirement.scored)),
        informative=informative(known),
        shown=[verdict for verdict in Verdict if total[verdict]],
        notes=list(_notes(result)),
        parties=_parties(result),
        started=moment(result.run.started),
        duration=duration(result.run),
        share=share,
        exchanges=len(result.exchanges),
        attention=(attention := page.attention())[:_ATTENTION],
        attention_left=sum(len(entry["slugs"]) for entry in attention[_ATTENTION:]),
        profiles=[vars(profile) | {"counts": _ordered(profile.counts)} for profile in result.profiles],
        modules=page.modules(),
        scenarios=[page.scenario(row) for row in sorted(result.scenarios, key=_gravity)],
        coverage=[vars(row) | {"id": page.ids.get(row.requirement, "")} for row in result.coverage],
        covered=summary(result.coverage),
        blocks={
            name: to_json(value, indent=True).decode()
            for name, value in (
                ("Claim", result.claim),
                ("Selection", result.selection),
                ("Settings", result.settings),
            )
            if value
        },
    )


def _text(name: str) -> str:
    return (Path(__file__).with_name("templates") / name).read_text(encoding="utf-8")


@cache
def _template() -> "Template":
    from jinja2 import Environment, StrictUndefined

    environment: Environment = Environment(
        autoescape=True, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    return environment.from_string(_text("report.html"))


def _finalize(value: Any) -> Any:
    """What every value in the template goes through; what is markup already, our own, is left alone."""
    return visible(value) if type(value) is str else value


def _policy(css: str, js: str) -> str:
    """Only our own style and script, known by their digests, may act; nothing may be fetched."""
    style, script = (b64encode(sha256(text.encode()).digest()).decode() for text in (css, js))
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _notes(result: Result) -> Iterable[str]:
    if not result.run.complete:
        yield "The run was interrupted: the verdicts are what was known then."
    if result.run.insecure:
        yield "The certificate of the implementation was not checked."
    if result.iut.embedded:
        yield "The implementation under test was the embedded reference party of the suite itself."
    yield from result.run.notes


def _parties(result: Result) -> str:
    return ", ".join(
        " ".join(filter(None, [role.get("role"), _party(role), role.get("name")]))
        for role in result.iut.roles
    )


def _party(role: dict[str, str]) -> str:
    return "*".join(filter(None, [role.get("country_code"), role.get("party_id")]))


def _ordered(numbers: dict[str, int]) -> dict[Verdict, int]:
    return {verdict: numbers.get(verdict, 0) for verdict in Verdict}


def _gravity(row: ScenarioRow) -> int:
    return row.verdict.rank


def _attention(known: list[Requirement]) -> list[Requirement]:
    found = (item for item in known if item.verdict in _WORST)
    return sorted(found, key=lambda item: (item.listed or not item.scored, item.verdict.rank))


def _said(item: Requirement) -> str:
    if not item.findings:
        return one_line(item.duty)
    row = item.findings[0].row
    if row.deviation or row.reason:
        return one_line(row.deviation or row.reason)
    told = [
        f"{name} {clip(value, 120)}"
        for name, value in (("expected", row.expected), ("found", row.found))
        if value
    ]
    return one_line(", ".join(told) or row.duty)


@dataclass
class _Page:
    """What the template shows of one result: exchanges are told by their place in the data block."""

    result: Result
    known: list[Requirement]

    def __post_init__(self) -> None:
        self.places = {exchange.id: index for index, exchange in enumerate(self.result.exchanges)}
        self.ids: dict[str, str] = {}
        for item in self.known:
            name = "r-" + re.sub(r"[^A-Za-z0-9_.-]+", "-", item.slug)
            self.ids[item.slug] = name if name not in self.ids.values() else f"{name}-{len(self.ids)}"
        broken = [item for item in _attention(self.known) if item.verdict in (Verdict.ERROR, Verdict.FAIL)]
        self._open = {item.slug for item in broken[:_OPEN]}

    def data(self) -> str:
        """The exchanges as JSON that can't end the element it stands in."""
        text = to_json(self._exchanges()).decode()
        return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")

    def _exchanges(self) -> list[dict[str, Any]]:
        """All exchanges; should the page grow too large, those that prove a failure keep their bodies longest."""
        shown = [_exchange(exchange, self.result.run.insecure) for exchange in self.result.exchanges]
        telling = {id for row in self.result.verdicts if row.verdict in _WORST for id in row.exchanges}
        room = PAGE_LIMIT
        for fields in sorted(shown, key=lambda fields: fields["id"] not in telling):
            room -= len(fields["request_body"]) + len(fields["response_body"])
            if room < 0:
                fields |= {"request_body": "", "response_body": "", "curl": "", "left_out": True}
        return shown

    def modules(self) -> list[dict[str, Any]]:
        members: dict[str, list[dict[str, Any]]] = {}
        for item in self.known:
            members.setdefault(item.module, []).append(self._requirement(item))
        return [
            {"name": name, "counts": numbers, "requirements": members[name]}
            for name, numbers in modules(self.known).items()
        ]

    def attention(self) -> list[dict[str, Any]]:
        """What is broken one by one, what is open by its reason: one reason often holds back many."""
        shown: list[dict[str, Any]] = []
        by_reason: dict[tuple[Verdict, str], dict[str, Any]] = {}
        for item in _attention(self.known):
            said = _said(item)
            entry = {
                "href": f"#{self.ids[item.slug]}",
                "slugs": [item.slug],
                "verdict": item.verdict,
                "listed": item.listed,
                "scored": item.scored,
                "said": clip(said, 240),
            }
            if item.verdict is not Verdict.INCONCLUSIVE:
                shown.append(entry)
            elif first := by_reason.get((item.verdict, said)):
                first["slugs"].append(item.slug)
                words = " ".join(said.split()[:12])
                first["href"] = "#" + urlencode({"verdict": item.verdict, "q": words})
            else:
                by_reason[item.verdict, said] = entry
                shown.append(entry)
        return shown

    def scenario(self, row: ScenarioRow) -> dict[str, Any]:
        return {
            "row": row,
            "x": self._places(row.exchanges),
            "time": f"{row.duration_s:.2f} s",
            "judged": self._judged.get(row.id, []),
        }

    @property
    def _judged(self) -> dict[str, list[dict[str, Any]]]:
        if not hasattr(self, "_judged_rows"):
            worst: dict[tuple[str, str], Verdict] = {}
            for row in self.result.verdicts:
                key = (row.scenario, row.requirement)
                worst[key] = Verdict.worst([row.verdict, worst.get(key, row.verdict)])
            self._judged_rows: dict[str, list[dict[str, Any]]] = {}
            for (scenario, slug), verdict in worst.items():
                item = {"id": self.ids[slug], "slug": slug, "verdict": verdict}
                self._judged_rows.setdefault(scenario, []).append(item)
        return self._judged_rows

    def _requirement(self, item: Requirement) -> dict[str, Any]:
        return {
            "id": self.ids[item.slug],
            "slug": item.slug,
            "level": item.level,
            "duty": item.duty,
            "verdict": item.verdict,
            "scored": item.scored,
            "listed": item.listed,
            "open": item.slug in self._open,
            "silence": (item.coverage.not_observable if item.coverage else "") or "Nothing was judged.",
            "findings": [self._finding(finding) for finding in item.findings],
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        sent = evidence = None
        if finding.row.verdict in _WORST:
            known = [self.result.exchanges[self.places[id]] for id in finding.exchanges if id in self.places]
            sent = next((exchange for exchange in known if exchange.direction == "sent"), None)
            evidence = "\n".join(_line(exchange) for exchange in known[:3])
        names = [name if name != "wire" else "every exchange" for name in finding.scenarios]
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        return {
            "row": finding.row,
            "times": finding.times,
            "listed": finding.listed,
            "where": ", ".join(names[:4]) + more,
            "x": self._places(finding.exchanges),
            "evidence": evidence,
            "curl": curl(sent, insecure=self.result.run.insecure, joint=" \\\n  ") if sent else "",
        }

    def _places(self, ids: Iterable[str]) -> str:
        return ",".join(str(self.places[id]) for id in ids if id in self.places)


def _line(exchange: ExchangeRecord) -> str:
    came = exchange.status if exchange.status is not None else exchange.fault or "no response"
    return one_line(f"{exchange.id}  {exchange.method} {exchange.url} → {came}")


def _exchange(exchange: ExchangeRecord, insecure: bool) -> dict[str, Any]:
    fields = vars(exchange) | {"curl": ""}
    for name in ("request_body", "response_body"):
        if len(fields[name]) > BODY_LIMIT:
            fields |= {name: clip(fields[name], BODY_LIMIT), "truncated": True}
    if exchange.direction == "sent":
        fields["curl"] = curl(exchange, insecure=insecure, joint=" \\\n  ")
    return fields
