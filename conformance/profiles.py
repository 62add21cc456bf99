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

__all__ = ["Profile", "profiles", "requested_by"]

FILE = Path(__file__).parent / "profiles.toml"
_ROLE_NAMES = {"CPO": "a CPO", "EMSP": "an eMSP"}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One profile: whole chapters, what a feature brings, patterns of slugs; or, with a `role`, an interface of it.

    Chapters of a profile `on_request` are judged only where a profile that has them is named.
    """

    name: str
    title: str
    modules: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    role: str = ""
    interface: str = ""
    on_request: bool = False

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


def requested_by(requirement: Requirement) -> str:
    """The profile on request that a requirement's chapter is kept for; empty where every run judges it."""
    kept = (found for found in profiles() if found.on_request and requirement.module in found.modules)
    return next((found.name for found in kept), "")


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
            on_request=row.get("on_request", False),
        )
        for row in rows
    ]
    catalogue = list(load())
    every = (*named, *_interfaces(catalogue))
    return tuple(profile for profile in every if profile.on_request or any(map(profile.has, catalogue)))


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
