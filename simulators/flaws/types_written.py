"""Flaws in the values that a CPO writes, shown on its locations and sessions."""

from typing import Any

from ..party import Party
from .flaw import Proceed, Request, Response, calling, serving
from .sessions_pushed import afterwards, sent_as
from .sessions_served import of_strangers
from .shaping import addresses, ok, with_objects

Object = dict[str, Any]
LOCATIONS = ("locations.sender.list", "locations.sender.location")


def _session(name: str, slug: str, summary: str, **fields: Any) -> None:
    """A flaw in fields of each session that nothing else is told of."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        return of_strangers(party, request, proceed, lambda session: {**session, **fields})

    around.__doc__ = summary
    serving(name, breaks=(slug,), roles=("CPO",))(around)


def _change(name: str, slug: str, summary: str, **fields: Any) -> None:
    """A flaw in a change of a session that is over; who gets it will refuse it."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        body = {**fields, "last_updated": request.json.get("last_updated")} if request.json else {}
        return afterwards(party, request, proceed, lambda: sent_as(request, "PATCH", body=body))

    around.__doc__ = summary
    calling(name, breaks=(slug,), roles=("CPO",))(around)


def _location(name: str, slug: str, summary: str, /, **fields: Any) -> None:
    """A flaw in the last location of the stock, at which nobody charges, wherever that is served."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        stock = list(party.store.own("locations"))[: party.limits.locations]
        if not stock or not addresses(party, request, *LOCATIONS) or not ok(response):
            return response
        return with_objects(
            response,
            lambda location: {**location, **fields} if location["id"] == stock[-1]["id"] else location,
        )

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
    "start-with-offset",
    "types-datetime-utc",
    "The start of a session is in local time with an offset.",
    start_date_time="2026-01-31T12:00:00+02:00",
)
_change(
    "start-in-microseconds",
    "types-datetime-length",
    "The start of a session has six fraction digits.",
    start_date_time="2026-01-31T12:00:00.123456Z",
)
_change(
    "evse-uid-with-umlaut", "types-cistring", "The EVSE of a session has an uid with ü.", evse_uid="Säule-ü1"
)
_change("meter-id-with-tab", "types-string-printable", "A meter id has a tab in it.", meter_id="M\t1")
_change("country-with-digit", "types-country-alpha2", "A session has the country N1.", country_code="N1")
_change("currency-in-words", "types-currency", "A session has the currency Eu.", currency="Eu")
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
_operator("operator-name-long", "types-length", "The operator has a name of 120 characters.", name="O" * 120)
_operator(
    "logo-category-in-lower-case",
    "types-enum",
    "The category of a logo is in lower case.",
    logo={"category": "operator"},
)
_operator(
    "url-without-scheme", "types-url", "The URL of the operator has no scheme.", website="www.example.com"
)
_operator(
    "url-long",
    "types-url-length",
    "The URL of the operator has 300 characters.",
    website="https://example.com/".ljust(300, "t"),
)
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
_location(
    "latitude-rough",
    "types-latitude",
    "The latitude of an entrance has three decimals.",
    related_locations=[{"latitude": "52.370", "longitude": "4.895168"}],
)
_location(
    "longitude-as-number",
    "types-longitude",
    "The longitude of an entrance is a number.",
    related_locations=[{"latitude": "52.370216", "longitude": 4.895168}],
)
