"""Flaws in what Locations say: rules inside one Location, and one wrong value for each class.

They show wherever a Location is served, and in what a CPO pushes.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .flaw import BOTH, Party, Proceed, Request, Response, calling, choice, serving
from .shaping import addresses, with_body, with_data, with_objects, without

CPO = ("CPO",)
SERVED = ("locations.sender.list", "locations.sender.location", "locations.receiver.get_location")
PUSHED = "locations.receiver.put_location"

Object = dict[str, Any]
Change = Callable[[Object], Object]


def writing(
    name: str, *breaks: str, roles: Iterable[str] = CPO, also: Mapping[str, Iterable[str]] | None = None
) -> Callable[[Change], Change]:
    """Register a flaw that changes each Location that a party writes; `also`: what else it breaks, by role."""
    by_role = {role: (*breaks, *(also or {}).get(role, ())) for role in roles}

    def register(change: Change) -> Change:
        def served(party: Party, request: Request, proceed: Proceed) -> Response:
            response = proceed(request)
            return with_objects(response, change) if addresses(party, request, *SERVED) else response

        def pushed(party: Party, request: Request, proceed: Proceed) -> Response:
            return proceed(with_body(request, change) if addresses(party, request, PUSHED) else request)

        served.__doc__ = pushed.__doc__ = change.__doc__
        serving(name, breaks=by_role)(served)
        calling(name, breaks=by_role)(pushed)
        return change

    return register


def wrong(name: str, slug: str, summary: str, change: Change, **options: Any) -> None:
    """Register a flaw that breaks the requirement of a class by one wrong value."""

    def around(location: Object) -> Object:
        return change(location)

    around.__doc__ = summary
    writing(name, slug, **{"roles": BOTH, **options})(around)


def one_of(name: str, slug: str, summary: str, means: str, changes: Mapping[str, Change]) -> None:
    """Register a flaw that breaks the requirement of a class by one of several wrong values, the first by itself."""
    usual = next(iter(changes))
    given = {"value": choice(*changes, means=means)}

    def served(party: Party, request: Request, proceed: Proceed, *, value: str = usual) -> Response:
        response = proceed(request)
        return with_objects(response, changes[value]) if addresses(party, request, *SERVED) else response

    def pushed(party: Party, request: Request, proceed: Proceed, *, value: str = usual) -> Response:
        pushes = addresses(party, request, PUSHED)
        return proceed(with_body(request, changes[value]) if pushes else request)

    served.__doc__ = pushed.__doc__ = summary
    serving(name, breaks=(slug,), parameters=given)(served)
    calling(name, breaks=(slug,), parameters=given)(pushed)


def at(*path: str, **values: Any) -> Change:
    """Set fields of the object, or of the last object of the list, that a path leads to; a `...` takes one away."""

    def change(value: Object) -> Object:
        return _set(value, path, values)

    return change


def _set(value: Any, path: tuple[str, ...], values: Object) -> Any:
    if not value:
        return value
    if isinstance(value, list):
        return [*value[:-1], _set(value[-1], path, values)]
    if path:
        return {**value, path[0]: _set(value[path[0]], path[1:], values)} if value.get(path[0]) else value
    gone = [name for name, new in values.items() if new is ...]
    return {**without(value, *gone), **{name: new for name, new in values.items() if new is not ...}}


def at_second_evse(*path: str, **values: Any) -> Change:
    """As `at`, below the second EVSE of a Location, if it has one: the first stays as it is."""
    change = at(*path, **values)

    def around(location: Object) -> Object:
        evses = location.get("evses") or []
        return (
            {**location, "evses": [*evses[:1], *map(change, evses[1:2]), *evses[2:]]}
            if evses[1:]
            else location
        )

    return around


# One wrong value for each class

wrong(
    "location-without-coordinates",
    "locations-location-fields",
    "Locations come without their coordinates.",
    at(coordinates=...),
    also={"CPO": ("transport-client-put-complete",)},
)
wrong(
    "location-city-too-long",
    "locations-location-values",
    "The city of a Location has 46 characters.",
    at(city="x" * 46),
)
wrong(
    "published-location-lists-tokens",
    "locations-location-conditions",
    "A Location that lists tokens to be shown to is published to all.",
    lambda location: {**location, "publish": True} if location.get("publish_allowed_to") else location,
    roles=CPO,
)
wrong(
    "evse-without-connectors",
    "locations-evse-fields",
    "An EVSE comes with an empty list of Connectors.",
    at_second_evse(connectors=[]),
)
one_of(
    "evse-status-unknown-value",
    "locations-evse-values",
    "An EVSE has the status OCCUPIED, which there is not.",
    "the status",
    {value: at_second_evse(status=value) for value in ("OCCUPIED", "FAULTED", "available", "ERROR")},
)
one_of(
    "connector-standard-of-later-version",
    "locations-connector-values",
    "A Connector is of the standard MCS, which only a later version has.",
    "the standard",
    {value: at_second_evse("connectors", standard=value) for value in ("MCS", "SAE_J3400", "TYPE2")},
)
wrong(
    "connector-without-power-type",
    "locations-connector-fields",
    "A Connector comes without its power type.",
    at_second_evse("connectors", power_type=...),
)
wrong(
    "connector-voltage-as-string",
    "locations-connector-values",
    "The voltage of a Connector is a string.",
    at_second_evse("connectors", max_voltage="230"),
)
wrong(
    "related-location-without-longitude",
    "locations-geo-location-fields",
    "A related location comes without its longitude.",
    at("related_locations", longitude=...),
)
wrong(
    "related-location-name-as-string",
    "locations-geo-location-values",
    "The name of a related location is a string, no DisplayText.",
    at("related_locations", name="Entrance"),
)
wrong(
    "hours-without-twentyfourseven",
    "locations-hours-fields",
    "Opening times don't say whether it is open around the clock.",
    at("opening_times", twentyfourseven=...),
)
wrong(
    "hours-twentyfourseven-as-string",
    "locations-hours-values",
    "Opening times say around the clock as a string.",
    at("opening_times", twentyfourseven="no"),
)
wrong(
    "hours-around-the-clock-and-by-weekday",
    "locations-hours-conditions",
    "Opening times are around the clock and have regular hours as well.",
    lambda location: (
        at("opening_times", twentyfourseven=True)(location)
        if (location.get("opening_times") or {}).get("regular_hours")
        else location
    ),
    roles=CPO,
)
wrong(
    "regular-hours-without-weekday",
    "locations-regular-hours-fields",
    "Regular hours come without their weekday.",
    at("opening_times", "regular_hours", weekday=...),
)
wrong(
    "regular-hours-on-eighth-day",
    "locations-regular-hours-values",
    "Regular hours are on the weekday 8.",
    at("opening_times", "regular_hours", weekday=8),
)
wrong(
    "exceptional-period-without-end",
    "locations-exceptional-period-fields",
    "An exceptional opening has no end.",
    at("opening_times", "exceptional_openings", period_end=...),
)
wrong(
    "exceptional-period-in-seconds",
    "locations-exceptional-period-values",
    "An exceptional opening begins at a number of seconds.",
    at("opening_times", "exceptional_openings", period_begin=1700000000),
)
wrong(
    "status-schedule-without-begin",
    "locations-status-schedule-fields",
    "A planned status has no begin.",
    at_second_evse("status_schedule", period_begin=...),
)
wrong(
    "status-schedule-unknown-value",
    "locations-status-schedule-values",
    "A planned status is MAINTENANCE, which there is not.",
    at_second_evse("status_schedule", status="MAINTENANCE"),
)
wrong(
    "energy-mix-without-green",
    "locations-energy-mix-fields",
    "An energy mix doesn't say whether it is green.",
    at("energy_mix", is_green_energy=...),
)
wrong(
    "energy-impact-unknown-category",
    "locations-energy-mix-values",
    "An environmental impact is of the category METHANE, which there is not.",
    at("energy_mix", "environ_impact", category="METHANE"),
)
wrong(
    "directions-without-language",
    "locations-display-text-fields",
    "Directions come without their language.",
    at("directions", language=...),
)
wrong(
    "directions-too-long",
    "locations-display-text-values",
    "Directions have 513 characters.",
    at("directions", text="x" * 513),
)
wrong(
    "publish-token-unknown-type",
    "locations-publish-token-values",
    "A token that a Location is shown to is of the type BADGE, which there is not.",
    at("publish_allowed_to", type="BADGE"),
)
wrong(
    "publish-token-uid-without-type",
    "locations-publish-token-conditions",
    "A token that a Location is shown to has a uid and no type.",
    at("publish_allowed_to", type=...),
    roles=CPO,
)


# Rules inside one Location, and across all


@writing("location-time-zone-is-offset", "locations-time-zone-known")
def time_zone_is_offset(location: Object) -> Object:
    """The time zone of a Location is an offset."""
    return {**location, "time_zone": "+01:00"}


@writing("location-time-zone-is-invented", "locations-time-zone-known")
def time_zone_is_invented(location: Object) -> Object:
    """The time zone of a Location is formed like a name of the IANA database, which doesn't have it."""
    return {**location, "time_zone": "Europe/Utrecht"}


