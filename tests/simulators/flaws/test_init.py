"""The flaws as shipped: found by name, and true to the catalogue."""

import re

import pytest
from ocpi_conformance.conformance.catalogue import load, why_not
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.simulators.flaws import FlawError, UnknownFlawError, flaws, get


def test_a_flaw_is_found_by_its_name() -> None:
    for name, flaw in flaws().items():
        assert get(name) is flaw
        assert flaw.name == flaw.misbehaviour.name == name


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    known = next(iter(flaws()))
    with pytest.raises(UnknownFlawError, match="there is no flaw") as caught:
        get(known[:-1])
    assert caught.value.hint == f"did you mean {known}?"
    with pytest.raises(UnknownFlawError) as caught:
        get("§§§§")
    assert caught.value.hint == "`ocpi-conformance list flaws` shows them all"


def test_a_name_may_come_with_parameters() -> None:
    found = get("slow:seconds=2.5")
    assert (found.name, found.misbehaviour.name) == ("slow", "slow:seconds=2.5")
    with pytest.raises(FlawError, match="seconds of slow is 'long'"):
        get("slow:seconds=long")
    with pytest.raises(UnknownFlawError, match="no flaw 'slowly'"):
        get("slowly:seconds=3")


def test_what_a_flaw_is_tried_with_is_taken() -> None:
    """Every flaw can be switched on as the kill matrix names it, and with each default spelled out."""
    for name, flaw in flaws().items():
        assert get(flaw.as_tried).name == name
        texts = {key: str(parameter.default) for key, parameter in flaw.parameters.items()}
        assert flaw.given(texts).parameters == flaw.parameters
        assert all(parameter.means for parameter in flaw.parameters.values())


@pytest.mark.parametrize("name", flaws())
def test_a_flaw_says_what_it_does_and_breaks_what_exists(name: str) -> None:
    """In each of its roles at least one requirement, all of which apply there and are told once."""
    flaw = get(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", flaw.name)
    assert flaw.summary.endswith(".")
    assert flaw.summary != flaw.name
    assert flaw.misbehaviour.serving or flaw.misbehaviour.calling
    assert flaw.roles
    assert bool(flaw.legal) is not any(flaw.breaks.values())
    for role, slugs in flaw.breaks.items():
        claim = Claim.default(role, "2.2.1")
        assert slugs or flaw.legal
        assert len(set(slugs)) == len(slugs)
        for slug in slugs:
            assert slug in load()
            assert why_not(load()[slug], claim) == ""
