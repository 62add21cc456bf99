"""Actions: what a party can be triggered to do, as data, for those who list them or check a trigger."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action. `roles` can take it; `parameters` says what each means, `returns` names what comes back.

    `calls` are the ids of the endpoints of the other side that it is about, which of several by its parameters.
    """

    name: str
    module: str
    roles: tuple[str, ...]
    description: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    returns: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


@cache
def actions() -> tuple[Action, ...]:
    """All actions, module by module."""
    path = Path(__file__).parent / "actions.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["action"]
    return tuple(
        Action(
            name=row["name"],
            module=row["module"],
            roles=tuple(row["roles"]),
            description=row["description"],
            parameters=row.get("parameters", {}),
            returns=tuple(row.get("returns", ())),
            calls=tuple(row.get("calls", ())),
        )
        for row in rows
    )
