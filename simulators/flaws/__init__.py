"""Flaws: named misbehaviours of a party, each with the requirements that it must break."""

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path

from .flaw import Flaw, FlawError, all_flaws, calling, serving
from .parameter import split

__all__ = ["Flaw", "FlawError", "UnknownFlawError", "calling", "flaws", "get", "serving"]

_PLUMBING = {"__init__", "flaw", "parameter", "shaping", "spoiling"}


class UnknownFlawError(FlawError):
    """No flaw has this name; the hint names the nearest."""


def flaws() -> dict[str, Flaw]:
    """Every flaw of every chapter, by name."""
    _load()
    return all_flaws()


@cache
def _load() -> None:
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in _PLUMBING:
            import_module(f".{path.stem}", __name__)


def get(text: str) -> Flaw:
    """The flaw of a name, with parameters where it has some, as `slow:seconds=3`.

    Raises:
        UnknownFlawError: there is none of that name.
        FlawError: a parameter is not one of its own, or its value is of no use.
    """
    name, given = split(text)
    known = flaws()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "`ocpi-conformance list flaws` shows them all"
        raise UnknownFlawError(f"there is no flaw {name!r}", hint=hint)
    return known[name].given(given)
