"""Charging profiles: what a CPO doesn't accept: sessions that it doesn't know or that are over, incomplete requests."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.chargingprofiles.limiting import (
    Asked,
    a_session,
    a_session_without_profiles,
    ask,
    at_most,
    is_capable,
    outcome,
    reported,
)
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="chargingprofiles", iut="CPO", side="RECEIVER", writes=True)

NOBODYS = "ocpi-conformance-unknown"


def test_unknown_sessions_are_named(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP sets, asks for and clears the profile of a session that there is not."""
    for kind, profile in (("set", at_most(8)), ("active", None), ("clear", None)):
        asked = ask(iut, emsp, kind, NOBODYS, profile)
        answer, refused = asked.answer, asked.result != "ACCEPTED"
        slug = "chargingprofiles-unknown-session-refused"
        check(slug, refused, expected="not ACCEPTED", found=asked.result, evidence=answer)
        if refused:
            found = asked.result or answer
            slug = "chargingprofiles-unknown-session-named"
            check(slug, expected="UNKNOWN_SESSION", found=found, evidence=answer)


def test_incomplete_requests_are_refused(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP leaves off what a request has to have."""
    session = a_session(iut, emsp)
    known = ask(iut, emsp, "active", session)
    check.requires(
        known.result == "ACCEPTED", f"the CPO answered {known.result or known.answer} to a whole one"
    )
    outcome(iut, emsp, known)
    url = emsp.new_profile_url("active")
    for method, params in (("GET", {"response_url": url}), ("GET", {"duration": "900"}), ("DELETE", {})):
        answer = bare(iut, emsp, method, session, params=params)
        refused = not accepted(answer)
        slug = "chargingprofiles-missing-parameters-refused"
        check(slug, refused, expected="2001", found=answer, evidence=answer)

    url = emsp.new_profile_url("set")
    unknown_unit = {**at_most(8), "charging_rate_unit": "KW"}
    bodies = ({"response_url": url}, {"response_url": url, "charging_profile": unknown_unit})
    for body in bodies:
        answer = bare(iut, emsp, "PUT", session, body=body)
        legal = answer.status_code in (2000, 2001) and not accepted(answer)
        slug = "chargingprofiles-set-invalid-refused"
        check(slug, legal, expected="2001", found=answer, evidence=answer)


def test_only_capable_evses_take_profiles(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP sets a profile on a session at an EVSE that takes none, and on one that is over."""
    session = a_session_without_profiles(iut, emsp)
    asked = ask(iut, emsp, "set", session, at_most(8))
    elsewhere = asked.result == "ACCEPTED" and is_capable(iut, emsp, session) is not False
    check.requires(not elsewhere, "its session isn't known to be at the EVSE that was named to its trigger")
    judge_refusal(iut, emsp, check, "chargingprofiles-incapable-evse-refused", asked, "NOT_SUPPORTED")


def test_sessions_that_are_over_take_no_profiles(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A session ends; the eMSP sets a profile on it."""
    session = a_session(iut, emsp)
    iut.act("complete-session", session_id=session)
    emsp.notes.clear()
    asked = ask(iut, emsp, "set", session, at_most(8))
    judge_refusal(iut, emsp, check, "chargingprofiles-ended-session-refused", asked, "REJECTED")


def judge_refusal(iut: Iut, emsp: Emsp, check: Check, slug: str, asked: Asked, expected: str) -> None:
    """A profile is not to be set: by the CPO's answer, or by the outcome that it posts then."""
    found, evidence = asked.result, [asked.answer]
    check.requires(found, f"the CPO gave no ChargingProfileResponse: {asked.answer}")
    if found == "ACCEPTED":
        seen = outcome(iut, emsp, asked)
        check.requires(seen, "the CPO answered ACCEPTED, and no outcome came")
        evidence, found = [asked.answer, seen.exchange], f"ACCEPTED, then {reported(seen).get('result')}"
    refused = not found.endswith("ACCEPTED")
    check(slug, refused, expected=expected, found=found, evidence=evidence)


def accepted(answer: Answer) -> bool:
    data = answer.data
    return answer.accepted and isinstance(data, dict) and data.get("result") == "ACCEPTED"


def bare(iut: Iut, emsp: Emsp, method: str, session: str, **what) -> Answer:
    """A request about a session's profile as it is given."""
    name = {"GET": "get", "PUT": "set", "DELETE": "clear"}[method]
    url = iut.connection.below("chargingprofiles", "RECEIVER", session)
    return emsp.call(method, url, to=iut.connection, endpoint=f"chargingprofiles.receiver.{name}", **what)
