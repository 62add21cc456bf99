"""What was right before isn't looked at again; what is new, or was wrong, is."""

import copy

from ocpi_conformance.conformance.wire.repeats import Repeats

from tests.conformance.builders import Wire
from tests.conformance.wire.views import answered

LIST = "locations.sender.list"


def test_what_was_right_is_known_and_what_changed_is_not():
    repeats = Repeats()
    first = answered({"data": [{"id": "1"}, {"id": "2"}]}).exchange
    assert repeats.known(repeats.read(first)) == frozenset()

    repeats.learn(repeats.read(first))
    second = answered({"data": [{"id": "1"}, {"id": "2", "name": "new"}, {"id": "3"}]}).exchange
    assert repeats.known(repeats.read(second)) == {0}


def test_the_same_object_of_another_list_is_new():
    repeats = Repeats()
    repeats.learn(repeats.read(answered({"data": [{"id": "1"}]}).exchange))
    other = answered({"data": [{"id": "1"}]}, endpoint="tariffs.sender.list").exchange
    assert repeats.known(repeats.read(other)) == frozenset()


def test_what_is_no_list_or_too_deep_is_new():
    """Neither is a reason to fail."""
    repeats = Repeats()
    deep = b'{"status_code":1000,"data":[' + b"[" * 2000 + b"]" * 2000 + b"]}"
    for body in (b"null", b"{}", b'{"data":"x"}', deep):
        found = answered(body=body).exchange
        repeats.learn(repeats.read(found))
        assert repeats.known(repeats.read(found)) == frozenset()


def test_a_wrong_object_is_blamed_each_time_and_at_its_place():
    """The list is read whole where something in it is wrong, also if the rest of it is known."""
    wire = Wire()
    good = wire.samples.location()
    wire.answered(LIST, [good])
    wrong = {**copy.deepcopy(good), "id": "OTHER", "time_zone": 7}
    for _ in range(2):
        wire.answered(LIST, [good, wrong])

    entries = [
        found for found in wire.ledger.entries() if found.judgement.slug == "locations-location-values"
    ]
    failed = [found for found in entries if found.judgement.verdict == "FAIL"]
    assert sum(found.count for found in failed) == 2
    assert "/1/time_zone" in failed[0].judgement.found


def test_a_value_that_turns_wrong_among_known_ones_is_found():
    wire = Wire()
    good = wire.samples.location(name="Car park")
    wire.answered(LIST, [good])
    spoken = wire.answered(
        LIST, [good, {**good, "id": "OTHER", "directions": [{"language": "en", "text": "<b>left</b>"}]}]
    )
    assert "types-displaytext-plain" in spoken.broken
