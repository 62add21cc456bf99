"""Histories: what a CPO says of one Session after the other, and what may become of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from ...simulators import clock
from ...simulators.sessions import appended
from ...simulators.store import Key
from ..comparing import differences
from .ruling import Ruling, View

PERIODS = "charging_periods"
FACTS = ("currency", "location_id")
TOKEN_FACTS = ("country_code", "party_id", "uid", "type")
STAGES = {"PENDING": 1, "RESERVATION": 1, "ACTIVE": 2, "COMPLETED": 3, "INVALID": 3}
ROUNDING = timedelta(seconds=1)
"""Times of whole seconds may be cut off."""
CLOCKS = timedelta(minutes=1)
"""A back-end makes a Session before the charge point, with its own clock, tells when it began."""
FLEETING = {"TIME": 1 / 3600, "PARKING_TIME": 1 / 3600, "RESERVATION_TIME": 1 / 3600, "ENERGY": 0.1}
"""What goes at most into a charging period of a second: hours, and kWh."""

Object = dict[str, Any]


class Histories:
    """Remembers the newest state of each Session, and what each of our parties has been told of it."""

    def __init__(self, version: str) -> None:
        self._version = version
        self._newest: dict[Key, Object] = {}
        self._completed: dict[tuple[str, Key], Object] = {}
        self._told: dict[tuple[str, Key], Object] = {}
        self._first: dict[tuple[str, Key], Object] = {}
        self._heard: set[tuple[str, Key, str, bytes]] = set()

    def pushed(self, view: View, key: Key, body: Object) -> tuple[Object | None, list[Ruling]]:
        """A PUT or PATCH: the Session as it is then, where that is known, and what is to be said of the step.

        What we refused changes nothing, and what comes twice is sent again after a lost answer.
        """
        place = (view.party.name, key)
        again = (*place, view.request.method, view.request.body)
        if not view.succeeded or again in self._heard:
            return None, []
        self._heard.add(again)
        before = self._told.get(place)
        if view.request.method == "PATCH":
            if before is None:
                return None, []
            rulings = list(_new_periods(before, body))
            after = appended(before, body)
        else:
            rulings, after = [], body
        if before is not None:
            rulings += _advances(self._first[place], before, after)
        self._told[place] = after
        self._first.setdefault(place, after)
        return (None if before is not None and _overtaken(before, after) else after), rulings

    def came_to(self, key: Key, session: Object, *, source: str = "") -> Iterator[Ruling]:
        """A whole Session, however it was learnt. One that is older than what is known says nothing.

        `source` tells apart what is listed and what each party was told: that the two agree is a duty of its own.
        """
        before = self._newest.get(key)
        now, then = moment(session, "last_updated"), moment(before or {}, "last_updated")
        if before is not None and (now is None or then is None or now < then):
            return
        was, status = (before or {}).get("status"), str(session.get("status"))
        if was == "COMPLETED" != status and now and then and not _later(now, then):
            return  # a list may lag behind what was pushed in the same second
        self._newest[key] = session
        yield from self._unmodified((source, key), session)
        if before is None or now is None or then is None:
            return
        if was == "COMPLETED":
            yield Ruling("sessions-completed-final", status == "COMPLETED", "COMPLETED for good", status)
        yield from _activated(before, session)
        yield from _facts(before, session)

    def _unmodified(self, place: tuple[str, Key], session: Object) -> Iterator[Ruling]:
        """What was COMPLETED, against what comes later from the same source."""
        if session.get("status") != "COMPLETED":
            return
        before = self._completed.get(place)
        self._completed[place] = session
        if before is None:
            return
        now, then = moment(session, "last_updated"), moment(before, "last_updated")
        if before == session:
            yield Ruling("sessions-completed-unmodified", True)
        elif now is not None and then is not None and _later(now, then):
            found = differences(self._version, "Session", before, session, besides=("last_updated",))
            told = "; ".join(map(str, found))
            yield Ruling("sessions-completed-unmodified", not found, "as it was when COMPLETED", told)


def _later(now: datetime, then: datetime) -> bool:
    """Whether one time is after another; whole seconds don't tell apart what falls into one."""
    return now > then if now.microsecond and then.microsecond else now - then >= ROUNDING


