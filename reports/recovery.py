"""A result of a run that was killed before it wrote one: of its exchanges alone, which were kept as they came."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from .result import ExchangeRecord, Iut, Outcome, Result, Run, ScenarioRow, Statement, Verdict

__all__ = ["recovered"]

_NOTE = "Made from exchanges.ndjson alone: the run was ended before any verdict of it was written."
_UNKNOWN = "the run was ended before its verdicts were written"


def recovered(exchanges: Iterable[ExchangeRecord], *, name: str) -> Result:
    """What can be told of the run `name`: its conversations, none of them judged. It says that it isn't complete."""
    kept = list(exchanges)
    return Result(
        run=Run(
            id=name,
            started=min((exchange.started for exchange in kept), default=""),
            finished=max(map(_ended, kept), default=""),
            seed=0,
            suite_version=_installed(),
            editions=[],
            ocpi_version="unknown",
            complete=False,
            notes=[_NOTE],
        ),
        iut=Iut(
            name="implementation under test",
            role="unknown",
            versions_url=next((each.url for each in kept if each.direction == "sent"), ""),
        ),
        claim={},
        selection={},
        settings={},
        verdicts=[],
        scenarios=_scenarios(kept),
        profiles=[],
        coverage=[],
        statement=Statement(
            outcome=Outcome.VOID,
            exit_code=2,
            text=f"The run was killed: {len(kept)} exchanges were kept, and no verdict.",
        ),
        exchanges=kept,
    )


def _scenarios(exchanges: Iterable[ExchangeRecord]) -> list[ScenarioRow]:
    """The conversations in the order in which they began."""
    ids: dict[str, list[str]] = {}
    spent: dict[str, float] = {}
    for exchange in exchanges:
        if exchange.scenario:
            ids.setdefault(exchange.scenario, []).append(exchange.id)
            spent[exchange.scenario] = spent.get(exchange.scenario, 0.0) + exchange.elapsed_s
    return [
        ScenarioRow(
            id=scenario,
            title=scenario,
            module=scenario.partition("/")[0],
            verdict=Verdict.INCONCLUSIVE,
            duration_s=round(spent[scenario], 4),
            reason=_UNKNOWN,
            exchanges=found,
        )
        for scenario, found in ids.items()
    ]


def _ended(exchange: ExchangeRecord) -> str:
    try:
        began = datetime.fromisoformat(exchange.started)
        ended = began + timedelta(seconds=exchange.elapsed_s)
    except (ValueError, OverflowError):
        return exchange.started
    return ended.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _installed() -> str:
    try:
        return version("ocpi-conformance")
    except PackageNotFoundError:
        return ""
