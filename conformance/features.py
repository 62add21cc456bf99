"""Features and limits: what an implementation may leave out, and how much it can do, as far as duties depend on it."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

__all__ = ["Feature", "Shown", "feature_of", "features", "limits"]

FILE = Path(__file__).parent / "features.toml"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A call by which a feature shows: of an interface of the other side, by one of some methods."""

    interface: str
    methods: tuple[str, ...]
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One optional feature. `means` says what it is, and `modules` what it belongs to, for each role that can have it.

    With `each` it can be told apart by module, see `parts`. Without the feature that it is `on` it isn't there.
    """

    name: str
    means: Mapping[str, str]
    modules: Mapping[str, tuple[str, ...]]
    each: bool = False
    on: str = ""
    shown_by: Shown | None = None
    of: str = ""
    module: str = field(default="")

    def parts(self) -> Iterator["Feature"]:
        """The feature of each single module, as `push-locations` of `push`."""
        modules = dict.fromkeys(name for names in self.modules.values() for name in names)
        for module in modules if self.each else ():
            roles = [role for role, names in self.modules.items() if module in names]
            yield Feature(
                name=f"{self.name}-{module}",
                means=dict.fromkeys(roles, f"{self.name} of {module}"),
                modules=dict.fromkeys(roles, (module,)),
                shown_by=self.shown_by,
                on=self.on,
                of=self.name,
                module=module,
            )


@cache
def features() -> Mapping[str, Feature]:
    """All features by name, each followed by its parts."""
    found = {}
    for row in _table()["feature"]:
        shown = row.get("shown_by")
        feature = Feature(
            name=row["name"],
            means=row["means"],
            modules={role: tuple(names) for role, names in row["modules"].items()},
            each=row.get("each", False),
            on=row.get("on", ""),
            shown_by=Shown(
                interface=shown["interface"],
                methods=tuple(shown["methods"]),
                modules=tuple(shown.get("modules", ())),
            )
            if shown
            else None,
        )
        found |= {one.name: one for one in (feature, *feature.parts())}
    return found


@cache
def limits() -> Mapping[str, str]:
    """What each limit counts, by name."""
    return {row["name"]: row["means"] for row in _table()["limit"]}


def feature_of(name: str, module: str = "") -> str:
    """The name under which a module's own part of a feature is known; the feature itself where it has no parts."""
    part = f"{name}-{module}"
    return part if part in features() else name


@cache
def _table() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
