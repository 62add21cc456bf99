"""A CDR and the Session that it seals: what they say of the same charging has to be the same.

Sessions are followed through pushes and lists, as the CPO tells them. A pair is judged once both are known and the
Session is COMPLETED, in whatever order they came. What doesn't even hold within one of the two is for the judges of
Sessions and CDRs to say: nothing is compared with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ...simulators import clock
from ...simulators.sessions import appended
from .periods import ROUNDING_H, ROUNDING_KWH, UNKNOWN_YEAR, number, session_span, totals
from .ruling import Ruling, View

UNASSIGNED = "#NA"
PERIODS = "charging_periods"
TOKEN = ("country_code", "party_id", "uid", "type", "contract_id")
PLACE = (("location_id", "id"), ("evse_uid", "evse_uid"), ("connector_id", "connector_id"))
FACTS = ("cdr_token", "currency", "location_id", "evse_uid", "connector_id")
GOING_ON = frozenset({"PENDING", "RESERVATION", "ACTIVE"})
MOST = 20_000
"""Of so many sessions is kept what was told; beyond that the oldest are forgotten."""

Object = dict[str, Any]
Key = tuple[str, str, str]


@dataclass
class _Pair:
    """What is known of one Session: its newest state, all starts that it had, and its CDRs by id.

    It is steady as long as its token, its place and its currency stay as they were first told. It was followed where
    it was told of before it was over.
    """

    session: Object = field(default_factory=dict)
    starts: set[str] = field(default_factory=set)
    reserved: bool = False
    steady: bool = True
    followed: bool = False
    cdrs: dict[str, Object] = field(default_factory=dict)
    judged: dict[str, tuple[Object, Object]] = field(default_factory=dict)

    def told(self, session: Object) -> "_Pair":
        """Take the Session as it is now."""
        known = self.session
        if known:
            self.steady = self.steady and all(_agree(known.get(name), session.get(name)) for name in FACTS)
        self.session = session
        self.starts.add(str(session.get("start_date_time")))
        self.reserved = self.reserved or session.get("status") == "RESERVATION"
        self.followed = self.followed or session.get("status") in GOING_ON
        return self


class Lineage:
    """Judges the Sessions and CDRs that a CPO writes against each other."""

    def __init__(self) -> None:
        self._pairs: dict[Key, _Pair] = {}

    def answered(self, view: View) -> Iterator[Ruling]:
        """The Sessions and CDRs in the lists that the IUT serves."""
        name = view.endpoint.id if view.endpoint else ""
        take = {"sessions.sender.list": self._session, "cdrs.sender.list": self._cdr}.get(name)
        data = view.response.envelope.get("data") if take and view.succeeded else None
        if take is None or not isinstance(data, list):
            return
        for pair in [take(value) for value in data if isinstance(value, dict)]:
            if pair is not None:
                yield from _judge(pair)

    def requested(self, view: View) -> Iterator[Ruling]:
        """A Session that the IUT PUTs or PATCHes, a CDR that it POSTs."""
        body = view.request.json
        if view.endpoint is None or not isinstance(body, dict):
            return
        pair = None
        match view.endpoint.id:
            case "sessions.receiver.put":
                pair = self._session(body)
            case "sessions.receiver.patch":
                pair = self._change(view, body)
            case "cdrs.receiver.post":
                pair = self._cdr(body)
        if pair is not None:
            yield from _judge(pair)

    def _session(self, session: Object) -> _Pair | None:
        key = _key(session, "id")
        if key is None:
            return None
        pair = self._pair(key)
        # A list may be older than a push.
        return pair if _older(session, pair.session) else pair.told(session)

    def _change(self, view: View, changes: Object) -> _Pair | None:
        country, party, identifier = (segment.casefold() for segment in view.request.segments[-3:])
        pair = self._pairs.get((country, party, identifier))
        if pair is None or not pair.session:
            return None
        if any(not isinstance(told.get(PERIODS) or [], list) for told in (pair.session, changes)):
            return None
        return pair.told(appended(pair.session, changes))

    def _cdr(self, cdr: Object) -> _Pair | None:
        key = _key(cdr, "session_id")
        if key is None or not isinstance(cdr.get("id"), str):
            return None
        pair = self._pair(key)
        pair.cdrs[cdr["id"].casefold()] = cdr
        return pair

    def _pair(self, key: Key) -> _Pair:
        found = self._pairs.get(key)
        if found is None:
            if len(self._pairs) >= MOST:
                del self._pairs[next(iter(self._pairs))]
            found = self._pairs[key] = _Pair()
        return found


def _judge(pair: _Pair) -> Iterator[Ruling]:
    """Every CDR of a Session that isn't a credit, once for each state of the two."""
    session = pair.session
    for name, cdr in pair.cdrs.items():
        if not session or cdr.get("credit") is True or pair.judged.get(name) == (session, cdr):
            continue
        pair.judged[name] = (session, cdr)
        status = session.get("status")
        if status != "INVALID" or _billed(session, cdr, pair.cdrs):
            yield Ruling("journeys-invalid-session-not-billed", status != "INVALID", "no CDR", "a CDR")
        if status == "COMPLETED":
            if pair.steady:
                yield from _identity(session, cdr)
            if len(pair.cdrs) == 1:  # where one was taken back, the next may be right and the Session wrong
                yield from _amounts(pair, session, cdr)


