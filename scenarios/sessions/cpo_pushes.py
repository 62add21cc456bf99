"""Sessions: a CPO is made to charge, and tells the eMSP from the beginning to the end; what it serves follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.clock import parse, stamp
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.parts import part
from ocpi_conformance.simulators.roles import Emsp
from ocpi_conformance.simulators.store import Key, key_of

pytestmark = applies_to(module="sessions", iut="CPO", side="SENDER", feature="push", writes=True)

LIST = "sessions.sender.list"
PAGES = 200
OPEN = ("location_id", "evse_uid", "connector_id")
UNASSIGNED = "#NA"
WHOLE_SECOND = timedelta(seconds=1)
TOKEN = ("country_code", "party_id", "uid", "type", "contract_id")

JUDGED_ON_EACH_PUSH = (
    "sessions-push-methods",
    "sessions-push-url-own-party",
    "sessions-push-url-owner-equals-body",
    "sessions-push-url-id-equals-body",
    "sessions-end-only-when-over",
)
"""The judge of every exchange speaks of these, if there is a push to judge."""

Session = dict[str, Any]


def test_a_session_is_told_from_begin_to_end(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A driver charges with a Token of ours: the Session is PUT, becomes ACTIVE, goes on and is COMPLETED."""
    token = emsp.add_token(type="RFID", whitelist="ALWAYS", valid=True)
    known = "tokens" if iut.claim.covers("tokens", "RECEIVER") else ""
    if known:
        check.requires(emsp.push_token(iut.connection, token).accepted, "a Token that was PUT was refused")
    mark, before = emsp.journal.mark(), {key for key, _ in emsp.store.received("sessions").items()}
    told = iut.act("push-session", **({"token_uid": token["uid"]} if known else {}))

    session_id = str(told.get("session_id") or "")
    push = iut.sends(
        where=lambda exchange: (
            speaks_of(emsp, exchange, session_id) and (bool(session_id) or is_new(emsp, exchange, before))
        ),
        since=mark,
    )
    if not push:
        for slug in JUDGED_ON_EACH_PUSH:
            check.inconclusive(slug, "no push of a Session came")
    method = push.exchange.request.method if push.exchange else "no request"
    astray = [str(each) for each in push.near if each.request.method == "PUT" and each.endpoint is None]
    check.requires(push.seen or not astray, f"it was PUT where nothing is listed: {', '.join(astray)}")
    check("sessions-push-new-by-put", method == "PUT", expected="PUT", found=method, evidence=push)
    check.requires(method == "PUT", "the new Session was not announced by PUT")
    assert push.exchange is not None
    session_id = push.exchange.request.segments[-1]
    first = push.exchange.request.json if isinstance(push.exchange.request.json, dict) else {}
    named_token(check, token if known else {}, first, push)
    named_place(iut, emsp, check, first, push)

    active = becomes(iut, emsp, session_id, mark, lambda session: session.get("status") == "ACTIVE")
    expected = "a PUT or PATCH with status ACTIVE"
    check(
        "sessions-push-changes",
        active.seen,
        expected=expected,
        found=last(active),
        evidence=active,
        check="begins",
    )
    check.requires(active, "the Session did not become ACTIVE")

    mark = emsp.journal.mark()
    iut.act("update-session", session_id=session_id)
    more = becomes(iut, emsp, session_id, mark, lambda session: bool(session))
    expected = "a PUT or PATCH after it was charged on"
    check(
        "sessions-push-changes",
        more.seen,
        expected=expected,
        found=last(more),
        evidence=more,
        check="goes on",
    )

    mark = emsp.journal.mark()
    iut.act("complete-session", session_id=session_id)
    over = becomes(iut, emsp, session_id, mark, lambda session: session.get("status") == "COMPLETED")
    expected = "a PUT or PATCH with status COMPLETED"
    check(
        "sessions-push-changes", over.seen, expected=expected, found=last(over), evidence=over, check="ends"
    )
    check.requires(over, "the Session did not become COMPLETED")
    advances(check, first, over)
    adds_up(iut, emsp, check, first, over)


def advances(check: Check, first: Session, over: Sighting) -> None:
    """In the end it is newer than in the beginning; that nothing is older than before, the judge sees."""
    body = over.exchange.request.json if over.exchange else {}
    then, now = (parse(str(told.get("last_updated"))) for told in (first, body))
    if then is None or now is None or (now == then and now.microsecond == 0):
        return  # whole seconds don't tell them apart
    check(
        "sessions-push-last-updated-advances",
        now > then,
        expected=f"later than {first['last_updated']}",
        found=body.get("last_updated"),
        evidence=over,
    )


def named_token(check: Check, token: dict[str, Any], session: Session, push: Sighting) -> None:
    """The Session is of the Token that was presented, with all that tells it."""
    named = session.get("cdr_token")
    found = named if isinstance(named, dict) else {}
    if str(found.get("uid")).casefold() != str(token.get("uid")).casefold():
        check.inconclusive("sessions-token-as-sent", "the Session is of another Token", evidence=push)
        return
    other = [name for name in TOKEN if str(found.get(name)).casefold() != token[name].casefold()]
    expected = {name: token[name] for name in TOKEN}
    check("sessions-token-as-sent", not other, expected=expected, found=found, evidence=push)


