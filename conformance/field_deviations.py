"""What implementations were seen to do wrong, and which flaws of the simulated parties do the same."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["FieldDeviation", "field_deviations"]

FILE = Path(__file__).parent / "field_deviations.toml"


@dataclass(frozen=True, kw_only=True)
class FieldDeviation:
    """One deviation that was met. `why` says what of it no flaw shows; `versions` whose it is where not 2.2.1's."""

    slug: str
    seen: str
    threads: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    why: str = ""


@cache
def field_deviations() -> tuple[FieldDeviation, ...]:
    """All of them, in the order of the chapters of the text."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["deviation"]
    lists = ("threads", "flaws", "versions")
    return tuple(FieldDeviation(**{**row, **{key: tuple(row.get(key, ())) for key in lists}}) for row in rows)
