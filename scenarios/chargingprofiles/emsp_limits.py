"""Charging profiles: an eMSP limits a session of one of its customers, and hears what comes of it."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="chargingprofiles", iut="EMSP", side="SENDER", writes=True)

REQUESTS = {
    "set-charging-profile": ("chargingprofiles-set-sent", "PUT", "set"),
    "get-active-charging-profile": ("chargingprofiles-get-sent", "GET", "get"),
    "clear-charging-profile": ("chargingprofiles-clear-sent", "DELETE", "clear"),
}
HEAD_START = timedelta(minutes=20)


def test_profiles_are_set_asked_for_and_cleared(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The eMSP sets a profile and asks for the plan; the CPO's plan changes; the eMSP clears its profile."""
    session = a_session(iut, cpo, check)
    carried_out(iut, cpo, check, "set-charging-profile", session, limit=8)
    carried_out(iut, cpo, check, "get-active-charging-profile", session)

    answer = cpo.push_active_profile(iut.connection, session)
    taken = answer.accepted
    check("chargingprofiles-update-taken", taken, expected="accepted", found=answer, evidence=answer)

    carried_out(iut, cpo, check, "clear-charging-profile", session)
    mark = cpo.journal.mark()
    if iut.tries("clear-charging-profile", session_id=session).done:
        judge_result(cpo, check, mark)  # UNKNOWN this time, as nothing is set any more


def carried_out(iut: Iut, cpo: Cpo, check: Check, action: str, session: str, **how: Any) -> None:
    """Tell the eMSP what to ask for; the CPO does it and posts the outcome, which the eMSP has to take."""
    slug, method, name = REQUESTS[action]
    mark = cpo.journal.mark()
    iut.act(action, session_id=session, **how)
    request = iut.sends(method, endpoint=f"chargingprofiles.receiver.{name}", since=mark)
    asked = check(slug, request.seen, expected=f"{method} on session {session}", evidence=request)
    check.requires(asked, f"it sent no {method} on a session's profile")
    told = judge_result(cpo, check, mark)
    check.requires(told, "our CPO could not carry the request out, so that it had no outcome to tell")


def judge_result(cpo: Cpo, check: Check, since: int) -> bool:
    """Whether our CPO has told an outcome; the eMSP has to take it."""
    cpo.settle()
    told = cpo.journal.all("POST", endpoint="chargingprofiles.sender.*", direction="sent", since=since)
    if told:
        answer = Answer(told[-1])
        taken = answer.accepted
        check("chargingprofiles-result-taken", taken, expected="accepted", found=answer, evidence=answer)
    return bool(told)


def a_session(iut: Iut, cpo: Cpo, check: Check) -> str:
    """The id of an ACTIVE session of ours, of a token of the eMSP, at an EVSE that takes profiles."""
    place = cpo.add_location(full=True)
    if iut.connection.url("locations", "RECEIVER"):
        cpo.push_location(iut.connection, place)
    session = cpo.begin_session(a_token(iut, cpo), location_id=place["id"], before=HEAD_START)
    put = cpo.push_session(iut.connection, session)
    check.requires(put.accepted, f"it refused a session of its own customer: {put}")
    changed = cpo.patch_session(iut.connection, session["id"], cpo.activate_session(session["id"]))
    check.requires(changed.accepted, f"it refused news of a session: {changed}")
    return session["id"]


def a_token(iut: Iut, cpo: Cpo) -> dict[str, Any]:
    """A valid Token that the eMSP lists; one of a sample where it lists none."""
    if iut.connection.url("tokens", "SENDER"):
        for page in crawl(cpo, iut.connection, "tokens.sender.list", pages=1):
            for token in page.items:
                if isinstance(token, dict) and token.get("valid") and {"uid", "contract_id"} <= set(token):
                    return token
    return cpo.token_for(iut.connection)
