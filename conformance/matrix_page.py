"""`docs/kill-matrix.md`: what each flaw does, what it must break, and whether the suite last caught just that."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from .field_deviations import FieldDeviation, field_deviations
from .kills import Pair, pairs

__all__ = ["matrix_page"]

_HEAD = """\
# Kill matrix

A check that no misbehaviour can turn red proves nothing. So the simulated parties misbehave on request, in the ways
below, and each flaw must be caught by exactly what it declares: nothing that it must break may survive (detection), and
nothing else may be accused (collateral). `run --flaw NAME`, `serve --flaw NAME` and `PUT /trigger/flaws` of a served
party take these names. Written by `ocpi-conformance catalogue document` from what
`python tests/kill_matrix.py --record` found; don't edit.
"""
_FIELD = """\
## Seen in the field

What implementations were seen to do wrong, in our words, with the threads where it came up, and the flaws that do the
same. Where none does, it is said why.
"""
_PARAMETERS = """\
## Parameters

Some flaws take them, as `slow:seconds=3,every=2`.

| flaw | parameter | default | takes | what it is |
|---|---|---|---|---|
"""
_LEGAL = """\
## Not scored

What nothing scored forbids: there to see how a client copes, and what informative requirements make of it. A run must
not call it a failure.
"""


def matrix_page() -> str:
    """The page: totals, then a table for each chapter of the flaws, parameters, and what the field shows."""
    rows = pairs()
    scored = [row for row in rows if not row.flaw.legal]
    lines = [_HEAD, *_totals(rows)]
    for chapter, part in groupby(sorted(scored, key=_place), key=lambda row: _place(row)[0]):
        lines += [f"## {chapter}", "", *_table(list(part)), ""]
    lines += [_LEGAL, *_table([row for row in rows if row.flaw.legal]), ""]
    lines += [_PARAMETERS + "\n".join(_parameters(rows)), ""]
    lines += [_FIELD, *_field(field_deviations())]
    return "\n".join(lines).rstrip() + "\n"


def _place(row: Pair) -> tuple[str, str]:
    return row.flaw.chapter, row.flaw.name


def _totals(rows: Sequence[Pair]) -> list[str]:
    """Flaws, pairs, and how many of them were caught by exactly what they declare."""
    lines = [
        "| | flaws | flaws × roles | detection | collateral | not played as declared now |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for title, part in (
        ("CPO", [row for row in rows if row.role == "CPO"]),
        ("eMSP", [row for row in rows if row.role == "EMSP"]),
        ("all", rows),
    ):
        played = [row for row in part if row.last is not None and row.current]
        missed = sum(bool(row.last and row.last.survived) for row in played)
        spilt = sum(bool(row.last and row.last.collateral) for row in played)
        detection = f"{100 * (len(played) - missed) / len(part):.0f} %" if part else "–"
        names = {row.flaw.name for row in part}
        lines.append(
            f"| {title} | {len(names)} | {len(part)} | {detection} | {spilt} | {len(part) - len(played)} |"
        )
    return [*lines, ""]


def _table(rows: Sequence[Pair]) -> list[str]:
    lines = ["| flaw | role | what it does wrong | must break | last |", "|---|---|---|---|---|"]
    for _, same in groupby(rows, key=lambda row: (row.flaw.name, row.declared, _said(row))):
        alike = list(same)
        flaw, roles = alike[0].flaw, [row.role for row in alike]
        summary = f"{flaw.summary} *{_sentence(flaw.legal)}*" if flaw.legal else flaw.summary
        cells = [
            f"`{flaw.name}`",
            ", ".join(roles),
            summary,
            _several(f"`{slug}`" for slug in alike[0].declared),
            _said(alike[0]),
        ]
        lines.append(_row(cells))
    return lines


def _said(row: Pair) -> str:
    if row.last is None:
        return "not played"
    if not row.current:
        return "changed since"
    if row.caught:
        return "caught" if row.declared else "not accused"
    wrong = [f"missed {slug}" for slug in row.last.survived] + [
        f"accused {slug}" for slug in row.last.collateral
    ]
    return f"**{'; '.join(wrong) or f'exit code {row.last.exit_code}'}**"


def _parameters(rows: Iterable[Pair]) -> Iterable[str]:
    flaws = {row.flaw.name: row.flaw for row in rows}
    for name, flaw in flaws.items():
        for key, found in flaw.parameters.items():
            yield _row([f"`{name}`", f"`{key}`", str(found.default), found.takes, found.means])


def _field(rows: Iterable[FieldDeviation]) -> list[str]:
    lines = ["| what was seen | where | flaws |", "|---|---|---|"]
    for row in rows:
        of = f"*Of {_several(row.versions)}, not of 2.2.1.*" if row.versions else ""
        told = [_several(f"`{name}`" for name in row.flaws) if row.flaws else "", of, row.why]
        lines.append(_row([row.seen, _several(map(_thread, row.threads)), "<br>".join(filter(None, told))]))
    return lines


def _thread(name: str) -> str:
    """A link to an issue or a commit, where the name has a whole repository."""
    for mark, kind in (("#", "issues"), ("@", "commit")):
        repository, found, number = name.partition(mark)
        if found and "/" in repository:
            return f"[{name}](https://github.com/{repository}/{kind}/{number})"
    return name


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _several(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
