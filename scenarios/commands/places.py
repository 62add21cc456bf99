"""Where a CPO can be commanded to do something: a free EVSE of it, with a connector."""

from collections.abc import Iterator
from typing import Any

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.commands import REMOTE_START, RESERVABLE, UNLOCKS
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

LOCATIONS = "locations.sender.list"
PAGES = 5
FEATURES = {REMOTE_START: "remote-start", RESERVABLE: "reservations", UNLOCKS: "unlock-connector"}
UNPLUGGED = "commands-unplugged"

Object = dict[str, Any]


def a_place(iut: Iut, emsp: Emsp, capability: str) -> dict[str, str]:
    """An EVSE that is free: where the IUT has just been told to plug a car in, else one that it lists so.

    It has the capability, unless the claim denies the feature: then any will do to hear NOT_SUPPORTED. A connector
    is named too, where it is known. Raises Stop where there is no such EVSE.
    """
    told = {}
    if not emsp.notes.get(UNPLUGGED):
        try:
            told = iut.tries("plug-in").data
        except Stop:
            emsp.notes[UNPLUGGED] = True  # who can't do it is not asked again
    if isinstance(told.get("location_id"), str) and isinstance(told.get("evse_uid"), str):
        names = ("location_id", "evse_uid", "connector_id")
        place = {name: told[name] for name in names if isinstance(told.get(name), str)}
        return place if "connector_id" in place else {**place, **a_connector(iut, emsp, place)}
    needed = {capability} if iut.claim.has(FEATURES[capability]) else set()
    for location_id, evse in evses(iut, emsp):
        able = evse.get("capabilities")
        if evse.get("status") == "AVAILABLE" and needed <= set(able if isinstance(able, list) else ()):
            return {"location_id": location_id, "evse_uid": str(evse["uid"]), **connector_of(evse)}
    raise Stop(
        Verdict.INCONCLUSIVE,
        f"none of its first Locations has an EVSE that is {' and '.join(['AVAILABLE', *needed])}: free one, or let "
        "the action plug-in tell where a car is plugged in",
    )


def a_connector(iut: Iut, emsp: Emsp, place: dict[str, str]) -> dict[str, str]:
    """The connector of an EVSE of which only the uid is known."""
    wanted = (place["location_id"].casefold(), place["evse_uid"].casefold())
    for location_id, evse in evses(iut, emsp):
        if (location_id.casefold(), str(evse["uid"]).casefold()) == wanted:
            return connector_of(evse)
    return {}


def connector_of(evse: Object) -> dict[str, str]:
    """The first connector of an EVSE, as a command names it."""
    found = next((one.get("id") for one in objects(evse.get("connectors"))), None)
    return {"connector_id": found} if isinstance(found, str) else {}


def evses(iut: Iut, emsp: Emsp) -> Iterator[tuple[str, Object]]:
    """The EVSEs of its first Locations, each with the id of its Location."""
    if not iut.claim.covers("locations", "SENDER"):
        return
    for page in crawl(emsp, iut.connection, LOCATIONS, pages=PAGES):
        for location in objects(page.items):
            for evse in objects(location.get("evses")):
                if isinstance(location.get("id"), str) and isinstance(evse.get("uid"), str):
                    yield location["id"], evse


def objects(values: Any) -> list[Object]:
    """What a list has of objects: an IUT may write anything."""
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
