"""Flaws: named misbehaviours of a party, each with the requirements that it must break."""

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

from .flaw import Flaw, all_flaws, calling, serving

__all__ = ["Flaw", "UnknownFlawError", "calling", "flaws", "get", "serving"]

_PLUMBING = {"__init__", "flaw", "shaping"}


class UnknownFlawError(Exception):
    """No flaw has this name; the text names the nearest."""


def flaws() -> dict[str, Flaw]:
    """Every flaw of every chapter, by name."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in _PLUMBING:
            import_module(f".{path.stem}", __name__)
    return all_flaws()


def get(name: str) -> Flaw:
    """The flaw of a name. Raises UnknownFlawError."""
    known = flaws()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else "; `ocpi-conformance list flaws` shows them all"
        raise UnknownFlawError(f"there is no flaw {name!r}{hint}")
    return known[name]
