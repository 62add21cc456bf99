"""Profiles: named sets of requirements that are conformant or not, each on its own."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).parent / "profiles.toml"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One profile: whole chapters, or single requirements."""

    name: str
    title: str
    modules: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()

    def has(self, slug: str, module: str) -> bool:
        """Whether a requirement belongs to the profile."""
        return module in self.modules or slug in self.requirements


@lru_cache
def profiles() -> tuple[Profile, ...]:
    """The profiles as shipped."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["profile"]
    return tuple(
        Profile(
            name=row["name"],
            title=row["title"],
            modules=tuple(row.get("modules", ())),
            requirements=tuple(row.get("requirements", ())),
        )
        for row in rows
    )
