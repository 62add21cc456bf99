"""Locations: a CPO PUTs Locations in every form that the text allows, and an eMSP takes them all."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.forms import values_of, with_nothing, without_optionals
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="locations", iut="EMSP", side="RECEIVER", writes=True)

LENGTHS = {"name": 255, "address": 255, "city": 45, "state": 45, "postal_code": 10}
FAR = {"latitude": "-41.286460", "longitude": "174.776236"}
"""A place whose longitude is no latitude."""

Object = dict[str, Any]


def test_the_least_is_accepted(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Location, EVSE and Connector come with nothing but what is required."""
    version = iut.claim.ocpi_version
    location = cpo.samples.location(minimal=True)
    evse = cpo.samples.evse(minimal=True)
    connector = without_optionals(version, "Connector", {**evse["connectors"][0], "id": "9"})

    hidden = cpo.push_location(iut.connection, cpo.samples.location(minimal=True, publish=False))
    check(
        "locations-put-accepts-minimal", hidden.accepted, expected="accepted", found=hidden, evidence=hidden
    )
    for name, put in (
        ("", lambda: cpo.push_location(iut.connection, location)),
        (evse["uid"], lambda: cpo.push_evse(iut.connection, location, evse)),
        (evse["uid"], lambda: cpo.push_connector(iut.connection, location, evse, connector)),
    ):
        answer = put()
        check(
            "locations-put-accepts-minimal",
            answer.accepted,
            expected="accepted",
            found=answer,
            evidence=answer,
        )
        there = answer.accepted and cpo.read_back(iut.connection, location, name or None).accepted
        check.requires(there, "what was PUT can't be read back")


def test_nothing_may_be_said(iut: Iut, cpo: Cpo, check: Check) -> None:
    """What is not there is said as null, and for lists as null or as an empty list."""
    version = iut.claim.ocpi_version
    for lists in (None, []):
        bare = cpo.samples.evse(minimal=True)
        connectors = [with_nothing(version, "Connector", one, lists=lists) for one in bare["connectors"]]
        evse = with_nothing(version, "EVSE", {**bare, "connectors": connectors}, lists=lists)
        location = with_nothing(version, "Location", cpo.samples.location(minimal=True), lists=lists)
        for name, put in (
            ("", lambda place, _: cpo.push_location(iut.connection, place)),
            (evse["uid"], lambda place, part: cpo.push_evse(iut.connection, place, part)),
        ):
            answer = put(location, evse)
            check(
                "locations-put-accepts-nulls",
                answer.accepted,
                expected="accepted",
                found=answer,
                evidence=answer,
            )
            there = answer.accepted and cpo.read_back(iut.connection, location, name or None).accepted
            check.requires(there, "what was PUT can't be read back")
        copy = cpo.read_back(iut.connection, location)
        sent = {**location, "evses": [evse]}
        found = differences(version, "Location", sent, copy.data, besides=("last_updated",), legal=True)
        check(
            "locations-put-accepts-nulls",
            not found,
            expected="nothing where nothing was sent",
            found="; ".join(map(str, found)),
            evidence=copy,
        )


def test_the_most_is_accepted(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Locations of the longest strings, with all enum values of the module among them."""
    for put in (
        cpo.push_location(iut.connection, location) for location in fullest(iut.claim.ocpi_version, cpo)
    ):
        check("locations-put-accepts-full", put.accepted, expected="accepted", found=put, evidence=put)


def fullest(version: str, cpo: Cpo) -> list[Object]:
    """One Location of everything, and one for each parking type."""
    base = cpo.samples.location(full=True)
    long = {
        name: (base[name] * length)[:length].strip().ljust(length, "x") for name, length in LENGTHS.items()
    }
    whole = {
        **base,
        **long,
        "id": base["id"].ljust(36, "x")[:36],
        "evses": [
            evse(version, cpo, status, base["last_updated"]) for status in values_of(version, "Status")
        ],
        "facilities": list(values_of(version, "Facility")),
        "images": [
            {**base["images"][0], "category": category} for category in values_of(version, "ImageCategory")
        ],
        "publish_allowed_to": [
            {"uid": f"CARD-{kind}", "type": kind} for kind in values_of(version, "TokenType")
        ],
        "energy_mix": energy_mix(version),
        "last_updated": base["last_updated"].rstrip("Z"),
    }
    kinds = values_of(version, "ParkingType")
    return [whole, *(cpo.samples.location(parking_type=kind, coordinates=FAR) for kind in kinds)]


def evse(version: str, cpo: Cpo, status: str, time: str) -> Object:
    """An EVSE with Connectors of every type, format and power type."""
    formats, powers = values_of(version, "ConnectorFormat"), values_of(version, "PowerType")
    connectors = [
        cpo.samples.connector(
            id=str(number),
            full=True,
            standard=standard,
            format=formats[number % len(formats)],
            power_type=powers[number % len(powers)],
            last_updated=time,
        )
        for number, standard in enumerate(values_of(version, "ConnectorType"), 1)
    ]
    return cpo.samples.evse(
        full=True,
        status=status,
        connectors=connectors,
        capabilities=list(values_of(version, "Capability")),
        parking_restrictions=list(values_of(version, "ParkingRestriction")),
        last_updated=time,
    )


def energy_mix(version: str) -> Object:
    """Energy from all sources, in equal parts but for the last."""
    names = values_of(version, "EnergySourceCategory")
    share = 100 // len(names)
    shares = [share] * (len(names) - 1) + [100 - share * (len(names) - 1)]
    return {
        "is_green_energy": False,
        "energy_sources": [
            {"source": name, "percentage": percentage} for name, percentage in zip(names, shares, strict=True)
        ],
        "environ_impact": [
            {"category": name, "amount": 1.5} for name in values_of(version, "EnvironmentalImpactCategory")
        ],
    }
