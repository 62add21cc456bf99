"""The parts of a Location: finding and replacing its EVSEs and connectors, and what identifies it."""

from .ownership import later_of
from .store import Key, Object, key_of


def location_key(location: Object) -> Key:
    """A location is identified by its owner and its id."""
    return key_of(location["country_code"], location["party_id"], location["id"])


def part(location: Object, evse_uid: str | None = None, connector_id: str | None = None) -> Object | None:
    """The location, or one EVSE or connector of it; None where it has no such part."""
    if evse_uid is None:
        return location
    evse = _find(location.get("evses"), "uid", evse_uid)
    if evse is None or connector_id is None:
        return evse
    return _find(evse.get("connectors"), "id", connector_id)


def with_evse(location: Object, evse: Object) -> Object:
    """A location in which one EVSE is new or replaced; its own `last_updated` follows."""
    return {
        **location,
        "evses": _replaced(location.get("evses"), "uid", evse),
        "last_updated": later_of(location.get("last_updated"), evse.get("last_updated")),
    }


def with_connector(location: Object, evse: Object, connector: Object) -> Object:
    """A location in which one connector is new or replaced; both parents' `last_updated` follow."""
    changed = {
        **evse,
        "connectors": _replaced(evse.get("connectors"), "id", connector),
        "last_updated": later_of(evse.get("last_updated"), connector.get("last_updated")),
    }
    return with_evse(location, changed)


def _find(items: list[Object] | None, name: str, value: str) -> Object | None:
    return next((item for item in items or () if str(item.get(name)).casefold() == value.casefold()), None)


def _replaced(items: list[Object] | None, name: str, item: Object) -> list[Object]:
    kept = list(items or ())
    for place, old in enumerate(kept):
        if str(old.get(name)).casefold() == str(item[name]).casefold():
            kept[place] = item
            return kept
    return [*kept, item]
