"""Locations: a CPO PUTs Locations and parts of them to an eMSP, and reads back what the eMSP made of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.copies import put_location
from ocpi_conformance.conformance.forms import optional_fields, without_optionals
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.parts import part, with_connector, with_evse
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="locations", iut="EMSP", side="RECEIVER", writes=True)

REFUSED = "it refused a Location that has all that is optional"

Object = dict[str, Any]


def test_a_location_is_stored_replaced_and_reset(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Location is PUT, PUT again with other values, then without its optional ones."""
    version = iut.claim.ocpi_version
    location = sample(cpo)
    put, copy = put_and_get(iut, cpo, location)
    missing = lost(iut, location, put, copy, required=True)
    check(
        "locations-put-location-stored",
        not missing,
        expected="what was PUT",
        found=missing,
        evidence=[put, copy],
    )
    whole = put.accepted
    if not whole:
        location, put = put_location(iut, cpo, location)
        copy = cpo.read_back(iut.connection, location)
    check.requires(put.accepted and copy.accepted, "a Location that was PUT can't be read back")
    check("locations-put-new-201", expected=201, found=put.http_status, evidence=put)
    missing = lost(iut, location, put, copy, required=False)
    if whole:
        check(
            "locations-put-location-optionals-kept",
            not missing,
            expected="what was PUT",
            found=missing,
            evidence=copy,
        )
    else:
        check.inconclusive("locations-put-location-optionals-kept", REFUSED)
    gets_parts(iut, cpo, check, location)

    location = {
        **location,
        "name": "Other",
        "address": "Nowhere 1",
        "city": "Elsewhere",
        "last_updated": moment(1),
    }
    put, copy = put_and_get(iut, cpo, location)
    missing = lost(iut, location, put, copy, required=True)
    check(
        "locations-put-location-replaces",
        not missing,
        expected="what was PUT",
        found=missing,
        evidence=[put, copy],
    )
    check.requires(not missing, "a PUT of a known Location doesn't replace it")
    check("locations-put-known-200", expected=200, found=put.http_status, evidence=put)

    bare = without_optionals(version, "Location", {**location, "last_updated": moment(2)}, besides=("evses",))
    put, copy = put_and_get(iut, cpo, bare)
    check.requires(put.accepted and copy.accepted, "a PUT without optional fields was refused")
    if whole:
        was_reset(iut, check, "Location", bare, copy.data, put)
    else:
        check.inconclusive("locations-put-resets-optionals", REFUSED)


def test_parts_are_stored_replaced_and_reset(iut: Iut, cpo: Cpo, check: Check) -> None:
    """EVSEs and Connectors are PUT by themselves: parts are as they were sent, parents as new, the rest as before."""
    location, put = put_location(iut, cpo, sample(cpo))
    copy = cpo.read_back(iut.connection, location)
    check.requires(put.accepted and copy.accepted, "a Location that was PUT can't be read back")

    evse = cpo.samples.evse(full=True, last_updated=moment(1))
    put, after = puts_part(iut, cpo, check, copy.data, evse)
    if not put.accepted:
        evse = without_optionals(iut.claim.ocpi_version, "EVSE", evse)
        put, after = puts_part(iut, cpo, check, copy.data, evse)
    check(
        "locations-put-evse-stored",
        not (found := unlike(iut, after, evse)),
        expected="the EVSE",
        found=found if put.accepted else put,
        evidence=put,
    )
    check.requires(not found, "an EVSE that was PUT can't be read back")
    check("locations-put-new-201", expected=201, found=put.http_status, evidence=put)
    touched(check, "locations-put-evse-touches-location", put, evse, after)

    bare = without_optionals(iut.claim.ocpi_version, "EVSE", cpo.samples.evse(status="BLOCKED"))
    evse = {**bare, "uid": evse["uid"], "last_updated": moment(2)}
    put, after = puts_part(iut, cpo, check, after, evse)
    check(
        "locations-put-evse-replaces",
        not (found := unlike(iut, after, evse)),
        expected="the EVSE",
        found=found,
        evidence=put,
    )
    check.requires(not found, "a PUT of a known EVSE doesn't replace it")
    check("locations-put-known-200", expected=200, found=put.http_status, evidence=put)
    was_reset(iut, check, "EVSE", evse, part(after, evse["uid"]) or {}, put)

    connector = cpo.samples.connector(id="9", full=True, last_updated=moment(3))
    put, after = puts_part(iut, cpo, check, after, evse, connector)
    found = unlike(iut, after, evse, connector)
    check("locations-put-connector-stored", not found, expected="the Connector", found=found, evidence=put)
    check.requires(not found, "a Connector that was PUT can't be read back")
    check("locations-put-new-201", expected=201, found=put.http_status, evidence=put)
    parents = [part(after, evse["uid"]) or {}, after]
    touched(check, "locations-put-connector-touches-parents", put, connector, *parents)

    bare = without_optionals(iut.claim.ocpi_version, "Connector", connector)
    connector = {**bare, "standard": "CHADEMO", "max_amperage": 77, "last_updated": moment(4)}
    put, after = puts_part(iut, cpo, check, after, evse, connector)
    found = unlike(iut, after, evse, connector)
    check("locations-put-connector-replaces", not found, expected="the Connector", found=found, evidence=put)
    check.requires(not found, "a PUT of a known Connector doesn't replace it")
    check("locations-put-known-200", expected=200, found=put.http_status, evidence=put)
    was_reset(iut, check, "Connector", connector, part(after, evse["uid"], "9") or {}, put)


