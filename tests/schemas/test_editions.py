"""Versions and their order."""

import pytest
from ocpi_conformance.schemas.editions import core, editions, versions, within


def test_all_seven_oldest_first() -> None:
    """Side branches count as their core."""
    assert versions() == ("2.0", "2.1.1", "2.2", "2.2.1", "2.3.0", "2.3.0-payments", "2.3.0-bookings")
    assert [core(version) for version in versions()] == sorted(core(version) for version in versions())


def test_editions_name_a_commit() -> None:
    """A reader can fetch the very text."""
    assert all(len(edition.commit) == 40 for edition in editions().values())
    assert str(editions()["2.2.1"]) == "release-2.2.1-bugfixes@ca8c04c5c8cc"


@pytest.mark.parametrize(
    ("version", "since", "until", "inside"),
    [
        ("2.2", "2.2", "", True),
        ("2.1.1", "2.2", "", False),
        ("2.3.0-payments", "", "2.2.1", False),
        ("2.3.0-payments", "2.3.0", "2.3.0", True),
        ("2.0", "", "", True),
    ],
)
def test_ranges_include_both_ends(version: str, since: str, until: str, inside: bool) -> None:
    """An empty end is open."""
    assert within(version, since=since, until=until) is inside
