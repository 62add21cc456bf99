"""Which fields a value has and which classes they make up, whatever their values are worth."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from .finding import Finding, pointer, shown

Schema = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Skeleton:
    """The classes below a schema: `name` is "" for a list or a plain value; only parts that hold classes."""

    name: str
    fields: dict[str, "Skeleton"]
    items: "Skeleton | None"


def skeleton(schema: Schema) -> Skeleton:
    """The skeleton of a schema without references."""
    fields = {name: part for name, part in _parts(schema).items() if part.name or part.fields or part.items}
    below = skeleton(schema["items"]) if isinstance(schema.get("items"), dict) else None
    items = below if below and (below.name or below.fields or below.items) else None
    return Skeleton(name=_class(schema), fields=fields, items=items)


def count(part: Skeleton, value: Any) -> Counter[str]:
    """How many objects of each class are in `value`."""
    counted: dict[str, int] = {}
    _count(part, value, counted)
    return Counter(counted)


def closed(schema: Schema) -> Schema:
    """A schema that refuses fields which `schema` does not have, and nothing else."""
    made: Schema = {}
    properties = _properties(schema)
    if properties:
        made["properties"] = {name: closed(part) for name, part in properties.items()}
        made["additionalProperties"] = False
    if isinstance(schema.get("items"), dict) and (items := closed(schema["items"])):
        made["items"] = items
    return made


def unknown_fields(schema: Schema, value: Any) -> tuple[Finding, ...]:
    """The fields of `value` that `schema` does not have."""
    found: list[Finding] = []
    _unknown(schema, value, (), found)
    return tuple(found)


def _class(schema: Schema) -> str:
    return schema.get("title", "") if schema.get("x-kind") == "class" else ""


def _properties(schema: Schema) -> dict[str, Schema]:
    properties = schema.get("properties", {})
    data = schema.get("then", {}).get("properties", {}) if _class(schema) == "Response" else {}
    return properties | data


def _parts(schema: Schema) -> dict[str, Skeleton]:
    return {name: skeleton(part) for name, part in _properties(schema).items()}


def _count(part: Skeleton, value: Any, counted: dict[str, int]) -> None:
    if isinstance(value, dict):
        if part.name:
            counted[part.name] = counted.get(part.name, 0) + 1
        for name, below in part.fields.items():
            if (inner := value.get(name)) is not None:
                _count(below, inner, counted)
    elif isinstance(value, list) and part.items:
        for inner in value:
            _count(part.items, inner, counted)


def _unknown(schema: Schema, value: Any, path: tuple[str | int, ...], found: list[Finding]) -> None:
    properties = _properties(schema)
    if isinstance(value, dict) and properties:
        for name, inner in value.items():
            if name in properties:
                _unknown(properties[name], inner, (*path, name), found)
            else:
                found.append(_unknown_field(schema, name, inner, (*path, name)))
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for at, inner in enumerate(value):
            _unknown(schema["items"], inner, (*path, at), found)


def _unknown_field(schema: Schema, name: str, value: Any, path: tuple[str | int, ...]) -> Finding:
    return Finding(
        pointer=pointer(path),
        rule="unknown",
        object=_class(schema),
        field=name,
        format="",
        expected=f"a field of {_class(schema)}",
        found=shown(value, secret=True),
        anchor=schema.get("x-anchor", ""),
    )
