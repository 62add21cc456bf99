"""Sessions: how a CPO addresses and writes them, what becomes of each, and how an eMSP asks for them."""

from collections.abc import Iterator
from typing import Any

from ...simulators import clock
from ...simulators.answering import Place, locate
from ...simulators.sessions import PREFERENCES
from ...simulators.store import Key, key_of
from .histories import ROUNDING, Histories, moment, starts
from .references import References
from .ruling import Ruling, View

LIST = "sessions.sender.list"
UNASSIGNED = "#NA"
UNENDED = frozenset({"PENDING", "ACTIVE", "RESERVATION"})

Object = dict[str, Any]


class Sessions:
    """Judges every exchange of the sessions module, and remembers what of it matters later."""

    def __init__(self) -> None:
        self._histories: Histories | None = None
        self._references = References()
        self._listed: dict[Key, Object] = {}

    def answered(self, view: View) -> Iterator[Ruling]:
        """The Sessions in an answer of the IUT's own list."""
        self._references.commanded(view)
        if view.endpoint is None or view.endpoint.id != LIST or not view.succeeded:
            return
        data = view.response.envelope.get("data")
        for session in data if isinstance(data, list) else ():
            if isinstance(session, dict) and not self._listed_so(session):
                yield from _owner(session, view)
                yield from self._state(view, session, source="list")

    def _listed_so(self, session: Object) -> bool:
        """Whether the list had a Session in this very state when it was read last: then it says nothing new."""
        key = _key(session)
        if key is None:
            return False
        before = self._listed.get(key)
        self._listed[key] = session
        return before == session

    def requested(self, view: View) -> Iterator[Ruling]:
        """A request of the IUT to one of our two interfaces."""
        self._references.authorized(view)
        place = locate(view.party, view.request)
        if place is None or place.module != "sessions":
            return
        if place.interface == "SENDER":
            yield from _asks(view, place)
        elif place.interface == "RECEIVER":
            yield from _addressed(view, place)
            yield from self._pushed(view, place)

    def _pushed(self, view: View, place: Place) -> Iterator[Ruling]:
        body = view.request.json
        if view.endpoint is None or not isinstance(body, dict):
            return
        if view.request.method == "PATCH":
            holds = body.get("last_updated") is not None
            yield Ruling("sessions-push-patch-has-last-updated", holds, "last_updated in the body", "none")
        elif view.request.method == "PUT":
            yield from _repeated_in_url(place, body)
        session, rulings = self._kept(view).pushed(view, key_of(*place.rest[:3]), body)
        yield from rulings
        if session is not None:
            yield from self._state(view, session, source=view.party.name)

    def _state(self, view: View, session: Object, *, source: str) -> Iterator[Ruling]:
        """One Session as it stands, and what it has come from."""
        yield from _times(session)
        yield from _evse(session)
        yield from self._references.judge(session)
        key = _key(session)
        if key is not None:
            yield from self._kept(view).came_to(key, session, source=source)

    def _kept(self, view: View) -> Histories:
        self._histories = self._histories or Histories(view.version)
        return self._histories


def _key(session: Object) -> Key | None:
    names = [session.get(name) for name in ("country_code", "party_id", "id")]
    return key_of(*map(str, names)) if all(isinstance(name, str) for name in names) else None


def _own(view: View) -> set[tuple[str, str]]:
    """The CPO parties of the IUT; empty where it has not said, and for a hub."""
    if view.is_hub:
        return set()
    return {
        (role.country_code.casefold(), role.party_id.casefold())
        for role in view.iut_roles
        if role.role == "CPO"
    }


def _owner(session: Object, view: View) -> Iterator[Ruling]:
    own, key = _own(view), _key(session)
    if own and key is not None and len(key[0]) == 2 and key[0].isalpha():
        expected = "one of the CPO roles in the credentials"
        yield Ruling("sessions-owner-among-roles", key[:2] in own, expected, " ".join(key[:2]))


def _addressed(view: View, place: Place) -> Iterator[Ruling]:
    """Methods and URLs at our receiver interface."""
    method = view.request.method
    yield Ruling("sessions-push-methods", method in ("GET", "PUT", "PATCH"), "GET, PUT or PATCH", method)
    if method not in ("GET", "PUT", "PATCH"):
        return
    if method == "PATCH":
        below = "/".join(place.rest[3:])
        yield Ruling("sessions-push-patch-whole-session", not below, "nothing after the session id", below)
    owner, own = tuple(part.casefold() for part in place.rest[:2]), _own(view)
    if own and len(owner) == 2:
        expected = "one of its own CPO parties"
        yield Ruling("sessions-push-url-own-party", owner in own, expected, " ".join(owner))


def _repeated_in_url(place: Place, body: Object) -> Iterator[Ruling]:
    """What a PUT says twice is the same in both places."""
    addressed, key = key_of(*place.rest[:3]), _key(body)
    if key is None or len(addressed) < 3:
        return
    yield Ruling(
        "sessions-push-url-owner-equals-body",
        key[:2] == addressed[:2],
        f"{' '.join(key[:2])}, as in the Session",
        " ".join(addressed[:2]),
    )
    yield Ruling(
        "sessions-push-url-id-equals-body",
        key[2] == addressed[2],
        f"{key[2]} at the end of the URL",
        addressed[2],
    )


def _times(session: Object) -> Iterator[Ruling]:
    """An end is there only when it is over, after the start, and no period begins later."""
    begin, end = moment(session, "start_date_time"), moment(session, "end_date_time")
    status = session.get("status")
    if status in UNENDED:
        told = f"{clock.stamp(end)} while {status}" if end else ""
        yield Ruling("sessions-end-only-when-over", end is None, "no end_date_time yet", told)
    if status == "COMPLETED":
        yield Ruling("sessions-completed-has-end", end is not None, "an end_date_time", "none")
    if begin is None or end is None or status == "INVALID":  # which it may be for its times
        return
    yield Ruling(
        "sessions-end-after-start",
        end + ROUNDING > begin,
        f"not before {clock.stamp(begin)}",
        clock.stamp(end),
    )
    if starts(session):
        last = max(starts(session))
        expected, found = f"none that begins after {clock.stamp(end)}", clock.stamp(last)
        yield Ruling("sessions-periods-before-end", last < end + ROUNDING, expected, found)


def _evse(session: Object) -> Iterator[Ruling]:
    """Where a Session is ACTIVE is known: only a reservation may leave it open."""
    names = [name for name in ("evse_uid", "connector_id") if isinstance(session.get(name), str)]
    if session.get("status") == "ACTIVE" and names:
        open_ = [name for name in names if session[name] == UNASSIGNED]
        yield Ruling(
            "sessions-active-has-evse", not open_, "an EVSE and a Connector", f"{', '.join(open_)} #NA"
        )


def _asks(view: View, place: Place) -> Iterator[Ruling]:
    """What an eMSP asks of our sender interface."""
    method, rest = view.request.method, tuple(part for part in place.rest if part)
    yield Ruling("sessions-ask-methods", method in ("GET", "PUT"), "GET or PUT", method)
    if method == "GET" and not rest:
        asked = "date_from" in view.request.query
        yield Ruling("sessions-pull-has-date-from", asked, "the parameter date_from", "none")
    elif method == "PUT":
        formed = len(rest) == 2 and rest[1] == PREFERENCES
        expected = f"the id of a Session, then {PREFERENCES}"
        yield Ruling("sessions-preferences-url", formed, expected, "/".join(rest))


__all__ = ["Sessions"]
