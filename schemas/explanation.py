"""Says what is wrong with a value that was refused: the errors of jsonschema, made into findings."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
from jsonschema import validators
from jsonschema.exceptions import ValidationError

from . import formats
from .finding import Finding, pointer, shown

Schema = dict[str, Any]
Path = tuple[str | int, ...]

MOST_VALUES = 15
"""An enum with more values than this is named in a finding, not listed."""

# Where several rules fail at one place, the first of these speaks.
_ORDER = ("null", "type", "required", "cardinality", "enum", "format", "length", "condition")
_RULES = {
    "type": "type",
    "required": "required",
    "minItems": "cardinality",
    "enum": "enum",
    "pattern": "format",
    "minLength": "length",
    "maxLength": "length",
    "minimum": "length",
    "maximum": "length",
}
_EXPECTED_FORMS = {
    form.name: form.expected
    for form in (formats.STRING, formats.CI_STRING, formats.DATE_TIME, formats.DECIMAL, formats.URL)
} | {name: form.expected for name, form in formats.NAMED.items()}


def explain(schema: Schema, value: Any, *, name: str) -> tuple[Finding, ...]:
    """The findings about `value`, which should be a `name`: one for each place."""
    best: dict[str, Finding] = {}
    for finding in _findings(schema, value, name):
        known = best.get(finding.pointer)
        if known is None or _ORDER.index(finding.rule) < _ORDER.index(known.rule):
            best[finding.pointer] = finding
    return tuple(best.values())


def errors(schema: Schema, value: Any) -> Iterator[ValidationError]:
    """What jsonschema alone has to say, patterns read as ECMA reads them (`$` is the very end)."""
    return _ENGINE(schema).iter_errors(value)


def _findings(schema: Schema, value: Any, name: str) -> Iterator[Finding]:
    for error in errors(schema, value):
        if error.validator == "required":
            field = next(name for name in _required(error) if error.message.startswith(repr(name)))
            yield from _one(schema, error, (*error.absolute_path, field), name)
        else:
            yield from _one(schema, error, tuple(error.absolute_path), name)


def _required(error: ValidationError) -> list[str]:
    names: Any = error.validator_value
    return names


def _one(schema: Schema, error: ValidationError, path: Path, name: str) -> Iterator[Finding]:
    owner, condition, place = _owner(schema, error, name)
    at = path
    if condition and len(path) <= len(place) + 1:
        at = (*place, condition["x-field"])
    field = next((str(part) for part in reversed(at[len(place) :]) if isinstance(part, str)), "")
    leaf = error.schema if isinstance(error.schema, dict) else {}
    owner_name = owner.get("title", name)
    secret = owner_name in ("Credentials",) and field == "token"
    yield Finding(
        pointer=pointer(at),
        rule="condition" if condition else _rule(error, leaf),
        object=owner_name,
        field=field,
        format=_format(leaf),
        expected=condition["x-expected"] if condition else _expected(error, leaf, field),
        found=_found(error, at, secret),
        anchor=(condition or leaf).get("x-anchor") or owner.get("x-anchor", ""),
    )


def _owner(schema: Schema, error: ValidationError, name: str) -> tuple[Schema, Schema | None, Path]:
    """The class that the error lies in, the condition it broke if any, and the path of that class."""
    owner: Schema = schema if schema.get("x-kind") == "class" else {"title": name}
    nearest: Schema = owner
    nearest_place: Path = ()
    condition: Schema | None = None
    place: Path = ()
    at: Any = schema
    data = tuple(error.absolute_path)
    walked = 0
    steps = list(error.absolute_schema_path)[:-1]
    for before, step in zip([None, *steps], steps, strict=False):
        at = at[step]
        if before == "properties" or step == "items":
            walked += 1
        if not isinstance(at, dict) or condition:
            continue
        if at.get("x-kind") == "class":
            nearest, nearest_place = at, data[:walked]
            if walked < len(data) or error.validator == "required":
                owner, place = nearest, nearest_place
        elif "x-condition" in at:
            condition, owner, place = at, nearest, nearest_place
    return owner, condition, place


def _rule(error: ValidationError, leaf: Schema) -> str:
    if error.validator == "type" and error.instance is None:
        return "null"
    if error.validator in ("minimum", "maximum") and leaf.get("x-format") == "range":
        return "format"
    return _RULES[str(error.validator)]


def _format(leaf: Schema) -> str:
    return leaf.get("x-format", "")


def _expected(error: ValidationError, leaf: Schema, field: str) -> str:
    match error.validator:
        case "required":
            return f"{field} to be present"
        case "minItems":
            return "at least one"
        case "enum":
            return _expected_values(leaf)
        case "pattern":
            return _EXPECTED_FORMS.get(leaf.get("x-format", ""), "another form")
        case "maxLength":
            return f"at most {leaf['maxLength']} characters"
        case "minLength":
            return f"at least {leaf['minLength']} characters"
        case "minimum" | "maximum":
            low, high = leaf.get("minimum"), leaf.get("maximum")
            return f"{low} to {high}" if low is not None and high is not None else f"{low} or more"
    return _expected_type(leaf)


def _expected_values(leaf: Schema) -> str:
    values = [str(value) for value in leaf["enum"] if value is not None]
    if len(values) > MOST_VALUES:
        return f"one of the {len(values)} values of {leaf.get('title')}"
    return "one of " + ", ".join(values)


def _expected_type(leaf: Schema) -> str:
    kinds = (
        [leaf["type"]] if isinstance(leaf["type"], str) else [kind for kind in leaf["type"] if kind != "null"]
    )
    if leaf.get("x-type"):
        return leaf["x-type"]
    if kinds == ["array"]:
        return "a list"
    return leaf.get("title") or kinds[0]


def _found(error: ValidationError, at: Path, secret: bool) -> str:
    if error.validator == "required":
        return "absent"
    value: Any = error.instance
    beyond = at[len(error.absolute_path) :]
    for part in beyond:
        value = value.get(part) if isinstance(value, dict) else None
    if beyond and value is None:
        return "absent or null"
    return shown(value, secret=secret)


def _ecma_pattern(_validator: Any, pattern_: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _compiled(pattern_).search(instance):
        yield ValidationError(f"{instance!r} does not match {pattern_!r}")


@cache
def _compiled(pattern_: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\$$", r"\\Z", pattern_))


_ENGINE = validators.extend(jsonschema.Draft202012Validator, {"pattern": _ecma_pattern})
