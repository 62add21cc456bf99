"""The legal forms of an object: what the text leaves to its sender, so that a receiver has to take all of it."""

from typing import Any

from ..schemas.validation import validator

__all__ = ["optional_fields", "values_of", "with_nothing", "without_optionals"]

Object = dict[str, Any]


def optional_fields(version: str, name: str) -> tuple[str, ...]:
    """The fields of a class that may be left off."""
    schema = validator(version, name).schema
    return tuple(field for field in schema["properties"] if field not in schema.get("required", ()))


def without_optionals(version: str, name: str, value: Object, *, besides: tuple[str, ...] = ()) -> Object:
    """An object with its required fields only, and those named in `besides`."""
    optional = set(optional_fields(version, name)) - set(besides)
    return {field: inner for field, inner in value.items() if field not in optional}


def with_nothing(version: str, name: str, value: Object, *, lists: Any = None) -> Object:
    """An object in which what is left off is said: null, or for lists `lists`."""
    properties = validator(version, name).schema["properties"]
    said = {
        field: lists if "items" in properties[field] else None for field in optional_fields(version, name)
    }
    return {**said, **value}


def values_of(version: str, name: str) -> tuple[str, ...]:
    """All values of an enum."""
    return tuple(validator(version, name).schema["enum"])
