"""Charging profiles: a CPO holds a session to the profiles that an eMSP sets, and tells what it plans."""

import contextlib
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.scenarios.chargingprofiles.limiting import (
    a_session,
    ask,
    at_most,
    limits,
    outcome,
    reported,
)
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="chargingprofiles", iut="CPO", side="RECEIVER", writes=True)

ANSWERED = {
    "set": "chargingprofiles-set-answered",
    "active": "chargingprofiles-get-answered",
    "clear": "chargingprofiles-clear-answered",
}
POSTED = {
    "set": "chargingprofiles-set-outcome-posted",
    "active": "chargingprofiles-get-outcome-posted",
    "clear": "chargingprofiles-clear-outcome-posted",
}
RESPONSES = ("ACCEPTED", "NOT_SUPPORTED", "REJECTED", "TOO_OFTEN", "UNKNOWN_SESSION")
HIGH, LOW = 10, 8
FORMS: tuple[dict[str, Any], ...] = (
    {
        "start_date_time": None,
        "duration": None,
        "charging_rate_unit": "W",
        "min_charging_rate": None,
        "charging_profile_period": None,
    },
    {
        "start_date_time": "2024-06-01T10:00:00Z",
        "duration": 86400,
        "charging_rate_unit": "W",
        "min_charging_rate": 1400.5,
        "charging_profile_period": [
            {"start_period": 0, "limit": 11000},
            {"start_period": 3600, "limit": 6900.5},
        ],
    },
)


def test_profiles_are_set_told_and_cleared(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP clears where nothing was set, sets one profile, then a lower one, asks for the plan, and clears."""
    session = a_session(iut, emsp)
    result = carried_out(iut, emsp, check, "clear", session)
    found = result.get("result")
    check("chargingprofiles-clear-nothing-unknown", found != "ACCEPTED", expected="UNKNOWN", found=found)
    free = limits(carried_out(iut, emsp, check, "active", session))
    # The wire judge sees an update that nobody is to get yet.
    with contextlib.suppress(Stop):
        iut.tries("update-active-charging-profile", session_id=session, amperes=16)

    for limit in (HIGH, LOW):
        result = carried_out(iut, emsp, check, "set", session, at_most(limit))
        check.requires(result.get("result") == "ACCEPTED", f"the EVSE took no profile of {limit} A")
    low = limits(carried_out(iut, emsp, check, "active", session))
    check.requires(low, "its active profile has no limits in A")
    check("chargingprofiles-put-replaces", max(low) <= LOW, expected=f"at most {LOW} A", found=low)

    result = carried_out(iut, emsp, check, "clear", session)
    check.requires(result.get("result") == "ACCEPTED", "the EVSE didn't clear the profile")
    check.applies(free and max(free) > LOW, f"it planned no more than {LOW} A before a profile was set")
    again = limits(carried_out(iut, emsp, check, "active", session))
    lifted = max(again, default=0) > LOW
    check("chargingprofiles-clear-lifts-limit", lifted, expected=f"more than {LOW} A", found=again)


def test_changes_are_told(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP has set a profile; the CPO limits the session further, then drops all limits."""
    session = a_session(iut, emsp)
    planned = ask(iut, emsp, "active", session)
    free = limits(reported(outcome(iut, emsp, planned))) if planned.result == "ACCEPTED" else []
    asked = ask(iut, emsp, "set", session, at_most(LOW))
    check.requires(asked.result == "ACCEPTED", f"the CPO answered {asked.result or asked.answer}")
    check.requires(outcome(iut, emsp, asked), "no outcome of setting a profile came")

    mark = emsp.journal.mark()
    iut.act("update-active-charging-profile", session_id=session, amperes=6)
    update = iut.sends("PUT", endpoint="chargingprofiles.sender.update", since=mark)
    told = check("chargingprofiles-update-sent", update.seen, expected="a PUT", evidence=update)
    check.requires(told, "it tells no changes")
    few = f"it planned no more than {LOW} A before a profile was set"
    check.applies(max(free, default=LOW + 1) > LOW, few)

    mark = emsp.journal.mark()
    iut.act("cancel-charging-profile", session_id=session)
    update = iut.sends("PUT", endpoint="chargingprofiles.sender.update", since=mark)
    check.requires(update, "it did not tell of the end of all profiles")
    profile = reported(update).get("charging_profile")
    unit = profile.get("charging_rate_unit") if isinstance(profile, dict) else None
    check.requires(unit == "A", f"its update has the unit {unit}, so that it can't be compared with {LOW} A")
    found = limits(reported(update))
    wide = max(found, default=0) > LOW
    slug = "chargingprofiles-update-shows-capacity"
    check(slug, wide, expected=f"more than the {LOW} A of the old profile", found=found, evidence=update)


def test_profiles_of_every_form_are_read(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP sets profiles with all optional fields and with none, whatever the CPO then decides."""
    session = a_session(iut, emsp)
    plain = ask(iut, emsp, "set", session, at_most(LOW))
    check.requires(plain.result in RESPONSES, f"it answers no profile at all: {plain.answer}")
    for profile in FORMS:
        asked = ask(iut, emsp, "set", session, profile)
        if asked.result == "ACCEPTED":
            outcome(iut, emsp, asked)
        check(
            "chargingprofiles-set-takes-every-form",
            asked.result in RESPONSES,
            expected="a ChargingProfileResponse",
            found=asked.answer,
            evidence=asked.answer,
        )


def carried_out(
    iut: Iut, emsp: Emsp, check: Check, kind: str, session: str, profile: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Ask, and wait for the outcome that is due where the CPO accepts; the result that it posted."""
    asked = ask(iut, emsp, kind, session, profile)
    known = asked.result in RESPONSES
    expected = "a ChargingProfileResponse"
    check(ANSWERED[kind], known, expected=expected, found=asked.answer, evidence=asked.answer)
    if asked.result == "NOT_SUPPORTED":
        slug = "chargingprofiles-capable-evse-supported"
        check(slug, False, expected="support", found=asked.result, evidence=asked.answer)
    check.requires(asked.result == "ACCEPTED", f"the CPO answered {asked.result or asked.answer} to {kind}")
    check("chargingprofiles-capable-evse-supported", True, evidence=asked.answer)
    seen = outcome(iut, emsp, asked)
    posted = check(POSTED[kind], seen.seen, expected=f"POST {asked.url}", evidence=(asked.answer, *_of(seen)))
    check.requires(posted, f"no outcome of {kind} came")
    return reported(seen)


def _of(seen):
    return (seen.exchange,) if seen.exchange else seen.near
