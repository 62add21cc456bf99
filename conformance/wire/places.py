"""What a Location, an EVSE or a Connector must have within itself, beyond what its schema can say."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...simulators import clock
from ...simulators.connection import Role
from .ruling import Ruling

NOT_GREEN = frozenset({"NUCLEAR", "GENERAL_FOSSIL", "COAL", "GAS"})
NAMES = ("country_code", "party_id", "id")
"""What tells a Location from all others; a PATCH may lack some of it."""
EMI3 = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,30}", re.IGNORECASE)
ROUNDING = 0.1
"""Percentages may miss their sum by this much."""

Object = dict[str, Any]

_ZONE = re.compile(r"[A-Za-z0-9._+-]+(?:/[A-Za-z0-9._+-]+)*")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")


class Places:
    """Judges the objects of a CPO. Remembers for each EVSE the Location in which it was seen."""

    def __init__(self) -> None:
        self._homes: dict[str, tuple[str, ...]] = {}

    def judge(self, name: str, value: Object, roles: Iterable[Role]) -> Iterator[Ruling]:
        """All rulings on one object of the class `name`; `roles` are those of the platform that wrote it."""
        if name == "Location":
            yield from self._location(value, tuple(roles))
        elif name == "EVSE":
            yield from _evse(value)

    def _location(self, location: Object, roles: tuple[Role, ...]) -> Iterator[Ruling]:
        evses = _objects(location.get("evses"))
        yield from _covers("Location", location, evses)
        yield from self._uids(location, evses)
        for evse in evses:
            yield from _evse(evse)
        yield from _owner(location, roles)
        yield from _time_zone(location.get("time_zone"))
        if isinstance(location.get("opening_times"), dict):
            yield from _hours(location["opening_times"])
        if isinstance(location.get("energy_mix"), dict):
            yield from _energy(location["energy_mix"])

    def _uids(self, location: Object, evses: list[Object]) -> Iterator[Ruling]:
        """An EVSE uid stands once in a Location, and in one Location only."""
        uids = [str(evse["uid"]).casefold() for evse in evses if "uid" in evse]
        if not uids:
            return
        here = tuple(str(location[name]).casefold() for name in NAMES if name in location)
        twice = {uid for uid in uids if uids.count(uid) > 1}
        elsewhere = {
            uid for uid in uids if len(here) == len(NAMES) and self._homes.setdefault(uid, here) != here
        }
        yield Ruling(
            "locations-evse-uid-unique",
            not twice and not elsewhere,
            "each uid once on the platform",
            ", ".join(
                [f"{uid} twice in one Location" for uid in sorted(twice)]
                + [f"{uid} also in {' '.join(self._homes[uid])}" for uid in sorted(elsewhere)]
            ),
        )


def _evse(evse: Object) -> Iterator[Ruling]:
    connectors = _objects(evse.get("connectors"))
    yield from _covers("EVSE", evse, connectors)
    ids = [str(connector["id"]).casefold() for connector in connectors if "id" in connector]
    if ids:
        twice = sorted({name for name in ids if ids.count(name) > 1})
        yield Ruling("locations-connector-id-unique", not twice, "each id once in an EVSE", ", ".join(twice))
    evse_id = evse.get("evse_id")
    if isinstance(evse_id, str):
        formed = EMI3.fullmatch(evse_id) is not None
        yield Ruling("locations-evse-id-emi3", formed, "an id such as NL*ABC*E1234*5", evse_id)


def _covers(name: str, parent: Object, parts: list[Object]) -> Iterator[Ruling]:
    """A parent is no older than its parts."""
    times = [moment for moment in map(_moment, parts) if moment is not None]
    own = _moment(parent)
    if own is not None and times:
        newest = max(times)
        if own >= newest:
            yield Ruling("locations-last-updated-covers-parts", True)
            return
        yield Ruling(
            "locations-last-updated-covers-parts",
            False,
            f"{name}.last_updated not before {clock.stamp(newest)}, as the newest of its parts",
            clock.stamp(own),
        )


def _owner(location: Object, roles: tuple[Role, ...]) -> Iterator[Ruling]:
    """The owner is a CPO of this platform; a hub may speak for any."""
    if (
        not roles
        or any(role.role == "HUB" for role in roles)
        or not {"country_code", "party_id"} <= set(location)
    ):
        return
    legal = {(role.country_code.casefold(), role.party_id.casefold()) for role in roles if role.role == "CPO"}
    owner = (str(location["country_code"]), str(location["party_id"]))
    yield Ruling(
        "locations-owner-among-roles",
        (owner[0].casefold(), owner[1].casefold()) in legal,
        "one of the CPO roles in the credentials",
        " ".join(owner),
    )


def _time_zone(name: Any) -> Iterator[Ruling]:
    """A name of the IANA database. What isn't even formed like one is a finding of the schema."""
    if isinstance(name, str) and _ZONE.fullmatch(name):
        yield Ruling(
            "locations-time-zone-known", _is_zone(name), "a name of the IANA time zone database", name
        )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _hours(hours: Object) -> Iterator[Ruling]:
    """A period ends later than it begins; an end of 00:00 is read as the end of the day."""
    for period in _objects(hours.get("regular_hours")):
        begin, end = period.get("period_begin"), period.get("period_end")
        if all(isinstance(time, str) and _TIME.fullmatch(time) for time in (begin, end)) and end != "00:00":
            yield Ruling(
                "locations-regular-hours-end-after-begin",
                str(end) > str(begin),
                f"an end later than {begin}",
                str(end),
            )
    openings, closings = (
        [span for span in map(_span, _objects(hours.get(f"exceptional_{kind}"))) if span is not None]
        for kind in ("openings", "closings")
    )
    if openings and closings:
        apart = all(one[1] <= two[0] or two[1] <= one[0] for one in openings for two in closings)
        yield Ruling(
            "locations-closings-apart-from-openings", apart, "no overlap", "a closing within an opening"
        )


def _span(period: Object) -> tuple[datetime, datetime] | None:
    begin, end = (clock.parse(str(period.get(name))) for name in ("period_begin", "period_end"))
    return (begin, end) if begin is not None and end is not None else None


def _energy(mix: Object) -> Iterator[Ruling]:
    sources, impacts = _objects(mix.get("energy_sources")), _objects(mix.get("environ_impact"))
    shares = [source.get("percentage") for source in sources]
    numbers = [share for share in shares if isinstance(share, (int, float)) and not isinstance(share, bool)]
    if numbers and len(numbers) == len(shares):
        total = sum(numbers)
        yield Ruling(
            "locations-energy-sources-add-up",
            round(abs(total - 100), 6) <= ROUNDING,
            "a sum of 100",
            f"{total:g}",
        )
    if mix.get("is_green_energy") is True and (sources or impacts):
        against = [str(source.get("source")) for source in sources if _dirty(source)]
        against += [str(impact.get("category")) for impact in impacts if impact.get("amount")]
        yield Ruling(
            "locations-green-energy-consistent",
            not against,
            "no fossil or nuclear source, no carbon dioxide, no nuclear waste",
            ", ".join(against),
        )


def _dirty(source: Object) -> bool:
    return source.get("source") in NOT_GREEN and bool(source.get("percentage"))


def _moment(value: Object) -> datetime | None:
    return clock.parse(str(value.get("last_updated")))


def _objects(values: Any) -> list[Object]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


__all__ = ["Places"]