def _billed(session: Object, cdr: Object, cdrs: dict[str, Object]) -> bool:
    """Whether a CDR asks for money, was made when its Session was INVALID already, and was not taken back."""
    made, declared = _moment(cdr.get("last_updated")), _moment(session.get("last_updated"))
    price = cdr.get("total_cost")
    asked = number(price.get("excl_vat")) if isinstance(price, dict) else None
    back = {str(each.get("credit_reference_id")).casefold() for each in cdrs.values()}
    late = made is not None and declared is not None and (made >= declared or _near(made, declared))
    return bool(asked) and late and str(cdr.get("id")).casefold() not in back


def _identity(session: Object, cdr: Object) -> Iterator[Ruling]:
    """Who charged where, in which currency, by which Tariff."""
    one, other = session.get("cdr_token"), cdr.get("cdr_token")
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(one.get(name), other.get(name)) for name in TOKEN]
        yield _same("journeys-cdr-token-is-session-token", pairs)
    place = cdr.get("cdr_location")
    if isinstance(place, dict):
        pairs = [(session.get(told), place.get(sealed)) for told, sealed in PLACE]
        pairs = [pair for pair in pairs if UNASSIGNED not in pair]
        if pairs:
            yield _same("journeys-cdr-place-is-session-place", pairs)
    currencies = (session.get("currency"), cdr.get("currency"))
    yield _same("journeys-cdr-currency-is-session-currency", [currencies])
    told, sealed = _tariffs(session), _tariffs(cdr)
    shared = [(told[start], sealed[start]) for start in told if start in sealed]
    if shared:
        yield _same("journeys-cdr-tariff-is-session-tariff", shared)


def _amounts(pair: _Pair, session: Object, cdr: Object) -> Iterator[Ruling]:
    """How much, and from when to when."""
    kwh, energy = number(session.get("kwh")), number(cdr.get("total_energy"))
    sound = energy is not None and abs(totals(cdr).get("ENERGY", energy) - energy) <= ROUNDING_KWH
    if kwh is not None and energy is not None and sound:
        holds = abs(kwh - energy) <= ROUNDING_KWH
        yield Ruling("journeys-cdr-energy-is-session-energy", holds, f"{kwh:g} kWh", f"{energy:g} kWh")
    span, hours = session_span(cdr), number(cdr.get("total_time"))
    if span is None or hours is None:
        return
    if abs((span[1] - span[0]).total_seconds() / 3600 - hours) > ROUNDING_H:
        return
    known = sorted(start for start in map(_moment, pair.starts) if start is not None)
    first = min(_starts(cdr), default=span[0])
    if known and _near(first, span[0]):
        # Nobody knows when it was a reservation, or PENDING, that is seen only when it is over.
        early = pair.reserved or _reserved(cdr) or not pair.followed
        yield Ruling(
            "journeys-cdr-starts-with-session",
            any(_near(span[0], start) for start in known) or (early and span[0] <= known[-1]),
            " or ".join(map(clock.stamp, known)) + (" or before" if early else ""),
            clock.stamp(span[0]),
        )
    end = _moment(session.get("end_date_time"))
    if end is not None and (not known or end >= known[-1]):
        stamps = clock.stamp(end), clock.stamp(span[1])
        yield Ruling("journeys-cdr-ends-with-session", _near(span[1], end), *stamps)


def _same(slug: str, pairs: list[tuple[Any, Any]]) -> Ruling:
    """Whether values are equal, as CiStrings are."""
    wrong = [pair for pair in pairs if str(pair[0]).casefold() != str(pair[1]).casefold()]
    if not wrong:
        return Ruling(slug, True)
    told, sealed = (
        ", ".join("none" if pair[side] is None else str(pair[side]) for pair in wrong) for side in (0, 1)
    )
    return Ruling(slug, False, f"{told}, as in the Session", sealed)


def _tariffs(value: Object) -> dict[datetime, str]:
    """The Tariffs of the periods, by their start."""
    return {
        start: period["tariff_id"]
        for period in _objects(value.get(PERIODS))
        if (start := _moment(period.get("start_date_time"))) and isinstance(period.get("tariff_id"), str)
    }


def _starts(cdr: Object) -> list[datetime]:
    found = (_moment(period.get("start_date_time")) for period in _objects(cdr.get(PERIODS)))
    return [start for start in found if start is not None]


def _reserved(cdr: Object) -> bool:
    """Whether a CDR tells of a reservation before the charging."""
    return cdr.get("total_reservation_cost") is not None or "RESERVATION_TIME" in totals(cdr)


def _agree(one: Any, other: Any) -> bool:
    return one == other or UNASSIGNED in (one, other)


def _key(value: Object, name: str) -> Key | None:
    parts = (value.get("country_code"), value.get("party_id"), value.get(name))
    if not all(isinstance(part, str) for part in parts):
        return None
    country, party, identifier = (str(part).casefold() for part in parts)
    return country, party, identifier


def _older(session: Object, known: Object) -> bool:
    one, other = (clock.parse(str(value.get("last_updated"))) for value in (session, known))
    return one is not None and other is not None and one < other


def _moment(value: Any) -> datetime | None:
    """A time, unless it is the one that stands for none (`mod_cdrs.asciidoc#mod_cdrs_cdr_object`)."""
    found = clock.parse(value) if isinstance(value, str) else None
    return None if found is None or found.year == UNKNOWN_YEAR else found


def _near(one: datetime, other: datetime) -> bool:
    """Fractions of a second MAY be left off."""
    return abs((one - other).total_seconds()) < 1


def _objects(values: Any) -> list[Object]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


__all__ = ["Lineage"]
