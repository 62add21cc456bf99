"""Journeys: two drivers of one eMSP charge at once; pushes come twice, and in another order than they were made."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge, a_place
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.charging import Charging
from ocpi_conformance.simulators.roles import Cpo

from .telling import copy, newest, patch, unlike

pytestmark = applies_to(module="journeys", iut="EMSP", side="RECEIVER", writes=True)

PERIODS = "charging_periods"
EARLIER = timedelta(hours=1)

Object = dict[str, Any]


def test_two_drivers_at_once(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Two Sessions of one Token at one place are told in turns, each with its own energy."""
    one, other = _begun(iut, cpo, check), _begun(iut, cpo, check)
    for kwh in (2, 3):
        for charge, factor in ((one, 1), (other, 2)):
            changes = {**charge.advance(minutes=15, kwh=kwh * factor), "last_updated": _now()}
            answer = patch(iut, cpo, charge.session, changes)
            check.requires(answer.accepted, f"a PATCH of a Session was refused: {answer}")
    for charge in (one, other):
        answer = copy(iut, cpo, charge.session)
        found = unlike(iut, charge.session, answer, periods=False)
        check(
            "journeys-copies-kept-apart",
            not found,
            expected=f"{charge.session['kwh']} kWh, as was told",
            found=found,
            evidence=answer,
        )


def test_a_push_comes_twice(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A PUT is sent again, as after an answer that was lost, and a PATCH."""
    charge = _begun(iut, cpo, check)
    charge.advance(minutes=15, kwh=4)
    session = newest(charge.session)
    first, second = (cpo.push_session(iut.connection, session) for _ in range(2))
    check.requires(first.accepted, f"a Session was refused: {first}")
    answer = copy(iut, cpo, session)
    found = unlike(iut, session, answer) if second.accepted else str(second)
    check(
        "journeys-repeated-put-is-one-object",
        not found,
        expected="the Session as it was sent",
        found=found,
        evidence=[second, answer],
    )

    changes = {**charge.advance(minutes=15, kwh=4), "last_updated": _now()}
    first, second = (patch(iut, cpo, session, changes) for _ in range(2))
    answer = copy(iut, cpo, session)
    check.requires(first.accepted and answer.accepted, f"a PATCH of a Session was refused: {first}")
    known, new = len(session[PERIODS]), len(changes[PERIODS])
    kept = len(answer.data.get(PERIODS) or ()) - known
    outcome = {new: "added once", 2 * new: "added twice"}.get(kept, f"{kept} periods of {new}")
    check("journeys-repeated-patch", True, found=outcome, evidence=[first, second, answer])


def test_an_older_push_comes_after_a_newer_one(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A PUT with an earlier last_updated comes late; what becomes of it is not said."""
    charge = _begun(iut, cpo, check)
    older = {**charge.session, "last_updated": clock.stamp(clock.now() - EARLIER)}
    charge.advance(minutes=15, kwh=4)
    newer = newest(charge.session)
    cpo.push_session(iut.connection, newer)

    late = cpo.push_session(iut.connection, older)

    answer = copy(iut, cpo, newer)
    check.requires(answer.accepted and isinstance(answer.data, dict), f"it has no copy: {answer}")
    kept = "the newer one is kept" if answer.data.get("kwh") == newer["kwh"] else "the older one replaces it"
    outcome = f"{kept}, {'accepted' if late.accepted else 'refused'}"
    check("journeys-older-push-after-newer", True, found=outcome, evidence=[late, answer])


def _begun(iut: Iut, cpo: Cpo, check: Check) -> Charging:
    """A Session that the eMSP knows of as ACTIVE, all of them at one EVSE."""
    place = a_place(iut, cpo)
    charge = a_charge(iut, cpo, location={**place, "evses": place["evses"][:1]})
    charge.start()
    answer = cpo.push_session(iut.connection, newest(charge.session))
    check.requires(answer.accepted, f"a Session was refused: {answer}")
    return charge


def _now() -> str:
    return clock.stamp(clock.now())