@writing("connector-newer-than-location", "locations-last-updated-covers-parts")
def connector_newer_than_location(location: Object) -> Object:
    """A Connector is a hundred years younger than its EVSE and its Location."""
    later = str(int(location["last_updated"][:4]) + 100) + "-01-01T00:00:00Z"
    return at_second_evse("connectors", last_updated=later)(location)


@writing("duplicate-connector-id", "locations-connector-id-unique")
def duplicate_connector_id(location: Object) -> Object:
    """The last Connector of an EVSE has the id of the first."""
    evses = location.get("evses") or []
    return {**location, "evses": [_alike(evse) for evse in evses]} if evses else location


def _alike(evse: Object) -> Object:
    return at("connectors", id=evse["connectors"][0]["id"])(evse)


@writing("evse-id-is-a-number", "locations-evse-id-emi3")
def evse_id_is_a_number(location: Object) -> Object:
    """The evse_id of an EVSE is a number of its maker."""
    return at_second_evse(evse_id="12345")(location)


@writing("hours-past-midnight", "locations-regular-hours-end-after-begin")
def hours_past_midnight(location: Object) -> Object:
    """Regular hours end before they begin, on the next day."""
    return at("opening_times", "regular_hours", period_begin="08:00", period_end="02:00")(location)


@writing("energy-sources-sum-to-90", "locations-energy-sources-add-up")
def energy_sources_sum_to_90(location: Object) -> Object:
    """The energy sources sum up to 90 percent."""
    sources = [{"source": "SOLAR", "percentage": 50}, {"source": "WATER", "percentage": 40}]
    return at("energy_mix", energy_sources=sources)(location)


