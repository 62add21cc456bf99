"""A table of the specification as plain cells, with the heading it stands under."""

import re
from dataclasses import dataclass

_KINDS = {"class": "class", "object": "class", "enum": "enum", "openenum": "open enum"}


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table as it stands in a chapter: cells are trimmed text, markup of links still in them."""

    file: str
    anchor: str
    heading: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int

    @property
    def place(self) -> str:
        """Where the heading is, like `mod_locations.asciidoc#mod_locations_evse_object`."""
        return f"{self.file}#{self.anchor}"

    @property
    def kind(self) -> str:
        """`class`, `enum` or `open enum` as the heading says, "" if it says none of them."""
        return _KINDS.get(_words(self.heading)[-1].lower(), "") if _words(self.heading) else ""

    @property
    def name(self) -> str:
        """The name in the heading without its number and kind: `CdrToken`, `FinancialAdviceConfirmation`."""
        words = _words(self.heading)
        return "".join(words[:-1] if self.kind else words)


def _words(heading: str) -> list[str]:
    bare = re.sub(r"^[\d.]+\s+", "", heading.strip())
    return re.sub(r"[_*`]", " ", bare).split()
