"""Charging profiles: a CPO holds a session to the profiles that an eMSP sets, and tells what it plans."""

import contextlib
from collections.abc import Iterator
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.scenarios.chargingprofiles.limiting import (
    FOUND,
    Asked,
    a_session,
    ask,
    at_most,
    is_capable,
    limits,
    outcome,
    reported,
)
from ocpi_conformance.simulators import clock
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
UPDATE = "chargingprofiles.sender.update"


def test_profiles_are_set_told_and_cleared(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP clears where nothing was set, sets one profile, then a lower one, asks for the plan, and clears."""
    session = a_session(iut, emsp)
    clear_nothing(iut, emsp, check, session)
    free = limits(carried_out(iut, emsp, check, "active", session))
    # The wire judge sees an update that nobody is to get yet; in a session that we found an older run may have set one.
    with contextlib.suppress(Stop):
        if not emsp.notes.get(FOUND):
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


def clear_nothing(iut: Iut, emsp: Emsp, check: Check, session: str) -> None:
    """Clear what has not been set; once more where that succeeds, as an older run may have set it."""
    slug, found, evidence = "chargingprofiles-clear-nothing-unknown", "ACCEPTED", None
    for _ in range(2):
        asked = ask(iut, emsp, "clear", session)
        evidence, known = asked.answer, asked.result in RESPONSES
        expected = "a ChargingProfileResponse"
        check(ANSWERED["clear"], known, expected=expected, found=evidence, evidence=evidence)
        if asked.result == "ACCEPTED":
            found = told(iut, emsp, check, asked).get("result")
        else:
            found = (
                asked.result if asked.result == "REJECTED" else None
            )  # it knows already that there is nothing
        if found != "ACCEPTED":
            break
    if found is None:
        check.inconclusive(slug, "nothing was told of a clear", evidence=evidence)
    else:
        check(slug, found != "ACCEPTED", expected="UNKNOWN", found=found, evidence=evidence)


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
    update = iut.sends("PUT", endpoint=UPDATE, since=mark)
    told = check("chargingprofiles-update-sent", update.seen, expected="a PUT", evidence=update)
    check.requires(told, "it tells no changes")
    check.requires(free, "before a profile was set it told no plan in A")
    check.applies(max(free) > LOW, f"it planned no more than {LOW} A before a profile was set")

    mark = emsp.journal.mark()
    iut.act("cancel-charging-profile", session_id=session)
    # Another change may be told before.
    update = iut.sends("PUT", endpoint=UPDATE, since=mark, where=lambda call: widened(call.request.json))
    update = update or iut.sends("PUT", endpoint=UPDATE, since=mark, within=0)
    check.requires(update, "it did not tell of the end of all profiles")
    profile = reported(update).get("charging_profile")
    unit = profile.get("charging_rate_unit") if isinstance(profile, dict) else None
    check.requires(unit == "A", f"its update has the unit {unit}, so that it can't be compared with {LOW} A")
    found = limits(reported(update))
    wide = widened(reported(update))
    slug = "chargingprofiles-update-shows-capacity"
    check(slug, wide, expected=f"more than the {LOW} A of the old profile", found=found, evidence=update)


def widened(update: Any) -> bool:
    """Whether an update plans for more than the old profile had."""
    return isinstance(update, dict) and max(limits(update), default=0) > LOW


def forms() -> Iterator[dict[str, Any]]:
    """Profiles with no optional field, and with all of them, the periods of which are yet to come."""
    names = ("start_date_time", "duration", "min_charging_rate", "charging_profile_period")
    yield {"charging_rate_unit": "W", **dict.fromkeys(names)}
    periods = [{"start_period": 0, "limit": 11000}, {"start_period": 3600, "limit": 6900.5}]
    values = (clock.stamp(clock.now()), 86400, 1400.5, periods)
    yield {"charging_rate_unit": "W", **dict(zip(names, values, strict=True))}


def test_profiles_of_every_form_are_read(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP sets profiles with all optional fields and with none, whatever the CPO then decides."""
    session = a_session(iut, emsp)
    plain = ask(iut, emsp, "set", session, at_most(LOW))
    check.requires(plain.result in RESPONSES, f"it answers no profile at all: {plain.answer}")
    for profile in forms():
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
    if asked.result == "NOT_SUPPORTED" and is_capable(iut, emsp, session):
        slug = "chargingprofiles-capable-evse-supported"
        check(slug, False, expected="support", found=asked.result, evidence=asked.answer)
    check.requires(asked.result == "ACCEPTED", f"the CPO answered {asked.result or asked.answer} to {kind}")
    check("chargingprofiles-capable-evse-supported", True, evidence=asked.answer)
    return told(iut, emsp, check, asked)


def told(iut: Iut, emsp: Emsp, check: Check, asked: Asked) -> dict[str, Any]:
    """Wait for the outcome that is due, as the CPO has accepted; the result that it posted."""
    seen, slug = outcome(iut, emsp, asked), POSTED[asked.kind]
    posted = check(slug, seen.seen, expected=f"POST {asked.url}", evidence=(asked.answer, *_of(seen)))
    check.requires(posted, f"no outcome of {asked.kind} came")
    return reported(seen)


def _of(seen):
    return (seen.exchange,) if seen.exchange else seen.near
