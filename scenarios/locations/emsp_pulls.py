"""Locations: an eMSP is made to pull, asks for the list and takes over what it brings."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="locations", iut="EMSP", feature="pull")


def test_a_pull_brings_what_is_new(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Location changes and isn't pushed; after a pull the eMSP has it as it is."""
    iut.url("credentials")
    now = clock.stamp(clock.now())
    known = next(iter(cpo.store.own("locations")))
    location = cpo.change(known, lambda one: {**one, "address": "Moved to 5", "last_updated": now})

    iut.act("pull-locations")

    pull = iut.sends("GET", endpoint="locations.sender.list")
    check(
        "locations-pull-possible",
        pull.seen,
        expected="a GET of the list of Locations",
        found=", ".join(map(str, pull.near)) or "no request",
        evidence=pull,
    )
    check.requires(pull.seen, "no list of Locations was asked for")
    if not iut.claim.covers("locations", "RECEIVER"):
        check.not_applicable("locations-pull-updates-store", "it has no receiver interface to look at")
        return
    copy = cpo.read_back(iut.connection, location)
    check(
        "locations-pull-updates-store",
        expected=location["address"],
        found=copy.data.get("address") if copy.accepted and isinstance(copy.data, dict) else copy,
        evidence=[pull, copy],
    )
