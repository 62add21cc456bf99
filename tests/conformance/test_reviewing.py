"""The static review: contradictions stop, advice doesn't, and what shows up without being claimed is told."""

from dataclasses import replace
from typing import Any

import pytest
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.errors import ClaimError
from ocpi_conformance.conformance.reviewing import insist, review, unclaimed
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators.exchange import Exchange

from tests.conformance.builders import an_answer


def a_claim(role: str = "CPO", **table: Any) -> Claim:
    return Claim.from_table(role, "2.2.1", table, origin="ocpi.toml [claim]")


@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_nothing_is_said_of_a_complete_claim(role: str):
    """All modules, all features: consistent by themselves."""
    assert review(Claim.default(role, "2.2.1")) == []


@pytest.mark.parametrize(
    ("claim", "named"),
    [
        (a_claim(modules=["commands", "locations"]), "commands without sessions"),
        (a_claim(modules=["chargingprofiles", "locations"]), "chargingprofiles without sessions"),
        (a_claim("EMSP", modules=["locations"]), "locations RECEIVER without tariffs"),
        (a_claim(modules=[]), "nothing but credentials"),
        (a_claim(modules={"locations": ["SENDER", "RECEIVER"], "tariffs": ["SENDER"]}), "locations RECEIVER"),
        (a_claim("EMSP", features={"realtime-authorization": False}), "realtime-authorization = false"),
    ],
)
def test_advice_lets_a_run_begin(claim: Claim, named: str):
    """One remark each, which names the line, and the place in the text where there is one."""
    (remark,) = review(claim)
    insist(claim)

    assert named in remark.text
    assert remark.text.startswith("ocpi.toml [claim] ")
    assert not remark.contradiction


def test_a_sender_of_locations_needs_no_tariffs():
    """Only the receiver interface depends on them."""
    assert review(a_claim(modules=["locations"])) == []


@pytest.mark.parametrize(
    ("claim", "named", "hint"),
    [
        (
            a_claim(modules={"locations": ["RECEIVER"], "tariffs": ["RECEIVER"]}),
            "no interface of a CPO",
            "EMSP",
        ),
        (
            a_claim(modules=["locations"], features={"reservations": True}),
            "doesn't have commands",
            "commands",
        ),
        (a_claim("EMSP", features={"credit-cdrs": True}), "a feature of a CPO", "leave out"),
        (a_claim(features={"push": False, "patch": True}), "patch = true", "a PATCH is a push"),
        (a_claim(features={"push-locations": False, "patch-locations": True}), "patch-locations", "push"),
    ],
)
def test_a_contradiction_stops(claim: Claim, named: str, hint: str):
    """It is an error of the claim, with what would settle it."""
    with pytest.raises(ClaimError) as caught:
        insist(claim)

    assert named in str(caught.value)
    assert hint in caught.value.hint


def test_what_is_denied_contradicts_nothing():
    """Features of modules that aren't there may be denied as well."""
    claim = a_claim(modules=["locations"], features={"reservations": False, "patch": False, "push": False})
    assert insist(claim) is None


def test_patch_of_one_module_takes_push_of_that_module():
    """Push of something else would do for the feature as a whole."""
    assert insist(a_claim(features={"push": False, "push-locations": True, "patch": True})) is None


def received(endpoint: str) -> Exchange:
    row = endpoints("2.2.1").get(endpoint)
    assert row is not None
    exchange = an_answer().exchange
    return replace(
        exchange, direction="received", endpoint=row, request=replace(exchange.request, method=row.method)
    )


def test_served_endpoints_that_are_not_claimed_are_told():
    """By module and interface role."""
    served = [("locations", "SENDER"), ("tariffs", "SENDER"), ("credentials", "SENDER")]

    (note,) = unclaimed(a_claim(modules=["locations"]), served=served)

    assert "tariffs SENDER" in note
    assert "locations" not in note


def test_calls_that_show_a_denied_feature_are_told():
    """Once for each line of the claim; calls that the claim covers are no news."""
    calls = [received("locations.receiver.put_location"), received("locations.receiver.put_location")]

    assert unclaimed(a_claim(), served=[], exchanges=calls) == []
    (note,) = unclaimed(a_claim(features={"push": False}), served=[], exchanges=calls)
    assert note == "ocpi.toml [claim] features.push = false, but it made a PUT on locations"
    (note,) = unclaimed(a_claim(features={"push-locations": False}), served=[], exchanges=calls)
    assert "features.push-locations = false" in note


def test_the_line_that_denies_is_the_one_that_is_told():
    """A PATCH is a push: without push the line of push is wrong."""
    claim = a_claim(features={"push": False})

    (note,) = unclaimed(claim, served=[], exchanges=[received("locations.receiver.patch_location")])

    assert note == "ocpi.toml [claim] features.push = false, but it made a PATCH on locations"
