"""Flaws in the values that a CPO writes, shown on its tariffs, sessions and CDRs."""

from collections.abc import Callable
from typing import Any

from ..party import Party
from .flaw import Proceed, Request, Response, serving
from .shaping import addresses, ok, with_objects, without

Object = dict[str, Any]
SESSIONS = "sessions.sender.list"
CDRS = "cdrs.sender.list"
TARIFFS = "tariffs.sender.list"


def _writing(name: str, slug: str, summary: str, where: str, change: Callable[[Object], Object]) -> None:
    """A flaw in the objects of one list."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        listed = addresses(party, request, where) and ok(response)
        return with_objects(response, change) if listed else response

    around.__doc__ = summary
    serving(name, breaks=(slug,), roles=("CPO",))(around)


def _session(name: str, slug: str, summary: str, **fields: Any) -> None:
    """A flaw in fields of each session."""
    _writing(name, slug, summary, SESSIONS, lambda session: {**session, **fields})


def _alt_text(**fields: str) -> Callable[[Object], Object]:
    text = {"language": "en", "text": "Charge with a discount this weekend."}
    return lambda tariff: {**tariff, "tariff_alt_text": [{**text, **fields}]}


def _placed(cdr: Object, **fields: Any) -> Object:
    return {**cdr, "cdr_location": {**cdr["cdr_location"], **fields}}


def _at(**coordinates: Any) -> Callable[[Object], Object]:
    return lambda cdr: _placed(
        cdr, coordinates={"latitude": "52.370216", "longitude": "4.895168", **coordinates}
    )


_session(
    "start-is-a-day",
    "types-datetime-format",
    "Sessions start on a day, not at a moment.",
    start_date_time="2026-01-31",
)
_session(
    "start-with-offset",
    "types-datetime-utc",
    "The start of sessions is in local time with an offset.",
    start_date_time="2026-01-31T12:00:00+02:00",
)
_session(
    "start-in-microseconds",
    "types-datetime-length",
    "The start of sessions has six fraction digits.",
    start_date_time="2026-01-31T12:00:00.123456Z",
)
_session(
    "evse-uid-with-umlaut", "types-cistring", "The EVSE of sessions has an uid with ü.", evse_uid="Säule-ü1"
)
_session("meter-id-with-tab", "types-string-printable", "Meter ids have a tab in them.", meter_id="M\t1")
_session("country-with-digit", "types-country-alpha2", "Sessions have the country N1.", country_code="N1")
_session("currency-in-words", "types-currency", "Sessions have the currency Eu.", currency="Eu")
_session("energy-in-quotes", "types-number", "The energy of sessions is a string.", kwh="5.5")
_session(
    "energy-of-many-decimals",
    "types-number-decimals",
    "The energy of sessions has more decimals than four.",
    kwh=5.500000000000001,
)
_session(
    "location-id-null", "types-null-only-optional", "Sessions have null for a location.", location_id=None
)
_session("token-as-text", "types-json-type", "Sessions have a text for a token.", cdr_token="040397DF000001")
_session("session-id-long", "types-length", "Sessions have ids of forty characters.", id="S" * 40)
_session("status-in-lower-case", "types-enum", "The status of sessions is in lower case.", status="completed")
_session("vendor-field", "types-no-unknown-fields", "Sessions have a field of the vendor's.", vendor_extra=1)
_session(
    "not-available-in-optional",
    "types-not-available-only-strings",
    "The meter id of sessions, which could be left out, is #NA.",
    meter_id="#NA",
)
_writing(
    "location-id-missing",
    "types-required-fields",
    "Sessions have no location.",
    SESSIONS,
    lambda session: without(session, "location_id"),
)
_writing(
    "tariff-without-elements",
    "types-list-not-empty",
    "Tariffs have an empty list of elements.",
    TARIFFS,
    lambda tariff: {**tariff, "elements": []},
)
_writing(
    "url-without-scheme",
    "types-url",
    "The URL of tariffs has no scheme.",
    TARIFFS,
    lambda tariff: {**tariff, "tariff_alt_url": "www.example.com"},
)
_writing(
    "url-long",
    "types-url-length",
    "The URL of tariffs has 300 characters.",
    TARIFFS,
    lambda tariff: {**tariff, "tariff_alt_url": "https://example.com/".ljust(300, "t")},
)
_writing(
    "language-of-three-letters",
    "types-language",
    "The language of texts has three letters.",
    TARIFFS,
    _alt_text(language="eng"),
)
_writing(
    "text-with-markup",
    "types-displaytext-plain",
    "Texts for drivers have HTML in them.",
    TARIFFS,
    _alt_text(text="Charge <b>today</b>"),
)
_writing(
    "country-of-two-letters",
    "types-country-alpha3",
    "The country of CDRs has two letters.",
    CDRS,
    lambda cdr: _placed(cdr, country="NL"),
)
_writing(
    "latitude-rough",
    "types-latitude",
    "The latitude of CDRs has three decimals.",
    CDRS,
    _at(latitude="52.370"),
)
_writing(
    "longitude-as-number",
    "types-longitude",
    "The longitude of CDRs is a number.",
    CDRS,
    _at(longitude=4.895168),
)