@writing("green-energy-with-coal", "locations-green-energy-consistent")
def green_energy_with_coal(location: Object) -> Object:
    """Energy from coal is called green."""
    sources = [{"source": "COAL", "percentage": 100}]
    return at("energy_mix", is_green_energy=True, energy_sources=sources)(location)


@serving("location-of-another-owner", breaks=("locations-owner-among-roles",), roles=CPO)
def location_of_another_owner(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Location belongs to a party that isn't among the roles in the credentials."""
    # One without EVSEs, so that nobody makes it change.
    bare = next(one for one in party.store.own("locations") if not one.get("evses"))
    return _one_location(party, request, proceed, bare, lambda location: {**location, "party_id": "XXX"})


@serving("duplicate-evse-uid", breaks=("locations-evse-uid-unique",), roles=CPO)
def duplicate_evse_uid(party: Party, request: Request, proceed: Proceed) -> Response:
    """An EVSE of one Location has the uid of an EVSE of another."""
    first, second, *_ = (one for one in party.store.own("locations") if one.get("evses"))
    return _one_location(party, request, proceed, second, at("evses", uid=first["evses"][0]["uid"]))


def _one_location(
    party: Party, request: Request, proceed: Proceed, which: Object, change: Change
) -> Response:
    """One Location is served otherwise than it is."""
    response = proceed(request)
    if not addresses(party, request, *SERVED):
        return response
    return with_objects(
        response, lambda location: change(location) if location["id"] == which["id"] else location
    )


# Of a list in which an object stands twice, the requirements on crawling have to speak as well.
@serving(
    "duplicate-location-id",
    breaks=("locations-id-unique", "paging-crawl-each-once", "paging-crawl-while-growing"),
    roles=CPO,
)
def duplicate_location_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """The whole list has its first Location twice, in place of the second."""
    response = proceed(request)
    if not addresses(party, request, SERVED[0]) or {"offset", "date_from", "date_to"} & set(request.query):
        return response
    return with_data(response, lambda data: [*data[:1], *data[:1], *data[2:]])
