"""Where each requirement is judged, and which flaws show that its judge has teeth."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .listing import flaw_rows, proves, scenario_rows

__all__ = ["Proof", "proofs"]

WIRE = Path(__file__).parent / "wire"
_TELLING = 8


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The scenarios that name a requirement, whether the wire judge does, and the flaws that break it."""

    scenarios: tuple[str, ...] = ()
    wire: bool = False
    flaws: tuple[str, ...] = ()

    @property
    def judges(self) -> tuple[str, ...]:
        """The files of the scenarios, like `tokens/cpo_asks`, and `wire judge`."""
        files = tuple(dict.fromkeys(name.partition("::")[0] for name in self.scenarios))
        return (*files, "wire judge") if self.wire else files


@cache
def proofs() -> dict[str, Proof]:
    """The proof of every requirement of the catalogue, by slug."""
    from .catalogue import load

    scenarios, flaws = scenario_rows(), flaw_rows()
    named = _named_on_the_wire(row.slug for row in load())
    return {
        row.slug: Proof(
            scenarios=tuple(found["id"] for found in scenarios if row.slug in found["requirements"]),
            wire=row.slug in named or bool(row.objects),
            flaws=tuple(found["name"] for found in flaws if proves(found, row.slug)),
        )
        for row in load()
    }


def _named_on_the_wire(slugs: Iterable[str]) -> set[str]:
    """The slugs that stand in the wire judge's files, whole or as a pattern with parts to fill in."""
    every = set(slugs)
    nodes = [
        node
        for path in sorted(WIRE.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    ]
    named = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    patterns = [found for node in nodes if isinstance(node, ast.JoinedStr) if (found := _pattern(node))]
    return (every & named) | {slug for slug in every if any(found.fullmatch(slug) for found in patterns)}


def _pattern(text: ast.JoinedStr) -> re.Pattern[str] | None:
    """What an f-string can make, if it says enough to be told from others."""
    parts = [part.value if isinstance(part, ast.Constant) else None for part in text.values]
    if sum(len(str(part)) for part in parts if part) < _TELLING or not all(map(_fits, parts)):
        return None
    return re.compile("".join(".+" if part is None else re.escape(str(part)) for part in parts))


def _fits(part: object) -> bool:
    return part is None or re.fullmatch("[a-z0-9-]+", str(part)) is not None
