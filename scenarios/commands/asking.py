"""Commanding a CPO, and what becomes of a command: the answer at once, the result after."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from ocpi_conformance.conformance import Check, Iut
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.roles import Emsp
from ocpi_conformance.simulators.store import key_of

LONGEST_S = 120
"""For no longer is a result waited for, whatever timeout an answer states."""
MUTE = "commands-mute"
RESPONSE = "HTTP 200, 1000, CommandResponse"

Object = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What became of one command. `overdue` says that no result came within the stated timeout."""

    name: str
    answer: Answer
    result: Sighting | None = None
    overdue: bool = False

    @property
    def said(self) -> str:
        """The result of the CommandResponse; empty where there is none."""
        data = self.answer.data if self.answer.accepted else None
        return str(data.get("result") or "") if isinstance(data, dict) else ""

    @property
    def reported(self) -> str:
        """The result of the CommandResult; empty where none came."""
        return result_of(self.result.exchange) if self.result and self.result.exchange else ""

    @property
    def accepted(self) -> bool:
        return self.said == "ACCEPTED"

    @property
    def unsupported(self) -> bool:
        return "NOT_SUPPORTED" in (self.said, self.reported)

    @property
    def done(self) -> bool:
        """It was accepted, and carried out."""
        return self.accepted and self.reported == "ACCEPTED"

    @property
    def open(self) -> bool:
        """It was accepted, and nobody has heard what came of it."""
        return self.accepted and not self.reported

    @property
    def evidence(self) -> tuple[Answer | Sighting, ...]:
        """The result is what counts, so it comes first; the answer tells whether there was one at all."""
        return (self.answer,) if self.result is None else (self.result, self.answer)

    def __str__(self) -> str:
        if not self.said:
            return f"{self.name}: {self.answer}"
        after = f", then {self.reported or 'no result'}" if self.accepted else ""
        return f"{self.name}: {self.said}{after}"


def ask(
    iut: Iut, emsp: Emsp, name: str, body: Object, *, query: str = "", peer: Emsp | None = None
) -> Outcome:
    """Send a command and wait for its result, if one is due; `query` is added to its response URL."""
    sender = peer or emsp
    mark = sender.journal.mark()
    url = sender.new_response_url(name) + query
    connection = iut.connection if peer is None else next(iter(peer.connections.registered()))
    answer = sender.command(connection, name, body, response_url=url)
    first = Outcome(name, answer)
    if not first.accepted:
        return first
    timeout = answer.data.get("timeout")
    stated = timeout if isinstance(timeout, int) and not isinstance(timeout, bool) else 0

    def awaited(within: float | None) -> Sighting:
        return iut.sends(
            "POST",
            peer=sender,
            where=lambda found: reports(sender, found, url),
            since=mark,
            within=within,
        )

    seen = awaited(None)
    if not seen and not sender.notes.get(MUTE):
        passed = (clock.now() - answer.exchange.started).total_seconds()
        seen = awaited(max(0.0, min(stated, LONGEST_S) - passed))
    if not seen:
        sender.notes[MUTE] = True
    waited = (clock.now() - answer.exchange.started).total_seconds()
    return Outcome(name, answer, seen, overdue=not seen and waited >= stated)


def reports(party: Party, exchange: Exchange, url: str) -> bool:
    """Whether a request is the result of the command with this response URL, or one that went astray."""
    place = locate(party, exchange.request)
    if place is None or (place.module, place.interface) != ("commands", "SENDER"):
        return False
    if at(exchange, url):
        return True
    return len(place.rest) != 2 or party.store.own("commands").get(key_of(*place.rest)) is None


def at(exchange: Exchange, url: str) -> bool:
    """Whether something was sent to the path of a URL; what its host is called is not always told."""
    return exchange.request.segments == tuple(
        unquote(segment) for segment in urlsplit(url).path.split("/") if segment
    )


def result_of(exchange: Exchange) -> str:
    """The result in a CommandResult, in an envelope or in none; empty where there is none."""
    body = exchange.request.json
    body = body if isinstance(body, dict) else {}
    inner = body.get("data")
    return str(body.get("result") or (inner.get("result") if isinstance(inner, dict) else None) or "")


def told_session(iut: Iut, emsp: Emsp, token: Object, *statuses: str) -> Object | None:
    """The newest Session of a Token, pushed or listed, waited for until it has one of the statuses."""

    def found() -> Object | None:
        sessions = [session for session in emsp.store.received("sessions") if is_of(session, token)]
        return sessions[-1] if sessions else None

    def settled() -> bool:
        session = found()
        return session is not None and (not statuses or session.get("status") in statuses)

    if not iut.claim.covers("sessions", "SENDER"):
        return None
    since = clock.stamp(clock.now() - timedelta(hours=1))
    if iut.claim.has("push", "sessions"):
        iut.sends(endpoint="sessions.receiver.*", where=lambda _: settled())
        if not settled():
            emsp.pull_sessions(iut.connection, {"date_from": since})
    else:
        iut.settles(lambda: emsp.pull_sessions(iut.connection, {"date_from": since})[-1], lambda _: settled())
    return found()


def is_of(session: Object, token: Object) -> bool:
    """Whether a Session is of a Token."""
    card = session.get("cdr_token")
    return isinstance(card, dict) and str(card.get("uid")).casefold() == token["uid"].casefold()


def asks_about(emsp: Emsp, exchange: Exchange, token: Object) -> bool:
    """Whether a request is a real-time authorization of a Token."""
    place = locate(emsp, exchange.request)
    if place is None or (place.module, place.interface) != ("tokens", "SENDER"):
        return False
    uid, *rest = place.rest or ("",)
    return uid.casefold() == token["uid"].casefold() and rest == ["authorize"]


def why(outcome: Outcome, need: str) -> str:
    """Why a scenario can't go on, and what the user can do."""
    return f"{outcome}: {need}"


def undone(check: Check, slug: str, outcome: Outcome) -> None:
    """Neither the CPO nor the charge point may say that it did what isn't to be done."""
    if outcome.open:
        check.inconclusive(slug, why(outcome, "raise patience_s"), evidence=outcome.evidence)
        return
    expected = "a refusal, at once or after"
    check(slug, not outcome.done, expected=expected, found=str(outcome), evidence=outcome.evidence)


def nothing_left(iut: Iut, emsp: Emsp, check: Check, slug: str, number: str) -> None:
    """A reservation is gone: it can't be cancelled. Of who cancels anything again and again nobody can tell."""
    late = ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": number})
    if late.done and ask(iut, emsp, "CANCEL_RESERVATION", {"reservation_id": number}).done:
        check.inconclusive(
            slug, "it cancels a reservation as often as it is asked to", evidence=late.evidence
        )
        return
    undone(check, slug, late)


def doubts(check: Check, slug: str, refused: Outcome, again: Outcome) -> None:
    """A Token was refused: for what it is where another one, or the same one once it was known, is not."""
    if again.accepted:
        expected = "ACCEPTED, as with a Token that it knows as valid"
        check(slug, False, expected=expected, found=refused.said or refused.answer, evidence=refused.answer)
    else:
        check.inconclusive(slug, why(again, "a Token that it knows is refused too"), evidence=again.answer)


def unasked(iut: Iut, emsp: Emsp, check: Check, token: Object, slug: str) -> None:
    """Of a Token that nobody but this command has used, no question may come."""
    asked = iut.stays_quiet(where=lambda found: asks_about(emsp, found, token))
    check(slug, not asked, expected="no real-time authorization", found=asked.exchange, evidence=asked)
