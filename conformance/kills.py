"""The kill matrix as it was last played: for each flaw and role what it was to break, and whether just that was caught.

`tests/kill_matrix.py --record` writes it down; a pass over some flaws renews only their rows.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..reports.files import write
from .errors import UsageError

if TYPE_CHECKING:
    from ..simulators.flaws.flaw import Flaw

__all__ = ["FILE", "Kill", "Pair", "kills", "pairs", "record"]

FILE = Path(__file__).parent / "kill_matrix.toml"

_HEAD = """\
# What the kill matrix said of each flaw when it was last played. `declared` is what the flaw was to break then,
# `survived` what of it was not caught, `collateral` what was accused besides. Written by
# `python tests/kill_matrix.py --record`; don't edit.
"""


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One flaw in one role, played by itself or beside others."""

    flaw: str
    role: str
    declared: tuple[str, ...]
    survived: tuple[str, ...] = ()
    collateral: tuple[str, ...] = ()
    exit_code: int = 1
    holds: bool = True


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A flaw in a role as it is declared now, and how it was played last, if it was."""

    flaw: "Flaw"
    role: str
    last: Kill | None

    @property
    def declared(self) -> tuple[str, ...]:
        """What it must break, and what must tell of it."""
        return self.flaw.declared(self.role)

    @property
    def current(self) -> bool:
        """Whether it was played as it is declared now."""
        return self.last is not None and set(self.last.declared) == set(self.declared)

    @property
    def caught(self) -> bool:
        """Whether that showed all it declares and accused nothing else."""
        return self.last is not None and self.current and self.last.holds


def pairs(known: "Mapping[str, Flaw] | None" = None, *, file: Path = FILE) -> list[Pair]:
    """Every flaw in each of its roles. Raises UsageError where the file can't be read."""
    from .flaws import known as all_flaws

    last = kills(file)
    return [
        Pair(flaw=flaw, role=role, last=last.get((role, name)))
        for name, flaw in sorted((all_flaws() if known is None else known).items())
        for role in flaw.roles
    ]


@cache
def kills(file: Path = FILE) -> dict[tuple[str, str], Kill]:
    """What was played last, by role and flaw. Raises UsageError."""
    if not file.exists():
        return {}
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        return {
            (role, flaw): Kill(
                flaw=flaw,
                role=role,
                declared=tuple(row["declared"]),
                survived=tuple(row.get("survived", ())),
                collateral=tuple(row.get("collateral", ())),
                exit_code=row.get("exit_code", 1),
                holds=row.get("holds", True),
            )
            for role, rows in tables.items()
            for flaw, row in rows.items()
        }
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise UsageError(
            f"{file} is no record of the kill matrix: {error}", hint="remove it and play the matrix again"
        ) from error


def record(played: Iterable[Kill], *, known: "Mapping[str, Flaw] | None" = None, file: Path = FILE) -> Path:
    """Renew the rows of what was played, and drop those of flaws that are no more. Raises UsageError."""
    kills.cache_clear()
    rows = {**kills(file), **{(row.role, row.flaw): row for row in played}}
    there = {(pair.role, pair.flaw.name) for pair in pairs(known, file=file)}
    lines = [_HEAD.rstrip()]
    for role in sorted({role for role, _ in there & rows.keys()}):
        lines += ["", f"[{role}]"]
        lines += [_line(rows[key]) for key in sorted(there & rows.keys()) if key[0] == role]
    try:
        write(file, "\n".join(lines) + "\n")
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error.strerror or error}") from error
    kills.cache_clear()
    return file


def _line(row: Kill) -> str:
    fields: dict[str, object] = {"declared": sorted(row.declared)}
    if not row.holds:
        fields |= {
            "holds": False,
            "survived": sorted(row.survived),
            "collateral": sorted(row.collateral),
            "exit_code": row.exit_code,
        }
    return f"{row.flaw} = {{ {', '.join(f'{key} = {json.dumps(value)}' for key, value in fields.items())} }}"
