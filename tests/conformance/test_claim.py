"""The claim: what it covers, where it comes from, and why something is out of its scope."""

from typing import Any

import pytest
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import MODULES, Claim
from ocpi_conformance.conformance.errors import ClaimError
from ocpi_conformance.conformance.features import features, limits


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
    assert claim.reason("locations", "SENDER", feature="push") == "[claim] features.push = false"


def test_a_feature_can_be_denied_for_one_module():
    """The line of the module goes before that of the feature; what is said of one module is said of the feature."""
    some = Claim.from_table("CPO", "2.2.1", {"features": {"push": False, "push-tariffs": True}})
    most = Claim.from_table("CPO", "2.2.1", {"features": {"push-tariffs": False}})

    assert [some.has("push", module) for module in ("tariffs", "locations", "")] == [True, False, True]
    assert [most.has("push", module) for module in ("tariffs", "locations", "")] == [False, True, True]
    assert most.reason("tariffs", feature="push") == "[claim] features.push-tariffs = false"


def test_limits_select_what_takes_more():
    """A duty that takes more than the claim allows doesn't apply; without a limit all does."""
    claim = Claim.from_table("CPO", "2.2.1", {"limits": {"sessions": 1}}, origin="ocpi.toml [claim]")

    assert claim.reason("sessions", least={"sessions": 2}) == (
        "ocpi.toml [claim] limits.sessions = 1, and it takes 2"
    )
    assert claim.reason("sessions", least={"sessions": 1, "objects": 7}) == ""


def test_what_is_served_but_not_claimed_is_told():
    """Modules of OCPI only: others are nobody's business."""
    claim = Claim.from_table("CPO", "2.2.1", {"modules": ["locations"]})
    served = [("credentials", "SENDER"), ("locations", "SENDER"), ("tokens", "RECEIVER"), ("own", "SENDER")]

    assert claim.unclaimed(served) == ["tokens RECEIVER"]


def test_reason_names_what_decides():
    """What doesn't apply says why; what applies says nothing."""
    claim = Claim.from_table("CPO", "2.2.1", {"modules": ["locations"]})

    assert claim.reason("tokens", "RECEIVER") == "[claim] modules doesn't have tokens"
    assert claim.reason("locations", "RECEIVER") == '[claim] modules.locations = ["SENDER"], without RECEIVER'
    assert claim.reason("locations", "SENDER") == ""


def test_a_claim_that_nobody_wrote_has_no_lines():
    """What was found in version details is called that."""
    claim = Claim.from_endpoints("CPO", "2.2.1", [("locations", "SENDER")])

    assert claim.reason("locations", "RECEIVER") == (
        "the list of endpoints in its version details doesn't have locations RECEIVER, only SENDER"
    )


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
        ({"limits": {"objects": True}}, "claim.limits.objects", "a whole number"),
        ({"limits": {"objects": 0}}, "claim.limits.objects", "a whole number"),
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
    assert {requirement.feature for requirement in load()} - {""} <= set(features())
    assert {limit for requirement in load() for limit in requirement.least} <= set(limits())
