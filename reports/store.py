"""A result on disk: `result.json`, and `exchanges.ndjson` beside it."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson

from .encoding import to_json
from .errors import ResultError
from .files import write
from .ndjson import lines, read_exchanges
from .recovery import recovered
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
from .schema import known, problem, validator

__all__ = ["EXCHANGES", "RESULT", "load", "render", "save"]

RESULT = "result.json"
EXCHANGES = "exchanges.ndjson"

RESULT_LIMIT = 64 * 1024 * 1024
EXCHANGES_LIMIT = 512 * 1024 * 1024


def save(result: Result, folder: Path) -> Path:
    """Write `result.json` and `exchanges.ndjson` into `folder`, which is made when it is not there.

    Returns the path of `result.json`.

    Raises:
        OSError: the folder can't be written to.
    """
    write(folder / EXCHANGES, lines(result.exchanges))
    return write(folder / RESULT, render(result))


def render(result: Result) -> bytes:
    """The bytes of `result.json`; the exchanges are not in them."""
    record = {"format": result.format} | {
        field.name: getattr(result, field.name)
        for field in fields(result)
        if field.name not in ("format", "exchanges")
    }
    return to_json(record, indent=True)


def load(path: Path, *, limit: int = RESULT_LIMIT, exchanges_limit: int = EXCHANGES_LIMIT) -> Result:
    """Read a result: `path` is its folder, or the `result.json` in it. Exchanges are read from beside it.

    Of a run that was killed before it wrote a result there are exchanges alone: `path` is their folder or their file,
    and the result holds them and no verdict.

    Fields that this version does not know are ignored; the sizes of both files are bounded, in bytes.

    Raises:
        ResultError: there is no such file, it is too large, no JSON, of another format, or breaks the schema.
    """
    file = path / RESULT if path.is_dir() else path
    kept = path / EXCHANGES if path.is_dir() else path
    if kept.suffix == ".ndjson" and kept.is_file() and not (path.is_dir() and file.exists()):
        return recovered(_exchanges(kept, exchanges_limit), name=kept.absolute().parent.name)
    value = _json(_bounded(file, limit), file)
    found = value.get("format") if isinstance(value, dict) else None
    if found != FORMAT:
        shown = f"format {found!r}" if isinstance(found, str) else "no format"
        raise ResultError(f"{file}: {shown}, this version reads {FORMAT!r}")
    if fault := problem(validator(), value):
        raise ResultError(f"{file}: broken {fault}")
    return _result(value, list(_exchanges(file.with_name(EXCHANGES), exchanges_limit)))


def _bounded(file: Path, limit: int) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise ResultError(f"{file}: no such file; expected the {RESULT} of a run, or its folder") from error
    except OSError as error:
        raise ResultError(f"{file}: can't be read ({error.strerror or error})") from error
    if len(data) > limit:
        raise ResultError(f"{file}: larger than {limit} bytes, the most that is read")
    return data


def _json(data: bytes, file: Path) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise ResultError(f"{file}: not JSON ({error}); expected the {RESULT} of a run") from error


def _exchanges(file: Path, limit: int) -> Iterator[ExchangeRecord]:
    if not file.is_file():
        return
    if file.stat().st_size > limit:
        raise ResultError(f"{file}: larger than {limit} bytes, the most that is read")
    yield from read_exchanges(file)


def _result(value: dict[str, Any], exchanges: list[ExchangeRecord]) -> Result:
    statement = known(Statement, value["statement"])
    statement["outcome"] = Outcome(statement["outcome"])
    return Result(
        run=Run(**known(Run, value["run"])),
        iut=Iut(**known(Iut, value["iut"])),
        claim=value["claim"],
        selection=value["selection"],
        settings=value["settings"],
        verdicts=_rows(VerdictRow, value["verdicts"]),
        scenarios=_rows(ScenarioRow, value["scenarios"]),
        profiles=_rows(ProfileRow, value["profiles"]),
        coverage=_rows(CoverageRow, value["coverage"]),
        statement=Statement(**statement),
        exchanges=exchanges,
        format=value["format"],
    )


def _rows(record: type, values: list[dict[str, Any]]) -> list[Any]:
    return [record(**known(record, value) | {"verdict": Verdict(value["verdict"])}) for value in values]
