"""Shrinking: the fewest parts, and the smallest body, that still fail."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from ocpi_conformance.conformance.shrinking import fewest, least_body
from ocpi_conformance.schemas.exemplars import root_of

LOCATION = {
    "location_id": "LOC1",
    "evse_uids": ["E1"],
}


@given(needed=st.sets(st.integers(0, 19), max_size=3))
def test_exactly_what_is_needed_is_left(needed: set[int]) -> None:
    """However many parts a failure needs, with tries enough."""
    found = fewest(range(20), lambda parts: needed <= set(parts), tries=500)

    assert set(found) == needed


def test_tries_are_bounded() -> None:
    """What is left still fails then."""
    asked: list[Sequence[int]] = []

    def fails(parts: Sequence[int]) -> bool:
        asked.append(parts)
        return 63 in parts

    found = fewest(range(64), fails, tries=3)

    assert len(asked) == 3
    assert 63 in found


def test_a_body_keeps_what_is_required_and_the_fault() -> None:
    """What is optional goes, unless the failure needs it."""
    root = root_of("2.2.1", "Token")
    body = {"uid": 7, "issuer": "I", "visual_number": "V", "group_id": "G", "language": "en"}

    least = least_body(root, body, ("uid",), lambda value: value.get("group_id") == "G")

    assert least == {"uid": 7, "issuer": "I", "group_id": "G"}


def test_what_is_above_the_fault_stays() -> None:
    """The fault would be gone with it."""
    root = root_of("2.2.1", "LocationReferences")

    least = least_body(root, {**LOCATION, "evse_uids": [7]}, ("evse_uids", 0), lambda _: True)

    assert least == {**LOCATION, "evse_uids": [7]}
