"""Small values that the tests of the engine are made of."""

from typing import Any

from ocpi_conformance.conformance.requirement import Requirement
from ocpi_conformance.reports.result import Verdict, VerdictRow
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Exchange, Request, Response


def a_requirement(slug: str = "locations-a", **values: Any) -> Requirement:
    """A requirement of the locations module."""
    row = {"level": "MUST", "keyword": "SHALL", "anchor": "mod.asciidoc#x", "duty": "Does it.", **values}
    return Requirement(
        slug=slug, module=values.pop("module", "locations"), **{k: v for k, v in row.items() if k != "module"}
    )


def an_answer(*, status: int | None = 200, number: int = 7, fault: str = "") -> Answer:
    """The answer to a GET; without a status no response came."""
    response = None if status is None else Response(headers=(), body=b'{"status_code":1000}', status=status)
    exchange = Exchange(
        id=number,
        direction="sent",
        party="peer",
        scenario="s",
        started=clock.now(),
        elapsed_s=0.01,
        request=Request(method="GET", url="http://iut/x", headers=(), body=b""),
        response=response,
        fault=fault,
    )
    return Answer(exchange)


def a_row(requirement: str = "locations-a", verdict: Verdict = Verdict.PASS, **values: Any) -> VerdictRow:
    """A judgement as it stands in the record."""
    row = {
        "level": "MUST",
        "module": "locations",
        "duty": "Does it.",
        "scenario": "s",
        "check": "c",
        **values,
    }
    return VerdictRow(requirement=requirement, verdict=verdict, **row)
