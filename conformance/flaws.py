"""The flaws of the simulators as a user names them."""

from typing import TYPE_CHECKING

from .errors import UsageError, nearest

if TYPE_CHECKING:
    from ..simulators.flaws.flaw import Flaw

__all__ = ["find", "known"]


def known(*, role: str = "") -> "dict[str, Flaw]":
    """Flaws by name; of one role (CPO, EMSP) where it is named."""
    from ..simulators.flaws import flaws

    return {name: flaw for name, flaw in flaws().items() if not role or role in flaw.roles}


def find(name: str, *, role: str) -> "Flaw":
    """The flaw of a name, with parameters where it has some, for a party of a role. Raises UsageError."""
    from ..simulators.flaws import FlawError, UnknownFlawError, get

    try:
        flaw = get(name)
    except UnknownFlawError as error:
        raise UsageError(str(error), hint=nearest(name.partition(":")[0], known())) from error
    except FlawError as error:
        raise UsageError(str(error), hint=error.hint) from error
    if role not in flaw.roles:
        raise UsageError(
            f"{flaw.name} is no flaw of a role {role}", hint=f"it is one of {' and '.join(flaw.roles)}"
        )
    return flaw
