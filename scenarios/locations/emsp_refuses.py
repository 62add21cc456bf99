"""Locations: what is wrong, unknown or not offered is refused by an eMSP, and changes nothing."""

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

REFUSALS = (2000, 2001)
NOWHERE = "ocpi-conformance-nowhere"

Object = dict[str, Any]


def test_wrong_objects_are_refused(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Objects that miss a field or have a value of the wrong kind are PUT over good ones."""
    for level in ("location", "evse", "connector"):
        location = known(iut, cpo, check)
        evse = location["evses"][0]
        connector = evse["connectors"][0]
        wrong: dict[str, list[Object]] = {
            "location": [{name: value for name, value in location.items() if name != "coordinates"}],
            "evse": [{**evse, "connectors": []}],
            "connector": [{**connector, "standard": "FOO"}, {**connector, "max_voltage": "230"}],
        }
        names = {"evse_uid": evse["uid"], "connector_id": connector["id"]}
        depth = ("location", "evse", "connector").index(level)
        for body in wrong[level]:
            put = cpo.push(iut.connection, "PUT", location, body, **dict(list(names.items())[:depth]))
            refused = put.status_code in REFUSALS
            check("locations-put-invalid-refused", refused, among=REFUSALS, found=put, evidence=put)


def test_other_ids_and_owners_are_refused(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The URL says one thing, the body another."""
    for level in range(3):
        location = known(iut, cpo, check)
        evse = location["evses"][0]
        connector = evse["connectors"][0]
        body = (
            {**location, "address": "Another street 7", "id": NOWHERE},
            {**evse, "status": "BLOCKED", "uid": NOWHERE},
            {**connector, "max_amperage": 5, "id": NOWHERE},
        )[level]
        names = dict(list({"evse_uid": evse["uid"], "connector_id": connector["id"]}.items())[:level])
        put = cpo.push(iut.connection, "PUT", location, body, **names)
        check("locations-put-id-mismatch-2001", expected=2001, found=put.status_code, evidence=put)
        left_alone(iut, cpo, check, location, put)

    for other in ({"party_id": "ZZZ"}, {"country_code": "ZW"}):
        location = known(iut, cpo, check)
        put = cpo.push(iut.connection, "PUT", location, {**location, **other})
        refused = put.http_status == 404 or put.status_code in REFUSALS
        expected = "2000, 2001 or HTTP 404"
        check("locations-put-owner-mismatch-refused", refused, expected=expected, found=put, evidence=put)


def test_wrong_patches_are_refused(iut: Iut, cpo: Cpo, check: Check) -> None:
    """PATCHes without last_updated, with values of the wrong kind, of what isn't there."""
    location = known(iut, cpo, check)
    uid = location["evses"][0]["uid"]
    patch = cpo.push(iut.connection, "PATCH", location, {"status": "BLOCKED"}, evse_uid=uid)
    check("locations-patch-without-last-updated-2001", expected=2001, found=patch.status_code, evidence=patch)
    left_alone(iut, cpo, check, location, patch)

    for status in ("FOO", None):
        location = known(iut, cpo, check)
        changes = {"status": status, "last_updated": moment(1)}
        uid = location["evses"][0]["uid"]
        patch = cpo.push(iut.connection, "PATCH", location, changes, evse_uid=uid)
        refused = patch.status_code in REFUSALS
        check("locations-patch-invalid-refused", refused, among=REFUSALS, found=patch, evidence=patch)

    location = known(iut, cpo, check)
    unknown = {**location, "id": cpo.samples.location(minimal=True)["id"]}
    changes = {"status": "BLOCKED", "last_updated": moment(1)}
    for patch in (
        cpo.push(iut.connection, "PATCH", unknown, {"name": "Nowhere", "last_updated": moment(1)}),
        cpo.push(iut.connection, "PATCH", location, changes, evse_uid=NOWHERE),
    ):
        refused = patch.http_status is not None and not patch.accepted
        check("locations-patch-unknown-refused", refused, expected="no success", found=patch, evidence=patch)


def test_what_is_unknown_or_not_offered(iut: Iut, cpo: Cpo, check: Check) -> None:
    """GETs of what isn't there, a part of what isn't there, and DELETE."""
    location, other = known(iut, cpo, check), known(iut, cpo, check)
    unknown = {**location, "id": cpo.samples.location(minimal=True)["id"]}
    evse = location["evses"][0]
    for answer in (
        cpo.read_back(iut.connection, unknown),
        cpo.read_back(iut.connection, location, NOWHERE),
        cpo.read_back(iut.connection, location, evse["uid"], NOWHERE),
        cpo.read_back(iut.connection, other, evse["uid"]),
    ):
        status = f"HTTP {answer.http_status}"
        check("locations-receiver-get-unknown-404", expected="HTTP 404", found=status, evidence=answer)

    put = cpo.push_evse(iut.connection, unknown, evse)
    refused = put.http_status is not None and not put.accepted
    check("locations-part-of-unknown-parent-refused", refused, expected="no success", found=put, evidence=put)

    owner = (location["country_code"], location["party_id"], location["id"])
    for names in ((evse["uid"],), ()):
        url = iut.connection.below("locations", "RECEIVER", *owner, *names)
        answer = cpo.call("DELETE", url, to=iut.connection, headers=cpo.routing(iut.connection))
        copy = cpo.read_back(iut.connection, location, *names)
        check(
            "locations-delete-not-offered",
            copy.accepted,
            expected="still there",
            found=f"{answer}; after it {copy}",
            evidence=[answer, copy],
        )


def moment(seconds: int) -> str:
    """A whole second of yesterday."""
    return clock.stamp(clock.now().replace(minute=0, second=seconds, microsecond=0) - timedelta(days=1))


def known(iut: Iut, cpo: Cpo, check: Check) -> Object:
    """A new Location with an EVSE, as the eMSP has it."""
    evse = cpo.samples.evse(
        last_updated=moment(0), connectors=[cpo.samples.connector(last_updated=moment(0))]
    )
    location = cpo.samples.location(evses=[evse], last_updated=moment(0))
    location, put = put_location(iut, cpo, location)
    check.requires(put.accepted, f"a Location that was PUT was refused: {put}")
    copy = cpo.read_back(iut.connection, location)
    whole = copy.accepted and part(copy.data, evse["uid"], evse["connectors"][0]["id"])
    check.requires(whole, "a Location that was PUT can't be read back")
    return copy.data


def left_alone(iut: Iut, cpo: Cpo, check: Check, before: Object, refusal: Answer) -> None:
    """A refused request changed nothing; of one that was accepted other requirements speak."""
    if refusal.http_status is None:
        check.inconclusive("locations-refused-leaves-store", "no answer came", evidence=refusal)
        return
    if refusal.accepted:
        check.not_applicable("locations-refused-leaves-store", "it was not refused")
        return
    copy = cpo.read_back(iut.connection, before)
    found = differences(iut.claim.ocpi_version, "Location", before, copy.data)
    check(
        "locations-refused-leaves-store",
        copy.accepted and not found,
        expected="the Location as before",
        found="; ".join(map(str, found)) or copy,
        evidence=[refusal, copy],
    )
