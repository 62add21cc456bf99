"""Smallest valid values of a schema, and values with one place changed: what mutants and oddities are made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import jsonschema_rs

from . import library
from .finding import pointer, shown
from .library import Schema

__all__ = ["ABSENT", "Change", "Path", "Site", "changed", "exemplar", "found_at", "root_of", "sites"]

Path = tuple[str | int, ...]

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT", "__slots__": ()})()
"""In place of a value: the field is left off."""

FORMS = {
    "DateTime": "2024-01-31T08:15:00Z",
    "URL": "https://conformance.invalid/",
    "language": "en",
    "currency": "EUR",
    "country-alpha-2": "NL",
    "country-alpha-3": "NLD",
    "time-zone": "Europe/Amsterdam",
    "latitude": "52.370216",
    "longitude": "4.895168",
    "time-of-day": "08:15",
    "local-date": "2024-01-31",
    "decimal": "1.5",
}
"""A value of each form that not every string has. Nobody answers at the URL (RFC 2606 §2)."""

PLAIN_VALUES = ("TIME",)
"""Values of enums that are good wherever their enum is: some dimensions are for Sessions only."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One place in an object: its path (0 for the items of a list), its schema, and how it stands there."""

    path: Path
    schema: Schema
    required: bool
    item: bool = False

    @property
    def types(self) -> frozenset[str]:
        """The JSON types that it may have."""
        given = self.schema.get("type", ())
        return frozenset([given] if isinstance(given, str) else given)

    @property
    def nullable(self) -> bool:
        """Whether null is as good as nothing there."""
        return "null" in self.types

    @property
    def kind(self) -> str:
        """The one JSON type that it has besides null; empty where nothing is said."""
        return next(iter(sorted(self.types - {"null"})), "")


def root_of(version: str, name: str, shape: str = "full") -> Site:
    """An object as a whole. Raises `library.UnknownSchemaError`."""
    return Site(path=(), schema=library.flat(version, name, shape=shape), required=True)


def sites(root: Site) -> Iterator[Site]:
    """All places of an object, itself first, fields in the order of the tables."""
    yield root
    properties = root.schema.get("properties", {})
    needed = set(root.schema.get("required", ()))
    for name, schema in properties.items():
        yield from sites(Site(path=(*root.path, name), schema=schema, required=name in needed))
    if isinstance(root.schema.get("items"), dict):
        yield from sites(Site(path=(*root.path, 0), schema=root.schema["items"], required=True, item=True))


def exemplar(schema: Schema) -> Any:
    """A small value that a schema accepts: the required fields only, unless a condition wants more."""
    if "enum" in schema:
        return next(value for value in (*PLAIN_VALUES, *schema["enum"]) if value in schema["enum"])
    kind = next(iter(sorted(_types(schema) - {"null"})), "object")
    if kind == "object":
        return _object(schema)
    if kind == "array":
        return [exemplar(schema["items"])] * schema.get("minItems", 0)
    if kind in ("integer", "number"):
        return max(1, schema.get("minimum", 1))
    return True if kind == "boolean" else _text(schema)


def changed(root: Site, value: Any, path: Path, new: Any) -> Any:
    """A copy of a value with one place changed, or without it for ABSENT; what is missing above is made up."""
    return _changed(root.schema, value, path, new)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A value that is another at one place. `value` is what stands there, ABSENT where nothing does."""

    path: Path
    value: Any
    root: Site
    base: Any

    @property
    def pointer(self) -> str:
        """The JSON Pointer of the place."""
        return pointer(self.path)

    @property
    def body(self) -> Any:
        """The whole value."""
        return self.within(self.base)

    def within(self, base: Any) -> Any:
        """The same change of another value."""
        return changed(self.root, base, self.path, self.value)

    @property
    def what(self) -> str:
        """What stands at the place, for people."""
        return "left off" if self.value is ABSENT else shown(self.value)


def found_at(value: Any, path: Path) -> Any:
    """What stands at a place of a value; ABSENT where nothing does."""
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value


def _changed(schema: Schema, value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(value) if isinstance(value, list) else []
        known = items[step] if step < len(items) else exemplar(schema["items"])
        made = _changed(schema["items"], known, rest, new)
        return [*items[:step], *([] if made is ABSENT else [made]), *items[step + 1 :]]
    part = schema.get("properties", {}).get(step, {})
    fields = dict(value) if isinstance(value, dict) else exemplar(schema)
    known = fields.get(step)
    if rest and known is None:
        known = [exemplar(part["items"])] if "items" in part else exemplar(part)
    made = _changed(part, known, rest, new)
    if made is ABSENT:
        fields.pop(step, None)
        return fields
    return {**fields, step: made}


def _types(schema: Schema) -> set[str]:
    given = schema.get("type", ())
    return {given} if isinstance(given, str) else set(given)


def _object(schema: Schema) -> dict[str, Any]:
    properties = schema.get("properties", {})
    least = {name: exemplar(properties[name]) for name in schema.get("required", ()) if name in properties}
    if "allOf" not in schema:
        return least
    others = [name for name in properties if name not in least]
    judge = jsonschema_rs.Draft202012Validator(schema)
    for count in range(3):
        for names in combinations(others, count):
            for candidate in _fillings(schema, least, names):
                if judge.is_valid(candidate):
                    return candidate
    return least


def _fillings(schema: Schema, least: dict[str, Any], names: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The required fields and some more; then with the other value of each boolean and the other values of enums."""
    properties = schema["properties"]
    base = {**least, **{name: exemplar(properties[name]) for name in names}}
    yield base
    for name in base:
        for other in _alternatives(properties[name]):
            yield {**base, name: other}


def _alternatives(schema: Schema) -> list[Any]:
    if "boolean" in _types(schema):
        return [False]
    if "items" in schema:
        return [[exemplar(schema["items"])]]
    return [value for value in schema.get("enum", ())[1:] if value is not None]


def _text(schema: Schema) -> str:
    found = FORMS.get(schema.get("x-format", ""), "x")
    if "x-values" in schema:
        found = schema["x-values"][0]
    return found[: schema.get("maxLength", len(found))].ljust(schema.get("minLength", 0), "x")
