"""The published JSON Schema of the result record, and the check of what is read back against it."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

__all__ = ["known", "problem", "schema", "validator"]


@cache
def schema() -> dict[str, Any]:
    """`result.schema.json`, JSON Schema 2020-12."""
    return orjson.loads(Path(__file__).with_name("result.schema.json").read_bytes())


def validator(definition: str = "") -> "Draft202012Validator":
    """The compiled schema of the whole record, or of one of its `$defs`."""
    from jsonschema_rs import Draft202012Validator

    whole = schema()
    if not definition:
        return Draft202012Validator(whole)
    return Draft202012Validator({"$ref": f"#/$defs/{definition}", "$defs": whole["$defs"]})


def problem(against: "Draft202012Validator", value: Any) -> str:
    """The first fault of `value` with the JSON Pointer to it, or "" when there is none."""
    if against.is_valid(value):
        return ""
    error = next(iter(against.iter_errors(value)))
    pointer = "".join(f"/{part}" for part in error.instance_path)
    message = error.message if len(error.message) <= 200 else error.message[:200] + "…"
    return f"at {pointer or '/'}: {message}"


def known(record: type, value: dict[str, Any]) -> dict[str, Any]:
    """The members of `value` that the record has: a newer suite may have written more."""
    return {field.name: value[field.name] for field in fields(record) if field.name in value}
