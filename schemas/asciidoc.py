"""Tables of an AsciiDoc chapter, read as a stream of cells that `cols` folds into rows."""

import re

from .tables import Table

_ANCHOR = re.compile(r"\[\[([^\],]+)[^\]]*\]\]\s*$")
_HEADING = re.compile(r"(=+)\s+(.*\S)\s*$")
_COLS = re.compile(r'cols="([^"]+)"')
_SEPARATOR = re.compile(
    r"(?:(?<=\s)[adehlmsv])?(?<!\\)\|"
)  # a letter before the bar is the style of the cell


def tables(text: str, file: str) -> list[Table]:
    """All tables of `text` that declare their columns, in order of appearance."""
    found: list[Table] = []
    anchor = heading_anchor = heading = cols = ""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("----"):
            at = _end(lines, at, "----")
        elif match := _ANCHOR.match(line):
            anchor = match[1]
        elif match := _HEADING.match(line):
            heading, heading_anchor, anchor = match[2], anchor, ""
        elif match := _COLS.search(line):
            cols = match[1]
        elif line.startswith("|==="):
            end = _end(lines, at, "|===")
            if cols:
                rows = _rows("\n".join(lines[at + 1 : end]), len(cols.split(",")))
                found.append(
                    Table(
                        file=file,
                        anchor=heading_anchor,
                        heading=heading,
                        header=rows[0],
                        rows=tuple(rows[1:]),
                        line=at + 1,
                    )
                )
            at, cols = end, ""
        at += 1
    return found


def _end(lines: list[str], start: int, fence: str) -> int:
    for at in range(start + 1, len(lines)):
        if lines[at].startswith(fence):
            return at
    return len(lines)


def _rows(block: str, width: int) -> list[tuple[str, ...]]:
    cells = [_cell(part) for part in _SEPARATOR.split(block)[1:]]
    cells += [""] * (-len(cells) % width)
    return [tuple(cells[at : at + width]) for at in range(0, len(cells), width)]


def _cell(part: str) -> str:
    return re.sub(r"\s+", " ", part.replace("\\|", "|")).strip()
