"""Profiles as shipped."""

from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.profiles import Profile, profiles


def test_a_profile_has_chapters_and_single_requirements() -> None:
    """Either is enough; nothing else belongs to it."""
    profile = Profile(name="p", title="P", modules=("paging",), requirements=("types-url",))

    assert profile.has("paging-limit", "paging")
    assert profile.has("types-url", "types")
    assert not profile.has("types-number", "types")


def test_what_profiles_name_exists() -> None:
    """A chapter or a requirement that nobody has would make a profile that says nothing."""
    modules = {found.module for found in load()}

    for profile in profiles():
        assert profile.title
        assert set(profile.modules) <= modules
        assert all(slug in load() for slug in profile.requirements)
        assert any(profile.has(found.slug, found.module) for found in load())


def test_names_are_unique() -> None:
    """A name selects one profile."""
    names = [found.name for found in profiles()]

    assert len(set(names)) == len(names)
