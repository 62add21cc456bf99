"""Sessions: an eMSP is made to pull, asks for the list and takes over what it brings."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.scenarios.sessions.reading import read_back
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="sessions", iut="EMSP", feature="pull")

Session = dict[str, Any]


def test_a_pull_brings_what_was_missed(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Session begins and isn't pushed; another one goes on, and has lost a field."""
    iut.url("credentials")
    charge = a_charge(iut, cpo)
    charge.start()
    told, silent = charge.session, False
    if iut.connection.url("sessions", "RECEIVER"):
        silent = cpo.push_session(iut.connection, told).accepted
    charge.advance(minutes=20, kwh=4)
    changed = {**charge.session, "last_updated": clock.stamp(clock.now())}
    changed.pop("meter_id")
    cpo.add_session(changed)
    missed = a_charge(iut, cpo)
    missed.start()
    new = cpo.add_session({**missed.session, "last_updated": clock.stamp(clock.now())})

    iut.act("pull-sessions")

    pull = iut.sends("GET", endpoint="sessions.sender.list")
    check(
        "sessions-pull-possible",
        pull.seen,
        expected="a GET of the list of Sessions",
        found=", ".join(map(str, pull.near)) or "no request",
        evidence=pull,
    )
    check.requires(pull.seen, "no list of Sessions was asked for")
    if not iut.connection.url("sessions", "RECEIVER"):
        check.not_applicable("sessions-pull-updates-store", "it has no receiver interface to look at")
        return
    for session, name in ((new, "missed"), (changed, "changed"))[: 1 + silent]:
        copy = read_back(iut, cpo, session, {"kwh": session["kwh"]})
        check(
            "sessions-pull-updates-store",
            expected=session["kwh"],
            found=copy.data.get("kwh") if copy.accepted and isinstance(copy.data, dict) else copy,
            evidence=[pull, copy],
            check=name,
        )
        if name == "changed" and isinstance(copy.data, dict):
            left = copy.data.get("meter_id")
            slug = "sessions-pull-forgets-what-is-left-off"
            check(slug, left is None, expected="no meter_id", found=left, evidence=[pull, copy])
