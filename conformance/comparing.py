"""Comparing objects as OCPI reads them: what a party gives back against what it was sent."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jsonschema_rs

from ..schemas.validation import validator
from ..simulators import clock

__all__ = ["Difference", "differences"]

DEFAULTS = {("Location", "charging_when_closed"): True}
"""Values that say no more than a field that was left off."""

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two objects differ.

    `required`: the field and all above it have to be there. `legal`: the other value is one that the text
    allows.
    """

    pointer: str
    required: bool
    one: Any
    other: Any
    legal: bool = True

    def __str__(self) -> str:
        one, other = self.one, self.other
        if isinstance(one, list) and isinstance(other, list):
            if len(one) != len(other):
                return f"{self.pointer}: {len(one)} items became {len(other)}"
            one, other = next(((a, b) for a, b in zip(one, other, strict=True) if a != b), (one, other))
        return f"{self.pointer}: {_shown(one)} became {_shown(other)}"


def differences(
    version: str,
    name: str,
    one: Any,
    other: Any,
    *,
    besides: Iterable[str] = (),
    required: bool | None = None,
    legal: bool = False,
) -> tuple[Difference, ...]:
    """Where two objects of the class `name` differ.

    Absent, null and an empty list are the same; DateTimes are compared as instants, to the second where one has no
    fraction, CiStrings without case, numbers by value, lists in any order, parts with an id by their id. Fields that
    the text doesn't have are left alone, as are those named in `besides`. `required` keeps only required fields, or
    only optional ones.
    `legal` keeps only those where the other value is one that the text allows: the wire judge has the rest.
    """
    left = frozenset(besides)
    if not isinstance(one, dict) or not isinstance(other, dict):
        return () if one == other else (Difference("/", True, one, other),)
    found = _objects(validator(version, name).schema, one, other, "", True, left)
    return tuple(each for each in found if required in (None, each.required) and (each.legal or not legal))


def _objects(
    schema: Mapping[str, Any],
    one: dict[str, Any],
    other: dict[str, Any],
    pointer: str,
    required: bool,
    besides: frozenset[str] = frozenset(),
) -> Iterator[Difference]:
    for name, part in schema.get("properties", {}).items():
        if name not in besides:
            default = DEFAULTS.get((schema.get("title", ""), name))
            left, right = (_value(each.get(name), default) for each in (one, other))
            needed = required and name in schema.get("required", ())
            yield from _values(part, left, right, f"{pointer}/{name}", needed)


def _values(
    schema: Mapping[str, Any], one: Any, other: Any, pointer: str, required: bool
) -> Iterator[Difference]:
    if isinstance(one, dict) and isinstance(other, dict):
        yield from _objects(schema, one, other, pointer, required)
    elif isinstance(one, list) and isinstance(other, list):
        yield from _lists(schema.get("items", {}), one, other, pointer, required)
    elif not _same(_plain(schema, one), _plain(schema, other)):
        yield Difference(pointer, required, one, other, _legal(schema, other))


def _lists(
    schema: Mapping[str, Any], one: list[Any], other: list[Any], pointer: str, required: bool
) -> Iterator[Difference]:
    key = next((name for name in ("uid", "id") if name in schema.get("properties", {})), "")
    if key and all(isinstance(item, dict) and item.get(key) is not None for item in (*one, *other)):
        left, right = ({str(item[key]).casefold(): item for item in items} for items in (one, other))
        for name in {**left, **right}:
            if name in left and name in right:
                yield from _values(schema, left[name], right[name], f"{pointer}/{name}", required)
            else:
                yield Difference(f"{pointer}/{name}", required, left.get(name), right.get(name))
        return
    unmatched = list(other)
    for item in one:
        match = next((found for found in unmatched if not any(_values(schema, item, found, "", True))), None)
        if match is None:
            yield Difference(pointer, required, one, other, all(_legal(schema, each) for each in other))
            return
        unmatched.remove(match)
    if unmatched:
        yield Difference(pointer, required, one, other)


def _value(value: Any, default: Any) -> Any:
    return None if value == [] or (default is not None and value == default) else value


def _plain(schema: Mapping[str, Any], value: Any) -> Any:
    """A value in the form in which equal ones are equal."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, str):
        if schema.get("x-format") == "DateTime":
            return clock.parse(value) or value
        if str(schema.get("x-type", "")).startswith("CiString"):
            return value.casefold()
    return value


def _same(one: Any, other: Any) -> bool:
    """Equality; fractions of a second MAY be used, so that who keeps whole seconds has kept the instant."""
    if (
        isinstance(one, datetime)
        and isinstance(other, datetime)
        and not (one.microsecond and other.microsecond)
    ):
        return abs((one - other).total_seconds()) < 1
    return one == other


def _legal(schema: Mapping[str, Any], value: Any) -> bool:
    return jsonschema_rs.is_valid(dict(schema), value)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
