"""The claim: what an implementation says it supports, and so what it is judged by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .errors import ClaimError, nearest
from .features import feature_of, features, limits

__all__ = ["MODULES", "VERSIONS", "Claim", "usual"]

VERSIONS = ("2.2.1",)
"""Versions that can be claimed."""

SENDER, RECEIVER = "SENDER", "RECEIVER"
MODULES: dict[str, tuple[str, ...]] = {
    "credentials": (),
    "locations": (SENDER,),
    "tariffs": (SENDER,),
    "sessions": (SENDER,),
    "cdrs": (SENDER,),
    "tokens": (RECEIVER,),
    "commands": (RECEIVER,),
    "chargingprofiles": (RECEIVER,),
    "hubclientinfo": (RECEIVER,),
}
"""Modules of 2.2.1, each with the interface that a CPO has of it (`types.asciidoc#types_role_enum`)."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Role, version and modules of an implementation.

    `modules` maps a module to the interface roles that the implementation has of it. `features` and `limits` hold
    what was said of them; a feature that isn't mentioned is claimed. `origin` says where the claim comes from and
    is named where something doesn't apply; `written` that it has lines, which can be named too.
    """

    role: str
    ocpi_version: str
    modules: Mapping[str, tuple[str, ...]]
    features: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    limits: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    origin: str = "the claim"
    written: bool = False

    @classmethod
    def default(cls, role: str, version: str) -> "Claim":
        """What a complete implementation of a role has: every module, every feature."""
        modules = {module: usual(module, role) for module in MODULES}
        return cls(
            role=role, ocpi_version=version, modules=modules, origin=f"the default claim of a complete {role}"
        )

    @classmethod
    def from_table(
        cls, role: str, version: str, table: Mapping[str, Any], *, origin: str = "[claim]"
    ) -> "Claim":
        """Read the `[claim]` table of a configuration file, which `origin` names.

        `modules` is a list of names, or a table from name to interface roles; `features` maps names to
        true or false, `limits` to numbers. Raises ClaimError.
        """
        _known("claim", table, ("modules", "features", "limits"))
        said = _values("features", table.get("features", {}), features(), bool, "true or false")
        counted = _values("limits", table.get("limits", {}), limits(), int, "a whole number")
        modules = (
            _modules(table["modules"], role) if "modules" in table else cls.default(role, version).modules
        )
        return cls(
            role=role,
            ocpi_version=version,
            modules=modules,
            features=said,
            limits=counted,
            origin=origin,
            written=True,
        )

    @classmethod
    def from_endpoints(cls, role: str, version: str, served: Iterable[tuple[str, str]]) -> "Claim":
        """What the version details of an implementation list, as pairs of module and interface role."""
        found: dict[str, set[str]] = {"credentials": set()}
        for module, interface in served:
            if module in MODULES:
                found.setdefault(module, set()).update({interface} if module != "credentials" else ())
        modules = {module: tuple(sorted(found[module])) for module in MODULES if module in found}
        origin = "the list of endpoints in its version details"
        return cls(role=role, ocpi_version=version, modules=modules, origin=origin)

    def covers(self, module: str, interface: str = "") -> bool:
        """Whether a module is claimed, with an interface role where one is named; no module always is."""
        if module not in MODULES:
            return True
        if module not in self.modules:
            return False
        return module == "credentials" or interface in ("", "any") or interface in self.modules[module]

    def has(self, feature: str, module: str = "") -> bool:
        """Whether an optional feature is claimed, for a module where it can be told apart; unmentioned it is."""
        return not self.denial(feature, module)

    def reason(
        self,
        module: str = "",
        interface: str = "",
        *,
        feature: str = "",
        least: Mapping[str, int] = MappingProxyType({}),
    ) -> str:
        """Why something doesn't apply, naming the line that decides it; empty where it applies."""
        if feature and (line := self.denial(feature, module)):
            return f"{self.origin} features.{line} = false"
        for name, number in least.items():
            if (most := self.limits.get(name, number)) < number:
                return f"{self.origin} limits.{name} = {most}, and it takes {number}"
        return "" if self.covers(module, interface) else self._lacks(module, interface)

    def endpoints(self) -> set[tuple[str, str]]:
        """Pairs of module and interface role that version details must list; credentials has an empty one."""
        return {(module, role) for module, roles in self.modules.items() for role in roles or ("",)}

    def unclaimed(self, served: Iterable[tuple[str, str]]) -> list[str]:
        """Modules of OCPI that are served, as pairs with their interface role, but not claimed."""
        return sorted(
            f"{module} {interface}".strip()
            for module, interface in set(served)
            if module in MODULES and not self.covers(module, interface)
        )

    def as_json(self) -> dict[str, Any]:
        """The claim for the record."""
        own = [name for name, one in features().items() if self.role in one.means]
        return {
            "role": self.role,
            "ocpi_version": self.ocpi_version,
            "modules": {module: list(roles) for module, roles in self.modules.items()},
            "features": {
                name: self.has(features()[name].of or name, features()[name].module)
                for name in own
                if not features()[name].of or name in self.features
            },
            "limits": dict(self.limits),
            "origin": self.origin,
        }

    def denial(self, feature: str, module: str) -> str:
        """The line that denies a feature; empty where it is claimed."""
        known = features().get(feature)
        if known and known.on and (line := self.denial(known.on, module or known.module)):
            return line
        part = feature_of(feature, module)
        if part != feature and part in self.features:
            return "" if self.features[part] else part
        if part == feature and known and any(self.features.get(one.name) for one in known.parts()):
            return ""  # it has it for some module, and so has it
        return feature if self.features.get(feature) is False else ""

    def _lacks(self, module: str, interface: str) -> str:
        roles = self.modules.get(module)
        if not self.written:
            wanted = f"{module} {interface}".strip()
            return f"{self.origin} doesn't have {wanted}" + (f", only {' and '.join(roles)}" if roles else "")
        if roles is None:
            return f"{self.origin} modules doesn't have {module}"
        listed = ", ".join(f'"{role}"' for role in roles)
        return f"{self.origin} modules.{module} = [{listed}], without {interface}"


