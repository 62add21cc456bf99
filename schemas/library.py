"""The committed schemas, loaded and made into what an engine compiles: one schema without references."""

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from .editions import versions

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SHAPES = ("full", "patch", "response")


HOME = Path(__file__).parent
"""Where the committed schemas lie: `<version>/objects/<Name>.json` below it."""


class UnknownSchemaError(LookupError):
    """No such version, object or shape. The message names the nearest that exists."""


@cache
def stored(version: str) -> dict[str, Schema]:
    """All schemas of a version by name, as the files hold them. Raises UnknownSchemaError."""
    if version not in versions():
        raise UnknownSchemaError(_unknown("OCPI version", version, versions()))
    folder = HOME / version / "objects"
    return {path.stem: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def one(version: str, name: str) -> Schema:
    """The schema of one object, class or enum. Raises UnknownSchemaError."""
    schemas = stored(version)
    if name not in schemas:
        raise UnknownSchemaError(_unknown(f"object of OCPI {version}", name, tuple(schemas)))
    return schemas[name]


def flat(version: str, name: str, *, shape: str = "full", many: bool = False) -> Schema:
    """One schema with all that it refers to put in place (no OCPI class contains itself).

    `shape` is `full`, `patch` (all fields optional but those that a PATCH must hold, nested objects complete)
    or `response` (the envelope; `data` is judged where `status_code` says success, and may be left out if it
    is a list). `many` means a list of them. Raises UnknownSchemaError.
    """
    schema = _in_place(one(version, name), version)
    if shape == "patch":
        schema = _patch(version, name, schema)
    elif shape not in SHAPES:
        raise UnknownSchemaError(_unknown("shape", shape, SHAPES))
    if shape == "response":
        return _response(version, schema, many=many)
    return {"type": "array", "items": schema} if many else schema


def bundle(version: str) -> Schema:
    """All schemas of a version as one, each under `$defs` with its own `$id`. Raises UnknownSchemaError."""
    schemas = stored(version)
    return {"$schema": DIALECT, "$id": f"ocpi:{version}", "$defs": schemas}


def patchable(version: str) -> tuple[str, ...]:
    """The objects that may be sent by PATCH."""
    return tuple(name for name, schema in stored(version).items() if "x-patch" in schema)


def _in_place(schema: Any, version: str) -> Any:
    if isinstance(schema, list):
        return [_in_place(part, version) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _in_place(one(version, schema["$ref"].rpartition("/")[2]), version)
    if _may_be_null(schema):
        return _with_null(_in_place(schema["anyOf"][0], version))
    return {key: _in_place(value, version) for key, value in schema.items() if key not in ("$schema", "$id")}


def _may_be_null(schema: Schema) -> bool:
    return list(schema) == ["anyOf"] and len(schema["anyOf"]) == 2 and schema["anyOf"][1] == {"type": "null"}


def _with_null(schema: Schema) -> Schema:
    made = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        made["enum"] = [*schema["enum"], None]
    return made


def _patch(version: str, name: str, schema: Schema) -> Schema:
    if "x-patch" not in schema:
        raise UnknownSchemaError(
            f"OCPI {version} has no PATCH of {name}; it has one of {', '.join(patchable(version))}"
        )
    made = {key: value for key, value in schema.items() if key not in ("required", "allOf")}
    return {**made, "required": schema["x-patch"]["required"]}


def _response(version: str, schema: Schema, *, many: bool) -> Schema:
    envelope = _in_place(one(version, "Response"), version)
    code = {"type": "number", "minimum": 1000, "maximum": 1999}
    succeeded = {"required": ["status_code"], "properties": {"status_code": code}}
    asked: Schema = {"properties": {"data": schema}, "required": ["data"]}
    if many:
        asked = {"properties": {"data": {"type": ["array", "null"], "items": schema}}}
    return {**envelope, "if": succeeded, "then": asked}


def _unknown(what: str, given: str, known: tuple[str, ...]) -> str:
    lower = {name.lower(): name for name in known}
    near = get_close_matches(given.lower(), lower, n=1, cutoff=0.5)
    hint = f"; did you mean {lower[near[0]]}?" if near else f"; known: {', '.join(known)}"
    return f"{given!r} is no {what}{hint}"
