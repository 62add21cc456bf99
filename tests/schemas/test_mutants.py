"""Mutants: each is refused, for what it is made for and for nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.editions import versions
from ocpi_conformance.schemas.exemplars import ABSENT, exemplar, root_of
from ocpi_conformance.schemas.mutants import Mutant, mutants
from ocpi_conformance.schemas.validation import validator

TOKEN = {
    "country_code": "NL",
    "party_id": "TNM",
    "uid": "0123",
    "type": "RFID",
    "contract_id": "NL8ACC12E46L89",
    "issuer": "TheNewMotion",
    "valid": True,
    "whitelist": "ALLOWED",
    "last_updated": "2015-06-29T22:39:09Z",
}


def of_rule(made: tuple[Mutant, ...], rule: str) -> dict[str, Any]:
    """Where mutants of a rule are, and what stands there."""
    return {mutant.pointer: mutant.value for mutant in made if mutant.rule == rule}


def objects() -> list[tuple[str, str, str]]:
    """Every class of every version, whole and as a PATCH where there is one."""
    return [
        (version, name, shape)
        for version in versions()
        for name, schema in library.stored(version).items()
        if schema.get("x-kind") == "class"
        for shape in ("full", "patch")
        if shape == "full" or name in library.patchable(version)
    ]


@settings(max_examples=120, deadline=None)
@given(which=st.sampled_from(objects()))
def test_every_mutant_is_refused_at_its_place(which: tuple[str, str, str]) -> None:
    """Whatever the version and the object: by our judge, and at that very pointer."""
    version, name, shape = which
    judge = validator(version, name, shape)
    base = exemplar(root_of(version, name, shape).schema)

    for mutant in mutants(version, name, base, shape=shape):
        findings = judge.findings(mutant.body)
        assert mutant.pointer in {finding.pointer for finding in findings}, str(mutant)


def test_every_required_field_is_left_off_once() -> None:
    """And is null once; optional ones may be both."""
    made = mutants("2.2.1", "Token", TOKEN)

    required = {f"/{name}" for name in library.one("2.2.1", "Token")["required"]}
    inner = {"/energy_contract/supplier_name"}
    assert of_rule(made, "required") == dict.fromkeys(required | inner, ABSENT)
    assert of_rule(made, "null") == dict.fromkeys({"", *required, *inner})


def test_types_lengths_enums_and_forms_are_broken() -> None:
    """Each in the place that has them."""
    made = mutants("2.2.1", "Token", TOKEN)

    assert of_rule(made, "type")["/valid"] == "true"
    assert of_rule(made, "length")["/uid"] == "x" * 37
    assert set(of_rule(made, "enum")) == {"/whitelist", "/default_profile_type"}
    assert of_rule(made, "format")["/issuer"] == "two\nlines"


def test_enums_that_open_later_stand_apart() -> None:
    """A value that this version doesn't have may be one of a later version."""
    assert set(of_rule(mutants("2.2.1", "Token", TOKEN), "opened")) == {"/type"}


def test_a_list_that_needs_an_item_is_emptied() -> None:
    """One that needs none isn't: that is no fault."""
    session = exemplar(root_of("2.2.1", "Session").schema)

    assert of_rule(mutants("2.2.1", "Session", session), "cardinality") == {
        "/charging_periods/0/dimensions": []
    }


def test_a_mutant_of_a_patch_holds_the_one_field() -> None:
    """All else is left as it is; only what a PATCH must hold can be missing at the top."""
    base = {"last_updated": "2015-06-29T22:39:09Z"}
    made = mutants("2.2.1", "Token", base, shape="patch")

    issuer = next(mutant for mutant in made if mutant.pointer == "/issuer" and mutant.rule == "type")
    assert issuer.body == {**base, "issuer": 7}
    assert "/issuer" not in of_rule(made, "required")


def test_the_same_fault_can_be_put_into_another_value() -> None:
    """As shrinking does."""
    mutant = next(each for each in mutants("2.2.1", "Token", TOKEN) if each.pointer == "/issuer")

    assert mutant.within({**TOKEN, "uid": "9"}) == {
        name: value for name, value in {**TOKEN, "uid": "9"}.items() if name != "issuer"
    }


def test_what_is_wrong_already_has_no_mutants() -> None:
    """Nobody could say what it is refused for."""
    with pytest.raises(ValueError, match="this Token is not"):
        mutants("2.2.1", "Token", {**TOKEN, "valid": "yes"})


def test_mutants_are_named_for_people() -> None:
    """By the place, by what stands there, and by the rule."""
    first = {mutant.rule: str(mutant) for mutant in reversed(mutants("2.2.1", "Token", TOKEN))}

    assert first["required"] == "/country_code left off (required)"
    assert first["null"] == "the body null (null)"