def usual(module: str, role: str) -> tuple[str, ...]:
    """The interfaces that a role has of a module; an eMSP mirrors a CPO, but both receive hub client info."""
    interfaces = MODULES[module]
    if role == "CPO" or module == "hubclientinfo":
        return interfaces
    return tuple(RECEIVER if interface == SENDER else SENDER for interface in interfaces)


def _modules(value: Any, role: str) -> dict[str, tuple[str, ...]]:
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        _known("claim.modules", value, MODULES)
        wanted = {name: usual(name, role) for name in value}
    elif isinstance(value, dict):
        _known("claim.modules", value, MODULES)
        wanted = {name: _interfaces(name, given) for name, given in value.items()}
    else:
        raise ClaimError(
            f"claim.modules is {value!r}",
            hint='it takes a list of modules, as ["locations", "tokens"], or a table: locations = ["SENDER"]',
        )
    return {name: wanted.get(name, ()) for name in MODULES if name in wanted or name == "credentials"}


def _interfaces(module: str, given: Any) -> tuple[str, ...]:
    roles = [given] if isinstance(given, str) else given
    upper = [role.upper() for role in roles if isinstance(role, str)] if isinstance(roles, list) else []
    if not isinstance(roles, list) or len(upper) != len(roles) or set(upper) - {SENDER, RECEIVER}:
        raise ClaimError(
            f"claim.modules.{module} is {given!r}", hint='it takes a list of "SENDER" and "RECEIVER"'
        )
    if not upper and module != "credentials":
        raise ClaimError(
            f"claim.modules.{module} has no interface", hint='write ["SENDER"], or leave the module out'
        )
    return () if module == "credentials" else tuple(dict.fromkeys(upper))


def _values(name: str, value: Any, known: Iterable[str], kind: type, wanted: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ClaimError(f"claim.{name} is {value!r}", hint=f"it takes a table: name = {wanted}")
    _known(f"claim.{name}", value, known)
    for key, found in value.items():
        if type(found) is not kind or (kind is int and found < 1):
            raise ClaimError(f"claim.{name}.{key} is {found!r}", hint=f"it takes {wanted}")
    return dict(value)


def _known(place: str, given: Iterable[str], known: Iterable[str]) -> None:
    for key in given:
        if key not in known:
            raise ClaimError(f"{place} names {key!r}, which is unknown", hint=nearest(key, known))
