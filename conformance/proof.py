"""Where each requirement is judged, and which flaws show that its judge has teeth."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .listing import flaw_rows, scenario_rows

__all__ = ["Proof", "proofs"]

WIRE = Path(__file__).parent / "wire"


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
    named = _named_on_the_wire()
    return {
        row.slug: Proof(
            scenarios=tuple(found["id"] for found in scenarios if row.slug in found["requirements"]),
            wire=row.slug in named or bool(row.objects),
            flaws=tuple(
                found["name"]
                for found in flaws
                if any(row.slug in slugs for slugs in found["breaks"].values())
            ),
        )
        for row in load()
    }


def _named_on_the_wire() -> set[str]:
    """What stands in the wire judge's files; those for errors are made from the others there."""
    found = set(_texts())
    return found | {f"{name}-on-error" for name in found}


def _texts() -> Iterator[str]:
    for path in WIRE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
