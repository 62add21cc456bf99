"""Flaws of a CPO that serves its Locations: the list, and one object at a time."""

from typing import Any

from .. import clock
from ..answering import locate
from ..parts import part
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, with_data, with_envelope, with_objects, without

CPO = ("CPO",)
LIST = "locations.sender.list"
LOCATION = "locations.sender.location"
EVSE = "locations.sender.evse"
CONNECTOR = "locations.sender.connector"

Object = dict[str, Any]


def others(party: Party, request: Request) -> list[Object]:
    """The EVSEs of a party that a request doesn't name."""
    place = locate(party, request)
    named = place.rest[1].casefold() if place else ""
    evses = [evse for location in party.store.own("locations") for evse in location.get("evses", ())]
    return [evse for evse in evses if evse["uid"].casefold() != named]


@serving(
    "locations-list-as-object", breaks=("locations-list-serves-locations", "transport-data-list"), roles=CPO
)
def list_as_object(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of Locations comes wrapped in an object."""
    response = proceed(request)
    return (
        with_data(response, lambda data: {"locations": data}) if addresses(party, request, LIST) else response
    )


@serving("locations-delta-drops-unchanged-evses", breaks=("locations-list-keeps-whole-locations",), roles=CPO)
def delta_drops_unchanged_evses(party: Party, request: Request, proceed: Proceed) -> Response:
    """A list from a date on leaves off the EVSEs that are older than that."""
    response = proceed(request)
    since = clock.parse(request.query.get("date_from", ""))
    if not addresses(party, request, LIST) or since is None:
        return response

    def narrow(location: Object) -> Object:
        evses = location.get("evses", ())
        kept = [evse for evse in evses if (clock.parse(evse["last_updated"]) or since) >= since]
        return {**location, "evses": kept} if kept else location

    return with_data(response, lambda locations: [narrow(location) for location in locations])


@serving("locations-object-drops-opening-times", breaks=("locations-list-matches-object",), roles=CPO)
def object_drops_opening_times(party: Party, request: Request, proceed: Proceed) -> Response:
    """The first Location, asked for alone, comes without its opening times."""
    response = proceed(request)
    first = next(iter(party.store.own("locations")))["id"]
    if not addresses(party, request, LOCATION) or request.segments[-1] != first:
        return response
    return with_data(response, lambda location: without(location, "opening_times"))


@serving(
    "locations-get-location-as-list", breaks=("locations-get-location", "transport-data-object"), roles=CPO
)
def get_location_as_list(party: Party, request: Request, proceed: Proceed) -> Response:
    """One Location comes as a list of one."""
    response = proceed(request)
    return (
        with_data(response, lambda location: [location]) if addresses(party, request, LOCATION) else response
    )


@serving("locations-get-evse-gives-another", breaks=("locations-get-evse",), roles=CPO)
def get_evse_gives_another(party: Party, request: Request, proceed: Proceed) -> Response:
    """Asked for one EVSE, it gives another."""
    response = proceed(request)
    if not addresses(party, request, EVSE):
        return response
    return with_data(response, lambda evse: next(iter(others(party, request)), evse))


@serving("locations-get-connector-gives-another", breaks=("locations-get-connector",), roles=CPO)
def get_connector_gives_another(party: Party, request: Request, proceed: Proceed) -> Response:
    """Asked for a Connector, it gives one of another EVSE, by another id."""
    response = proceed(request)
    if not addresses(party, request, CONNECTOR):
        return response
    return with_data(response, lambda _: {**others(party, request)[0]["connectors"][0], "id": "9"})


@serving("locations-get-unknown-as-200", breaks=("locations-get-unknown-404",), roles=CPO)
def get_unknown_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """What doesn't exist is answered with HTTP 200 and 2003."""
    response = proceed(request)
    if not addresses(party, request, "locations.sender.*") or response.status != 404:
        return response
    return with_envelope(Response(response.headers, response.body, 200), status_code=2003)


@serving(
    "locations-get-ignores-parent",
    breaks=("locations-get-unknown-gives-no-object", "locations-get-unknown-404"),
    roles=CPO,
)
def get_ignores_parent(party: Party, request: Request, proceed: Proceed) -> Response:
    """An EVSE is found by its uid alone, whatever Location is named before it."""
    response = proceed(request)
    place = locate(party, request)
    if not addresses(party, request, EVSE) or response.status != 404 or place is None:
        return response
    places = party.store.own("locations")
    evse = next((found for location in places if (found := part(location, place.rest[1]))), None)
    if evse is None:
        return response
    found = Response(response.headers, response.body, 200)
    return with_envelope(found, status_code=1000, status_message=None, data=evse)


@serving(
    "locations-evse-change-leaves-location",
    breaks=("locations-evse-change-touches-location", "locations-last-updated-covers-parts"),
    roles=CPO,
)
def evse_change_leaves_location(party: Party, request: Request, proceed: Proceed) -> Response:
    """A change of an EVSE doesn't renew last_updated of its Location."""

    def freeze(location: Object) -> Object:
        seen = party.notes.setdefault("location-times", {})
        first = seen.setdefault(location["id"], location["last_updated"])
        changed = [evse["last_updated"] for evse in location.get("evses", ()) if not _by_connector(evse)]
        return {**location, "last_updated": first} if location["last_updated"] in changed else location

    return _every_location(party, request, proceed, freeze)


@serving(
    "locations-connector-change-leaves-parents",
    breaks=("locations-connector-change-touches-parents", "locations-last-updated-covers-parts"),
    roles=CPO,
)
def connector_change_leaves_parents(party: Party, request: Request, proceed: Proceed) -> Response:
    """A change of a Connector renews last_updated of neither its EVSE nor its Location."""
    seen = party.notes.setdefault("part-times", {})

    def evse_of(evse: Object) -> Object:
        first = seen.setdefault(evse["uid"], evse["last_updated"])
        return {**evse, "last_updated": first} if _by_connector(evse) else evse

    def freeze(location: Object) -> Object:
        first = seen.setdefault(location["id"], location["last_updated"])
        evses = location.get("evses", ())
        if location["last_updated"] in [evse["last_updated"] for evse in evses if _by_connector(evse)]:
            location = {**location, "last_updated": first}
        return {**location, "evses": [evse_of(evse) for evse in evses]} if evses else location

    return _every_location(party, request, proceed, freeze)


def _by_connector(evse: Object) -> bool:
    """Whether the last change of an EVSE was one of a Connector."""
    return evse["last_updated"] in [connector["last_updated"] for connector in evse["connectors"]]


def _every_location(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    response = proceed(request)
    if not addresses(party, request, LIST, LOCATION):
        return response
    return with_data(
        response, lambda data: [change(one) for one in data] if isinstance(data, list) else change(data)
    )


@serving(
    "locations-touched-by-a-look",
    breaks=(),
    shows=("locations-last-updated-steady",),
    legal="the text says when last_updated is renewed, not that it isn't at other times",
    roles=CPO,
)
def touched_by_a_look(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Location that is asked for alone was updated just then."""
    response = proceed(request)
    if not addresses(party, request, "locations.sender.location") or not ok(response):
        return response
    return with_objects(response, lambda location: {**location, "last_updated": clock.stamp(clock.now())})
