"""Journeys: two drivers charge at once. About one card the eMSP is to be asked, the other is on the whitelist."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.roles import Emsp

from .following import cdr_of, comes_to, copy_of, session_of, told_by

pytestmark = applies_to(module="journeys", iut="CPO", side="SENDER", feature="push", writes=True)

AUTHORIZE = "tokens.sender.authorize"
APART = "journeys-sessions-kept-apart"

Object = dict[str, Any]


def test_two_drivers_charge_by_card(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Both Sessions say how their cards were authorized; what becomes of one leaves the other as it is."""
    iut.url("tokens", "RECEIVER")
    first = "NEVER" if iut.claim.has("realtime-authorization") else "ALWAYS"
    asked, known = (emsp.add_token(type="RFID", whitelist=whitelist) for whitelist in (first, "ALWAYS"))
    for token in (asked, known):
        answer = emsp.push_token(iut.connection, token)
        check.requires(answer.accepted, f"the IUT took no Token: {answer}")

    one, other = _begins(iut, emsp, check, asked), _begins(iut, emsp, check, known)
    check(APART, one["id"] != other["id"], expected="a Session each", found=one["id"])
    check.requires(one["id"] != other["id"], "both drivers got the same Session")

    before = copy_of(emsp, other)
    for action in ("update-session", "complete-session"):
        iut.act(action, session_id=one["id"])
    ended = comes_to(iut, emsp, one, "COMPLETED")
    after = copy_of(emsp, other)
    same = {name: after.get(name) for name in ("status", "location_id", "evse_uid", "end_date_time")}
    wanted = {name: before.get(name) for name in same}
    check(APART, expected=wanted, found=same)  # it may well charge on meanwhile

    told_by(iut, "complete-session", session_id=other["id"])
    for token, session in ((asked, ended), (known, copy_of(emsp, other))):
        if session.get("status") == "COMPLETED":
            cdr_of(
                iut, token, session, asked_for=True
            )  # who charged what is for the judge of Sessions and their CDRs


def _begins(iut: Iut, emsp: Emsp, check: Check, token: Object) -> Object:
    """A driver presents a card, and charges."""
    mark = emsp.journal.mark()
    iut.act("push-session", token_uid=token["uid"])
    session = session_of(iut, token, since=mark)
    comes_to(iut, emsp, session, "ACTIVE")
    requests = emsp.journal.all(
        "POST", endpoint=AUTHORIZE, direction="received", since=mark, where=lambda found: _about(found, token)
    )
    slug = "journeys-auth-method-as-authorized"
    method = copy_of(emsp, session).get("auth_method")
    if token["whitelist"] == "NEVER":
        check.requires(requests, "the CPO didn't ask about a card whose whitelist is NEVER")
    check(slug, expected="AUTH_REQUEST" if requests else "WHITELIST", found=method, evidence=requests)
    return session


def _about(exchange: Exchange, token: Object) -> bool:
    return token["uid"].casefold() in (segment.casefold() for segment in exchange.request.segments)
