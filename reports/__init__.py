"""Renderings of one result record: the record, its file, and every format that is made from it."""

from .errors import ResultError
from .folder import write_all
from .ndjson import line, read_exchanges
from .result import (
    FORMAT,
    CoverageRow,
    ExchangeRecord,
    Iut,
    Outcome,
    ProfileRow,
    Result,
    Run,
    ScenarioRow,
    Statement,
    Verdict,
    VerdictRow,
)
from .store import load, save

__all__ = [
    "FORMAT",
    "CoverageRow",
    "ExchangeRecord",
    "Iut",
    "Outcome",
    "ProfileRow",
    "Result",
    "ResultError",
    "Run",
    "ScenarioRow",
    "Statement",
    "Verdict",
    "VerdictRow",
    "line",
    "load",
    "read_exchanges",
    "save",
    "write_all",
]
