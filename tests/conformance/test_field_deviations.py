"""What was seen in the field, and the flaws that do the same."""

import re

import pytest
from ocpi_conformance.conformance.field_deviations import FieldDeviation, field_deviations
from ocpi_conformance.simulators.flaws import flaws


@pytest.mark.parametrize("row", field_deviations(), ids=lambda row: row.slug)
def test_each_has_flaws_or_says_why_not(row: FieldDeviation):
    """Every flaw that is named exists; what has none says why, or whose it is."""
    assert re.fullmatch(r"[a-z0-9.]+(-[a-z0-9.]+)*", row.slug)
    assert row.seen.endswith(".")
    assert [name for name in row.flaws if name not in flaws()] == []
    assert len(set(row.flaws)) == len(row.flaws)
    assert row.flaws or row.why or row.versions
    assert not (row.flaws and row.versions)
    assert not row.why or row.why.endswith(".")
    assert all(re.fullmatch(r"[\w./-]+[#@]\w+", thread) for thread in row.threads)


def test_each_is_told_once():
    slugs = [row.slug for row in field_deviations()]
    assert len(set(slugs)) == len(slugs)


def test_most_can_be_seen_on_2_2_1():
    """Of what belongs to 2.2.1 and to no hub, all but what the text leaves open has a flaw."""
    bare = [row.slug for row in field_deviations() if not row.flaws and not row.versions]
    assert bare == ["patch-of-nested-lists", "hub-loses", "hub-rewrites"]
