"""Each format, value by value."""

import re

import pytest
from ocpi_conformance.schemas import formats

RIGHT = {
    "DATE_TIME": [
        "2015-06-29T20:39:09Z",
        "2015-06-29T20:39:09",
        "2016-12-29T17:45:09.2Z",
        "2016-12-29T17:45:09.2",
        "2018-01-01T01:08:01.123Z",
        "2024-02-29T00:00:00Z",
        "2016-12-31T23:59:60Z",
    ],
    "DATE_TIME_ISO_UTC": ["2015-06-29T20:39:09Z", "2015-06-29T20:39:09", "2015-06-29T20:39Z"],
    "DATE_TIME_ISO": ["2015-06-29T22:39:09+02:00", "2015-06-29T20:39:09Z", "2015-06-29T20:39:09"],
    "CI_STRING": ["", "NL-TNM-012", " ~!", "#NA"],
    "ASCII_STRING": ["", "plain text"],
    "STRING": ["", "Straße 東京", "emoji 🔌"],
    "DECIMAL": ["0.68", "3.1415", "-1", "0", "1e3"],
    "URL": [
        "https://example.com/ocpi/2.2.1/",
        "http://[::1]:8080/a?b=c#d",
        "https://example.com",
        "mailto:x@example.com",
    ],
    "LANGUAGE": ["en", "nl"],
    "CURRENCY": ["EUR", "SEK"],
    "CURRENCY_ANY_CASE": ["EUR", "eur"],
    "COUNTRY_ALPHA_2": ["NL"],
    "COUNTRY_ALPHA_2_ANY_CASE": ["NL", "nl"],
    "COUNTRY_ALPHA_3": ["NLD"],
    "COUNTRY_ALPHA_3_ANY_CASE": ["NLD", "nld"],
    "TIME_ZONE": ["Europe/Oslo", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+1"],
    "LATITUDE": ["50.770774", "-1.12345", "1.1234567"],
    "LONGITUDE": ["-126.104965", "3.72994"],
    "TIME_OF_DAY": ["00:00", "23:59", "08:15"],
    "LOCAL_DATE": ["2015-12-24"],
}
WRONG = {
    "DATE_TIME": [
        "2015-06-29T20:39:09+00:00",
        "2015-06-29T22:39:09+02:00",
        "2015-06-29 20:39:09Z",
        "2015-06-29t20:39:09z",
        "2015-06-29T20:39Z",
        "2015-06-29",
        "2015-13-01T00:00:00Z",
        "2015-02-30T00:00:00Z",
        "2015-04-31T00:00:00Z",
        "2015-06-29T24:00:00Z",
        "2025-03-23T23:59:99Z",
        "1970-1-1T00:00:00Z",
        "2015-06-29T20:39:09.Z",
        "2015-06-29T20:39:09Z\n",
        "٢٠١٥-06-29T20:39:09Z",
        "",
    ],
    "DATE_TIME_ISO_UTC": ["2015-06-29T22:39:09+02:00", "2015-06-29T20:39:09+00:00", "20150629", ""],
    "DATE_TIME_ISO": ["2015-06-29T22:39:09+2", "29.06.2015", ""],
    "CI_STRING": ["é", "a\tb", "a\n", "\x7f"],
    "ASCII_STRING": ["ß", "a\n"],
    "STRING": ["line\nbreak", "tab\t", "\x7f", "\x85", "\u2028", "end\n"],
    "DECIMAL": ["4,00", "01", ".5", "1.", "", "abc", "NaN"],
    "URL": [
        "someNewURL",
        "/relative/path",
        "//example.com",
        "https://exa mple.com",
        "https://ex.com/é",
        "",
        "https:",
    ],
    "LANGUAGE": ["EN", "eng", "e", ""],
    "CURRENCY": ["eur", "EU", "EURO", "€"],
    "CURRENCY_ANY_CASE": ["EU", "E1R"],
    "COUNTRY_ALPHA_2": ["nl", "NLD", "N1"],
    "COUNTRY_ALPHA_2_ANY_CASE": ["NLD", "n"],
    "COUNTRY_ALPHA_3": ["NL", "nld", "NETH"],
    "COUNTRY_ALPHA_3_ANY_CASE": ["NL", "12A"],
    "TIME_ZONE": ["", "Europe /Oslo", "/Oslo", "Europe/"],
    "LATITUDE": ["50.7707", "50.77077412", "150.770774", "50,770774", "+50.770774", "50.770774 "],
    "LONGITUDE": ["1126.104965", "3.7299", ""],
    "TIME_OF_DAY": ["24:00", "8:15", "23:60", "08:15:00"],
    "LOCAL_DATE": ["24-12-2015", "2015-13-01", "3015-12-24"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in RIGHT for value in RIGHT[name]])
def test_right(name: str, value: str) -> None:
    """The predicate says yes, and so does the pattern that the schemas carry."""
    form = getattr(formats, name)

    assert form(value)
    assert re.search(form.pattern, value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_wrong(name: str, value: str) -> None:
    """The predicate says no."""
    assert not getattr(formats, name)(value)


def test_every_format_is_tested() -> None:
    """A new format needs its values here."""
    known = {name for name, value in vars(formats).items() if isinstance(value, formats.Format)}

    assert known == RIGHT.keys() == WRONG.keys()


def test_cistrings_have_no_case() -> None:
    """Comparison folds case and nothing else."""
    assert formats.same_ci_string("nl-TNM", "NL-tnm")
    assert not formats.same_ci_string("nl-TNM", "nl_TNM")


@pytest.mark.parametrize(
    ("base", "version", "form"),
    [
        ("string", "2.1.1", formats.ASCII_STRING),
        ("string", "2.2", formats.STRING),
        ("DateTime", "2.0", formats.DATE_TIME_ISO),
        ("DateTime", "2.1.1", formats.DATE_TIME_ISO_UTC),
        ("DateTime", "2.3.0-bookings", formats.DATE_TIME),
    ],
)
def test_base_types_by_version(base: str, version: str, form: formats.Format) -> None:
    """Strings became Unicode in 2.2, timestamps lost their offset in 2.1.1."""
    assert formats.of_base(base, version=version) is form
