"""Exchanges as a stream of lines."""

from pathlib import Path

import pytest
from ocpi_conformance.reports import Result, ResultError, line, read_exchanges


def stored(result: Result, folder: Path) -> Path:
    file = folder / "exchanges.ndjson"
    file.write_bytes(b"".join(line(exchange) for exchange in result.exchanges))
    return file


def test_lines_are_read_back_equal(result: Result, tmp_path: Path) -> None:
    file = stored(result, tmp_path)

    assert file.read_bytes().count(b"\n") == len(result.exchanges)
    assert list(read_exchanges(file)) == result.exchanges


def test_truncated_last_line_is_passed_over(result: Result, tmp_path: Path) -> None:
    file = stored(result, tmp_path)
    file.write_bytes(file.read_bytes()[:-20])

    assert list(read_exchanges(file)) == result.exchanges[:-1]


def test_last_line_may_lack_its_newline(result: Result, tmp_path: Path) -> None:
    file = stored(result, tmp_path)
    file.write_bytes(file.read_bytes().rstrip(b"\n"))

    assert list(read_exchanges(file)) == result.exchanges


def test_exchanges_before_a_broken_line_are_still_given(result: Result, tmp_path: Path) -> None:
    file = stored(result, tmp_path)
    first, _, rest = file.read_bytes().partition(b"\n")
    file.write_bytes(first + b"\n{broken\n" + rest)
    reading = read_exchanges(file)

    assert next(reading) == result.exchanges[0]
    with pytest.raises(ResultError, match="line 2: not JSON"):
        next(reading)


def test_line_that_is_no_exchange_is_named(tmp_path: Path) -> None:
    file = tmp_path / "e.ndjson"
    file.write_bytes(b'\n{"id": "x1"}\n')

    with pytest.raises(ResultError, match=r"line 2: not an exchange: at /: .*required"):
        list(read_exchanges(file))


def test_length_of_a_line_is_bounded(result: Result, tmp_path: Path) -> None:
    file = stored(result, tmp_path)

    with pytest.raises(ResultError, match="line 1: longer than 50 bytes"):
        list(read_exchanges(file, line_limit=50))


def test_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="can't be read"):
        list(read_exchanges(tmp_path))
