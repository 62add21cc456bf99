"""Flaws of a CPO in the Tariffs that it lists, and in those that its Connectors name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, with_data, with_envelope, with_objects, without

CPO = ("CPO",)
LIST = "tariffs.sender.list"
PLACES = "locations.sender.list"
WINDOW = frozenset({"date_from", "date_to"})

Object = dict[str, Any]
Change = Callable[[Object], Object]


def _listed(name: str, slug: str, summary: str, change: Change, *, where: Callable[[Object], bool]) -> None:
    """A flaw of one Tariff, the first that fits, wherever it is listed."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        chosen = next((tariff["id"] for tariff in party.store.own("tariffs") if where(tariff)), None)
        if not addresses(party, request, LIST) or not ok(response):
            return response
        return with_objects(response, lambda one: change(one) if one["id"] == chosen else one)

    around.__doc__ = summary
    serving(name, breaks=(slug,), roles=CPO)(around)


def restricted(tariff: Object) -> bool:
    return any("start_time" in element.get("restrictions", {}) for element in tariff["elements"])


def reserves(tariff: Object) -> bool:
    return any("reservation" in element.get("restrictions", {}) for element in tariff["elements"])


def free(tariff: Object) -> bool:
    return not any(part["price"] for element in tariff["elements"] for part in element["price_components"])


def on_elements(change: Change) -> Change:
    return lambda tariff: {**tariff, "elements": [change(element) for element in tariff["elements"]]}


def on_components(change: Change) -> Change:
    return on_elements(
        lambda element: {
            **element,
            "price_components": [change(part) for part in element["price_components"]],
        }
    )


def _metered_reservation(element: Object) -> Object:
    if "reservation" not in element.get("restrictions", {}):
        return element
    energy = {"type": "ENERGY", "price": 0.1, "step_size": 1}
    return {**element, "price_components": [*element["price_components"], energy]}


def _by_the_mile(element: Object) -> Object:
    if "reservation" in element.get("restrictions", {}):
        return element
    return {
        **element,
        "price_components": [{**part, "type": "MILES"} for part in element["price_components"]],
    }


def _short_hours(element: Object) -> Object:
    limits = element.get("restrictions", {})
    return (
        {**element, "restrictions": {**limits, "start_time": "7:30"}} if "start_time" in limits else element
    )


_listed(
    "tariff-without-currency",
    "tariffs-tariff-fields",
    "A Tariff has no currency.",
    lambda tariff: without(tariff, "currency"),
    where=restricted,
)
_listed(
    "tariff-type-unknown",
    "tariffs-tariff-values",
    "A Tariff is of a type that there isn't.",
    lambda tariff: {**tariff, "type": "HAPPY_HOUR"},
    where=restricted,
)
_listed(
    "tariff-element-without-components",
    "tariffs-tariff-element-fields",
    "An element of a Tariff has no price components.",
    on_elements(lambda element: without(element, "price_components")),
    where=restricted,
)
_listed(
    "price-component-without-step-size",
    "tariffs-price-component-fields",
    "A price component has no step_size.",
    on_components(lambda part: without(part, "step_size")),
    where=restricted,
)
_listed(
    "price-component-dimension-unknown",
    "tariffs-price-component-values",
    "A price component is of a dimension that there isn't.",
    on_elements(_by_the_mile),
    where=restricted,
)
_listed(
    "tariff-hours-of-one-digit",
    "tariffs-tariff-restrictions-values",
    "Times of day have no leading zero.",
    on_elements(_short_hours),
    where=restricted,
)
_listed(
    "reservation-billed-by-energy",
    "tariffs-reservation-flat-time-conditions",
    "An element for reservations has a price for energy.",
    on_elements(_metered_reservation),
    where=reserves,
)
_listed(
    "free-of-charge-by-energy",
    "tariffs-free-of-charge-as-flat-zero",
    "A Tariff that is free of charge has energy at a price of 0.",
    on_components(lambda part: {**part, "type": "ENERGY"}),
    where=free,
)
_listed(
    "ad-hoc-tariff-listed-as-regular",
    "tariffs-connector-one-per-type",
    "The Tariff for ad-hoc payment is of the type REGULAR, as the one beside it.",
    lambda tariff: {**tariff, "type": "REGULAR"},
    where=lambda tariff: tariff.get("type") == "AD_HOC_PAYMENT",
)
_listed(
    "tariff-of-stranger",
    "tariffs-owner-among-roles",
    "A Tariff belongs to a party that is not in the credentials.",
    lambda tariff: {**tariff, "party_id": "XXX"},
    where=restricted,
)


@serving("tariffs-not-listed", breaks=("tariffs-list-serves-tariffs",), roles=CPO)
def tariffs_not_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of Tariffs fails."""
    response = proceed(request)
    return (
        with_envelope(response, status_code=3000, data=None) if addresses(party, request, LIST) else response
    )


@serving("tariff-listed-twice", breaks=("tariffs-id-unique",), roles=CPO)
def tariff_listed_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """The first Tariff is listed a second time, at the end."""
    response = proceed(request)
    if not addresses(party, request, LIST) or WINDOW & request.query.keys():
        return response
    return with_data(response, lambda data: [*data, *data[:1]])


def _without_parameter(request: Request, name: str) -> Request:
    kept = {key: value for key, value in request.query.items() if key != name}
    return replace(request, url=urlsplit(request.url)._replace(query=urlencode(kept)).geturl())


@serving("tariffs-ignore-date-from", breaks=("tariffs-list-date-from-inclusive",), roles=CPO)
def tariffs_ignore_date_from(party: Party, request: Request, proceed: Proceed) -> Response:
    """date_from makes no difference in the list of Tariffs."""
    return proceed(_without_parameter(request, "date_from") if addresses(party, request, LIST) else request)


@serving("tariffs-ignore-date-to", breaks=("tariffs-list-date-to-exclusive",), roles=CPO)
def tariffs_ignore_date_to(party: Party, request: Request, proceed: Proceed) -> Response:
    """date_to makes no difference in the list of Tariffs."""
    return proceed(_without_parameter(request, "date_to") if addresses(party, request, LIST) else request)


@serving("connector-names-unknown-tariff", breaks=("tariffs-connector-tariffs-served",), roles=CPO)
def connector_names_unknown_tariff(party: Party, request: Request, proceed: Proceed) -> Response:
    """The last Location names a Tariff that was never told of."""
    response = proceed(request)
    if not addresses(party, request, PLACES) or WINDOW & request.query.keys():
        return response
    return with_data(response, lambda data: [*data[:-1], *(naming(one, "TAR-NOWHERE") for one in data[-1:])])


def naming(location: Object, tariff_id: str) -> Object:
    """A Location whose first Connector names one Tariff more."""
    if not location.get("evses"):
        return location
    evse, *evses = location["evses"]
    connector, *connectors = evse["connectors"]
    named = {**connector, "tariff_ids": [*(connector.get("tariff_ids") or ()), tariff_id]}
    return {**location, "evses": [{**evse, "connectors": [named, *connectors]}, *evses]}
