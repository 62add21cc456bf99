"""What a duty is, and how a run reaches a verdict."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .check import Check, NonConformance, Stop
    from .iut import Iut
    from .marking import Phase, applies_to

__all__ = ["Check", "Iut", "NonConformance", "Phase", "Stop", "applies_to"]

_PLACES = {"Check": "check", "NonConformance": "check", "Stop": "check", "Iut": "iut", "Phase": "marking"}


def __getattr__(name: str) -> Any:
    # Late, because the command line shall not wait for pytest and the schemas before it shows its help.
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f".{_PLACES.get(name, 'marking')}", __name__), name)
