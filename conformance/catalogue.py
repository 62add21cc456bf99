"""The catalogue: every requirement, and which of them apply to a claim."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from .claim import Claim
from .editions import Edition
from .errors import UsageError
from .requirement import CatalogueError, Requirement

FOLDER = Path(__file__).parent / "requirements"


@dataclass(frozen=True)
class Selection:
    """The requirements that apply, and for each other one why it doesn't."""

    applicable: Mapping[str, Requirement]
    excluded: Mapping[str, str]


class Catalogue:
    """All requirements, by slug, in the order of the files."""

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._by_slug: dict[str, Requirement] = {}
        for requirement in requirements:
            if requirement.slug in self._by_slug:
                raise CatalogueError(f"{requirement.slug} stands in the catalogue twice")
            self._by_slug[requirement.slug] = requirement

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self._by_slug.values())

    def __len__(self) -> int:
        return len(self._by_slug)

    def __contains__(self, slug: str) -> bool:
        return slug in self._by_slug

    def __getitem__(self, slug: str) -> Requirement:
        return self._by_slug[slug]

    def get(self, slug: str) -> Requirement | None:
        return self._by_slug.get(slug)

    def in_edition(self, edition: Edition) -> "Catalogue":
        """The catalogue as an edition scores it: what it doesn't list is informative.

        A user's own requirements are of no edition and stay as they are. Raises UsageError where the edition lists
        what the catalogue doesn't have: then it is of another suite.
        """
        shipped = load()
        gone = sorted(slug for slug in edition.slugs or () if slug not in shipped)
        if gone:
            more = f" and {len(gone) - 3} more" if len(gone) > 3 else ""
            raise UsageError(
                f"the edition {edition.name} scores {', '.join(gone[:3])}{more}, which this suite doesn't have",
                hint="take the suite that the edition came with, or a newer one",
            )
        return Catalogue(
            row if row.slug not in shipped else replace(row, scored=edition.scores(row)) for row in self
        )

    def select(self, claim: Claim) -> Selection:
        """Sort the requirements of the claim's version into those that apply and those that don't."""
        applicable: dict[str, Requirement] = {}
        excluded: dict[str, str] = {}
        for requirement in self:
            if not requirement.in_version(claim.ocpi_version):
                continue
            reason = why_not(requirement, claim)
            if reason:
                excluded[requirement.slug] = reason
            else:
                applicable[requirement.slug] = requirement
        return Selection(applicable, excluded)


def why_not(requirement: Requirement, claim: Claim) -> str:
    """Why a requirement is out of scope for a claim; empty where it applies."""
    if requirement.not_observable:
        return f"not observable from outside: {requirement.not_observable}"
    if requirement.role not in ("any", claim.role):
        return f"a duty of the role {requirement.role}; the claim's role is {claim.role}"
    side = "" if requirement.side == "any" else requirement.side
    reasons = [claim.reason(requirement.module, side, feature=requirement.feature, least=requirement.least)]
    reasons += [claim.reason(module) for module in requirement.needs]
    return next(filter(None, reasons), "")


@lru_cache
def load(own: Path | None = None) -> Catalogue:
    """The catalogue as shipped, and the requirements that lie beside a user's own scenarios.

    `own` is a folder; each `*.toml` in it holds rows as the shipped ones do, of a module that isn't one of ours.
    Raises CatalogueError.
    """
    shipped = [row for path in sorted(FOLDER.glob("*.toml")) for row in _rows(path)]
    taken = {row.module for row in shipped}
    added = [row for path in sorted(own.glob("*.toml")) for row in _rows(path)] if own else []
    for row in added:
        if row.module in taken:
            raise CatalogueError(
                f"{row.slug}: the module {row.module} is one of the suite's own; name another"
            )
    return Catalogue([*shipped, *added])


def _rows(path: Path) -> list[Requirement]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{path} can't be read as TOML: {error}") from error
    if "module" not in table:
        raise CatalogueError(f'{path.name} names no module; write module = "..." above its rows')
    module = table["module"]
    return [Requirement.from_row(row, module=module, where=path.name) for row in table.get("requirement", ())]
