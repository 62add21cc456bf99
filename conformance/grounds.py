"""What each requirement stands on: a sentence with its keyword, a table, or else the whole section at its anchor.

`census/<version>/sections.toml` holds the hash of each section that such a requirement stands on, so that a change
there shows as well.
"""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from ..schemas.sentences import ADVICE, TABLE, WORDS, Passage
from .requirement import CatalogueError, Requirement

__all__ = ["FOLDER", "Grounds", "draft", "grounds_of", "sections", "ungrounded"]

FOLDER = Path(__file__).parent / "census"

Grounds = Mapping[str, Collection[str]]
"""By slug: the keywords of the passages that the requirement claims; none where it claims none."""


def sections(version: str, *, folder: Path = FOLDER) -> dict[str, str]:
    """The hashes of the sections of a version that are held on to. Raises CatalogueError."""
    path = folder / version / "sections.toml"
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))["sections"]
    except (ValueError, KeyError) as error:
        raise CatalogueError(
            f"{path.name} of {version} has no readable table of sections: {error}"
        ) from error


def ungrounded(
    rows: Iterable[Requirement],
    grounds: Grounds,
    *,
    tables: Collection[str],
    said: Mapping[str, str],
    held: Mapping[str, str],
) -> Iterator[str]:
    """What the text doesn't bear out. `tables` are the places that have one, `said` the sections of the text by
    place, `held` those that were looked at."""
    standing: dict[str, list[str]] = {}
    for row in rows:
        where = f"requirements/{row.module}.toml: {row.slug}"
        yield from (f"{where}: {wrong}" for wrong in _wrong(row, grounds.get(row.slug, ()), tables, said))
        if _on_its_section(row, grounds) and said.get(row.anchor):
            standing.setdefault(row.anchor, []).append(row.slug)
    for place, slugs in standing.items():
        if place not in held:
            yield f"sections.toml: {place} is not held, and {', '.join(slugs)} stand on it ({said[place]})"
        elif held[place] != said[place]:
            yield f"sections.toml: {place} has changed ({said[place]}): look at {', '.join(slugs)}"
    for place in held:
        if place not in standing:
            yield f"sections.toml: nothing stands on {place} any more"


def _on_its_section(row: Requirement, grounds: Grounds) -> bool:
    """Whether no passage is claimed by a requirement."""
    return not grounds.get(row.slug)


def grounds_of(passages: Iterable[Passage], claims: Mapping[tuple[str, str], Collection[str]]) -> Grounds:
    """The keywords of the passages that each requirement claims; of a plain sentence it is `prose`."""
    found: dict[str, set[str]] = {}
    for passage in passages:
        for slug in claims.get(passage.key, ()):
            found.setdefault(slug, set()).update(passage.keywords or ("prose",))
    return found


def draft(rows: Iterable[Requirement], grounds: Grounds, said: Mapping[str, str]) -> str:
    """The table of sections as it has to be."""
    places = sorted({row.anchor for row in rows if _on_its_section(row, grounds) and said.get(row.anchor)})
    return "\n".join(["[sections]", *(f'"{place}" = "{said[place]}"' for place in places), ""])


def _wrong(
    row: Requirement, keywords: Collection[str], tables: Collection[str], said: Mapping[str, str]
) -> Iterator[str]:
    if row.anchor.startswith("https://"):
        if row.level == "MUST" and row.scored:
            yield f"it stands on {row.anchor} and on no sentence of the text, so it has no MUST"
        return
    word = _word(row.keyword)
    if row.level == "MUST" and row.scored and word in ADVICE and not row.interpretation:
        yield f"the text only says {word}, the row has MUST and names no interpretation"
    if row.anchor not in said:
        yield f"there is no anchor {row.anchor}"
    elif word.lower() in WORDS:
        if word not in keywords:
            found = ", ".join(sorted(keywords)) or "nothing"
            yield f"no sentence with {row.keyword} claims it, only {found}"
    elif word == TABLE and TABLE not in keywords and row.anchor not in tables:
        yield f"there is no table at {row.anchor}, and no row claims it"


def _word(keyword: str) -> str:
    """A keyword without `NOT`, and without the capital of a sentence's beginning."""
    word = keyword.removesuffix(" NOT")
    return word if word.isupper() else word.lower()
