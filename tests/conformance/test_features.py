"""Features and limits as shipped, and their parts."""

from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import MODULES, Claim
from ocpi_conformance.conformance.features import feature_of, features, limits


def test_each_says_what_it_is_for_every_role_that_can_have_it():
    """A user who fills in a claim reads one sentence for each line."""
    for feature in features().values():
        assert set(feature.means) == set(feature.modules)
        assert feature.means
        assert all(feature.means.values())
        assert {name for names in feature.modules.values() for name in names} <= set(MODULES)
    assert limits()
    assert all(limits().values())


def test_a_feature_of_several_modules_has_parts():
    """`push-tokens` is push of tokens, which is an eMSP's."""
    part = features()[feature_of("push", "tokens")]

    assert (part.name, part.of, part.module, tuple(part.modules)) == (
        "push-tokens",
        "push",
        "tokens",
        ("EMSP",),
    )
    assert feature_of("push", "transport") == "push"
    assert feature_of("signed-data", "cdrs") == "signed-data"


def test_each_brings_a_requirement():
    """A line of a claim that decides nothing would mislead whoever fills it in."""
    brought = {row.feature for row in load()}
    limited = {name for row in load() for name in row.least}

    assert {feature.name for feature in features().values() if not feature.of} <= brought
    assert set(limits()) <= limited


def test_a_feature_that_builds_on_another_is_not_there_without_it():
    """PATCH is a way to push."""
    claim = Claim.from_table("CPO", "2.2.1", {"features": {"push-locations": False}})

    assert not claim.has("patch", "locations")
    assert claim.has("patch", "sessions")
    assert claim.reason("locations", feature="patch") == "[claim] features.push-locations = false"
