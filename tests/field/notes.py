"""The table of findings in docs/field-notes.md, made from the baselines."""

from collections.abc import Iterable
from pathlib import Path

from ocpi_conformance.conformance.catalogue import load as load_catalogue
from ocpi_conformance.conformance.deviations import load as load_baseline

from .cases import CASES, LIBRARIES, Case

PAGE = Path(__file__).parents[2] / "docs" / "field-notes.md"
BEGIN, END = "<!-- findings: made by `python -m tests.field --notes` -->\n", "<!-- end of findings -->\n"
VERSION = "2.2.1"
LETTERS = dict(zip(LIBRARIES, "PX", strict=True))


def table() -> str:
    """One line for each requirement and each way in which it was broken."""
    catalogue = load_catalogue()
    found: dict[tuple[str, str], list[Case]] = {}
    for case in CASES:
        for entry in load_baseline(case.baseline, catalogue).deviations:
            found.setdefault((entry.requirement, entry.reason), []).append(case)
    lines = ["| requirement | who | what came, and where the text says otherwise |", "|---|---|---|"]
    for (slug, reason), cases in sorted(found.items()):
        row = catalogue[slug]
        weight = "" if row.level == "MUST" else " (W)" if row.scored else " (W, informative)"
        lines.append(f"| `{slug}`{weight} | {_who(cases)} | {_linked(reason, row.url(VERSION))} |")
    return "\n".join(lines) + "\n"


def written(page: str) -> str:
    """The page with the table of today in it."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + "\n" + table() + "\n" + END + rest.split(END)[1]


def _who(cases: Iterable[Case]) -> str:
    """P for a library in both roles, P-C for it as CPO; mended where only the mended host shows it."""
    names = []
    listed = list(cases)
    for library, letter in LETTERS.items():
        plain = {case.role for case in listed if case.library == library and not case.mended}
        mended = {case.role for case in listed if case.library == library and case.mended} - plain
        for roles, note in ((plain, ""), (mended, " mended")):
            if len(roles) == 2:
                names.append(letter + note)
            else:
                names += [f"{letter}-{role[0].upper()}{note}" for role in roles]
    return ", ".join(names)


def _linked(reason: str, url: str) -> str:
    """The clause at the end of a reason as a link to the text."""
    said, _, clause = reason.rpartition(" (")
    anchor = clause.removesuffix(")")
    return f"{said.replace('|', '/')} ([{anchor.rpartition('#')[2] or anchor}]({url}))"
