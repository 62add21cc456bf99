"""Where the text contradicts itself, entry by entry, and what the schemas take instead."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .editions import within


@dataclass(frozen=True, kw_only=True)
class Erratum:
    """`text` is the type as the table prints it, `taken` the type that the schema has."""

    id: str
    object: str
    field: str
    text: str
    taken: str
    anchor: str
    why: str
    since: str = ""
    until: str = ""
    upstream: str = ""


@dataclass(frozen=True, kw_only=True)
class ExampleErratum:
    """A worked example that contradicts its own tariff: `text` is what it states, `taken` what the tariff gives."""

    id: str
    versions: tuple[str, ...]
    text: str
    taken: str
    anchor: str
    why: str
    upstream: str = ""


def errata(version: str) -> dict[tuple[str, str], Erratum]:
    """The errata of `version` by class and field."""
    return {
        (erratum.object, erratum.field): erratum
        for erratum in _all()
        if within(version, since=erratum.since, until=erratum.until)
    }


def example_errata() -> dict[str, ExampleErratum]:
    """The worked examples that are known to be wrong, by id."""
    return {
        row["id"]: ExampleErratum(**{**row, "versions": tuple(row["versions"])}) for row in _rows()["example"]
    }


@cache
def _all() -> tuple[Erratum, ...]:
    return tuple(Erratum(**row) for row in _rows()["erratum"])


def _rows() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "errata.toml").read_text("utf-8"))
