"""Adversity: the eMSP fails a CPO: with results of commands, with CDRs, and with authorizations."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.adversity.repeating import repeats, sent_once
from ocpi_conformance.scenarios.commands.asking import ask, told_session, why
from ocpi_conformance.scenarios.commands.places import a_place
from ocpi_conformance.simulators.commands import REMOTE_START
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.mishaps import MISHAPS, at
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.peculiar import peculiar
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="adversity", iut="CPO", writes=True)

RESULT = "commands.sender.result"
POST = "cdrs.receiver.post"
AUTHORIZE = "tokens.sender.authorize"
ONCE = "adversity-lost-post-not-repeated"
TOLD = "adversity-session-told-despite-lost-result"

Object = dict[str, Any]


@applies_to(module="adversity", iut="CPO", side="RECEIVER", feature="remote-start", writes=True)
def test_a_session_is_told_although_its_result_was_lost(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A driver starts by app. We fail when the CPO reports what came of that."""
    check.applies(iut.claim.covers("commands", "RECEIVER"), "it takes no commands")
    check.applies(iut.claim.covers("sessions", "SENDER"), "it tells of no Sessions")
    place, token = a_place(iut, emsp, REMOTE_START), emsp.add_token(type="APP_USER")
    with peculiar(emsp, at(RESULT, MISHAPS["server-error"])):
        started = ask(iut, emsp, "START_SESSION", {"token": token, **place})
    check.requires(started.done, why(started, "name an EVSE that can be started by the action plug-in"))
    back = emsp.journal.mark()
    assert started.result is not None
    lost = started.result.exchange
    assert lost is not None

    session = told_session(iut, emsp, token, "ACTIVE")

    if session is None and not _tells_else(iut, emsp):
        check.inconclusive(
            TOLD, "it tells of no Session that a command begins, even where we take the result"
        )
    else:
        check(
            TOLD,
            session is not None,
            expected="the Session, pushed or listed",
            found="no Session of the Token",
            evidence=started.evidence,
        )
    again = iut.stays_quiet("POST", where=lambda found: repeats(found, lost), since=back)
    check(
        "adversity-lost-result-not-kept",
        not again.seen,
        expected="what failed isn't sent again",
        found=again.exchange,
        evidence=[lost, again],
    )
    if session is not None:
        ask(iut, emsp, "STOP_SESSION", {"session_id": str(session.get("id"))})


def _tells_else(iut: Iut, emsp: Emsp) -> bool:
    """Whether it tells of a Session of another driver, who starts while all is well; that one is ended."""
    place, token = a_place(iut, emsp, REMOTE_START), emsp.add_token(type="APP_USER")
    if not ask(iut, emsp, "START_SESSION", {"token": token, **place}).done:
        return False
    session = told_session(iut, emsp, token, "ACTIVE")
    if session is not None:
        ask(iut, emsp, "STOP_SESSION", {"session_id": str(session.get("id"))})
    return session is not None


@applies_to(module="adversity", iut="CPO", side="SENDER", feature="push", writes=True)
def test_a_cdr_is_posted_once_although_its_answer_was_lost(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The connection is cut while we answer the POST of a CDR, which we have taken."""
    check.applies(iut.claim.covers("cdrs", "SENDER"), "it sends no CDRs")
    assert iut.connection.registered
    sent_once(iut, emsp, check, ONCE, "push-cdr", POST)


@applies_to(module="adversity", iut="CPO", side="RECEIVER", feature="realtime-authorization", writes=True)
def test_nobody_charges_on_an_authorization_that_fails(iut: Iut, emsp: Emsp, check: Check) -> None:
    """About a card that may not be on a whitelist the CPO asks, and gets no answer that it could understand."""
    check.applies(iut.claim.covers("tokens", "RECEIVER"), "it takes no Tokens")
    check.applies(iut.claim.covers("sessions", "SENDER"), "it tells of no Sessions")
    slug = "adversity-failed-authorization-allows-nothing"
    for name in ("server-error", "html", "truncated", "wrong-json", "cut", "unknown-value"):
        token = emsp.add_token(type="RFID", whitelist="NEVER")
        taken = emsp.push_token(iut.connection, token)
        check.requires(taken.accepted, f"the IUT took no Token: {taken}")
        with peculiar(emsp, at(AUTHORIZE, MISHAPS.get(name, says_perhaps))):
            asked, begun = presented(iut, emsp, token)
        if not asked:
            check.inconclusive(slug, "it didn't ask about a card whose whitelist is NEVER after push-session")
            return
        found = begun.exchange
        check(slug, not begun.seen, expected="no Session", found=found, evidence=[asked, begun], check=name)
    answer = iut.probes[0].send(emsp, to=iut.connection)
    up = "adversity-up-after-failed-authorizations"
    check(up, answer.accepted, expected="an answer as ever", found=answer, evidence=answer)


def presented(iut: Iut, emsp: Emsp, token: Object) -> tuple[Sighting, Sighting]:
    """A driver presents a card: the question about it, and what comes of it."""
    mark = emsp.journal.mark()
    iut.tries("push-session", token_uid=token["uid"])
    asked = iut.sends(
        "POST", endpoint=AUTHORIZE, where=lambda found: token["uid"] in found.request.url, since=mark
    )
    begun = iut.stays_quiet(endpoint="sessions.receiver.*", where=lambda found: of(found, token), since=mark)
    return asked, begun


def says_perhaps(party: Party, request: Request, proceed: Any) -> Response:  # noqa: ARG001
    """The answer to an authorization is none that OCPI knows."""
    response = proceed(request)
    data = response.envelope.get("data")
    return response.with_json({**response.envelope, "data": {**(data or {}), "allowed": "PERHAPS"}})


def of(exchange: Exchange, token: Object) -> bool:
    """Whether a request tells of a Session of a Token."""
    body = exchange.request.json
    named = body.get("cdr_token") if isinstance(body, dict) else None
    return isinstance(named, dict) and str(named.get("uid")).casefold() == token["uid"].casefold()
