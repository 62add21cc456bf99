"""Sessions: a CPO serves the list of its Sessions, by the time of their last change."""

from datetime import datetime
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.clock import parse
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="sessions", iut="CPO", side="SENDER")

LIST = "sessions.sender.list"
SINCE = "2015-01-01T00:00:00Z"
PAGES = 200
"""How far a list is followed; no duty asks for more."""
SHOWN = 3
WITHOUT_PARAMETER = (2000, 2001, 2002)

Session = dict[str, Any]


def test_the_list_holds_sessions(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP reads the whole list; each Session stands in it once."""
    url = iut.url("sessions", "SENDER")
    pages = read(iut, emsp, date_from=SINCE)

    first, sessions = pages[0], sessions_in(pages)
    check.requires(first.status_code is not None, f"the list has no response format: {first}")
    whole = len(sessions) == sum(len(page.items) for page in pages)
    served = first.accepted and isinstance(first.data, list) and whole
    expected = "a list of Sessions"
    check("sessions-list-serves-sessions", served, expected=expected, found=first, evidence=pages[:SHOWN])

    bare = emsp.call("GET", url, to=iut.connection, endpoint=LIST, params={"limit": "1"})
    told = bare.accepted or bare.status_code in WITHOUT_PARAMETER or bare.http_status == 400
    expected = "the list, 2001 or 2002"
    check("sessions-list-without-date-from", told, expected=expected, found=bare, evidence=bare)

    check.requires(sessions, "needs a Session in its list")
    twice = repeated(sessions)
    if twice:  # a list may move on while it is read
        twice &= repeated(sessions_in(read(iut, emsp, date_from=SINCE)))
    found = ", ".join(sorted(" ".join(name) for name in twice))
    check("sessions-id-unique", not twice, expected="each id once", found=found, evidence=pages[:SHOWN])


def test_the_list_is_cut_by_time(iut: Iut, emsp: Emsp, check: Check) -> None:
    """The later half of the list begins with the moment of a change, the earlier half ends before it."""
    iut.url("sessions", "SENDER")
    pages = read(iut, emsp, date_from=SINCE)
    sessions = sessions_in(pages)
    times = sorted({time for time in map(updated, sessions) if time is not None})
    check.requires(len(times) > 1, "needs two Sessions in its list that were updated at different times")
    edge = times[len(times) // 2]
    named = next(str(session["last_updated"]) for session in sessions if updated(session) == edge)
    there = {session["id"] for session in sessions if updated(session) == edge}

    pages = read(iut, emsp, date_from=named)
    check.requires(pages[-1].accepted, f"its list can't be read to the end: {pages[-1]}")
    later = sessions_in(pages)
    old = sorted(session["id"] for session in later if (time := updated(session)) and time < edge)
    missing = sorted(there - {session["id"] for session in later})
    check(
        "sessions-list-date-from-applied",
        not old and not missing,
        expected=f"what was updated at {named} or later",
        found=f"older: {', '.join(old) or 'none'}; not listed: {', '.join(missing) or 'none'}",
        evidence=pages[:SHOWN],
    )

    pages = read(iut, emsp, date_from=SINCE, date_to=named)
    check.requires(pages[-1].accepted, f"its list can't be read to the end: {pages[-1]}")
    new = sorted(
        session["id"] for session in sessions_in(pages) if (time := updated(session)) and time >= edge
    )
    check(
        "sessions-list-date-to-applied",
        not new,
        expected=f"what was updated before {named}",
        found=", ".join(new),
        evidence=pages[:SHOWN],
    )


def read(iut: Iut, emsp: Emsp, **params: str) -> list[Answer]:
    return list(crawl(emsp, iut.connection, LIST, params=params, pages=PAGES))


def sessions_in(pages: list[Answer]) -> list[Session]:
    """What the pages list that can be told to be Sessions."""
    items = [item for page in pages if page.accepted for item in page.items if isinstance(item, dict)]
    return [item for item in items if isinstance(item.get("id"), str) and not is_cdr(item)]


def is_cdr(item: dict[str, Any]) -> bool:
    return "cdr_location" in item and "kwh" not in item


def updated(session: Session) -> datetime | None:
    return parse(str(session.get("last_updated")))


def repeated(sessions: list[Session]) -> set[tuple[str, ...]]:
    names = [
        tuple(str(session.get(name)).casefold() for name in ("country_code", "party_id", "id"))
        for session in sessions
    ]
    return {name for name in names if names.count(name) > 1}