def named_place(iut: Iut, emsp: Emsp, check: Check, session: Session, push: Sighting) -> None:
    """The Location of the Session has that EVSE, and that Connector."""
    names = [str(session.get(name)) for name in OPEN]
    if not iut.connection.url("locations", "SENDER"):
        check.not_applicable("sessions-place-exists", "it serves no Locations")
        return
    location = emsp.ask_for(iut.connection, names[0])
    if not location.accepted or UNASSIGNED in names:
        check.not_applicable(
            "sessions-place-exists", "the Session is at a Location that it doesn't serve, or at none yet"
        )
        return
    served = location.data if isinstance(location.data, dict) else {}
    evse = part(served, names[1])
    if evse is not None and not evse.get("connectors"):
        check.inconclusive(
            "sessions-place-exists", "the EVSE is served without Connectors", evidence=location
        )
        return
    there = part(served, *names[1:]) is not None
    check(
        "sessions-place-exists",
        there,
        expected=f"the Connector {names[2]} of EVSE {names[1]}",
        found="the Location has none of that name",
        evidence=[push, location],
    )


def refused_of(iut: Iut, session: Session) -> bool:
    """Whether we refused a push of a Session: then what we have is not all that was told."""

    def refused(call: Exchange) -> bool:
        about = call.endpoint is not None and call.endpoint.id.startswith("sessions.receiver")
        code = call.response.envelope.get("status_code") if call.response else None
        return about and str(session["id"]) in call.request.url and isinstance(code, int) and code >= 2000

    return iut.sends(where=refused, within=0).seen


def adds_up(iut: Iut, emsp: Emsp, check: Check, first: Session, over: Sighting) -> None:
    """The pushes, one after the other, make the Session that is served."""
    key = identity(first)
    told = emsp.store.received("sessions").get(key) or {}
    if not iut.connection.url("sessions", "SENDER"):
        check.not_applicable("sessions-push-matches-served", "it serves no list of Sessions")
        return
    changed = parse(str(told.get("last_updated")))
    check.requires(changed, "what was pushed has no last_updated")
    assert changed is not None
    check.requires(not refused_of(iut, first), "a push of it was wrong, and so refused")
    pages: list[Answer] = []
    served: Session = {}

    def read() -> Answer:
        since = {"date_from": stamp(changed - WHOLE_SECOND)}
        pages[:] = crawl(emsp, iut.connection, LIST, params=since, pages=PAGES)
        items = [item for page in pages for item in page.items if isinstance(item, dict)]
        served.clear()
        served.update(next((item for item in items if identity(item) == key), {}))
        return pages[-1]

    def same(_: Answer) -> bool:
        listed = parse(str(served.get("last_updated")))
        return listed is not None and abs(listed - changed) < WHOLE_SECOND

    if not same(iut.settles(read, same)):
        reason = "its list doesn't have the Session in the state that was pushed last"
        check.inconclusive("sessions-push-matches-served", reason, evidence=[over, *pages])
        return
    others = ("last_updated",)
    found = differences(iut.claim.ocpi_version, "Session", served, told, besides=others, legal=True)
    check(
        "sessions-push-matches-served",
        not found,
        expected="the Session as it is served",
        found="; ".join(map(str, found)),
        evidence=[over, *pages],
    )


def identity(session: Session) -> Key:
    return key_of(*(str(session.get(name)) for name in ("country_code", "party_id", "id")))


def speaks_of(emsp: Emsp, exchange: Exchange, session_id: str) -> bool:
    """Whether a request changes something at our receiver interface; of one Session where its id is known."""
    place = locate(emsp, exchange.request)
    ours = place is not None and (place.module, place.interface) == ("sessions", "RECEIVER")
    if not ours or exchange.request.method == "GET":
        return False
    return not session_id or session_id.casefold() in (part.casefold() for part in exchange.request.segments)


def is_new(emsp: Emsp, exchange: Exchange, before: set[Key]) -> bool:
    """Whether a push can announce a Session: those of earlier charges, which nobody here has heard of, go on too."""
    place = locate(emsp, exchange.request)
    return exchange.request.method != "PATCH" and place is not None and key_of(*place.rest[:3]) not in before


def becomes(iut: Iut, emsp: Emsp, session_id: str, since: int, holds: Callable[[Session], bool]) -> Sighting:
    """A push by which the Session comes to be so."""

    def fits(exchange: Exchange) -> bool:
        body = exchange.request.json
        told = exchange.request.method in ("PUT", "PATCH") and isinstance(body, dict)
        return told and speaks_of(emsp, exchange, session_id) and holds(body)

    return iut.sends(where=fits, since=since)


def last(sighting: Sighting) -> str:
    return "" if sighting.seen else ", ".join(map(str, sighting.near)) or "no request"
