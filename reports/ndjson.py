"""exchanges.ndjson: the evidence, one exchange a line, written and read as a stream."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from .encoding import to_json
from .errors import ResultError
from .result import ExchangeRecord
from .schema import known, problem, validator

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

__all__ = ["LINE_LIMIT", "line", "lines", "read_exchanges"]

LINE_LIMIT = 64 * 1024 * 1024
"""Bytes that one exchange may take when it is read back."""


def line(exchange: ExchangeRecord) -> bytes:
    """The exchange as one line of JSON, the newline included."""
    return to_json(exchange) + b"\n"


def lines(exchanges: Iterable[ExchangeRecord]) -> bytes:
    """The whole file."""
    return b"".join(line(exchange) for exchange in exchanges)


def read_exchanges(path: Path, *, line_limit: int = LINE_LIMIT) -> Iterator[ExchangeRecord]:
    """The exchanges of a file, one at a time, in constant memory.

    A last line that was cut off, as an interrupted run leaves it, is passed over.

    Raises:
        ResultError: the file can't be read, or a line is no exchange or longer than `line_limit` bytes.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while raw := file.readline(line_limit + 1):
                number += 1
                if len(raw) > line_limit:
                    raise ResultError(f"{path}, line {number}: longer than {line_limit} bytes")
                if not raw.strip():
                    continue
                try:
                    value = orjson.loads(raw)
                except orjson.JSONDecodeError as error:
                    if not raw.endswith(b"\n"):
                        return
                    raise ResultError(f"{path}, line {number}: not JSON ({error})") from error
                yield _exchange(value, f"{path}, line {number}")
    except OSError as error:
        raise ResultError(f"{path}: can't be read ({error.strerror or error})") from error


@cache
def _exchange_validator() -> "Draft202012Validator":
    return validator("exchange")


def _exchange(value: Any, place: str) -> ExchangeRecord:
    if fault := problem(_exchange_validator(), value):
        raise ResultError(f"{place}: not an exchange: {fault}")
    fields = known(ExchangeRecord, value)
    for side in ("request_headers", "response_headers"):
        fields[side] = [(name, content) for name, content in fields[side]]
    return ExchangeRecord(**fields)
