"""Tables of a Markdown chapter, read row by row; headings get the anchor that GitHub gives them."""

import re

from .tables import Table

_HEADING = re.compile(r"(#+)\s+(.*\S)\s*$")
_RULE = re.compile(r"^\|?[\s:|-]*-{2,}[\s:|-]*\|?\s*$")
_SEPARATOR = re.compile(r"(?<!\\)\|")


def tables(text: str, file: str) -> list[Table]:
    """All tables of `text`, in order of appearance."""
    found: list[Table] = []
    seen: dict[str, int] = {}
    anchor = heading = ""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("```"):
            at = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("```")), len(lines))
        elif match := _HEADING.match(line):
            heading = match[2]
            anchor = slug(heading, seen)
        elif "|" in line and at + 1 < len(lines) and _RULE.match(lines[at + 1]):
            end = at + 2
            while end < len(lines) and lines[end].lstrip().startswith("|"):
                end += 1
            found.append(
                Table(
                    file=file,
                    anchor=anchor,
                    heading=heading,
                    header=_cells(line),
                    rows=tuple(_cells(row) for row in lines[at + 2 : end]),
                    line=at + 1,
                )
            )
            at = end - 1
        at += 1
    return found


def slug(heading: str, seen: dict[str, int]) -> str:
    """The anchor of a heading: lower case, blanks to hyphens, punctuation dropped, repeats numbered."""
    text = re.sub(r"(?<!\w)_+|_+(?!\w)|[*`]", "", heading.lower())
    bare = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
    count = seen.get(bare, 0)
    seen[bare] = count + 1
    return f"{bare}-{count}" if count else bare


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    inner = re.sub(r"(?<!\\)\|$", "", inner)
    return tuple(part.replace("\\|", "|").replace("&nbsp;", " ").strip() for part in _SEPARATOR.split(inner))
