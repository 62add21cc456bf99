"""The string forms of OCPI, each a named predicate whose pattern the schemas carry."""

import re
from dataclasses import dataclass
from functools import cached_property

_MONTH_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|[12][0-9]))"
)
_DATE = f"[0-9]{{4}}-{_MONTH_DAY}"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_ISO_TIME = f"{_CLOCK}(?::(?:[0-5][0-9]|60)(?:[.,][0-9]+)?)?"

NOT_AVAILABLE = "#NA"
"""For a required string without data (`transport_and_format.asciidoc#transport_and_format_not_available`)."""


@dataclass(frozen=True)
class Format:
    """A form of strings. `body` is a regular expression (the dialect that Python, Rust and ECMA share)."""

    name: str
    body: str
    expected: str

    @property
    def pattern(self) -> str:
        """The whole-string pattern for a JSON Schema."""
        return f"^(?:{self.body})$"

    def __call__(self, text: str) -> bool:
        """Does `text` have this form?"""
        return self._compiled.fullmatch(text) is not None

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.body)


STRING = Format(
    "string",
    r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*",
    "printable characters, no control characters or line breaks",
)
ASCII_STRING = Format("string", "[ -~]*", "printable ASCII characters")
CI_STRING = Format("CiString", "[ -~]*", "printable ASCII characters")
DATE_TIME = Format(
    "DateTime",
    rf"{_DATE}T{_CLOCK}:(?:[0-5][0-9]|60)(?:\.[0-9]+)?Z?",
    "UTC as 2015-06-29T20:39:09Z, 2015-06-29T20:39:09 or with fractional seconds",
)
DATE_TIME_ISO_UTC = Format(
    "DateTime", f"{_DATE}T{_ISO_TIME}Z?", "ISO 8601 date and time in UTC, with Z or without designator"
)
DATE_TIME_ISO = Format(
    "DateTime", f"{_DATE}T{_ISO_TIME}(?:Z|[+-]{_CLOCK})?", "ISO 8601 date and time, with or without offset"
)
DECIMAL = Format(
    "decimal",
    r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?",
    'a decimal number as a string, like "3.1415"',
)
URL = Format(
    "URL", r"[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+", "an absolute URL without blanks or non-ASCII characters"
)
LANGUAGE = Format("language", "[a-z]{2}", "ISO 639-1 language code, like en")
CURRENCY = Format("currency", "[A-Z]{3}", "ISO 4217 currency code, like EUR")
CURRENCY_ANY_CASE = Format("currency", "[A-Za-z]{3}", "ISO 4217 currency code, like EUR")
COUNTRY_ALPHA_2 = Format("country-alpha-2", "[A-Z]{2}", "ISO 3166-1 alpha-2 country code, like NL")
COUNTRY_ALPHA_2_ANY_CASE = Format(
    "country-alpha-2", "[A-Za-z]{2}", "ISO 3166-1 alpha-2 country code, like NL"
)
COUNTRY_ALPHA_3 = Format("country-alpha-3", "[A-Z]{3}", "ISO 3166-1 alpha-3 country code, like NLD")
COUNTRY_ALPHA_3_ANY_CASE = Format(
    "country-alpha-3", "[A-Za-z]{3}", "ISO 3166-1 alpha-3 country code, like NLD"
)
TIME_ZONE = Format(
    "time-zone", "[A-Za-z0-9._+-]+(?:/[A-Za-z0-9._+-]+)*", "IANA time zone name, like Europe/Oslo"
)
LATITUDE = Format(
    "latitude", r"-?[0-9]{1,2}\.[0-9]{5,7}", "decimal degrees with 5 to 7 decimals, like 50.770774"
)
LONGITUDE = Format(
    "longitude", r"-?[0-9]{1,3}\.[0-9]{5,7}", "decimal degrees with 5 to 7 decimals, like -126.104965"
)
TIME_OF_DAY = Format("time-of-day", "(?:[0-1][0-9]|2[0-3]):[0-5][0-9]", "hours and minutes, like 18:15")
LOCAL_DATE = Format(
    "local-date", "(?:[12][0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", "a date, like 2015-12-24"
)

NAMED = {
    known.name: known
    for known in (
        LANGUAGE,
        CURRENCY,
        COUNTRY_ALPHA_2,
        COUNTRY_ALPHA_3,
        TIME_ZONE,
        LATITUDE,
        LONGITUDE,
        TIME_OF_DAY,
        LOCAL_DATE,
    )
}
"""The formats that the overlay gives to fields by name."""

ANY_CASE = {
    "currency": CURRENCY_ANY_CASE,
    "country-alpha-2": COUNTRY_ALPHA_2_ANY_CASE,
    "country-alpha-3": COUNTRY_ALPHA_3_ANY_CASE,
}
"""The same codes where the field is a CiString, which has no case (`types.asciidoc#types_cistring_type`)."""


def of_base(base: str, *, version: str) -> Format:
    """The format of a base type (`string`, `CiString`, `DateTime`, `URL`, `decimal`) in a version.

    Strings are ASCII up to 2.1.1 and Unicode from 2.2; timestamps follow ISO 8601 up to 2.1.1, with
    offsets in 2.0 only, and a few RFC 3339 forms from 2.2 (`types.asciidoc#types_datetime_type`).
    """
    if base == "DateTime":
        return {"2.0": DATE_TIME_ISO, "2.1.1": DATE_TIME_ISO_UTC}.get(version, DATE_TIME)
    if base == "string":
        return ASCII_STRING if version in ("2.0", "2.1.1") else STRING
    return {"CiString": CI_STRING, "URL": URL, "decimal": DECIMAL}[base]


def same_ci_string(one: str, other: str) -> bool:
    """Are two CiStrings the same value? Their case means nothing (`types.asciidoc#types_cistring_type`)."""
    return one.lower() == other.lower()
