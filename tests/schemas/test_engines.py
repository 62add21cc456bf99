"""jsonschema-rs, which decides, and jsonschema, which explains, always give the same answer."""

from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import validators
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.editions import versions
from ocpi_conformance.schemas.explanation import errors
from ocpi_conformance.schemas.validation import validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from .builder import mutated, right

RULES = {"required", "null", "type", "length", "enum", "format", "cardinality", "condition"}


def as_filed(version: str, name: str) -> Any:
    """jsonschema over the files as they are committed, references and all."""
    resources = [
        (schema["$id"], Resource(contents=_without_dialect(schema), specification=DRAFT202012))
        for schema in library.stored(version).values()
    ]
    registry: Registry[Any] = Registry().with_resources(resources)
    return _ECMA(_without_dialect(library.one(version, name)), registry=registry)


def _without_dialect(schema: dict[str, Any]) -> dict[str, Any]:
    """Where a schema names its dialect, jsonschema goes on with the class of that, not with the one below."""
    return {key: value for key, value in schema.items() if key != "$schema"}


def _ecma_pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Any:
    """A `$` of Python also matches before a last line break; that of ECMA does not."""
    if isinstance(instance, str):
        yield from _PATTERN(_validator, pattern.removesuffix("$") + r"\Z", instance, _schema)


_PATTERN = jsonschema.Draft202012Validator.VALIDATORS["pattern"]
_ECMA = validators.extend(jsonschema.Draft202012Validator, {"pattern": _ecma_pattern})


@pytest.mark.parametrize("version", versions())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_both_engines_give_one_answer(version: str, seed: int) -> None:
    """For a right and a mutated value of every schema: flat or as filed, judged or explained."""
    chance = Random(seed)
    for name in library.stored(version):
        judge = validator(version, name)
        filed = as_filed(version, name)
        value = right(judge.schema, chance)
        for candidate in (value, mutated(value, chance)):
            valid = judge.is_valid(candidate)
            found = judge.findings(candidate)

            assert valid == (next(errors(judge.schema, candidate), None) is None), (name, candidate)
            assert valid == filed.is_valid(candidate), (name, candidate)
            assert valid == (not found), (name, candidate)
            assert len({finding.pointer for finding in found}) == len(found), (name, candidate)
            assert {finding.rule for finding in found} <= RULES, (name, candidate)


@pytest.mark.parametrize("version", versions())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_patch_bodies_give_one_answer(version: str, seed: int) -> None:
    """The same for the objects that may be sent in part."""
    chance = Random(seed)
    for name in library.patchable(version):
        judge = validator(version, name, "patch")
        value = right(judge.schema, chance)
        for candidate in (value, mutated(value, chance)):
            assert judge.is_valid(candidate) == (next(errors(judge.schema, candidate), None) is None)
            assert judge.is_valid(candidate) == (not judge.findings(candidate))


@pytest.mark.parametrize("version", versions())
def test_built_values_are_valid_often_enough(version: str) -> None:
    """Most built values are right, so that the agreement above is about both answers."""
    chance = Random(1)
    answers = [
        validator(version, name).is_valid(right(validator(version, name).schema, chance))
        for name in library.stored(version)
        for _ in range(5)
    ]

    assert answers.count(True) > 0.7 * len(answers)
