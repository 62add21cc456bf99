"""Flaws in the values that a CPO writes, shown on its locations and sessions."""

from typing import Any

from ..party import Party
from .flaw import Proceed, Request, Response, calling, choice, serving, whole
from .sessions_pushed import afterwards, sent_as
from .sessions_served import of_strangers
from .shaping import addresses, ok, with_objects

Object = dict[str, Any]
CPO = ("CPO",)
LOCATIONS = ("locations.sender.list", "locations.sender.location")


def _session(name: str, slug: str, summary: str, **fields: Any) -> None:
    """A flaw in fields of each session that nothing else is told of."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        return of_strangers(party, request, proceed, lambda session: {**session, **fields})

    around.__doc__ = summary
    serving(name, breaks=(slug,), roles=("CPO",))(around)


def _changed(party: Party, request: Request, proceed: Proceed, **fields: Any) -> Response:
    """After each push of a session that is over it is changed once more; who gets it will refuse it."""
    body = {**fields, "last_updated": request.json.get("last_updated")} if request.json else {}
    return afterwards(party, request, proceed, lambda: sent_as(request, "PATCH", body=body))


def _change(name: str, slug: str, summary: str, **fields: Any) -> None:
    """A flaw in such a change."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        return _changed(party, request, proceed, **fields)

    around.__doc__ = summary
    calling(name, breaks=(slug,), roles=("CPO",))(around)


def _located(party: Party, request: Request, proceed: Proceed, **fields: Any) -> Response:
    """Other fields in the last location of the stock, at which nobody charges, wherever that is served."""
    response = proceed(request)
    stock = list(party.store.own("locations"))[: party.limits.locations]
    if not stock or not addresses(party, request, *LOCATIONS) or not ok(response):
        return response
    return with_objects(
        response,
        lambda location: {**location, **fields} if location["id"] == stock[-1]["id"] else location,
    )


