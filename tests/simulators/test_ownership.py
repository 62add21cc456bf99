"""Small rules of client owned objects."""

import pytest
from ocpi_conformance.simulators.ownership import later_of, merge, stored
from ocpi_conformance.simulators.store import Table

OLD, NEW = "2025-01-01T00:00:00Z", "2025-01-01T00:00:00.500Z"


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        (OLD, NEW, NEW),
        (NEW, OLD, NEW),
        (OLD, "2025-01-01T00:00:00", "2025-01-01T00:00:00"),
        (None, OLD, OLD),
        (OLD, None, OLD),
    ],
)
def test_the_later_of_two_times_is_kept_as_it_was_written(one, other, later):
    assert later_of(one, other) == later


def test_a_merge_replaces_given_fields_and_keeps_others():
    table = Table()
    table.put(("a",), {"id": "a", "name": "old", "tags": [1]})
    assert merge(table, ("a",), {"name": "new"}) is True
    assert table.get(("a",)) == {"id": "a", "name": "new", "tags": [1]}
    assert merge(table, ("b",), {"name": "new"}) is False
    assert table.get(("b",)) is None


@pytest.mark.parametrize(("created", "status"), [(True, 201), (False, 200)])
def test_a_push_is_answered_by_what_it_did(created: bool, status: int):
    assert stored(created).http_status == status
