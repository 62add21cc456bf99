"""Profiles: named sets of requirements that are conformant or not, each on its own."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from .catalogue import load
from .claim import MODULES, Claim, usual
from .requirement import Requirement
from .settings import ROLES

__all__ = ["Profile", "profiles"]

FILE = Path(__file__).parent / "profiles.toml"
_ROLE_NAMES = {"CPO": "a CPO", "EMSP": "an eMSP"}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One profile: whole chapters, what a feature brings, patterns of slugs; or, with a `role`, an interface of it."""

    name: str
    title: str
    modules: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    role: str = ""
    interface: str = ""

    def has(self, requirement: Requirement) -> bool:
        """Whether a requirement belongs to the profile."""
        if self.role:
            return (
                requirement.module in self.modules
                and requirement.role in ("any", self.role)
                and requirement.side in ("any", self.interface)
            )
        return (
            requirement.module in self.modules
            or requirement.feature in self.features
            or any(fnmatchcase(requirement.slug, pattern) for pattern in self.requirements)
        )

    def applies(self, claim: Claim) -> bool:
        """Whether an implementation with this claim can have a verdict in the profile."""
        return not self.role or (
            self.role == claim.role and any(claim.covers(module, self.interface) for module in self.modules)
        )


@lru_cache
def profiles() -> tuple[Profile, ...]:
    """All profiles that have a requirement: those of the file, then one for each role, module and interface."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["profile"]
    named = [
        Profile(
            name=row["name"],
            title=row["title"],
            modules=tuple(row.get("modules", ())),
            requirements=tuple(row.get("requirements", ())),
            features=tuple(row.get("features", ())),
        )
        for row in rows
    ]
    catalogue = list(load())
    return tuple(profile for profile in (*named, *_interfaces(catalogue)) if any(map(profile.has, catalogue)))


def _interfaces(catalogue: Iterable[Requirement]) -> Iterator[Profile]:
    """The interfaces that a role usually has, and any other that some duty is about."""
    told = {(row.role, row.module, row.side) for row in catalogue}
    for role in ROLES:
        for module in MODULES:
            for interface in ("SENDER", "RECEIVER"):
                if interface in usual(module, role) or (role, module, interface) in told:
                    yield Profile(
                        name=f"{role}-{module}-{interface}".lower(),
                        title=f"{module} of {_ROLE_NAMES.get(role, role)}: {interface.title()} interface",
                        modules=(module,),
                        role=role,
                        interface=interface,
                    )
