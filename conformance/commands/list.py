"""list: what the suite has of requirements, scenarios, profiles, flaws, actions and versions."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ExitCode, UsageError, nearest
from ..listing import TABLES, Row, scenario_rows

__all__ = ["list_"]


def list_(
    table: Annotated[str, typer.Argument(metavar="TABLE", help=", ".join(TABLES), show_default=False)],
    as_: Annotated[str, typer.Option("--format", help="text or json", metavar="NAME")] = "text",
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", metavar="PATH", help="A folder of further scenarios")
    ] = None,
) -> int:
    """List requirements, scenarios, profiles, flaws, actions or versions."""
    from .output import check_format, columns, print_json, say

    check_format(as_)
    if table not in TABLES:
        raise UsageError(f"there is no table {table!r}", hint=nearest(table, TABLES))
    rows = scenario_rows(scenarios) if table == "scenarios" else TABLES[table]()
    if as_ == "json":
        print_json(rows)
    else:
        say(columns(_SHOWN[table](row) for row in rows))
        typer.echo(f"{len(rows)} {table}", err=True)
    return ExitCode.CONFORMANT


def _requirement(row: Row) -> tuple[str, str]:
    marks = [
        row["level"],
        "" if row["scored"] else "informative",
        "" if row["role"] == "any" else row["role"],
    ]
    return row["slug"], f"{' '.join(mark for mark in marks if mark)}: {row['duty']}"


def _profile(row: Row) -> tuple[str, str]:
    return row["name"], f"{row['title']} ({_count(row['requirements'], 'requirement')})"


def _flaw(row: Row) -> tuple[str, str]:
    return row["name"], f"{row['summary']} ({', '.join(row['roles'])})"


def _action(row: Row) -> tuple[str, str]:
    return row["name"], f"{row['description']} ({', '.join(row['roles'])})"


def _version(row: Row) -> tuple[str, str]:
    return row["version"], "run, judge" if row["run"] else "judge"


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}" + ("" if len(things) == 1 else "s")


_SHOWN: dict[str, Callable[[Row], tuple[str, str]]] = {
    "requirements": _requirement,
    "scenarios": lambda row: (row["id"], row["title"]),
    "profiles": _profile,
    "flaws": _flaw,
    "actions": _action,
    "versions": _version,
}
