"""Oddities: unusual, and right."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocpi_conformance.schemas.exemplars import ABSENT, exemplar, root_of
from ocpi_conformance.schemas.oddities import Oddity, oddities, together
from ocpi_conformance.schemas.validation import validator

from .test_mutants import TOKEN, objects


def of_kind(made: tuple[Oddity, ...], kind: str) -> dict[str, object]:
    """Where oddities of a kind are, and what stands there."""
    return {oddity.pointer: oddity.value for oddity in made if oddity.kind == kind}


@settings(max_examples=60, deadline=None)
@given(which=st.sampled_from(objects()))
def test_every_oddity_is_right_alone_and_together(which: tuple[str, str, str]) -> None:
    """Whatever the version and the object."""
    version, name, shape = which
    judge = validator(version, name, shape)
    base = exemplar(root_of(version, name, shape).schema)

    made = oddities(version, name, base, shape=shape)

    assert [str(oddity) for oddity in made if not judge.is_valid(oddity.body)] == []
    for kind in {oddity.kind for oddity in made}:
        chosen = [oddity for oddity in made if oddity.kind == kind]
        assert judge.is_valid(together(base, chosen, version=version, name=name, shape=shape))


def test_what_may_be_left_off_is_null_and_absent() -> None:
    """Absent only where it was there."""
    made = oddities("2.2.1", "Token", {**TOKEN, "visual_number": "NL-1"})

    nullable = {"/visual_number", "/group_id", "/language", "/default_profile_type", "/energy_contract"}
    assert of_kind(made, "null") == dict.fromkeys({*nullable, "/energy_contract/contract_id"})
    assert of_kind(made, "absent") == {"/visual_number": ABSENT}


def test_texts_and_times_have_other_forms() -> None:
    """As long as may be, beyond ASCII, with four decimals of a second, without a Z."""
    made = oddities("2.2.1", "Token", TOKEN)

    assert of_kind(made, "longest")["/issuer"] == "x" * 64
    issuer = of_kind(made, "unicode")["/issuer"]
    assert isinstance(issuer, str)
    assert max(map(ord, issuer)) > 0xFFFF
    assert of_kind(made, "fraction") == {"/last_updated": "2015-06-29T22:39:09.2Z"}
    assert of_kind(made, "bare") == {"/last_updated": "2015-06-29T22:39:09"}


def test_numbers_have_four_decimals() -> None:
    """Near to what they were."""
    made = oddities("2.2.1", "Price", {"excl_vat": 3})

    assert of_kind(made, "decimals") == {"/excl_vat": 3.3456, "/incl_vat": 12.3456}


def test_unknown_fields_stand_at_every_depth() -> None:
    """In the object itself, and in what it holds."""
    made = oddities("2.2.1", "Token", TOKEN)

    assert set(of_kind(made, "unknown")) == {"/x_ocpi_conformance", "/energy_contract/x_ocpi_conformance"}


def test_enums_that_are_open_take_new_values() -> None:
    """Those that are closed don't."""
    connector = exemplar(root_of("2.3.0", "Connector").schema)

    assert "/standard" in of_kind(oddities("2.3.0", "Connector", connector), "value")
    assert of_kind(oddities("2.2.1", "Token", TOKEN), "value") == {}


@pytest.mark.parametrize("fixed", ["/uid", "/energy_contract"])
def test_what_is_fixed_stays_with_all_below_it(fixed: str) -> None:
    """Ids stand in the URL, too."""
    made = oddities("2.2.1", "Token", TOKEN, fixed={fixed})

    assert [oddity for oddity in made if oddity.pointer.startswith(fixed)] == []
