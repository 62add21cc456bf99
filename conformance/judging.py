"""Judges files of bare OCPI objects, outside any run."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..schemas.finding import Finding
from ..schemas.library import UnknownSchemaError
from ..schemas.validation import Validator, validator
from .errors import UsageError

LARGEST = 256 * 1024 * 1024
"""Bytes of a file that is still read. orjson bounds the depth, at 1024."""

STDIN = "-"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What came of one file: how many objects were judged, by class, what is wrong and what is unknown."""

    file: str
    judged: dict[str, int]
    findings: tuple[Finding, ...]
    unknown_fields: tuple[Finding, ...]


def judge_file(file: str, *, version: str, name: str, shape: str = "full") -> Judgement:
    """Judge the object, or each object of the list, in `file` (`-` is standard input).

    Raises UsageError for a file that can't be read, that is no JSON, too large or nested too deep, and for an
    unknown version, object or shape.
    """
    one = _validator(version, name, shape)
    value = load(file)
    judge = validator(version, name, shape, many=True) if _is_list_of(one, value) else one
    return Judgement(
        file=file,
        judged=_count(judge, value),
        findings=judge.findings(value),
        unknown_fields=judge.unknown_fields(value),
    )


def load(file: str) -> Any:
    """The JSON value in `file` (`-` is standard input). Raises UsageError."""
    return _parsed(_read(file), file)


def _validator(version: str, name: str, shape: str) -> Validator:
    try:
        return validator(version, name, shape)
    except UnknownSchemaError as error:
        raise UsageError(str(error)) from error


def _is_list_of(one: Validator, value: Any) -> bool:
    return isinstance(value, list) and one.shape != "response"


def _count(judge: Validator, value: Any) -> dict[str, int]:
    counted = dict(judge.objects_in(value))
    if not counted and value not in ([], None):  # enums and values that are no object at all
        counted = {judge.name: len(value) if judge.many and isinstance(value, list) else 1}
    return counted


def _read(file: str) -> bytes:
    try:
        if file == STDIN:
            raw = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as stream:
                raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror or error}") from error
    if len(raw) > LARGEST:
        raise UsageError(f"{file} is larger than {LARGEST // 2**20} MiB", hint="split it into several files")
    return raw


def _parsed(raw: bytes, file: str) -> Any:
    import orjson

    try:
        return orjson.loads(raw.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise UsageError(
            f"{file} is no JSON: {error}", hint="give one object or one list of objects"
        ) from error
