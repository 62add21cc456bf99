"""A requirement: one duty of the specification, as a row of data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

LEVELS = ("MUST", "SHOULD", "MAY")
ROLES = ("CPO", "EMSP", "any")
SIDES = ("SENDER", "RECEIVER", "any")
ACTS = ("server", "client", "any")
SPEC_URL = "https://github.com/ocpi/ocpi/blob/release-{version}-bugfixes/{anchor}"


class CatalogueError(Exception):
    """A row of the catalogue can't be read; the text names file, slug and field."""


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One duty.

    `level` is how it is scored, `keyword` the word the text has. `role` and `side` say who bears it and as which
    interface, `acts` whether it shows in the IUT's answers or in its own requests. `feature` names the optional
    feature that brings it, `needs` further modules without which it can't show, `least` how high limits of the claim
    have to be, `given` what nobody needs to have and the duty is about. `disruptive` means that showing it changes
    the registration.
    """

    slug: str
    level: str
    keyword: str
    module: str
    anchor: str
    duty: str
    role: str = "any"
    side: str = "any"
    acts: str = "any"
    since: str = "2.2.1"
    until: str = ""
    scored: bool = True
    feature: str = ""
    not_observable: str = ""
    interpretation: str = ""
    disruptive: bool = False
    objects: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    given: str = ""
    least: Mapping[str, int] = field(default_factory=dict, hash=False)

    @classmethod
    def from_row(cls, row: dict[str, Any], *, module: str, where: str) -> "Requirement":
        """Read a TOML row. Raises CatalogueError."""
        known = {one.name for one in fields(cls)}
        values = {"module": module, **row}
        for name in ("objects", "needs"):
            values[name] = tuple(values.get(name, ()))
        unknown = set(values) - known
        if unknown:
            raise CatalogueError(f"{where}: {row.get('slug', '?')} has unknown fields {sorted(unknown)}")
        try:
            requirement = cls(**values)
        except TypeError as error:
            raise CatalogueError(f"{where}: {row.get('slug', '?')}: {error}") from error
        for name, allowed in (("level", LEVELS), ("role", ROLES), ("side", SIDES), ("acts", ACTS)):
            if getattr(requirement, name) not in allowed:
                raise CatalogueError(f"{where}: {requirement.slug}: {name} is none of {', '.join(allowed)}")
        return requirement

    def in_version(self, version: str) -> bool:
        """Whether the text of a version has this duty."""
        return _parts(self.since) <= _parts(version) and (
            not self.until or _parts(version) < _parts(self.until)
        )

    def url(self, version: str) -> str:
        """A link to the anchor in the published text; a user's own requirement may name another place in full."""
        if self.anchor.startswith(("https://", "http://")):
            return self.anchor
        return SPEC_URL.format(version=version, anchor=self.anchor)


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split("."))
