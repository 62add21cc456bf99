import pytest
from ocpi_conformance.conformance.catalogue import Catalogue, load
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.errors import NothingSelectedError, SettingError
from ocpi_conformance.conformance.profiles import requested_by
from ocpi_conformance.conformance.requirement import Requirement
from ocpi_conformance.conformance.selecting import choose
from ocpi_conformance.conformance.settings import Settings

CATALOGUE = load()
SELECTION = CATALOGUE.select(Claim.default("CPO", "2.2.1"))


def chosen(**settings):
    return choose(Settings(**settings), CATALOGUE, SELECTION)


ON_REQUEST = {slug for slug, found in SELECTION.applicable.items() if requested_by(found)}


def test_without_a_wish_all_is_selected_but_what_is_judged_on_request():
    wanted = chosen()
    assert set(wanted.selected) == set(SELECTION.applicable) - ON_REQUEST
    assert wanted.left_out == {}


def test_all_has_what_is_judged_on_request():
    assert set(chosen(profile=("all",)).selected) == set(SELECTION.applicable)


def test_what_is_judged_on_request_is_so_where_it_is_named():
    """By its profile or by a pattern; a run without it has left nothing out."""
    asked = Requirement(
        slug="security-x",
        level="MUST",
        keyword="SHALL",
        module="security",
        anchor="a.asciidoc#a",
        duty="Is so.",
    )
    catalogue = Catalogue([*CATALOGUE, asked])
    selection = catalogue.select(Claim.default("CPO", "2.2.1"))
    for wish in ({"profile": ("security",)}, {"select": ("security-x",)}):
        assert "security-x" in choose(Settings(**wish), catalogue, selection).selected
    wanted = choose(Settings(), catalogue, selection)
    assert "security-x" not in {*wanted.selected, *wanted.left_out}


def test_a_profile_leaves_the_rest_out():
    """What is left out is said, not forgotten."""
    wanted = chosen(profile=("cpo-tokens-receiver",))
    assert {found.module for found in wanted.selected.values()} == {"tokens"}
    assert set(wanted.selected) | set(wanted.left_out) == set(SELECTION.applicable)


def test_a_wildcard_means_several_profiles():
    """As in the other selections."""
    wanted = chosen(profile=("cpo-to*", "cpo-loc*"))
    assert {found.module for found in wanted.selected.values()} == {"tokens", "locations"}


def test_patterns_select_and_deselect():
    wanted = chosen(select=("tokens-*",), deselect=("tokens-put-*",))
    assert wanted.selected
    assert all(slug.startswith("tokens-") and not slug.startswith("tokens-put-") for slug in wanted.selected)


def test_a_scenario_stands_for_all_that_it_judges():
    wanted = chosen(select=("versions/*",))
    assert "versions-get-answers" in wanted.selected
    assert "tokens-put-stored" in wanted.left_out


def test_a_scenario_that_there_is_not_is_an_error():
    with pytest.raises(NothingSelectedError, match="no scenario"):
        chosen(select=("version/*",))


def test_an_unknown_profile_names_the_nearest():
    with pytest.raises(SettingError) as error:
        chosen(profile=("cpo-location-sender",))
    assert "cpo-locations-sender" in error.value.hint


@pytest.mark.parametrize("setting", ["select", "deselect"])
def test_a_pattern_that_matches_nothing_is_an_error(setting):
    """A mistyped filter must not end green."""
    with pytest.raises(NothingSelectedError, match="tokens-pu_"):
        chosen(**{setting: ("tokens-pu_",)})


def test_an_empty_selection_is_an_error():
    with pytest.raises(NothingSelectedError):
        chosen(select=("tokens-*",), deselect=("tokens-*",))