def test_owners_are_kept_apart(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Two parties of our platform PUT Locations of the same id."""
    check.requires(cpo.roles[1:], "needs two parties on the side of the CPO")
    first, put = put_location(iut, cpo, sample(cpo))
    owner = {"country_code": cpo.roles[1].country_code, "party_id": cpo.roles[1].party_id}
    second = {**first, **owner, "address": "Of another party 1"}
    sender = {
        "OCPI-from-country-code": owner["country_code"],
        "OCPI-from-party-id": owner["party_id"],
    }
    url = iut.connection.below("locations", "RECEIVER", *owner.values(), second["id"])

    copy = cpo.read_back(iut.connection, first)
    check.requires(put.accepted and copy.accepted, "a Location that was PUT can't be read back")
    put = cpo.call(
        "PUT",
        url,
        to=iut.connection,
        endpoint="locations.receiver.put_location",
        body=second,
        headers=sender,
    )

    check.requires(put.accepted, "a Location that was PUT was refused")
    copies = [
        cpo.read_back(iut.connection, first),
        cpo.call("GET", url, to=iut.connection, endpoint="locations.receiver.get_location", headers=sender),
    ]
    for sent, copy in zip((first, second), copies, strict=True):
        check(
            "locations-owners-kept-apart",
            expected=sent["address"],
            found=copy.data.get("address") if isinstance(copy.data, dict) else copy,
            evidence=copy,
        )


def moment(seconds: int) -> str:
    """A whole second of yesterday."""
    return clock.stamp(clock.now().replace(minute=0, second=seconds, microsecond=0) - timedelta(days=1))


def sample(cpo: Cpo) -> Object:
    """A Location of two EVSEs with two Connectors each, and all that is optional."""
    evses = [
        cpo.samples.evse(
            full=True,
            last_updated=moment(0),
            connectors=[cpo.samples.connector(id=name, full=True, last_updated=moment(0)) for name in "12"],
        )
        for _ in range(2)
    ]
    return cpo.samples.location(full=True, evses=evses, last_updated=moment(0))


def put_and_get(iut: Iut, cpo: Cpo, location: Object) -> tuple[Answer, Answer]:
    put = cpo.push_location(iut.connection, location)
    return put, cpo.read_back(iut.connection, location)


def lost(iut: Iut, location: Object, put: Answer, copy: Answer, *, required: bool) -> str:
    """What of a Location didn't come back, of required or of optional fields; of wrong values the wire judge speaks."""
    if not put.accepted or not copy.accepted:
        return str(copy if put.accepted else put)
    return "; ".join(_lost(iut.claim.ocpi_version, location, copy.data, required))


def _lost(version: str, location: Object, copy: Any, required: bool) -> Iterator[str]:
    options: Any = {"required": required, "legal": True}
    yield from map(str, differences(version, "Location", location, copy, besides=("evses",), **options))
    for evse in location.get("evses", ()):
        kept = part(copy, evse["uid"])
        if kept is None:
            yield from [f"no EVSE {evse['uid']}"] * required
            continue
        yield from map(str, differences(version, "EVSE", evse, kept, besides=("connectors",), **options))
        for connector in evse["connectors"]:
            one = part(copy, evse["uid"], connector["id"])
            if one is None:
                yield from [f"no Connector {connector['id']} of {evse['uid']}"] * (
                    required and bool(kept.get("connectors"))
                )
            else:
                yield from map(str, differences(version, "Connector", connector, one, **options))


def gets_parts(iut: Iut, cpo: Cpo, check: Check, location: Object) -> None:
    """Each level can be read by itself."""
    evse = location["evses"][1]
    for expected, names in ((evse["uid"], (evse["uid"],)), ("2", (evse["uid"], "2"))):
        answer = cpo.read_back(iut.connection, location, *names)
        data = answer.data if isinstance(answer.data, dict) else {}
        found = str(data.get("id" if names[1:] else "uid"))
        alike = answer.accepted and found.casefold() == expected.casefold()
        check(
            "locations-receiver-get-parts", alike, expected=expected, found=found or answer, evidence=answer
        )


def was_reset(iut: Iut, check: Check, name: str, sent: Object, copy: Object, put: Answer) -> None:
    """What a PUT left off is gone."""
    optional = set(optional_fields(iut.claim.ocpi_version, name)) - set(sent)
    found = differences(iut.claim.ocpi_version, name, sent, copy, legal=True)
    kept = [each.pointer for each in found if each.pointer.strip("/") in optional]
    check(
        "locations-put-resets-optionals", not kept, expected="none left", found=", ".join(kept), evidence=put
    )


def puts_part(
    iut: Iut, cpo: Cpo, check: Check, before: Object, evse: Object, connector: Object | None = None
) -> tuple[Answer, Object]:
    """PUT an EVSE or a Connector; the answer, and the Location as the eMSP has it then, the rest of it unchanged."""
    if connector is None:
        put = cpo.push_evse(iut.connection, before, evse)
        expected, place = with_evse(before, evse), f"/evses/{evse['uid'].casefold()}"
    else:
        put = cpo.push_connector(iut.connection, before, evse, connector)
        expected = with_connector(before, part(before, evse["uid"]) or evse, connector)
        place = f"/evses/{evse['uid'].casefold()}/connectors/{connector['id'].casefold()}"
    copy = cpo.read_back(iut.connection, before)
    after = copy.data if isinstance(copy.data, dict) else {}
    if put.accepted and copy.accepted:
        parents = ("/last_updated", f"/evses/{evse['uid'].casefold()}/last_updated")
        found = [
            str(each)
            for each in differences(iut.claim.ocpi_version, "Location", expected, after, legal=True)
            if not each.pointer.startswith(place) and each.pointer not in parents
        ]
        check(
            "locations-put-part-spares-siblings",
            not found,
            expected="the rest as before",
            found="; ".join(found),
            evidence=[put, copy],
        )
    return put, after


def unlike(iut: Iut, location: Object, evse: Object, connector: Object | None = None) -> str:
    """How a part differs from what was PUT; empty where it is there once, and alike."""
    version = iut.claim.ocpi_version
    names = (evse["uid"],) if connector is None else (evse["uid"], connector["id"])
    kept = part(location, *names)
    if kept is None:
        return "not there"
    evses = [str(one.get("uid")).casefold() for one in location.get("evses") or ()]
    if evses.count(evse["uid"].casefold()) > 1:
        return "there more than once"
    name, sent = ("EVSE", evse) if connector is None else ("Connector", connector)
    found = differences(version, name, sent, kept, required=True, legal=True, besides=("connectors",))
    return "; ".join(map(str, found))


def touched(check: Check, slug: str, put: Answer, sent: Object, *parents: Object) -> None:
    """The parents have the time of the part."""
    found = [str(parent.get("last_updated")) for parent in parents]
    holds = all(clock.parse(time) == clock.parse(sent["last_updated"]) for time in found)
    check(slug, holds, expected=sent["last_updated"], found=", ".join(found), evidence=put)
