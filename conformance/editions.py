"""Editions: frozen lists of what is scored. A requirement that an edition doesn't have is judged as informative.

`editions/*.toml` holds those that are frozen. Until the current one of a version is, it scores whatever the catalogue
marks as scored.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..reports.files import write
from .errors import SettingError, UsageError, nearest
from .requirement import Requirement

__all__ = ["CURRENT", "Edition", "edition_of", "editions", "freeze"]

FOLDER = Path(__file__).parent / "editions"
CURRENT: Mapping[str, str] = {"2.2.1": "2.2.1-d2/2026.1"}
"""For each version the edition that is scored where none is named."""

_NAME = re.compile(r"[0-9a-z.-]{1,40}/[0-9]{4}\.[0-9]{1,3}")


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One edition; without `slugs` it isn't frozen and scores what the catalogue does."""

    name: str
    version: str
    slugs: frozenset[str] | None = None
    frozen: str = ""

    def scores(self, requirement: Requirement) -> bool:
        """Whether the edition scores a requirement of the suite."""
        return requirement.scored if self.slugs is None else requirement.slug in self.slugs


def editions(folder: Path = FOLDER) -> dict[str, Edition]:
    """All editions by name, the frozen and the current ones. Raises UsageError."""
    found = {edition.name: edition for edition in map(_read, sorted(folder.glob("*.toml")))}
    for version, name in CURRENT.items():
        found.setdefault(name, Edition(name=name, version=version))
    return found


def edition_of(wanted: str, version: str, *, folder: Path = FOLDER) -> Edition:
    """The edition of that name, or in the file of that path (`*.toml`); "" is the current one of the version.

    Raises SettingError where there is none or it is of another version, UsageError where the file can't be read.
    """
    known = editions(folder)
    if not wanted:
        return known.get(CURRENT.get(version, ""), Edition(name=version, version=version))
    if wanted not in known and not wanted.endswith(".toml"):
        raise SettingError(f"there is no edition {wanted!r}", hint=nearest(wanted, known))
    edition = known[wanted] if wanted in known else _read(Path(wanted).expanduser())
    if edition.version != version:
        of = [name for name, one in known.items() if one.version == version]
        raise SettingError(
            f"the edition {edition.name} is of OCPI {edition.version}, and ocpi_version is {version}",
            hint=f"editions of {version} are {', '.join(of)}",
        )
    return edition


def freeze(
    name: str,
    requirements: Iterable[Requirement],
    *,
    version: str,
    day: date,
    path: Path | None = None,
    force: bool = False,
) -> Path:
    """Write down as an edition what is scored among the requirements of a version; the path of the file.

    `name` is as 2.2.1-d2/2026.1. Raises UsageError where it isn't, and where the file is there without `force`.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of an edition",
            hint="it takes EDITION-OF-THE-TEXT/YEAR.N, as 2.2.1-d2/2026.1",
        )
    place = path or FOLDER / f"{name.replace('/', '-')}.toml"
    if place.exists() and not force:
        raise UsageError(
            f"{place} exists: an edition that is frozen stays as it is",
            hint="freeze the next one, or give --force before anybody was told of it",
        )
    slugs = sorted(row.slug for row in requirements if row.scored and row.in_version(version))
    lines = [
        "# What this edition scores. Requirements that are not listed are judged as informative.",
        "",
        f"name = {json.dumps(name)}",
        f"ocpi_version = {json.dumps(version)}",
        f"frozen = {day.isoformat()}",
        "scored = [",
        *(f"    {json.dumps(slug)}," for slug in slugs),
        "]",
    ]
    try:
        return write(place, "\n".join(lines) + "\n")
    except OSError as error:
        raise UsageError(
            f"{place} can't be written: {error.strerror or error}", hint="give another --output"
        ) from error


def _read(path: Path) -> Edition:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"the edition {path} can't be read: {reason}") from error
    name, version, slugs = table.get("name"), table.get("ocpi_version"), table.get("scored")
    if not (
        isinstance(name, str)
        and isinstance(version, str)
        and isinstance(slugs, list)
        and slugs
        and all(isinstance(slug, str) for slug in slugs)
    ):
        raise UsageError(
            f"the edition {path} lacks name, ocpi_version or scored, a list of requirements",
            hint="`ocpi-conformance catalogue freeze NAME --output PATH` writes one",
        )
    return Edition(
        name=name, version=version, slugs=frozenset(slugs), frozen=str(table.get("frozen") or "undated")
    )
