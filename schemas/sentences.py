"""The sentences of a version that bind or allow, and the rows of its tables of methods, parameters, headers and codes.

A passage is told by the hash of its text, with white space made even, so that a catalogue can hold on to it without
repeating what is not its own to repeat.

Normative words are those of RFC 2119 in upper and in lower case, and `advised`, by which this text recommends.
A lower-case `may` or `optional` counts too: what one party may do, nobody may hold against it. `can` doesn't: it
tells what is possible.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from .blocks import Paragraph, Row, blocks

WORDS = ("must", "shall", "required", "should", "recommended", "advised", "may", "optional")
ADVICE = ("should", "recommended", "advised")
"""Those among them that leave room for a good reason."""
TABLE = "table"
"""The keyword of a row."""

_SILENT = ("changelog", "version_history", "copyright", "pdf_layout")
_WORD = re.compile(
    r"\b(MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED|MAY|OPTIONAL|[Mm]ust(?=n't\b)"
    r"|(?:[Mm]ust|[Ss]hall|[Rr]equired|[Ss]hould|[Rr]ecommended|[Aa]dvi(?:sed?|ced|sable)|[Mm]ay|[Oo]ptional)\b)"
)
_END = re.compile(r"(?<=[.!?])[)_*]?\s+(?=[A-Z`<'\"_*({\[0-9])|\s\+\n\s*")
_ANCHOR = re.compile(r"\[\[([^\],]+)[^\]]*\]\]")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|incl|resp|no)|\b[A-Z])\.$", re.IGNORECASE)
_LINK = re.compile(r"<<[^,>]*,?([^>]*)>>|https?://[^\s\[]+\[([^\]]*)\]|https?://\S+")
_CODE = re.compile(r"`[^`]*`")
_DUE = (
    "method",
    "parameter",
    "http header",
    "to headers",
    "code",
    "range",
    "operator interface",
    "emsp interface",
    "interface",
)
"""Columns by which a table that has to be accounted for is known."""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A sentence or a row. `keywords` are its normative words as written, without `not`; of a row it is `table`.

    `due` says whether it has to be accounted for: sentences with a normative word do, and rows of methods,
    parameters, headers and codes; fields and values of classes and enums are accounted for by the schemas. `text` is
    what the file says; it is for the reader's eyes and goes nowhere.
    """

    file: str
    anchor: str
    line: int
    keywords: tuple[str, ...]
    text: str
    due: bool

    @property
    def place(self) -> str:
        """The nearest anchor above, like `mod_tokens.asciidoc#mod_tokens_post_method`."""
        return f"{self.file}#{self.anchor}"

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that stay the same while the words do."""
        return _digest(self.text)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other passage: place and hash."""
        return self.place, self.hash


def passages(folder: Path) -> list[Passage]:
    """Every sentence and every row of the AsciiDoc chapters in `folder`, also those that are not due.

    Raises ValueError if there are none.
    """
    found = [
        passage
        for path in sorted(folder.glob("*.asciidoc"))
        if not path.stem.startswith(_SILENT)
        for passage in chapter(path.read_text("utf-8"), path.name)
    ]
    if not found:
        raise ValueError(f"{folder} holds no chapter of the specification (*.asciidoc)")
    return found


def sections(folder: Path) -> dict[str, str]:
    """By anchor, like `types.asciidoc#types_url_type`: the hash of all that stands there, "" where nothing does."""
    texts: dict[str, list[str]] = {
        f"{path.name}#{name}": []
        for path in folder.glob("*.asciidoc")
        for name in _ANCHOR.findall(path.read_text("utf-8"))
    }
    for passage in passages(folder):
        texts.setdefault(passage.place, []).append(passage.text)
    return {place: _digest("\n".join(found)) if found else "" for place, found in texts.items()}


def chapter(text: str, file: str) -> Iterator[Passage]:
    """The passages of one chapter. A list belongs to the sentence with a colon that introduces it."""
    found = list(blocks(text))
    for at, block in enumerate(found):
        if isinstance(block, Row):
            yield _row(block, file)
        else:
            *sentences, last = _sentences(block, file) or [None]
            yield from (sentence for sentence in sentences if sentence)
            if last and block.text.rstrip().endswith(":"):
                last = replace(last, text=" ".join([last.text, *_items(found[at + 1 :])]))
            if last:
                yield last


def _items(following: list[Paragraph | Row]) -> Iterator[str]:
    items = takewhile(lambda block: isinstance(block, Paragraph) and block.item, following)
    return (_even(item.text) for item in items if isinstance(item, Paragraph))


def _row(row: Row, file: str) -> Passage:
    heads = {head.lower() for head in row.header}
    due = not heads.isdisjoint(_DUE)
    text = " | ".join(row.cells)
    return Passage(file=file, anchor=row.anchor, line=row.line, keywords=(TABLE,), text=text, due=due)


def _sentences(paragraph: Paragraph, file: str) -> list[Passage]:
    return [
        Passage(
            file=file,
            anchor=paragraph.anchor,
            line=line,
            keywords=_keywords(text),
            text=text,
            due=bool(_keywords(text)),
        )
        for line, text in _split(paragraph)
    ]


def _keywords(text: str) -> tuple[str, ...]:
    found = (word if word.isupper() else word.lower() for word in _WORD.findall(_plain(text)))
    return tuple(dict.fromkeys("advised" if word.startswith("advi") else word for word in found))


def _split(paragraph: Paragraph) -> Iterator[tuple[int, str]]:
    """Each sentence with the line at which it begins."""
    text, begin = paragraph.text, 0
    ends = [
        match
        for match in _END.finditer(text)
        if "+" in match[0] or not _ABBREVIATED.search(text[: match.start()])
    ]
    for first, last in [*((match.start(), match.end()) for match in ends), (len(text), len(text))]:
        if sentence := _even(text[begin:first]):
            yield paragraph.line + text.count("\n", 0, begin), sentence
        begin = last


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _even(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _plain(text: str) -> str:
    """Without code and the targets of links: what is quoted says nothing."""
    return _CODE.sub(" ", _LINK.sub(lambda match: match[1] or match[2] or " ", text))
