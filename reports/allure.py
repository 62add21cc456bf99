"""allure-results: a test for each scenario, a step for each check, exchanges as attachments."""

import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid5

from allure_commons import hookimpl
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)

from .encoding import to_json
from .plain import clip, one_line, visible
from .result import ExchangeRecord, Result, ScenarioRow, Verdict, VerdictRow

__all__ = ["write"]

_Item = TypeVar("_Item")

_NAMESPACE = UUID("6f63d1c4-5c0a-5b7e-9d55-0c9f1d2b8a11")
_STATUS = {
    Verdict.ERROR: Status.BROKEN,
    Verdict.FAIL: Status.FAILED,
    Verdict.INCONCLUSIVE: Status.BROKEN,
    Verdict.DESELECTED: Status.SKIPPED,
    Verdict.WARN: Status.PASSED,
    Verdict.PASS: Status.PASSED,
    Verdict.NOT_APPLICABLE: Status.SKIPPED,
}
_SEVERITY = {"MUST": "critical", "SHOULD": "normal", "MAY": "minor"}
_CATEGORIES = [
    {"name": "Listed deviations", "matchedStatuses": ["failed"], "messageRegex": "(?s)listed deviation: .*"},
    {"name": "Duties not met", "matchedStatuses": ["failed"]},
    {"name": "Inconclusive", "matchedStatuses": ["broken"], "messageRegex": "(?s)INCONCLUSIVE.*"},
    {"name": "Errors of the suite", "matchedStatuses": ["broken"]},
    {"name": "Left out or not applicable", "matchedStatuses": ["skipped"]},
]
_ATTACHED = 20
_TEXT_LIMIT = 2000


def write(result: Result, folder: Path) -> list[Path]:
    """Write the files of Allure into `folder`, in place of what was there. Returns their paths.

    Identifiers depend on the run, the scenario and the exchange alone, so writing twice gives the same files.

    Raises:
        OSError: the folder can't be written to.
    """
    beside = folder.with_name(f".{folder.name}.tmp")
    logger = _Logger(beside, clean=True)
    attachments = _Attachments(result, logger)
    for test in _tests(result, attachments):
        logger.report_result(test)
    (beside / "categories.json").write_bytes(to_json(_CATEGORIES, indent=True))
    (beside / "environment.properties").write_text(_environment(result), encoding="ascii")
    if folder.exists():
        shutil.rmtree(folder)
    beside.replace(folder)
    return sorted(folder.iterdir())


class _Logger(AllureFileLogger):
    """Names a result by its own identifier, and leaves the renaming to the folder as a whole."""

    @hookimpl
    def report_result(self, result: TestResult) -> None:
        name = result.file_pattern.format(prefix=result.uuid)
        (self._report_dir / name).write_bytes(to_json(result, default=_told))

    @hookimpl
    def report_attached_data(self, body: bytes, file_name: str) -> None:
        (self._report_dir / file_name).write_bytes(body)


def _told(item: Any) -> dict[str, Any]:
    """An item of the model without the fields that say nothing."""
    return {name: value for name, value in vars(item).items() if value or value is False}


class _Attachments:
    """Exchanges as text: one by one where a step is to be proven, together for a whole scenario."""

    def __init__(self, result: Result, logger: AllureFileLogger) -> None:
        self._exchanges = {exchange.id: exchange for exchange in result.exchanges}
        self._run = result.run.id
        self._logger = logger
        self._written: dict[str, Attachment] = {}

    def of_step(self, ids: Iterable[str]) -> list[Attachment]:
        return [self._of(exchange) for exchange in self._known(ids)[:_ATTACHED]]

    def of_scenario(self, scenario: ScenarioRow) -> list[Attachment]:
        exchanges = self._known(scenario.exchanges)
        text = "\n\n".join(_transcript(exchange) for exchange in exchanges)
        name = f"{len(exchanges)} exchanges"
        return [self._write(f"scenario/{scenario.id}", name, text)] if exchanges else []

    def started(self, ids: Iterable[str]) -> str:
        return min((exchange.started for exchange in self._known(ids)), default="")

    def _known(self, ids: Iterable[str]) -> list[ExchangeRecord]:
        return [self._exchanges[id] for id in dict.fromkeys(ids) if id in self._exchanges]

    def _of(self, exchange: ExchangeRecord) -> Attachment:
        if exchange.id not in self._written:
            name = clip(one_line(f"{exchange.id} {exchange.method} {exchange.url}"), 200)
            self._written[exchange.id] = self._write(f"exchange/{exchange.id}", name, _transcript(exchange))
        return self._written[exchange.id]

    def _write(self, key: str, name: str, text: str) -> Attachment:
        source = f"{uuid5(_NAMESPACE, f'{self._run}/{key}')}-attachment.txt"
        self._logger.report_attached_data(text.encode("utf-8", "replace"), source)
        return _made(Attachment, name=name, source=source, type="text/plain")


