"""Single values: decimals, markup, #NA, coordinates and moments."""

import pytest
from ocpi_conformance.conformance.wire.values import Values, datetime_forms, decimals, markup
from ocpi_conformance.simulators.samples import Samples

from .views import answered, broken, met

PLACE = Samples(3, country_code="NL", party_id="CPO").location(full=True)


def judged(**changes):
    return Values().answered(answered({"data": [{**PLACE, **changes}]}))


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("2015-06-29T20:39:09Z", ""),
        ("2015-06-29T20:39:09", ""),
        ("2016-12-29T17:45:09.2", ""),
        ("2018-01-01T01:08:01.1234Z", ""),
        ("2018-01-01T01:08:01+00:00", "types-datetime-utc"),
        ("2018-01-01T01:08:01.123456+02:00", "types-datetime-utc"),
        ("2018-01-01T01:08:01.123456Z", "types-datetime-length"),
        ("2018-01-01", "types-datetime-format"),
        ("2018-01-01 01:08:01Z", "types-datetime-format"),
        ("2018-01-01T01:08Z", "types-datetime-format"),
        ("2018-13-01T01:08:01Z", "types-datetime-format"),
        (1514768881, "types-datetime-format"),
    ],
)
def test_moments_have_one_fault_at_most(value, slug):
    found = list(datetime_forms(value, "here"))
    assert broken(found) == ({slug} if slug else set())
    assert len(found) == (1 if slug else 3)


def test_a_moment_that_is_too_long_is_told_its_length():
    (ruling,) = datetime_forms("2018-01-01T01:08:01.123456Z", "Token.last_updated")
    assert ruling.expected == "Token.last_updated: at most 25 characters"
    assert ruling.found.startswith("27 characters: ")


@pytest.mark.parametrize(
    ("number", "count"), [(1, 0), (1.0, 0), (0.1234, 4), (0.30000000000000004, 17), (1e-5, 5), (1e20, 0)]
)
def test_decimals_are_counted_as_written_plainly(number, count):
    assert decimals(number) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Charge <b>now</b>", "<b>"),
        ("one<br/>two", "<br/>"),
        ("Fish &amp; chips", "&amp;"),
        ("&#8364; 5", "&#8364;"),
        ("R&D; research", ""),
        ("Marks & Spencer", ""),
        ("height < 2 m and length > 3 m", ""),
        ("<max. 2 m>", ""),
    ],
)
def test_markup_is_told_from_text(text, found):
    assert markup(text) == found


def test_a_sound_object_meets_what_it_has_values_for():
    assert met(judged()) == {
        "types-number-decimals",
        "types-not-available-only-strings",
        "types-displaytext-plain",
        "types-latitude",
        "types-longitude",
    }


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"name": "#NA"}, "types-not-available-only-strings"),
        ({"address": "#NA"}, ""),
        ({"directions": [{"language": "en", "text": "<i>left</i>"}]}, "types-displaytext-plain"),
        ({"coordinates": {"latitude": "91.00000", "longitude": "4.00000"}}, "types-latitude"),
        ({"coordinates": {"latitude": "-90.00000", "longitude": "180.00001"}}, "types-longitude"),
    ],
)
def test_wrong_values_are_found_also_after_sound_ones(changes, slug):
    judge = Values()
    list(judge.answered(answered({"data": [PLACE]})))
    found = judge.answered(answered({"data": [{**PLACE, **changes}]}))
    assert broken(found) == ({slug} if slug else set())


def test_what_a_receiver_gives_back_is_not_its_own():
    given = {**PLACE, "name": "#NA"}
    back = answered({"data": given}, endpoint="locations.receiver.get_location")
    assert list(Values().answered(back)) == []
