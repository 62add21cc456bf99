"""Flaws of an eMSP that stores the Locations and parts of them which a CPO PUTs or PATCHes."""

from collections.abc import Callable
from typing import Any

from ..answering import locate
from ..parts import part, with_evse
from ..store import Key, Object, Table, key_of
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, without

EMSP = ("EMSP",)
PUT_LOCATION = "locations.receiver.put_location"
PUT_EVSE = "locations.receiver.put_evse"
PUT_CONNECTOR = "locations.receiver.put_connector"
PATCH_LOCATION = "locations.receiver.patch_location"
PATCH_EVSE = "locations.receiver.patch_evse"
PATCH_CONNECTOR = "locations.receiver.patch_connector"

Names = tuple[str, ...]
Storing = Callable[[Object | None, Object, Names], Object | None]


def where(party: Party, request: Request) -> tuple[Table, Key, Names]:
    """The table, the key of the Location and the names of the parts that a push addresses."""
    place = locate(party, request)
    segments = place.rest if place else ()
    return party.store.received("locations"), key_of(*segments[:3]), segments[3:]


def storing(name: str, *breaks: str, on: str) -> Callable[[Storing], Storing]:
    """Register a flaw that stores something else than it should: `(before, after, names)` to what is stored."""

    def register(change: Storing) -> Storing:
        def around(party: Party, request: Request, proceed: Proceed) -> Response:
            if not addresses(party, request, on):
                return proceed(request)
            table, key, names = where(party, request)
            before = table.get(key)
            response = proceed(request)
            after = table.get(key)
            if ok(response) and after is not None:
                stored = change(before, after, names)
                if stored is None:
                    table.delete(key)
                else:
                    table.put(key, stored)
            return response

        around.__doc__ = change.__doc__
        serving(name, breaks=breaks, roles=EMSP)(around)
        return change

    return register


def ignoring(name: str, slug: str, summary: str, *, on: str, new: bool = True, known: bool = True) -> None:
    """Register a flaw that answers success and keeps what it had, for `new` or `known` objects."""

    def keep(before: Object | None, after: Object, names: Names) -> Object | None:
        was_known = before is not None and part(before, *names) is not None
        return before if (known if was_known else new) else after

    keep.__doc__ = summary
    storing(name, slug, on=on)(keep)


@storing("put-location-not-stored", "locations-put-location-stored", on=PUT_LOCATION)
def put_location_not_stored(before: Object | None, after: Object, _: Names) -> Object | None:
    """A new Location is acknowledged and not stored, but for one where sessions can't start without its Connectors."""
    capabilities = [evse.get("capabilities") or () for evse in after.get("evses") or ()]
    needed = any("START_SESSION_CONNECTOR_REQUIRED" in found for found in capabilities)
    return after if before is not None or needed else None


ignoring(
    "put-new-evse-dropped",
    "locations-put-evse-stored",
    "A new EVSE is acknowledged and not stored.",
    on=PUT_EVSE,
    known=False,
)
ignoring(
    "put-new-connector-dropped",
    "locations-put-connector-stored",
    "A new Connector is acknowledged and not stored.",
    on=PUT_CONNECTOR,
    known=False,
)
ignoring(
    "put-known-connector-ignored",
    "locations-put-connector-replaces",
    "A PUT of a Connector that is known changes nothing.",
    on=PUT_CONNECTOR,
    new=False,
)
ignoring(
    "patch-location-ignored",
    "locations-patch-location-applies",
    "A PATCH of a Location changes nothing.",
    on=PATCH_LOCATION,
)
ignoring(
    "patch-evse-ignored", "locations-patch-evse-applies", "A PATCH of an EVSE changes nothing.", on=PATCH_EVSE
)
ignoring(
    "patch-connector-ignored",
    "locations-patch-connector-applies",
    "A PATCH of a Connector changes nothing.",
    on=PATCH_CONNECTOR,
)


@storing("put-location-drops-hours", "locations-put-location-optionals-kept", on=PUT_LOCATION)
def put_location_drops_hours(_before: Object | None, after: Object, _names: Names) -> Object:
    """The opening times of a Location are not stored."""
    return without(after, "opening_times")


@storing("put-known-location-keeps-address", "locations-put-location-replaces", on=PUT_LOCATION)
def put_known_location_keeps_address(before: Object | None, after: Object, _names: Names) -> Object:
    """A PUT of a Location that is known leaves its address as it was."""
    return {**after, "address": before["address"]} if before else after


@storing("put-location-merges-optionals", "locations-put-resets-optionals", on=PUT_LOCATION)
def put_location_merges_optionals(before: Object | None, after: Object, _names: Names) -> Object:
    """A PUT of a known Location leaves the fields that it doesn't have as they were."""
    return {**(before or {}), **after}


@storing("put-evse-merges-optionals", "locations-put-resets-optionals", on=PUT_EVSE)
def put_evse_merges_optionals(before: Object | None, after: Object, names: Names) -> Object:
    """A PUT of a known EVSE leaves the fields that it doesn't have as they were."""
    known = part(before or {}, *names) or {}
    return _with(after, names, {**known, **(part(after, *names) or {})})


