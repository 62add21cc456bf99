"""The claim: what it covers, where it comes from, and why something is out of its scope."""

from typing import Any

import pytest
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import FEATURES, MODULES, Claim
from ocpi_conformance.conformance.errors import ClaimError


def test_default_cpo_has_every_module():
    """A complete CPO sends what it owns and receives tokens and commands."""
    claim = Claim.default("CPO", "2.2.1")

    assert set(claim.modules) == set(MODULES)
    assert claim.covers("locations", "SENDER")
    assert not claim.covers("locations", "RECEIVER")
    assert claim.covers("tokens", "RECEIVER")


def test_default_emsp_mirrors_it():
    """An eMSP has the other interface of each module, but both receive hub client info."""
    claim = Claim.default("EMSP", "2.2.1")

    assert claim.covers("locations", "RECEIVER")
    assert claim.covers("commands", "SENDER")
    assert claim.covers("hubclientinfo", "RECEIVER")
    assert not claim.covers("hubclientinfo", "SENDER")


def test_credentials_and_chapters_are_always_covered():
    """Credentials has no interface role that matters, and transport is no module at all."""
    claim = Claim.from_table("CPO", "2.2.1", {"modules": ["locations"]})

    assert claim.covers("credentials", "SENDER")
    assert claim.covers("transport", "any")


def test_modules_as_a_list_or_a_table():
    """A list takes the usual interface of the role, a table names it."""
    assert Claim.from_table("EMSP", "2.2.1", {"modules": ["tokens"]}).covers("tokens", "SENDER")

    both = Claim.from_table("CPO", "2.2.1", {"modules": {"locations": ["sender", "RECEIVER"]}})

    assert both.modules["locations"] == ("SENDER", "RECEIVER")


def test_features_are_claimed_unless_denied():
    """Silence about a feature claims it."""
    claim = Claim.from_table("CPO", "2.2.1", {"features": {"push": False}})

    assert not claim.has("push")
    assert claim.has("pull")
    assert (
        claim.reason("locations", "SENDER", feature="push") == "the [claim] table says features.push = false"
    )


def test_reason_names_what_decides():
    """What doesn't apply says why; what applies says nothing."""
    claim = Claim.from_table("CPO", "2.2.1", {"modules": ["locations"]})

    assert claim.reason("tokens", "RECEIVER") == "the [claim] table doesn't have tokens RECEIVER"
    assert "only SENDER" in claim.reason("locations", "RECEIVER")
    assert claim.reason("locations", "SENDER") == ""


def test_discovery_claims_what_is_served():
    """Without a table the endpoints of the version details are the claim; unknown modules are left alone."""
    served = [("credentials", "SENDER"), ("locations", "SENDER"), ("ourown", "SENDER")]

    claim = Claim.from_endpoints("CPO", "2.2.1", served)

    assert claim.modules == {"credentials": (), "locations": ("SENDER",)}
    assert claim.endpoints() == {("credentials", ""), ("locations", "SENDER")}


@pytest.mark.parametrize(
    ("table", "named", "hint"),
    [
        ({"modles": []}, "modles", "modules"),
        ({"modules": ["location"]}, "location", "locations"),
        ({"modules": 3}, "claim.modules", "a list of modules"),
        ({"modules": {"locations": ["OWNER"]}}, "claim.modules.locations", "SENDER"),
        ({"modules": {"locations": []}}, "claim.modules.locations", "leave the module out"),
        ({"features": {"pushing": True}}, "pushing", "push"),
        ({"features": {"push": "no"}}, "claim.features.push", "true or false"),
        ({"limits": {"page": True}}, "claim.limits.page", "a whole number"),
        ({"limits": {"page": 0}}, "claim.limits.page", "a whole number"),
    ],
)
def test_wrong_claim_says_what_would_work(table: dict[str, Any], named: str, hint: str):
    """Unknown names and wrong values are told with what is known."""
    with pytest.raises(ClaimError) as caught:
        Claim.from_table("CPO", "2.2.1", table)

    assert named in str(caught.value)
    assert hint in caught.value.hint


def test_features_of_the_catalogue_can_be_claimed():
    """A requirement that is tied to a feature is tied to one that the user can deny."""
    assert {requirement.feature for requirement in load()} - {""} <= set(FEATURES)
