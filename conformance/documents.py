"""The catalogue and the readings as pages of the documentation, written anew whenever they change."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from .listing import Row
from .matrix_page import matrix_page

__all__ = ["DOCUMENTS", "interpretations_page", "requirements_page"]

VERSION = "2.2.1"
"""The text that links lead to."""

_ACTS = {"server": "in answers", "client": "in requests", "any": ""}
_REQUIREMENTS = """\
# Requirements

Every duty that the suite knows, by chapter: its level (MUST, SHOULD, MAY) with the word that the text has, the party
that bears it, the place in the text, what judges it, and the flaws of the simulated parties that prove the judge.
*Informative* rows are judged and not scored. Written by `ocpi-conformance catalogue document`; don't edit.
"""
_INTERPRETATIONS = """\
# Contested readings

Sentences of the text that can be read in more than one way, what was said of them upstream, and what the suite makes
of them: no check is stricter than the text. Then the places where the text contradicts itself, and what the schemas
take. Written by `ocpi-conformance catalogue document`; don't edit.
"""


def requirements_page() -> str:
    """`docs/requirements.md`: one table a chapter, one row a requirement."""
    from .listing import requirement_rows

    rows = requirement_rows()
    return "\n".join(
        [_REQUIREMENTS, *_overview(rows), *(line for part in _by_module(rows) for line in _chapter(*part))]
    )


def interpretations_page() -> str:
    """`docs/interpretations.md`: each contested sentence, then the errata."""
    from .listing import erratum_rows, interpretation_rows

    lines = [_INTERPRETATIONS]
    for row in interpretation_rows():
        lines += _reading(row)
    lines += ["# Errata", ""]
    for row in erratum_rows():
        lines += [f"## {row['id']}", "", *_erratum(row), ""]
    return "\n".join(lines).rstrip() + "\n"


DOCUMENTS = {
    "requirements.md": requirements_page,
    "interpretations.md": interpretations_page,
    "kill-matrix.md": matrix_page,
}
"""The pages by the names of their files in `docs/`."""


def _by_module(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    return [(module, list(part)) for module, part in groupby(rows, key=lambda row: row["module"])]


def _overview(rows: Sequence[Row]) -> list[str]:
    lines = ["| chapter | scored | informative | not observable |", "|---|---:|---:|---:|"]
    for module, part in _by_module(rows):
        hidden = sum(bool(row["not_observable"]) for row in part)
        scored = sum(row["scored"] and not row["not_observable"] for row in part)
        lines.append(
            f"| [{module}](#{module}) | {scored} | {len(part) - scored - hidden} | {hidden} |",
        )
    return [*lines, ""]


def _chapter(module: str, rows: Iterable[Row]) -> list[str]:
    head = [
        f"## {module}",
        "",
        "| requirement | level | who | text | judged by | killed by |",
        "|---|---|---|---|---|---|",
    ]
    return [*head, *map(_requirement, rows), ""]


def _requirement(row: Row) -> str:
    word = "" if row["keyword"] in ("", row["level"]) else f" ({row['keyword']})"
    mark = "" if row["scored"] else ", *informative*"
    judged = (
        f"not observable: {row['not_observable']}" if row["not_observable"] else _several(row["judged_by"])
    )
    cells = [
        f"`{row['slug']}`<br>{row['duty']}",
        f"{row['level']}{word}{mark}",
        _bearer(row),
        f"[{row['anchor'].partition('#')[2]}]({_url(row['anchor'])})",
        judged,
        _several(f"`{name}`" for name in row["flaws"]),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _bearer(row: Row) -> str:
    role = "every role" if row["role"] == "any" else row["role"]
    side = "" if row["side"] == "any" else f"as {row['side']}"
    return " ".join(filter(None, (role, side, _ACTS[row["acts"]])))


def _reading(row: Row) -> list[str]:
    lines = [f"## {row['slug']}", "", row["question"], ""]
    lines += [f"{number}. {reading}" for number, reading in enumerate(row["readings"], 1)]
    lines += ["", f"**The suite:** {row['verdict']}", ""]
    lines.append(f"- text: [{row['anchor'].partition('#')[2]}]({_url(row['anchor'])})")
    if row["discussion"]:
        lines.append(f"- upstream: {_several(map(_thread, row['discussion']))}")
    if row["requirements"]:
        lines.append(f"- requirements: {_several(f'`{slug}`' for slug in row['requirements'])}")
    return [*lines, ""]


def _erratum(row: Row) -> list[str]:
    upstream = f" Upstream: {_thread(row['upstream'])}." if row["upstream"] else ""
    if row["kind"] == "example":
        where = f"[worked example]({_url(row['anchor'])}) of {', '.join(row['versions'])}"
        return [
            f"A {where}: it states {row['text']}; its tariff gives {row['taken']}.",
            f"{row['why']}{upstream}",
        ]
    place = f"`{row['object']}.{row['field']}`" if row["field"] else f"`{row['object']}`"
    return [
        f"{place} ({_span(row)}): the table says `{row['text']}`, the schema takes `{row['taken']}`.",
        f"{row['why']}{upstream}",
    ]


def _span(row: Row) -> str:
    since = f"since {row['since']}" if row["since"] else "all versions"
    return f"{since}, until {row['until']}" if row["until"] else since


def _thread(name: str) -> str:
    repository, mark, number = name.partition("#")
    return f"[{name}](https://github.com/{repository}/issues/{number})" if mark else name


def _url(anchor: str) -> str:
    from .requirement import SPEC_URL

    return SPEC_URL.format(version=VERSION, anchor=anchor)


def _several(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"
