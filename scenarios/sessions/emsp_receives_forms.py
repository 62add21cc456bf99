"""Sessions: all forms that the text leaves to a CPO are taken by an eMSP."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.conformance.forms import values_of, with_nothing, without_optionals
from ocpi_conformance.scenarios.sessions.reading import UNKNOWN
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="sessions", iut="EMSP", side="RECEIVER", writes=True)

UNASSIGNED = "#NA"

Session = dict[str, Any]


def test_every_status_may_come_first(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Session may be heard of for the first time in any status."""
    for status in values_of(iut.claim.ocpi_version, "SessionStatus"):
        put = cpo.push_session(iut.connection, in_status(iut, cpo, status))
        knows(check, put)
        check(
            "sessions-put-accepts-every-status",
            put.accepted,
            expected="success",
            found=put,
            evidence=put,
            check=status,
        )

    reserved = {**in_status(iut, cpo, "RESERVATION"), "evse_uid": UNASSIGNED, "connector_id": UNASSIGNED}
    put = cpo.push_session(iut.connection, reserved)
    check("sessions-put-accepts-unassigned-evse", put.accepted, expected="success", found=put, evidence=put)


def test_fields_are_optional(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Sessions with nothing optional, with nothing said as null, and with all there is."""
    version = iut.claim.ocpi_version
    bare = without_optionals(version, "Session", in_status(iut, cpo, "ACTIVE"))
    put = cpo.push_session(iut.connection, bare)
    knows(check, put)
    check("sessions-put-accepts-minimal", put.accepted, expected="success", found=put, evidence=put)
    put = cpo.push_session(iut.connection, {**bare, "total_cost": {"excl_vat": 1.5}})
    check(
        "sessions-put-accepts-minimal",
        put.accepted,
        expected="success",
        found=put,
        evidence=put,
        check="a price without VAT",
    )

    bare = without_optionals(version, "Session", in_status(iut, cpo, "ACTIVE"))
    put = cpo.push_session(iut.connection, with_nothing(version, "Session", bare))
    check("sessions-put-accepts-nulls", put.accepted, expected="success", found=put, evidence=put)

    session = in_status(iut, cpo, "COMPLETED")
    full = {
        **session,
        "id": session["id"].ljust(36, "-"),
        "authorization_reference": cpo.samples.new_id("AUTH").ljust(36, "-"),
        "meter_id": cpo.samples.new_id("METER").ljust(255, "ë"),
    }
    put = cpo.push_session(iut.connection, full)
    if not put.accepted:  # it may know of no such authorization
        full.pop("authorization_reference")
        put = cpo.push_session(iut.connection, full)
    check("sessions-put-accepts-full", put.accepted, expected="success", found=put, evidence=put)


def knows(check: Check, put: Answer) -> None:
    """Go on unless the eMSP doesn't know the Token or the Location, which says nothing of the form."""
    check.requires(put.status_code not in UNKNOWN, f"it doesn't know the Token or the Location: {put}")


def in_status(iut: Iut, cpo: Cpo, status: str) -> Session:
    """A new Session that has come to a status."""
    charge = a_charge(iut, cpo)
    if status in ("ACTIVE", "COMPLETED"):
        charge.start()
        charge.advance(minutes=30, kwh=6)
    if status == "COMPLETED":
        charge.stop()
    if status == "INVALID":
        charge.invalidate()
    return {**charge.session, "status": status}
