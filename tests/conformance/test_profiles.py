"""Profiles as shipped, and those by rule."""

import pytest
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.profiles import Profile, profiles

from tests.conformance.builders import a_requirement

NAMES = {profile.name for profile in profiles()}


def the(name: str) -> Profile:
    return next(profile for profile in profiles() if profile.name == name)


def test_a_profile_has_chapters_features_and_patterns() -> None:
    """Either is enough; nothing else belongs to it."""
    profile = Profile(
        name="p", title="P", modules=("paging",), features=("reservations",), requirements=("types-u*",)
    )

    assert profile.has(a_requirement("paging-limit", module="paging"))
    assert profile.has(a_requirement("types-url", module="types"))
    assert profile.has(a_requirement("commands-x", module="commands", feature="reservations"))
    assert not profile.has(a_requirement("types-number", module="types"))


def test_a_profile_of_an_interface_has_the_duties_of_its_role_and_side() -> None:
    """What every role bears belongs to each."""
    profile = the("cpo-locations-sender")

    assert profile.has(a_requirement(role="CPO", side="SENDER"))
    assert profile.has(a_requirement())
    assert not profile.has(a_requirement(role="EMSP"))
    assert not profile.has(a_requirement(side="RECEIVER"))
    assert not profile.has(a_requirement(module="tokens"))


def test_each_interface_of_a_role_has_one() -> None:
    """By rule, as soon as a requirement is about it."""
    assert {"cpo-locations-sender", "emsp-locations-receiver", "cpo-tokens-receiver"} <= NAMES
    assert "emsp-tokens-sender" in NAMES
    assert not {name for name in NAMES if "credentials" in name}


def test_only_the_interfaces_of_the_claim_apply() -> None:
    """An eMSP has no verdict in what a CPO does, nor a CPO in what it doesn't claim."""
    claim = Claim.from_table("CPO", "2.2.1", {"modules": ["locations"]})

    assert the("cpo-locations-sender").applies(claim)
    assert the("core").applies(claim)
    assert not the("emsp-locations-receiver").applies(claim)
    assert not the("cpo-tokens-receiver").applies(claim)


def test_what_profiles_name_exists() -> None:
    """A chapter, a feature or a pattern that nobody has would make a profile that says less than it seems to."""
    catalogue = list(load())
    modules = {found.module for found in catalogue}

    for profile in profiles():
        assert profile.title
        assert set(profile.modules) <= modules | {"billing", "journeys", "chargingprofiles"}
        assert any(map(profile.has, catalogue))


@pytest.mark.parametrize("module", ["versions", "credentials", "transport", "types", "paging"])
def test_core_is_what_every_connection_needs(module: str) -> None:
    """All of these chapters."""
    assert all(the("core").has(found) for found in load() if found.module == module)


def test_names_are_unique() -> None:
    """A name selects one profile."""
    assert len(NAMES) == len(profiles())
