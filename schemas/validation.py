"""Judges values: jsonschema-rs decides, jsonschema explains, both from one schema."""

from collections import Counter
from dataclasses import replace
from functools import cache, cached_property
from itertools import islice
from typing import Any

import jsonschema_rs

from . import library, structure
from .finding import Finding

__all__ = ["Finding", "Validator", "objects_in", "validator"]

_PATTERNS = jsonschema_rs.RegexOptions()


class EnginesDisagreeError(RuntimeError):
    """One engine refused what the other accepts: a fault of this project, never of the value."""


class Validator:
    """Judges values of one object of one version in one shape. Use `validator(...)` to get one."""

    def __init__(self, version: str, name: str, *, shape: str, many: bool) -> None:
        self.version = version
        self.name = name
        self.shape = shape
        self.many = many
        self.schema = library.flat(version, name, shape=shape, many=many)
        self._engine = jsonschema_rs.Draft202012Validator(self.schema, pattern_options=_PATTERNS)

    def is_valid(self, value: Any) -> bool:
        """Does `value`, as parsed from JSON, break no rule?"""
        return self._engine.is_valid(value)

    def findings(self, value: Any, *, most: int | None = None) -> tuple[Finding, ...]:
        """Everything that is wrong with `value`, one finding for each wrong place; () if it is valid.

        Of the wrong objects in a list `most` are looked at, where that is given: to say what is wrong takes long.
        """
        if self._engine.is_valid(value):
            return ()
        if self.many and self.shape != "response" and isinstance(value, list):
            one = validator(self.version, self.name, self.shape)
            wrong = ((at, item) for at, item in enumerate(value) if not one.is_valid(item))
            return tuple(
                replace(finding, pointer=f"/{at}{finding.pointer}")
                for at, item in islice(wrong, most)
                for finding in one.findings(item)
            )
        from .explanation import explain  # jsonschema is needed where something is wrong, not at start-up

        found = explain(self.schema, value, name="Response" if self.shape == "response" else self.name)
        if not found:
            raise EnginesDisagreeError(
                f"jsonschema-rs refuses a {self.name} of OCPI {self.version}, jsonschema does not"
            )
        return found

    def unknown_fields(self, value: Any) -> tuple[Finding, ...]:
        """The fields of `value` that the text does not have: never a fault, but worth a warning."""
        if self._known_only.is_valid(value):
            return ()
        return structure.unknown_fields(self.schema, value)

    def objects_in(self, value: Any) -> Counter[str]:
        """How many objects of each class `value` holds, itself included."""
        return structure.count(self._skeleton, value)

    @cached_property
    def _known_only(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(structure.closed(self.schema))

    @cached_property
    def _skeleton(self) -> structure.Skeleton:
        return structure.skeleton(self.schema)


@cache
def validator(version: str, name: str, shape: str = "full", *, many: bool = False) -> Validator:
    """The validator of an object, class or enum, compiled once per process.

    `shape` is `full`, `patch` or `response`; with `many` the value is a list of them. Raises
    `library.UnknownSchemaError` (a LookupError) that names the nearest version, object or shape.
    """
    return Validator(version, name, shape=shape, many=many)


def objects_in(version: str, name: str, value: Any, *, many: bool = False) -> Counter[str]:
    """How many objects of each class a value of `name` holds, itself included."""
    return validator(version, name, many=many).objects_in(value)
