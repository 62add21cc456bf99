"""list: what the suite has of requirements, scenarios, profiles, flaws, actions, versions and readings."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ExitCode, UsageError, nearest
from ..listing import TABLES, Row, scenario_rows

__all__ = ["list_"]


def list_(
    table: Annotated[str, typer.Argument(metavar="TABLE", help=", ".join(TABLES), show_default=False)],
    as_: Annotated[
        str, typer.Option("--format", help="text, json; some tables markdown too", metavar="NAME")
    ] = "text",
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", metavar="PATH", help="A folder of further scenarios")
    ] = None,
) -> int:
    """List what the suite has: requirements, scenarios, profiles, flaws, actions, versions, readings, errata."""
    from ..documents import DOCUMENTS
    from .output import check_format, columns, print_json, say

    if table not in TABLES:
        raise UsageError(f"there is no table {table!r}", hint=nearest(table, TABLES))
    page = DOCUMENTS.get(f"{table}.md")
    if as_ == "markdown" and page:
        typer.echo(page(), nl=False)
        return ExitCode.CONFORMANT
    check_format(as_)
    rows = scenario_rows(scenarios) if table == "scenarios" else TABLES[table]()
    if as_ == "json":
        print_json(rows)
    else:
        whole = _WHOLE.get(table)
        say("\n".join(map(whole, rows)) if whole else columns(map(_SHOWN[table], rows)))
        typer.echo(f"{table}: {len(rows)}", err=True)
    return ExitCode.CONFORMANT


def _requirement(row: Row) -> str:
    """The slug, then below it: how it binds whom, where it stands, the duty, what judges and what proves it."""
    from .output import wrapped

    word = "" if row["keyword"] in ("", row["level"]) else f" ({row['keyword']})"
    who = " ".join(row[name] for name in ("role", "side", "acts") if row[name] != "any")
    facts = [f"{row['level']}{word}", "" if row["scored"] else "informative", who]
    facts.append(row["anchor"].partition("#")[2])
    judged = f"judged by {', '.join(row['judged_by']) or 'nothing'}"
    if row["not_observable"]:
        judged = f"not observable: {row['not_observable']}"
    killed = f"killed by {', '.join(row['flaws'])}" if row["flaws"] else ""
    texts = [", ".join(filter(None, facts)), row["duty"], judged, killed]
    return "\n".join([row["slug"], *(wrapped(text, first="    ") for text in texts if text)])


def _profile(row: Row) -> tuple[str, str]:
    return row["name"], f"{row['title']} ({_count(row['requirements'], 'requirement')})"


def _edition(row: Row) -> tuple[str, str]:
    state = f"frozen {row['frozen']}" if row["frozen"] else "not frozen yet: all that the catalogue scores"
    return row["name"], f"OCPI {row['version']}, {'current, ' if row['current'] else ''}{state} (" + (
        f"{_count(row['scored'], 'requirement')})"
    )


def _flaw(row: Row) -> tuple[str, str]:
    settable = [
        f"{found['name']}={found['default']}: {found['means']}, {found['takes']}"
        for found in row["parameters"]
    ]
    legal = [f"no duty forbids it: {row['legal']}"] if row["legal"] else []
    parts = [f"{row['summary']} ({', '.join(row['roles'])})", *legal, *settable]
    return row["name"], "; ".join(parts)


def _action(row: Row) -> str:
    """The name, then below it: who does what, what it calls, each parameter, what comes back."""
    from .output import wrapped

    lines = [row["name"], wrapped(f"{', '.join(row['roles'])}: {row['description']}", first="    ")]
    if row["calls"]:
        lines.append(wrapped(f"calls {', '.join(row['calls'])}", first="    "))
    room = max((len(name) for name in row["parameters"]), default=0)
    for name, meaning in row["parameters"].items():
        lines.append(wrapped(meaning, first=f"    {name.ljust(room)}  "))
    if row["returns"]:
        lines.append(wrapped(f"returns {', '.join(row['returns'])}", first="    "))
    return "\n".join(lines)


def _feature(row: Row) -> tuple[str, str]:
    means = "; ".join(f"{role}: {meaning}" for role, meaning in row["means"].items())
    return row["name"], f"{means} ({_count(row['requirements'], 'requirement')})"


def _version(row: Row) -> tuple[str, str]:
    return row["version"], "run, judge" if row["run"] else "judge"


def _count(things: Sequence[object], name: str) -> str:
    return f"{len(things)} {name}" + ("" if len(things) == 1 else "s")


_SHOWN: dict[str, Callable[[Row], tuple[str, str]]] = {
    "scenarios": lambda row: (row["id"], row["title"]),
    "profiles": _profile,
    "editions": _edition,
    "features": _feature,
    "flaws": _flaw,
    "versions": _version,
    "interpretations": lambda row: (row["slug"], f"{row['question']} {row['verdict']}"),
    "errata": lambda row: (row["id"], row["why"]),
}
_WHOLE: dict[str, Callable[[Row], str]] = {"requirements": _requirement, "actions": _action}
"""Tables that are no columns: what there is to say of a row takes lines of its own."""
