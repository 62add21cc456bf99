"""Features and limits as shipped, and their parts."""

from ocpi_conformance.conformance.claim import MODULES
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
