"""The account of the text: which requirement claims each sentence that binds, or why none does.

`census/<version>/<chapter>.toml` has one entry a passage. It names the passage by anchor, keyword and hash, so that
a text that changes shows, and holds none of its words.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..schemas.sentences import TABLE, Passage
from .grounds import FOLDER, Grounds, grounds_of, ungrounded
from .requirement import CatalogueError, Requirement

__all__ = ["Account", "Chapter", "Entry", "account", "draft", "entries", "grounds"]

_PLAIN = "prose"
_WAYS = ("claimed", "not_observable", "informative")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One passage and what becomes of it: the requirements that claim it, or the reason why there are none."""

    file: str
    anchor: str
    hash: str
    keyword: str
    claimed: tuple[str, ...] = ()
    not_observable: str = ""
    informative: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells the passage: place and hash."""
        return f"{self.file}#{self.anchor}", self.hash

    @classmethod
    def from_row(cls, row: dict[str, Any], *, file: str, where: str) -> "Entry":
        """Read a TOML row. Raises CatalogueError."""
        place = f"{where}: {row.get('anchor', '?')} {row.get('hash', '?')}"
        unknown = set(row) - {field.name for field in fields(cls)}
        if unknown:
            raise CatalogueError(f"{place} has unknown fields {sorted(unknown)}")
        if sum(bool(row.get(way)) for way in _WAYS) != 1:
            raise CatalogueError(f"{place} needs one of {', '.join(_WAYS)}")
        try:
            return cls(file=file, **{**row, "claimed": tuple(row.get("claimed", ()))})
        except TypeError as error:
            raise CatalogueError(f"{place}: {error}") from error


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """How many passages of a chapter are due, and how they are accounted for."""

    file: str
    due: int
    claimed: int
    not_observable: int
    informative: int
    unclaimed: int


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account of one version: chapters in their order, and each thing that doesn't add up."""

    chapters: tuple[Chapter, ...]
    problems: tuple[str, ...]
    unclaimed: tuple[Passage, ...]


def entries(version: str, *, folder: Path = FOLDER) -> list[Entry]:
    """The entries of a version. Raises CatalogueError."""
    found: list[Entry] = []
    for path in sorted((folder / version).glob("*.toml")):
        where = f"census/{version}/{path.name}"
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise CatalogueError(f"{where} is no TOML: {error}") from error
        rows = table.get("passage", ())
        found += [Entry.from_row(row, file=f"{path.stem}.asciidoc", where=where) for row in rows]
    return found


def account(
    passages: Sequence[Passage],
    entries: Sequence[Entry],
    requirements: Sequence[Requirement],
    *,
    said: Mapping[str, str],
    held: Mapping[str, str],
) -> Account:
    """Compare what the text says with what is said of it.

    `said` are the sections of the text, by place, and `held` those that were looked at.
    """
    by_key = {entry.key: entry for entry in entries}
    rows = {requirement.slug: requirement for requirement in requirements}
    unclaimed = tuple(passage for passage in passages if passage.due and passage.key not in by_key)
    tables = {passage.place for passage in passages if TABLE in passage.keywords}
    problems = [
        *map(_unclaimed, unclaimed),
        *_stale(passages, entries),
        *_strangers(entries, rows),
        *ungrounded(requirements, grounds(passages, entries), tables=tables, said=said, held=held),
    ]
    files = dict.fromkeys(passage.file for passage in passages if passage.due)
    ways = {key: _way(entry, rows) for key, entry in by_key.items()}
    chapters = tuple(_chapter(file, passages, ways) for file in files)
    return Account(chapters=chapters, problems=tuple(problems), unclaimed=unclaimed)


def grounds(passages: Iterable[Passage], entries: Iterable[Entry]) -> Grounds:
    """What the entries give the requirements to stand on."""
    return grounds_of(passages, {entry.key: entry.claimed for entry in entries})


def draft(passages: Iterable[Passage]) -> str:
    """Entries for passages that have none, by chapter, for somebody to fill in."""
    lines: list[str] = []
    for passage in passages:
        lines += [
            f"# {_at(passage)}",
            "[[passage]]",
            f'anchor = "{passage.anchor}"',
            f'hash = "{passage.hash}"',
            f'keyword = "{_keyword(passage)}"',
            "claimed = []",
            "",
        ]
    return "\n".join(lines)


def _unclaimed(passage: Passage) -> str:
    return f"{_at(passage)}: {_keyword(passage)} at {passage.anchor}: nobody claims it ({passage.hash})"


def _at(passage: Passage) -> str:
    return f"{passage.file}:{passage.line}"


def _keyword(passage: Passage) -> str:
    return ", ".join(passage.keywords) or _PLAIN


def _chapter(file: str, passages: Sequence[Passage], ways: Mapping[tuple[str, str], str]) -> Chapter:
    due = [passage for passage in passages if passage.file == file and passage.due]
    counts = Counter(ways.get(passage.key, "unclaimed") for passage in due)
    return Chapter(
        file=file,
        due=len(due),
        claimed=counts["claimed"],
        not_observable=counts["not_observable"],
        informative=counts["informative"],
        unclaimed=counts["unclaimed"],
    )


def _way(entry: Entry, rows: Mapping[str, Requirement]) -> str:
    """How an entry accounts for its passage; one that only rows nobody can see claim isn't observable either."""
    way = next(way for way in _WAYS if getattr(entry, way))
    found = [rows[slug] for slug in entry.claimed if slug in rows]
    return "not_observable" if found and all(row.not_observable for row in found) else way


def _stale(passages: Iterable[Passage], entries: Sequence[Entry]) -> Iterable[str]:
    """Entries whose passage is gone, stands twice, or has another keyword."""
    texts = {passage.key: passage for passage in passages}
    times = Counter(entry.key for entry in entries)
    for entry in entries:
        passage = texts.get(entry.key)
        if passage is None:
            yield f"{_where(entry)}: the text says this no more"
        elif _keyword(passage) != entry.keyword:
            yield f"{_where(entry)}: its keyword is {_keyword(passage)} ({_at(passage)}), not {entry.keyword}"
        if times.pop(entry.key, 1) > 1:
            yield f"{_where(entry)}: there are several entries for it"


def _strangers(entries: Iterable[Entry], rows: Mapping[str, Requirement]) -> Iterable[str]:
    """Entries that name a requirement which the catalogue doesn't have."""
    for entry in entries:
        for slug in entry.claimed:
            if slug not in rows:
                yield f"{_where(entry)}: there is no requirement {slug!r}"


def _where(entry: Entry) -> str:
    return f"census: {entry.file}#{entry.anchor} {entry.hash}"