def _location(name: str, slug: str, summary: str, /, **fields: Any) -> None:
    """A flaw in that location."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        return _located(party, request, proceed, **fields)

    around.__doc__ = summary
    serving(name, breaks=(slug,), roles=("CPO",))(around)


def _operator(name: str, slug: str, summary: str, /, *, logo: Object | None = None, **fields: Any) -> None:
    """A flaw in the operator of that location."""
    picture = {"url": "https://example.com/logo.png", "category": "OPERATOR", "type": "png", **(logo or {})}
    _location(name, slug, summary, operator={"name": "Operator", "logo": picture, **fields})


_change(
    "start-is-a-day",
    "types-datetime-format",
    "A session starts on a day, not at a moment.",
    start_date_time="2026-01-31",
)
_change(
    "start-at-impossible-second",
    "types-datetime-format",
    "The start of a session is in the 75th second of a minute.",
    start_date_time="2026-01-31T12:00:75Z",
)


@calling(
    "start-with-offset",
    breaks=("types-datetime-utc",),
    roles=CPO,
    parameters={"offset": choice("+02:00", "+00:00", "-05:00", "+05:30", means="the offset from UTC")},
)
def start_with_offset(
    party: Party, request: Request, proceed: Proceed, *, offset: str = "+02:00"
) -> Response:
    """The start of a session is in local time with an offset."""
    return _changed(party, request, proceed, start_date_time=f"2026-01-31T12:00:00{offset}")


@calling(
    "start-in-microseconds",
    breaks=("types-datetime-length",),
    roles=CPO,
    parameters={"digits": whole(5, 9, "the digits of the fraction")},
)
def start_in_microseconds(party: Party, request: Request, proceed: Proceed, *, digits: int = 6) -> Response:
    """The start of a session has six fraction digits."""
    return _changed(party, request, proceed, start_date_time=f"2026-01-31T12:00:00.{'123456789'[:digits]}Z")


_change(
    "evse-uid-with-umlaut", "types-cistring", "The EVSE of a session has an uid with ü.", evse_uid="Säule-ü1"
)
_change("meter-id-with-tab", "types-string-printable", "A meter id has a tab in it.", meter_id="M\t1")
_change("currency-in-words", "types-currency", "A session has the currency Eu.", currency="Eu")


@calling(
    "country-with-digit",
    breaks=("types-country-alpha2",),
    roles=CPO,
    parameters={"country": choice("N1", "N", "NLD", means="the country code")},
)
def country_with_digit(party: Party, request: Request, proceed: Proceed, *, country: str = "N1") -> Response:
    """A session has the country N1."""
    return _changed(party, request, proceed, country_code=country)


_change(
    "cost-in-quotes", "types-number", "The cost of a session is a string.", total_cost={"excl_vat": "5.5"}
)
_change(
    "cost-null", "types-null-only-optional", "The cost of a session is null.", total_cost={"excl_vat": None}
)
_change(
    "cost-only-with-vat",
    "types-required-fields",
    "The cost of a session is told with VAT only.",
    total_cost={"incl_vat": 5.5},
)
_session(
    "energy-of-many-decimals",
    "types-number-decimals",
    "The energy of sessions has more decimals than four.",
    kwh=5.500000000000001,
)
_session("vendor-field", "types-no-unknown-fields", "Sessions have a field of the vendor's.", vendor_extra=1)
_session(
    "not-available-in-optional",
    "types-not-available-only-strings",
    "The meter id of sessions, which could be left out, is #NA.",
    meter_id="#NA",
)
_operator("operator-as-number", "types-json-type", "The name of the operator is a number.", name=7)


@serving(
    "operator-name-long",
    breaks=("types-length",),
    roles=CPO,
    parameters={"characters": whole(101, 100_000, "the length of the name")},
)
def operator_name_long(
    party: Party, request: Request, proceed: Proceed, *, characters: int = 120
) -> Response:
    """The operator has a name of 120 characters."""
    return _located(party, request, proceed, operator={"name": "O" * characters})


_operator(
    "logo-category-in-lower-case",
    "types-enum",
    "The category of a logo is in lower case.",
    logo={"category": "operator"},
)
_operator(
    "url-without-scheme", "types-url", "The URL of the operator has no scheme.", website="www.example.com"
)


@serving(
    "url-long",
    breaks=("types-url-length",),
    roles=CPO,
    parameters={"characters": whole(256, 100_000, "the length of the URL")},
)
def url_long(party: Party, request: Request, proceed: Proceed, *, characters: int = 300) -> Response:
    """The URL of the operator has 300 characters."""
    website = "https://example.com/".ljust(characters, "t")
    return _located(party, request, proceed, operator={"name": "Operator", "website": website})


_location(
    "language-of-three-letters",
    "types-language",
    "The language of texts has three letters.",
    directions=[{"language": "eng", "text": "Behind the house."}],
)
_location(
    "text-with-markup",
    "types-displaytext-plain",
    "Texts for drivers have HTML in them.",
    directions=[{"language": "en", "text": "<b>Behind</b> the house."}],
)
_location(
    "country-of-two-letters",
    "types-country-alpha3",
    "The country of a location has two letters.",
    country="NL",
)


@serving(
    "latitude-rough",
    breaks=("types-latitude",),
    roles=CPO,
    parameters={"decimals": choice("0", "1", "2", "3", "4", "8", "9", means="how many it has")},
)
def latitude_rough(party: Party, request: Request, proceed: Proceed, *, decimals: str = "3") -> Response:
    """The latitude of an entrance has three decimals."""
    latitude = f"52.{'370216123'[: int(decimals)]}".rstrip(".")
    return _located(
        party, request, proceed, related_locations=[{"latitude": latitude, "longitude": "4.895168"}]
    )


_location(
    "longitude-as-number",
    "types-longitude",
    "The longitude of an entrance is a number.",
    related_locations=[{"latitude": "52.370216", "longitude": 4.895168}],
)
