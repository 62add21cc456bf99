"""Negative input: a CPO sends Locations and parts of them that are wrong, and such of every legal form, to an eMSP."""

from collections.abc import Iterator
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.forms import without_optionals
from ocpi_conformance.conformance.offering import Offer, renewed
from ocpi_conformance.scenarios.negative.judging import first_taken, judge, sender
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="locations", iut="EMSP", side="RECEIVER", writes=True)

ROWS = {
    "incomplete": "negative-location-incomplete-refused",
    "wrong type": "negative-location-wrong-type-refused",
    "wrong value": "negative-location-wrong-value-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-location-no-server-error",
    "unchanged": "negative-location-refused-changes-nothing",
    "odd": "negative-location-odd-accepted",
    "kept": "negative-location-odd-kept",
    "unknown": "negative-unknown-field-accepted",
}
IDENTITY = ("/country_code", "/party_id", "/id", "/uid", "/evses/0/uid", "/connectors/0/id")
INNER = ("/evses/0/connectors/0/id", "/evses/0/evse_id", "/evse_id", "/postal_code")
"""Ids of the parts within, and what has a form of its own (eMI3, a country's) that not every text has."""
TARIFFS = ("/evses/0/connectors/0/tariff_ids", "/connectors/0/tariff_ids", "/tariff_ids")
"""What refers to something that the IUT may want to know."""
PARTS = ("/evses", "/connectors", "/energy_mix/energy_sources")
"""Parts that a PATCH has uses of its own for, and shares that make up a whole."""

Object = dict[str, Any]


def test_locations(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Location, an EVSE and a Connector come in every wrong and every legal way; then they are taken away."""
    location = cpo.samples.location(full=True)
    offers = tuple(of_each_level(iut, cpo, location))

    judge(check, ROWS, *offers)

    gone = [{**evse, "status": "REMOVED"} for evse in location["evses"]]
    now = clock.stamp(clock.now())
    cpo.push_location(iut.connection, {**location, "evses": gone, "last_updated": now})


def of_each_level(iut: Iut, cpo: Cpo, location: Object) -> Iterator[Offer]:
    """PUT and PATCH of a Location, of its first EVSE, and of the first Connector of that."""
    version, connection = iut.claim.ocpi_version, iut.connection
    evse = location["evses"][0]
    connector = evse["connectors"][0]
    small = small_location(version, location)
    parts = (
        ("location", "Location", location),
        ("evse", "EVSE", evse),
        ("connector", "Connector", connector),
    )
    for count, (level, name, whole) in enumerate(parts):
        ids = (evse["uid"], connector["id"])[:count]
        segments = (location["country_code"], location["party_id"], location["id"], *ids)
        url = connection.below("locations", "RECEIVER", *segments)

        def known(name: str = name, whole: Object = whole) -> Object:
            first_taken("a Location", lambda each: cpo.push_location(connection, each), location, small)
            return renewed(without_optionals(version, name, whole))

        def changes() -> Object:
            known()
            return {"last_updated": clock.stamp(clock.now())}

        def look(_: object, ids: tuple[str, ...] = ids) -> Answer:
            return cpo.read_back(connection, location, *ids)

        for method, begin in (("PUT", known), ("PATCH", changes)):
            patch = method == "PATCH"
            yield Offer(
                version=version,
                name=name,
                shape="patch" if patch else "full",
                begin=begin,
                whole=begin() if patch else whole,
                send=sender(cpo, connection, method, url, f"locations.receiver.{method.lower()}_{level}"),
                look=look,
                fixed=frozenset(IDENTITY + INNER + TARIFFS + (PARTS if patch else PARTS[2:])),
            )


def small_location(version: str, location: Object) -> Object:
    """A Location with what has to be there only, in its EVSEs and Connectors too."""

    def small_evse(evse: Object) -> Object:
        connectors = [without_optionals(version, "Connector", each) for each in evse["connectors"]]
        return {**without_optionals(version, "EVSE", evse), "connectors": connectors}

    evses = [small_evse(evse) for evse in location["evses"]]
    return {**without_optionals(version, "Location", location), "evses": evses}
