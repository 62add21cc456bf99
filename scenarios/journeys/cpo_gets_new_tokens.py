"""Journeys: credentials tokens are renewed while a driver charges at the CPO; the Session goes on as if nothing was."""

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.simulators.roles import Emsp

from .following import a_new_session, cdr_of, comes_to, copy_of, pushed_of, same

pytestmark = applies_to(
    module="journeys", iut="CPO", side="SENDER", feature="push", writes=True, phase=Phase.DISRUPTIVE
)


def test_a_session_outlives_its_tokens(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Session is begun; we renew the tokens by PUT; it goes on, ends, and is billed, under the same id."""
    connection = iut.connection
    active = comes_to(iut, emsp, a_new_session(iut), "ACTIVE")
    iut.act("update-session", session_id=active["id"])
    goes_on = pushed_of(iut, active, lambda: copy_of(emsp, active).get("kwh") != active["kwh"])
    check.requires(goes_on.seen, "it didn't tell how the Session went on, not even before")
    session = copy_of(emsp, active)

    renewed = emsp.update_credentials(connection)

    check.requires(renewed.accepted, f"it took no PUT of credentials: {renewed}")
    outcome = iut.tries("update-session", session_id=session["id"])
    told = pushed_of(iut, session, lambda: copy_of(emsp, session).get("kwh") != session["kwh"])
    turned_away = iut.sends(
        where=lambda call: call.response is not None and call.response.status == 401, within=0
    )
    check.requires(told.seen or not turned_away.seen, "it called with a token that isn't in force")
    check(
        "journeys-session-outlives-tokens",
        told.seen,
        expected=f"the Session {session['id']} goes on",
        found=outcome.detail or "no push that we could take",
        evidence=[renewed, told],
    )
    check.requires(told.seen, "the Session did not go on")
    iut.act("complete-session", session_id=session["id"])
    ended = comes_to(iut, emsp, session, "COMPLETED")
    posted = cdr_of(iut, session["cdr_token"], ended, asked_for=True)
    named = posted.request.json.get("session_id")
    check(
        "journeys-cdr-outlives-tokens",
        same(named, session["id"]),
        expected=session["id"],
        found=named,
        evidence=[renewed, posted],
    )
