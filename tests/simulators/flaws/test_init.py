"""The flaws as shipped: found by name, and true to the catalogue."""

import re

import pytest
from ocpi_conformance.conformance.catalogue import load, why_not
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.simulators.flaws import UnknownFlawError, flaws, get


def test_a_flaw_is_found_by_its_name() -> None:
    for name, flaw in flaws().items():
        assert get(name) is flaw
        assert flaw.name == flaw.misbehaviour.name == name


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    known = next(iter(flaws()))
    with pytest.raises(UnknownFlawError, match=f"did you mean {known}\\?"):
        get(known[:-1])
    with pytest.raises(UnknownFlawError, match="`ocpi-conformance list flaws` shows them all"):
        get("§§§§")


@pytest.mark.parametrize("name", flaws())
def test_a_flaw_says_what_it_does_and_breaks_what_exists(name: str) -> None:
    """In each of its roles at least one requirement, all of which apply there and are told once."""
    flaw = get(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", flaw.name)
    assert flaw.summary.endswith(".")
    assert flaw.summary != flaw.name
    assert flaw.misbehaviour.serving or flaw.misbehaviour.calling
    assert flaw.roles
    for role, slugs in flaw.breaks.items():
        claim = Claim.default(role, "2.2.1")
        assert slugs
        assert len(set(slugs)) == len(slugs)
        for slug in slugs:
            assert slug in load()
            assert why_not(load()[slug], claim) == ""