def _new_periods(before: Object, changes: Object) -> Iterator[Ruling]:
    """The periods of a PATCH are added: one that the receiver has already would be there twice.

    Two periods may begin in the same second where the first was over in no time.
    """
    added = starts(changes)
    if added:
        known = set(starts({PERIODS: [each for each in _periods(before) if not _fleeting(each)]}))
        again = [clock.stamp(start) for start in added if start in known]
        yield Ruling(
            "sessions-push-patch-periods-new", not again, "periods that were not sent yet", ", ".join(again)
        )


def _fleeting(period: Object) -> bool:
    """Whether a charging period can have been over within the second in which it began."""
    dimensions = period.get("dimensions")
    volumes = [
        (FLEETING[each["type"]], each.get("volume"))
        for each in (dimensions if isinstance(dimensions, list) else ())
        if isinstance(each, dict) and each.get("type") in FLEETING
    ]
    start = moment(period, "start_date_time")
    whole = start is not None and not start.microsecond
    return whole and all(isinstance(volume, (int, float)) and volume <= most for most, volume in volumes)


def _advances(first: Object, before: Object, after: Object) -> Iterator[Ruling]:
    """A change is later than the state before.

    A push may be late, and overtaken by others. But none is older than the first, unless that came late itself: then
    the older one doesn't lead any further.
    """
    now, then, begin = (moment(session, "last_updated") for session in (after, before, first))
    if now is None or then is None or begin is None:
        return
    told = (f"later than {clock.stamp(then)}", clock.stamp(now))
    if now > then:
        yield Ruling("sessions-push-last-updated-advances", True, *told)
    elif begin - now >= ROUNDING and _further(before, after):
        yield Ruling("sessions-push-last-updated-advances", False, *told)


def _overtaken(before: Object, after: Object) -> bool:
    """Whether a push came after a later one: together they make no state that the Session ever had."""
    now, then = moment(after, "last_updated"), moment(before, "last_updated")
    return now is not None and then is not None and now < then


def _further(before: Object, after: Object) -> bool:
    """Whether a Session has come further, by its status or by its energy."""
    old, new = (STAGES.get(str(session.get("status")), 0) for session in (before, after))
    less, more = (session.get("kwh") for session in (before, after))
    return new > old or (isinstance(less, (int, float)) and isinstance(more, (int, float)) and more > less)


def _activated(before: Object, after: Object) -> Iterator[Ruling]:
    if (before.get("status"), after.get("status")) != ("PENDING", "ACTIVE"):
        return
    created, begun = moment(before, "start_date_time"), moment(after, "start_date_time")
    if created is None or begun is None:
        return
    told = (f"not before {clock.stamp(created)}, when it was created", clock.stamp(begun))
    yield Ruling("sessions-active-start-not-before-creation", begun + CLOCKS > created, *told)
    yield Ruling("sessions-active-start-updated", begun != created, *told)


def _facts(before: Object, after: Object) -> Iterator[Ruling]:
    """What a Session is about doesn't change: its token, its location, its currency."""
    old, new = _about(before), _about(after)
    changed = [
        f"{name}: {old[name]} became {new[name]}" for name in old if new.get(name, old[name]) != old[name]
    ]
    if old:
        yield Ruling("sessions-facts-steady", not changed, "as before", ", ".join(changed))


def _about(session: Object) -> dict[str, str]:
    token = session.get("cdr_token")
    parts: Mapping[str, Any] = token if isinstance(token, dict) else {}
    values = {name: session.get(name) for name in FACTS}
    values |= {f"cdr_token/{name}": parts.get(name) for name in TOKEN_FACTS}
    return {
        name: value.casefold() for name, value in values.items() if isinstance(value, str) and value != "#NA"
    }


def moment(session: Object, name: str) -> datetime | None:
    """A time of a Session; None where there is none."""
    value = session.get(name)
    return clock.parse(value) if isinstance(value, str) else None


def starts(session: Object) -> list[datetime]:
    """When the charging periods of a Session, or of a PATCH of it, begin."""
    found = [moment(period, "start_date_time") for period in _periods(session)]
    return [start for start in found if start is not None]


def _periods(session: Object) -> list[Object]:
    periods = session.get(PERIODS)
    return [period for period in periods if isinstance(period, dict)] if isinstance(periods, list) else []


__all__ = ["Histories", "moment", "starts"]
