"""Where the text contradicts itself, entry by entry, and what the schemas take instead."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


def errata(version: str) -> dict[tuple[str, str], Erratum]:
    """The errata of `version` by class and field."""
    return {
        (erratum.object, erratum.field): erratum
        for erratum in _all()
        if within(version, since=erratum.since, until=erratum.until)
    }


@cache
def _all() -> tuple[Erratum, ...]:
    rows = tomllib.loads((Path(__file__).parent / "errata.toml").read_text("utf-8"))
    return tuple(Erratum(**row) for row in rows["erratum"])
