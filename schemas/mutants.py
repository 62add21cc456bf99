"""Mutants: values that are wrong in one place, one for each rule and place of an object's schema.

for mutant in mutants("2.2.1", "Token", token):
    print(mutant, mutant.body)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs

from . import library
from .editions import versions
from .exemplars import ABSENT, FORMS, Change, Path, Site, changed, exemplar, found_at, root_of, sites
from .validation import validator

__all__ = ["RULES", "Mutant", "mutants"]

RULES = ("required", "null", "cardinality", "type", "enum", "opened", "length", "format")
"""What a mutant breaks, in the words of findings; `opened` is an enum that a later version lets be extended."""

NO_VALUE = "NO_SUCH_VALUE"

_WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (7,),
    "number": ("7.5",),
    "integer": ("7", 7.5),
    "boolean": ("true",),
    "array": (7,),
    "object": (7,),
}
_WRONG_FORMS: dict[str, tuple[str, ...]] = {
    "string": ("two\nlines",),
    "CiString": ("Ü",),
    "DateTime": ("yesterday", "2024-01-31T08:15:00+01:00"),
    "URL": ("no url",),
    "language": ("e1",),
    "currency": ("E1",),
    "country-alpha-2": ("N1",),
    "country-alpha-3": ("N1D",),
    "time-zone": ("not a zone",),
    "latitude": ("north",),
    "longitude": ("east",),
    "time-of-day": ("25:00",),
    "local-date": ("2024-13-01",),
    "decimal": ("1,5",),
}


@dataclass(frozen=True, kw_only=True)
class Mutant(Change):
    """A value with one place in which it breaks a rule."""

    rule: str

    def __str__(self) -> str:
        return f"{self.pointer or 'the body'} {self.what} ({self.rule})"


def mutants(version: str, name: str, base: Any, *, shape: str = "full") -> tuple[Mutant, ...]:
    """All mutants of a valid value, always the same in the same order.

    What the value doesn't hold is made up around the place where the schema has it, as small as it can be; where a
    condition forbids that, there is no mutant. Raises `library.UnknownSchemaError`, and ValueError for a value that
    is wrong already.
    """
    root, judge = root_of(version, name, shape), validator(version, name, shape)
    if not judge.is_valid(base):
        raise ValueError(f"mutants are made of what is valid; this {name} is not: {judge.findings(base)[0]}")
    fit = _Fitting(root, base, judge.is_valid)
    return tuple(
        Mutant(rule=rule, path=site.path, value=value, root=root, base=base)
        for site in sites(root)
        if fit(site)
        for rule, value in _faults(version, site)
    )


class _Fitting:
    """Whether a place can be had in a value that stays valid."""

    def __init__(self, root: Site, base: Any, is_valid: Any) -> None:
        self._root, self._base, self._is_valid = root, base, is_valid
        self._known: dict[Path, bool] = {(): True}

    def __call__(self, site: Site) -> bool:
        above = site.path[:-1]
        if above not in self._known:
            self._known[above] = self._has(above) or self._is_valid(
                changed(self._root, self._base, site.path, exemplar(site.schema))
            )
        return self._known[above]

    def _has(self, path: Path) -> bool:
        value = found_at(self._base, path)
        return isinstance(value, (dict, list)) and bool(value)


def _faults(version: str, site: Site) -> Iterator[tuple[str, Any]]:
    schema = site.schema
    if site.required and site.path and not site.item:
        yield "required", ABSENT
    if site.kind and not site.nullable:
        yield "null", None
    if schema.get("minItems", 0):
        yield "cardinality", []
    for wrong in _WRONG_TYPES.get(site.kind, ()):
        yield "type", wrong
    if not site.path and site.kind == "object":
        yield "type", []
    if "enum" in schema:
        yield ("opened" if _opened_later(version, schema.get("title", "")) else "enum"), NO_VALUE
    elif site.kind == "string":
        yield from _faulty_texts(schema)
    for bound, step in (("minimum", -1), ("maximum", 1)):
        if bound in schema:
            yield "format", schema[bound] + step


def _faulty_texts(schema: library.Schema) -> Iterator[tuple[str, str]]:
    if "maxLength" in schema:
        yield "length", _longer(schema.get("x-format", ""), schema["maxLength"])
    for wrong in _WRONG_FORMS.get(schema.get("x-format", ""), ()):
        judged = jsonschema_rs.is_valid({**schema, "type": "string"}, wrong)
        if len(wrong) <= schema.get("maxLength", len(wrong)) and not judged:
            yield "format", wrong


def _longer(form: str, most: int) -> str:
    """A text that is longer than it may be, and where that can be only that."""
    if form == "DateTime":
        return "2024-01-31T08:15:00.".ljust(most, "1") + "Z"
    return FORMS.get(form, "x").ljust(most + 1, "x")


@cache
def _opened_later(version: str, name: str) -> bool:
    """Whether an enum that is closed in this version can be extended in a later one."""
    later = versions()[versions().index(version) + 1 :]
    return any(library.stored(other).get(name, {}).get("x-open") is True for other in later)