def _tests(result: Result, attachments: _Attachments) -> Iterable[TestResult]:
    """The scenarios, and for what no scenario holds (the wire judge, the unjudged) one test a module."""
    rows: dict[str, list[VerdictRow]] = {}
    known = {scenario.id: scenario for scenario in result.scenarios}
    apart: dict[tuple[str, str], list[VerdictRow]] = {}
    for row in result.verdicts:
        if row.scenario in known:
            rows.setdefault(row.scenario, []).append(row)
        else:
            apart.setdefault((row.scenario, row.module), []).append(row)
    for scenario in result.scenarios:
        yield _test(result, scenario, rows.get(scenario.id, []), attachments)
    for (place, module), group in sorted(apart.items()):
        title = {"wire": "Every exchange is judged", "": "What nothing judged"}.get(place, place)
        told = ScenarioRow(
            id=f"{place or 'unjudged'}/{module}",
            title=f"{title}: {module}",
            module=module,
            verdict=Verdict.worst([row.verdict for row in group]),
            duration_s=0,
        )
        yield _test(result, told, group, attachments)


def _test(
    result: Result, scenario: ScenarioRow, rows: list[VerdictRow], attachments: _Attachments
) -> TestResult:
    start = _milliseconds(attachments.started(scenario.exchanges) or result.run.started)
    verdict = Verdict.worst([scenario.verdict, *(row.verdict for row in rows)])
    levels = {row.level for row in rows}
    level = next((level for level in _SEVERITY if level in levels), "MAY")
    version = f"OCPI {result.run.ocpi_version}"
    return _made(
        TestResult,
        uuid=str(uuid5(_NAMESPACE, f"{result.run.id}/{scenario.id}")),
        historyId=_digest(f"{result.iut.role}/{result.run.ocpi_version}/{scenario.id}"),
        testCaseId=_digest(scenario.id),
        fullName=one_line(scenario.id),
        name=one_line(scenario.title or scenario.id),
        status=_STATUS[verdict],
        statusDetails=_details(scenario, rows, verdict),
        stage="finished",
        description=f"{one_line(scenario.id)}: {verdict}",
        steps=[_step(row, start, attachments) for row in rows],
        attachments=attachments.of_scenario(scenario),
        start=start,
        stop=start + round(scenario.duration_s * 1000),
        labels=[
            _made(Label, name="framework", value="ocpi-conformance"),
            _made(Label, name="parentSuite", value=one_line(f"{version} {result.iut.role}")),
            _made(Label, name="suite", value=one_line(scenario.module)),
            _made(Label, name="epic", value=one_line(version)),
            _made(Label, name="feature", value=one_line(scenario.module)),
            _made(Label, name="severity", value=_SEVERITY[level]),
            *(
                _made(Label, name="tag", value=one_line(slug))
                for slug in dict.fromkeys(r.requirement for r in rows)
            ),
        ],
        links=_links(rows),
        titlePath=[one_line(version), one_line(scenario.module)],
    )


