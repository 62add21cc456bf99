"""Negative input: a CPO sends Sessions that are wrong in every way, and such of every legal form, to an eMSP."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.conformance.forms import without_optionals
from ocpi_conformance.conformance.offering import Offer, renewed
from ocpi_conformance.scenarios.negative.judging import first_taken, judge, sender
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.charging import Charging
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="sessions", iut="EMSP", side="RECEIVER", writes=True)

ROWS = {
    "incomplete": "negative-session-incomplete-refused",
    "wrong type": "negative-session-wrong-type-refused",
    "wrong value": "negative-session-wrong-value-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-session-no-server-error",
    "unchanged": "negative-session-refused-changes-nothing",
    "odd": "negative-session-odd-accepted",
    "kept": "negative-session-odd-kept",
    "unknown": "negative-unknown-field-accepted",
}
IDENTITY = ("/country_code", "/party_id", "/id")
MEANT = (
    "/end_date_time",
    "/cdr_token",
    "/authorization_reference",
    "/location_id",
    "/evse_uid",
    "/connector_id",
)
"""What refers to something that the IUT knows, and the end that is still to come: another value would be wrong."""
AMOUNTS = ("/charging_periods", "/kwh", "/total_cost")
"""What has to fit together; a PATCH adds charging periods to those that are known."""

Object = dict[str, Any]


def test_sessions(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Session that goes on is PUT and PATCHed in every wrong and in every legal way, and COMPLETED."""
    charge = under_way(iut, cpo)
    session = dict(charge.session)
    version, connection = iut.claim.ocpi_version, iut.connection
    owner = (session["country_code"], session["party_id"], session["id"])
    url = connection.below("sessions", "RECEIVER", *owner)

    def known() -> Object:
        small = without_optionals(version, "Session", session)
        taken = first_taken("a Session", lambda each: cpo.push_session(connection, each), session, small)
        return without_optionals(version, "Session", taken)

    def changes() -> Object:
        known()
        return {"last_updated": clock.stamp(clock.now())}

    def look(_: object) -> Answer:
        return cpo.call("GET", url, to=connection, endpoint="sessions.receiver.get")

    def offer(method: str, begin: Any, whole: Object, *, shape: str, fixed: tuple[str, ...]) -> Offer:
        return Offer(
            version=version,
            name="Session",
            shape=shape,
            begin=begin,
            whole=whole,
            send=sender(cpo, connection, method, url, f"sessions.receiver.{method.lower()}"),
            look=look,
            fixed=frozenset(IDENTITY + MEANT + fixed),
        )

    judge(
        check,
        ROWS,
        offer("PUT", known, session, shape="full", fixed=()),
        offer("PATCH", changes, changes(), shape="patch", fixed=AMOUNTS),
    )

    cpo.push_session(connection, renewed(charge.stop()))


def under_way(iut: Iut, cpo: Cpo) -> Charging:
    """A charge of a customer of the IUT, ACTIVE: a Session that is COMPLETED is not modified any more."""
    charge = a_charge(iut, cpo)
    charge.start()
    charge.advance(minutes=30, kwh=5.5)
    return charge
