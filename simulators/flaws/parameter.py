"""Parameters of a flaw: what a user may set as `slow:seconds=3,every=2`, within which bounds, and what else it is.

    parameters={"seconds": number(0.01, 600, "how long an answer takes")}

The default stands where Python has it: at the keyword of the flaw's function.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

__all__ = ["FlawError", "Parameter", "choice", "number", "read", "spelled", "split", "whole", "with_defaults"]

Value = float | int | str
TEXT_LIMIT = 400
"""Longest name of a flaw with its parameters."""
DIGITS_LIMIT = 24
SHOWN = 60


class FlawError(Exception):
    """A flaw can't be switched on as it was named; the text says what was found, `hint` what would work."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter. Numbers lie between `least` and `most`, both included; a text is one of `among`."""

    kind: str
    means: str
    least: float = 0
    most: float = 0
    among: tuple[str, ...] = ()
    default: Value = ""

    @property
    def takes(self) -> str:
        """What it takes, in words."""
        if self.kind == "choice":
            return " or ".join(self.among)
        what = "a whole number" if self.kind == "whole" else "a number"
        return f"{what} from {self.least:g} to {self.most:g}"

    def holds(self, value: Value) -> bool:
        """Whether a value is one of those that it takes."""
        if self.kind == "choice":
            return value in self.among
        return isinstance(value, int | float) and self.least <= value <= self.most

    def read(self, text: str) -> Value:
        """The value that a text states. Raises ValueError."""
        value: Value = text
        if self.kind != "choice":
            pattern = r"-?[0-9]+" if self.kind == "whole" else r"-?[0-9]+(\.[0-9]+)?"
            if len(text) > DIGITS_LIMIT or not re.fullmatch(pattern, text, re.ASCII):
                raise ValueError(self.takes)
            value = int(text) if self.kind == "whole" else float(text)
        if not self.holds(value):
            raise ValueError(self.takes)
        return value


def whole(least: int, most: int, means: str) -> Parameter:
    """A whole number."""
    return Parameter(kind="whole", least=least, most=most, means=means)


def number(least: float, most: float, means: str) -> Parameter:
    """A number with a fraction, if need be."""
    return Parameter(kind="number", least=least, most=most, means=means)


def choice(*among: str, means: str) -> Parameter:
    """One of a few words, numbers among them."""
    return Parameter(kind="choice", among=among, means=means)


def with_defaults(
    around: Callable[..., Any], parameters: Mapping[str, Parameter], name: str
) -> dict[str, Parameter]:
    """The parameters with the defaults that the function has. Raises ValueError where they don't fit together."""
    found: dict[str, Value] = getattr(around, "__kwdefaults__", None) or {}
    if set(found) != set(parameters):
        raise ValueError(
            f"{name} declares the parameters {sorted(parameters)}, its function has {sorted(found)}"
        )
    for key, parameter in parameters.items():
        if not parameter.holds(found[key]):
            raise ValueError(f"the default of {key} of {name} is {found[key]!r}; it takes {parameter.takes}")
    return {key: replace(parameter, default=found[key]) for key, parameter in parameters.items()}


def split(text: str) -> tuple[str, dict[str, str]]:
    """`name:key=value,key=value` as the name and what was set. Raises FlawError."""
    if len(text) > TEXT_LIMIT:
        raise FlawError(
            f"the flaw {text[:SHOWN]!r}… is named by {len(text)} characters", hint=f"{TEXT_LIMIT} at most"
        )
    name, colon, rest = (part.strip() for part in text.partition(":"))
    given: dict[str, str] = {}
    for part in rest.split(",") if colon else ():
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not key or not equals or not value:
            raise FlawError(
                f"{part.strip()!r} in {text!r} sets no parameter",
                hint="it takes name:key=value,key=value, as slow:seconds=3",
            )
        if key in given:
            raise FlawError(f"{text!r} sets {key} twice", hint="keep one of them")
        given[key] = value
    return name, given


def read(name: str, given: Mapping[str, str], parameters: Mapping[str, Parameter]) -> dict[str, Value]:
    """The values that were set. Raises FlawError for a key that the flaw doesn't have and a value of no use."""
    values: dict[str, Value] = {}
    for key, text in given.items():
        parameter = parameters.get(key)
        if parameter is None:
            raise FlawError(f"{name} has no parameter {key!r}", hint=_known(key, parameters))
        try:
            values[key] = parameter.read(text)
        except ValueError as error:
            raise FlawError(f"{key} of {name} is {text[:SHOWN]!r}", hint=f"it takes {error}") from error
    return values


def spelled(name: str, values: Mapping[str, Value]) -> str:
    """The name with its values, as it is read again."""
    return f"{name}:{','.join(f'{key}={value}' for key, value in values.items())}" if values else name


def _known(key: str, parameters: Mapping[str, Parameter]) -> str:
    if not parameters:
        return "it takes none"
    near = get_close_matches(key, parameters, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"it takes {', '.join(f'{name} ({found.takes})' for name, found in parameters.items())}"
