"""Locations: a CPO PATCHes Locations and parts of them; the eMSP changes just that, and what is above it."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.copies import put_location
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.parts import part
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="locations", iut="EMSP", side="RECEIVER", writes=True)

Object = dict[str, Any]

LOCATION = {
    "applies": "locations-patch-location-applies",
    "keeps": "locations-patch-location-keeps-rest",
}
EVSE = {
    "applies": "locations-patch-evse-applies",
    "keeps": "locations-patch-evse-keeps-rest",
    "touches": "locations-patch-evse-touches-location",
}
CONNECTOR = {
    "applies": "locations-patch-connector-applies",
    "keeps": "locations-patch-connector-keeps-rest",
    "touches": "locations-patch-connector-touches-parents",
}


def test_each_level_is_patched(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Location, an EVSE and a Connector of it are PATCHed, one after the other."""
    before = known(iut, cpo, check)
    uid = before["evses"][0]["uid"]

    changes: Object = {"name": "Another name", "address": "Another street 7"}
    before = patches(iut, cpo, check, LOCATION, before, changes, moment(1))
    before = patches(iut, cpo, check, EVSE, before, {"status": "CHARGING"}, moment(2), uid)
    changes = {"tariff_ids": ["ANOTHER-TARIFF"], "max_amperage": 11}
    patches(iut, cpo, check, CONNECTOR, before, changes, moment(3), uid, "1")


def test_an_evse_is_removed(iut: Iut, cpo: Cpo, check: Check) -> None:
    """An EVSE gets the status REMOVED; the eMSP keeps it so."""
    before = known(iut, cpo, check)
    uid = before["evses"][0]["uid"]

    removed = {"status": "REMOVED", "last_updated": moment(1)}
    answer = cpo.push(iut.connection, "PATCH", before, removed, evse_uid=uid)

    check.requires(answer.accepted, "a PATCH of an EVSE was refused")
    whole = cpo.read_back(iut.connection, before)
    alone = cpo.read_back(iut.connection, before, uid)
    old = before["evses"][0]["status"]
    ignored = alone.accepted and isinstance(alone.data, dict) and alone.data.get("status") == old
    check.requires(not ignored, "a PATCH of the status of an EVSE changed nothing")
    for copy, evse in ((whole, part(whole.data, uid) if whole.accepted else None), (alone, alone.data)):
        check(
            "locations-removed-evse-kept",
            expected="REMOVED",
            found=evse.get("status") if copy.accepted and isinstance(evse, dict) else f"{copy}, no such EVSE",
            evidence=copy,
        )


def test_a_list_of_evses_is_patched(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A PATCH of a Location brings one of its two EVSEs; what becomes of the other is not said."""
    before = known(iut, cpo, check)
    evse = {**before["evses"][0], "status": "BLOCKED", "last_updated": moment(1)}

    answer = cpo.push(iut.connection, "PATCH", before, {"evses": [evse], "last_updated": moment(1)})

    copy = cpo.read_back(iut.connection, before)
    check.requires(copy.accepted, "a Location that was PUT can't be read back")
    other = part(copy.data, before["evses"][1]["uid"])
    outcome = "refused" if not answer.accepted else "replaces the list" if other is None else "merges by uid"
    check("locations-patch-nested-evses", True, found=outcome, evidence=[answer, copy])


def moment(seconds: int) -> str:
    """A whole second of yesterday."""
    return clock.stamp(clock.now().replace(minute=0, second=seconds, microsecond=0) - timedelta(days=1))


def known(iut: Iut, cpo: Cpo, check: Check) -> Object:
    """A Location of two EVSEs with two Connectors each, as the eMSP has it."""
    evses = [
        cpo.samples.evse(
            full=True,
            last_updated=moment(0),
            connectors=[cpo.samples.connector(id=name, full=True, last_updated=moment(0)) for name in "12"],
        )
        for _ in range(2)
    ]
    location = cpo.samples.location(full=True, evses=evses, last_updated=moment(0))
    location, put = put_location(iut, cpo, location)
    check.requires(put.accepted, f"a Location that was PUT was refused: {put}")
    copy = cpo.read_back(iut.connection, location)
    whole = copy.accepted and all(part(copy.data, evse["uid"], "1") for evse in evses)
    check.requires(whole, "a Location that was PUT can't be read back")
    return copy.data


def patches(
    iut: Iut,
    cpo: Cpo,
    check: Check,
    slugs: dict[str, str],
    before: Object,
    changes: Object,
    time: str,
    *names: str,
) -> Object:
    """PATCH one level and read the Location back; what it is then."""
    version, name = iut.claim.ocpi_version, ("Location", "EVSE", "Connector")[len(names)]
    body = {**changes, "last_updated": time}
    answer = cpo.push(
        iut.connection, "PATCH", before, body, **dict(zip(("evse_uid", "connector_id"), names, strict=False))
    )
    copy = cpo.read_back(iut.connection, before)
    after = copy.data if copy.accepted and isinstance(copy.data, dict) else {}
    patched = part(after, *names) or {}
    wanted = {**(part(before, *names) or {}), **body}
    new = [
        str(each)
        for each in differences(version, name, wanted, patched, legal=True)
        if each.pointer.split("/")[1] in body
    ]
    check(
        slugs["applies"],
        answer.accepted and not new,
        expected="the new values",
        found="; ".join(new) or answer,
        evidence=[answer, copy],
    )
    check.requires(answer.accepted and copy.accepted, f"a PATCH of a {name} was refused")
    check("locations-put-known-200", expected=200, found=answer.http_status, evidence=answer)
    keeps_rest(iut, check, slugs["keeps"], before, after, set(body), copy, names)
    if names and not new:
        parents = [part(after, *names[:depth]) or {} for depth in range(len(names))]
        times = [str(parent.get("last_updated")) for parent in parents]
        touched = all(clock.parse(found) == clock.parse(time) for found in times)
        check(slugs["touches"], touched, expected=time, found=", ".join(times), evidence=copy)
    return after


def keeps_rest(
    iut: Iut,
    check: Check,
    slug: str,
    before: Object,
    after: Object,
    changed: set[str],
    copy: Answer,
    names: tuple[str, ...],
) -> None:
    """But for the given fields, and the time of the parents, all is as it was."""
    keys = [f"/{key}/{name.casefold()}" for key, name in zip(("evses", "connectors"), names, strict=False)]
    place = "".join(keys)
    free = {f"{place}/{name}" for name in changed} | {
        "/last_updated",
        f"{keys[0] if keys else ''}/last_updated",
    }
    found = [
        str(each)
        for each in differences(iut.claim.ocpi_version, "Location", before, after, legal=True)
        if each.pointer not in free
    ]
    check(slug, not found, expected="the rest as before", found="; ".join(found), evidence=copy)
