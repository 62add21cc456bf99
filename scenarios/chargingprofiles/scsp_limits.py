"""Charging profiles: a smart charging provider limits a session for the CPO that it works for."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.scenarios.chargingprofiles.limiting import a_session, ask, at_most, outcome
from ocpi_conformance.simulators.roles import Emsp, Scsp

pytestmark = applies_to(
    module="chargingprofiles", iut="CPO", side="RECEIVER", feature="smart-charging-provider", writes=True
)


def test_an_scsp_sets_a_profile(iut: Iut, emsp: Emsp, bench: Bench, check: Check) -> None:
    """An SCSP registers, is told of a session and sets a profile on it; the CPO limits the session further."""
    session = a_session(iut, emsp)
    scsp = bench.new_guest(Scsp)
    registration = scsp.register(iut.versions_url, str(iut.act("issue-token").get("token") or ""))
    check.applies(registration.succeeded, f"it works with no SCSP: {registration.failure}")

    slug = "chargingprofiles-scsp-gets-sessions"
    if iut.tries("push-session", peer=scsp, session_id=session).done:
        told = iut.sends("PUT", endpoint="sessions.receiver.put", peer=scsp)
        check(slug, told.seen, expected="the session", evidence=told)
    else:
        check.not_applicable(slug, "it does not send sessions to an SCSP")

    asked = ask(iut, scsp, "set", session, at_most(12))
    check.applies(
        asked.result == "ACCEPTED", f"it lets this SCSP set nothing: {asked.result or asked.answer}"
    )
    seen = outcome(iut, scsp, asked)
    evidence = (asked.answer, seen.exchange)
    check("chargingprofiles-scsp-as-emsp", seen.seen, expected=f"POST {asked.url}", evidence=evidence)