def _step(row: VerdictRow, start: int, attachments: _Attachments) -> TestStepResult:
    facts = {"verdict": row.verdict, "duty": row.duty, "expected": row.expected, "found": row.found}
    facts |= {"reason": row.reason, "text": row.url or row.anchor}
    broken = row.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.DESELECTED)
    return _made(
        TestStepResult,
        name=one_line(f"{row.requirement} ({row.level})"),
        status=_STATUS[row.verdict],
        statusDetails=_made(StatusDetails, message=_message(row), known=bool(row.deviation))
        if broken
        else None,
        stage="finished",
        parameters=[
            _made(Parameter, name=name, value=clip(visible(value), _TEXT_LIMIT))
            for name, value in facts.items()
            if value
        ],
        attachments=attachments.of_step(row.exchanges) if broken else [],
        start=start,
        stop=start,
    )


def _details(scenario: ScenarioRow, rows: list[VerdictRow], verdict: Verdict) -> StatusDetails | None:
    if verdict in (Verdict.PASS, Verdict.WARN):
        return None
    worst = [row for row in rows if row.verdict is verdict]
    known = verdict is Verdict.FAIL and bool(worst) and all(row.deviation for row in worst)
    unlisted = [row for row in worst if not row.deviation] or worst
    told = [_message(row) for row in unlisted[:_ATTACHED]] or [f"{verdict}: {scenario.reason}"]
    trace = "\n\n".join(filter(None, [scenario.detail, *(row.detail for row in worst)]))
    return _made(StatusDetails, message="\n\n".join(told), trace=visible(trace) or None, known=known)


def _message(row: VerdictRow) -> str:
    listed = f"listed deviation: {row.deviation}\n" if row.deviation else ""
    said = [
        row.reason,
        f"expected: {row.expected}" * bool(row.expected),
        f"found: {row.found}" * bool(row.found),
    ]
    head = f"{row.verdict} {row.requirement}: {row.duty}"
    return clip(visible(listed + "\n".join(filter(None, [head, *said]))), _TEXT_LIMIT)


def _links(rows: list[VerdictRow]) -> list[Link]:
    anchors = {row.url: row.anchor or row.url for row in rows if row.url.startswith(("https://", "http://"))}
    return [
        _made(Link, type="link", url=visible(url), name=one_line(anchor)) for url, anchor in anchors.items()
    ]


def _transcript(exchange: ExchangeRecord) -> str:
    came = f"HTTP {exchange.status}" if exchange.status is not None else f"no response: {exchange.fault}"
    parts = [
        f"# {exchange.id}, {exchange.direction}, {exchange.started}, {exchange.elapsed_s:.3f} s",
        f"{exchange.method} {exchange.url}",
        *(f"{name}: {value}" for name, value in exchange.request_headers),
        f"\n{exchange.request_body}\n" if exchange.request_body else "",
        came,
        *(f"{name}: {value}" for name, value in exchange.response_headers),
        f"\n{exchange.response_body}" if exchange.response_body else "",
        "\n# a body was cut" if exchange.truncated else "",
    ]
    return visible("\n".join(parts))


def _environment(result: Result) -> str:
    facts = {
        "IUT": result.iut.name,
        "Role": result.iut.role,
        "Versions URL": result.iut.versions_url,
        "OCPI": result.run.ocpi_version,
        "Editions": ", ".join(result.run.editions),
        "Suite": result.run.suite_version,
        "Seed": str(result.run.seed),
        "Run": result.run.id,
        "Outcome": result.statement.outcome,
    }
    return "".join(f"{_escaped(name)}={_escaped(value)}\n" for name, value in facts.items())


def _escaped(text: str) -> str:
    """As the properties format wants it: ASCII, with the separators and the backslash marked."""
    marked = "".join(f"\\{letter}" if letter in "\\:=#! " else letter for letter in one_line(text))
    return "".join(letter if letter.isascii() else f"\\u{ord(letter):04x}" for letter in marked)


def _made(kind: Callable[..., _Item], **fields: Any) -> _Item:
    """An item of the model, whose constructors type checkers can't see."""
    return kind(**fields)


def _milliseconds(time: str) -> int:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return 0
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _digest(text: str) -> str:
    return md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
