"""A flaw: a named misbehaviour of a party, and the requirements that it must break.

@serving("no-link", breaks=("paging-link-when-more",))
def no_link(party: Party, request: Request, proceed: Proceed) -> Response:
    '''Lists come without a Link to their next page.'''
    return proceed(request).with_header("Link", None)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from ..exchange import Request, Response
from ..party import Around, Misbehaviour, Party

Proceed = Callable[[Request], Response]
Breaks = Iterable[str] | Mapping[str, Iterable[str]]
BOTH = ("CPO", "EMSP")


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One misbehaviour. `breaks` are the requirements that it must break, by the role of the flawed party.

    A flaw that has no entry for a role is not to be switched on there.
    """

    name: str
    summary: str
    breaks: Mapping[str, tuple[str, ...]]
    misbehaviour: Misbehaviour

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.breaks)


_registry: dict[str, Flaw] = {}


def serving(name: str, *, breaks: Breaks, roles: Iterable[str] = BOTH) -> Callable[[Around], Around]:
    """Register a flaw of what a party answers. `breaks` is the same for all `roles`, or a mapping by role."""
    return _register(name, breaks, roles, "serving")


def calling(name: str, *, breaks: Breaks, roles: Iterable[str] = BOTH) -> Callable[[Around], Around]:
    """Register a flaw of what a party sends; `request.endpoint` is what it addresses."""
    return _register(name, breaks, roles, "calling")


def _register(name: str, breaks: Breaks, roles: Iterable[str], side: str) -> Callable[[Around], Around]:
    by_role = breaks if isinstance(breaks, Mapping) else dict.fromkeys(roles, tuple(breaks))

    def register(around: Around) -> Around:
        known = _registry.get(name)
        if known is not None:
            # A flaw that shows on both sides is written as two functions of one name.
            if getattr(known.misbehaviour, side) is not None:
                raise ValueError(f"there are two {side} flaws {name}")
            both = replace(known.misbehaviour, **{side: around})
            _registry[name] = replace(known, misbehaviour=both)
            return around
        _registry[name] = Flaw(
            name=name,
            summary=(around.__doc__ or name).strip().splitlines()[0],
            breaks={role: tuple(slugs) for role, slugs in by_role.items()},
            misbehaviour=Misbehaviour(name=name, **{side: around}),
        )
        return around

    return register


def all_flaws() -> dict[str, Flaw]:
    """Every registered flaw, by name."""
    return dict(_registry)


__all__ = ["BOTH", "Flaw", "Party", "Proceed", "Request", "Response", "all_flaws", "calling", "serving"]
