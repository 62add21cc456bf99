"""A flaw: a named misbehaviour of a party, and the requirements that it must break.

@serving("no-link", breaks=("paging-link-when-more",))
def no_link(party: Party, request: Request, proceed: Proceed) -> Response:
    '''Lists come without a Link to their next page.'''
    return proceed(request).with_header("Link", None)

What a user may set is a keyword of the function, and declared with its bounds:

@serving("long-token", breaks=("credentials-token-length",), parameters={"characters": whole(65, 4000, "its length")})
def long_token(party: Party, request: Request, proceed: Proceed, *, characters: int = 80) -> Response:
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ..exchange import Request, Response
from ..party import Around, Misbehaviour, Party
from .parameter import FlawError, Parameter, Value, choice, number, read, spelled, whole, with_defaults

Proceed = Callable[[Request], Response]
Breaks = Iterable[str] | Mapping[str, Iterable[str]]
Parameters = Mapping[str, Parameter]
Function = Callable[..., Response]
BOTH = ("CPO", "EMSP")


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """One misbehaviour. `breaks` are the requirements that it must break, by the role of the flawed party.

    A flaw that has no entry for a role is not to be switched on there. One that breaks nothing says by `legal` why
    no duty forbids it: it is there to see how others cope, and a run must not accuse it; `shows` are the informative
    requirements that tell of it nevertheless. `tried` are the values with which the kill matrix plays it, where the
    defaults would take too long.
    """

    name: str
    summary: str
    breaks: Mapping[str, tuple[str, ...]]
    misbehaviour: Misbehaviour
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    legal: str = ""
    tried: str = ""
    shows: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(self.breaks)

    @property
    def chapter(self) -> str:
        """What it is about: the first word of its file."""
        around = self.misbehaviour.serving or self.misbehaviour.calling
        return getattr(around, "func", around).__module__.rpartition(".")[2].partition("_")[0]

    def declared(self, role: str) -> tuple[str, ...]:
        """The requirements that it must break in a role, scored or informative."""
        return self.breaks[role] + self.shows

    @property
    def as_tried(self) -> str:
        """What to name where it is tried: itself, with values where it has some for that."""
        return f"{self.name}:{self.tried}" if self.tried else self.name

    def given(self, texts: Mapping[str, str]) -> "Flaw":
        """The flaw with values for its parameters. Raises FlawError."""
        values = read(self.name, texts, self.parameters)
        if not values:
            return self
        usual = self.misbehaviour
        return replace(
            self,
            misbehaviour=Misbehaviour(
                name=spelled(self.name, values),
                serving=partial(usual.serving, **values) if usual.serving else None,
                calling=partial(usual.calling, **values) if usual.calling else None,
            ),
        )


_registry: dict[str, Flaw] = {}


def serving(
    name: str,
    *,
    breaks: Breaks,
    roles: Iterable[str] = BOTH,
    parameters: Parameters | None = None,
    legal: str = "",
    tried: str = "",
    shows: Iterable[str] = (),
) -> Callable[[Function], Function]:
    """Register a flaw of what a party answers. `breaks` is the same for all `roles`, or a mapping by role."""
    return _register(
        name, breaks, roles, "serving", parameters or {}, legal=legal, tried=tried, shows=tuple(shows)
    )


def calling(
    name: str,
    *,
    breaks: Breaks,
    roles: Iterable[str] = BOTH,
    parameters: Parameters | None = None,
    legal: str = "",
    tried: str = "",
    shows: Iterable[str] = (),
) -> Callable[[Function], Function]:
    """Register a flaw of what a party sends; `request.endpoint` is what it addresses."""
    return _register(
        name, breaks, roles, "calling", parameters or {}, legal=legal, tried=tried, shows=tuple(shows)
    )


def _register(
    name: str, breaks: Breaks, roles: Iterable[str], side: str, parameters: Parameters, **told: Any
) -> Callable[[Function], Function]:
    by_role = breaks if isinstance(breaks, Mapping) else dict.fromkeys(roles, tuple(breaks))

    def register(around: Function) -> Function:
        declared = with_defaults(around, parameters, name)
        known = _registry.get(name)
        if known is not None:
            # A flaw that shows on both sides is written as two functions of one name.
            if getattr(known.misbehaviour, side) is not None:
                raise ValueError(f"there are two {side} flaws {name}")
            if known.parameters != declared:
                raise ValueError(f"the two sides of {name} have other parameters")
            both = replace(known.misbehaviour, **{side: around})
            _registry[name] = replace(known, misbehaviour=both)
            return around
        _registry[name] = Flaw(
            name=name,
            summary=(around.__doc__ or name).strip().splitlines()[0],
            breaks={role: tuple(slugs) for role, slugs in by_role.items()},
            misbehaviour=_misbehaviour(name, side, around),
            parameters=declared,
            **told,
        )
        return around

    return register


def _misbehaviour(name: str, side: str, around: Around) -> Misbehaviour:
    sides: dict[str, Any] = {side: around}
    return Misbehaviour(name=name, **sides)


def all_flaws() -> dict[str, Flaw]:
    """Every registered flaw, by name."""
    return dict(_registry)


__all__ = [
    "BOTH",
    "Flaw",
    "FlawError",
    "Parameter",
    "Party",
    "Proceed",
    "Request",
    "Response",
    "Value",
    "all_flaws",
    "calling",
    "choice",
    "number",
    "serving",
    "whole",
]