@storing("put-evse-appends", "locations-put-evse-replaces", on=PUT_EVSE)
def put_evse_appends(before: Object | None, after: Object, names: Names) -> Object:
    """A PUT of a known EVSE leaves the old one beside the new."""
    known = part(before or {}, *names)
    return {**after, "evses": [*after["evses"], known]} if known else after


@storing("put-evse-replaces-all", "locations-put-part-spares-siblings", on=PUT_EVSE)
def put_evse_replaces_all(_before: Object | None, after: Object, names: Names) -> Object:
    """A PUT of an EVSE drops the other EVSEs of the Location."""
    return {**after, "evses": [part(after, *names)]}


def untouched(name: str, slug: str, summary: str, *, on: str) -> None:
    """Register a flaw that leaves `last_updated` of the Location alone when a part of it changes."""

    def keep(before: Object | None, after: Object, _names: Names) -> Object:
        return {**after, "last_updated": before["last_updated"]} if before else after

    keep.__doc__ = summary
    storing(name, slug, on=on)(keep)


untouched(
    "put-evse-leaves-location-time",
    "locations-put-evse-touches-location",
    "A PUT of an EVSE doesn't renew last_updated of its Location.",
    on=PUT_EVSE,
)
untouched(
    "put-connector-leaves-location-time",
    "locations-put-connector-touches-parents",
    "A PUT of a Connector renews last_updated of its EVSE, and not of its Location.",
    on=PUT_CONNECTOR,
)
untouched(
    "patch-evse-leaves-location-time",
    "locations-patch-evse-touches-location",
    "A PATCH of an EVSE doesn't renew last_updated of its Location.",
    on=PATCH_EVSE,
)
untouched(
    "patch-connector-leaves-location-time",
    "locations-patch-connector-touches-parents",
    "A PATCH of a Connector renews last_updated of its EVSE, and not of its Location.",
    on=PATCH_CONNECTOR,
)


def resetting(name: str, slug: str, summary: str, field: str, *, on: str) -> None:
    """Register a flaw that loses an optional field of what is patched."""

    def reset(_before: Object | None, after: Object, names: Names) -> Object:
        return _with(after, names, without(part(after, *names) or {}, field))

    reset.__doc__ = summary
    storing(name, slug, on=on)(reset)


resetting(
    "patch-location-resets-optionals",
    "locations-patch-location-keeps-rest",
    "A PATCH of a Location takes its opening times away.",
    "opening_times",
    on=PATCH_LOCATION,
)
resetting(
    "patch-evse-resets-optionals",
    "locations-patch-evse-keeps-rest",
    "A PATCH of an EVSE takes its floor level away.",
    "floor_level",
    on=PATCH_EVSE,
)
resetting(
    "patch-connector-resets-optionals",
    "locations-patch-connector-keeps-rest",
    "A PATCH of a Connector takes its terms and conditions away.",
    "terms_and_conditions",
    on=PATCH_CONNECTOR,
)


@storing("removed-evse-erased", "locations-removed-evse-kept", on=PATCH_EVSE)
def removed_evse_erased(_before: Object | None, after: Object, _names: Names) -> Object:
    """An EVSE that gets the status REMOVED is erased."""
    return {**after, "evses": [evse for evse in after["evses"] if evse["status"] != "REMOVED"]}


@serving("owners-mixed-up", breaks=("locations-owners-kept-apart",), roles=EMSP)
def owners_mixed_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """Locations are told apart by their id alone, whoever owns them."""
    response = proceed(request)
    if addresses(party, request, PUT_LOCATION) and ok(response):
        table, key, _ = where(party, request)
        location = table.get(key)
        for other, value in table.items():
            if location is not None and other[2] == key[2] and other != key:
                owner = {name: value[name] for name in ("country_code", "party_id")}
                table.put(other, {**location, **owner})
    return response


def _with(location: Object, names: Names, value: Object) -> Object:
    """A location with one part replaced, times left alone."""
    if not names:
        return value
    if len(names) == 1:
        changed = with_evse(location, value)
    else:
        evse: Any = part(location, names[0])
        connectors = [value if one["id"] == value["id"] else one for one in evse["connectors"]]
        changed = with_evse(location, {**evse, "connectors": connectors})
    return {**changed, "last_updated": location["last_updated"]}


@storing("put-location-swaps-plugs", "locations-put-location-stored", on=PUT_LOCATION)
def put_location_swaps_plugs(before: Object | None, after: Object, _: Names) -> Object:
    """The first time that a Location comes its Connectors are taken for a CABLE where they are a SOCKET, and back."""
    other = {"CABLE": "SOCKET", "SOCKET": "CABLE"}
    if before is not None:
        return after
    return {
        **after,
        "evses": [
            {
                **evse,
                "connectors": [
                    {**connector, "format": other.get(connector["format"], connector["format"])}
                    for connector in evse["connectors"]
                ],
            }
            for evse in after.get("evses") or ()
        ],
    }
