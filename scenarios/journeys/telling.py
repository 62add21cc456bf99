"""Telling an eMSP of the drivers of its own that charge with us, and looking at what it has kept."""

from typing import Any

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.commands import REMOTE_START, RESERVABLE
from ocpi_conformance.simulators.roles import Cpo

Object = dict[str, Any]


def announced(iut: Iut, cpo: Cpo) -> dict[str, str]:
    """A new Tariff and a new Location of ours, told if the IUT wants to be; a Connector that takes commands."""
    tariff = cpo.add_tariff()
    location = cpo.samples.location(full=True, tariff_ids=[tariff["id"]])
    for evse in location["evses"]:
        evse.update(status="AVAILABLE", capabilities=[REMOTE_START, RESERVABLE])
    cpo.add_location(location)
    if iut.connection.url("tariffs", "RECEIVER"):
        cpo.push_tariff(iut.connection, tariff)
    if iut.connection.url("locations", "RECEIVER"):
        cpo.push_location(iut.connection, location)
    evse = location["evses"][0]
    return {
        "location_id": location["id"],
        "evse_uid": evse["uid"],
        "connector_id": evse["connectors"][0]["id"],
    }


def newest(session: Object) -> Object:
    """A Session as it is when it is told."""
    return {**session, "last_updated": clock.stamp(clock.now())}


def patch(iut: Iut, cpo: Cpo, session: Object, changes: Object) -> Answer:
    """PATCH a Session."""
    return cpo.call(
        "PATCH",
        at(iut, session),
        to=iut.connection,
        endpoint="sessions.receiver.patch",
        body=changes,
    )


def copy(iut: Iut, cpo: Cpo, session: Object) -> Answer:
    """GET a Session as the IUT has it."""
    return cpo.call("GET", at(iut, session), to=iut.connection, endpoint="sessions.receiver.get")


def at(iut: Iut, session: Object) -> str:
    """The URL of the copy of a Session."""
    owner = (session["country_code"], session["party_id"], session["id"])
    return iut.connection.below("sessions", "RECEIVER", *owner)


def unlike(iut: Iut, session: Object, answer: Answer, *, periods: bool = True) -> str:
    """Where a copy differs in what is required, and in its periods unless they are another's affair; else empty."""
    if not answer.accepted or not isinstance(answer.data, dict):
        return str(answer)
    version = iut.claim.ocpi_version
    found = differences(version, "Session", session, answer.data, besides=("last_updated",), required=True)
    kept, wanted = (len(each.get("charging_periods") or ()) for each in (answer.data, session))
    told = [str(difference) for difference in found]
    more = [f"{kept} charging periods, where {wanted} were told"] if periods and kept != wanted else []
    return "; ".join([*told, *more])
