"""An AsciiDoc chapter as the blocks that say something: paragraphs, items of lists, rows of tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ANCHOR = re.compile(r"\[\[([^\],]+)[^\]]*\]\]\s*$")
_HEADING = re.compile(r"=+\s+\S")
_COLS = re.compile(r'cols="([^"]+)"')
_SEPARATOR = re.compile(
    r"(?:(?<=\s)[adehlmsv])?(?<!\\)\|"
)  # a letter before the bar is the style of the cell
_FENCE = re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,})\s*$")
_FRAME = re.compile(r"(?:={4,}|\*{4,}|_{4,})\s*$")
_SILENT = re.compile(
    r":[\w-]+:|//|image::|include::|\[[^\]\[]*\]\s*$|\.[A-Za-z]|'''|<<<\s*$|toc::|ifdef::|endif::"
)
_ITEM = re.compile(r"\s*(?:[*\-]+|\.+|\d+\.)\s+")


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """Running text, an item of a list, or one cell of a table. `line` counts from 1.

    `anchor` is the nearest one above; what stands in a table has that of its heading.
    """

    anchor: str
    line: int
    text: str

    @property
    def item(self) -> bool:
        """Whether it is an item of a list."""
        return bool(_ITEM.match(self.text))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table below its header."""

    anchor: str
    line: int
    header: tuple[str, ...]
    cells: tuple[str, ...]


def blocks(text: str) -> Iterator[Paragraph | Row]:
    """The blocks of a chapter in their order; examples, headings, captions and comments are left out."""
    return _Reader(text.splitlines()).read()


@dataclass
class _Reader:
    lines: list[str]
    at: int = 0
    anchor: str = ""
    section: str = ""
    cols: str = ""
    begun: int = 0
    paragraph: list[str] = field(default_factory=list)

    def read(self) -> Iterator[Paragraph | Row]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.startswith("|==="):
                yield from self._flush()
                yield from self._table()
            elif _FENCE.match(line):
                yield from self._flush()
                self.at = self._end(line.strip())
            elif match := _ANCHOR.match(line):
                yield from self._flush()
                self.anchor = match[1]
            elif not line.strip() or line.strip() == "+" or _silent(line):
                yield from self._flush()
                if _HEADING.match(line):
                    self.section = self.anchor
                if match := _COLS.search(line):
                    self.cols = match[1]
            else:
                if _ITEM.match(line):
                    yield from self._flush()
                if not self.paragraph:
                    self.begun = self.at + 1
                self.paragraph.append(line)
            self.at += 1
        yield from self._flush()

    def _flush(self) -> Iterator[Paragraph]:
        if self.paragraph:
            yield Paragraph(anchor=self.anchor, line=self.begun, text="\n".join(self.paragraph))
            self.paragraph = []

    def _end(self, fence: str) -> int:
        for at in range(self.at + 1, len(self.lines)):
            if self.lines[at].strip() == fence:
                return at
        return len(self.lines)

    def _table(self) -> Iterator[Paragraph | Row]:
        begin, end = self.at + 1, self._end("|===")
        cells = list(_cells(self.lines[begin:end], begin + 1))
        first_line = next((line for line in self.lines[begin:end] if line.strip()), "")
        width = len(self.cols.split(",")) if self.cols else len(_SEPARATOR.findall(first_line)) or 1
        self.at, self.cols = end, ""
        header = tuple(_bare(text) for _, text in cells[:width])
        for first in range(width, len(cells), width):
            row = cells[first : first + width]
            texts = tuple(_bare(text) for _, text in row)
            yield Row(anchor=self.section, line=row[0][0], header=header, cells=texts)
            for line, text in row:
                for block in _Reader(text.splitlines(), anchor=self.section).read():
                    if isinstance(block, Paragraph):
                        yield Paragraph(anchor=self.section, line=line + block.line - 1, text=block.text)


def _silent(line: str) -> bool:
    return any(pattern.match(line) for pattern in (_HEADING, _FRAME, _SILENT))


def _cells(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    """Each cell with the line at which it begins."""
    block = "\n".join(lines)
    bars = list(_SEPARATOR.finditer(block))
    for at, bar in enumerate(bars):
        end = bars[at + 1].start() if at + 1 < len(bars) else len(block)
        text = block[bar.end() : end]
        lead = len(text) - len(text.lstrip())
        line = first + block.count("\n", 0, bar.end() + lead)
        yield line, text.strip().replace("\\|", "|")


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
