"""The charging periods of a CDR: when they run, what was measured in them, and which prices were in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from ...schemas.tariff import Situation, Tariff
from ...simulators import clock
from .ruling import Ruling

SESSION_ONLY = frozenset({"CURRENT", "ENERGY_EXPORT", "ENERGY_IMPORT", "POWER", "STATE_OF_CHARGE"})
DURATIONS = ("TIME", "PARKING_TIME", "RESERVATION_TIME")
PRICED = ("ENERGY", "TIME", "PARKING_TIME")
ROUNDING_H = 0.01
"""Durations in hours may differ by this much: they are rounded, and so are the moments between which they lie."""
ROUNDING_KWH = 0.01
NEAR_S = 60
"""A period that begins so near to the moment of another price begins with it: meters are read now and then."""
NEAR_KWH = Decimal("0.1")
LONGEST = timedelta(days=31)
"""Prices are followed through a session of this length at most."""
UNKNOWN_YEAR = 1970
"""The year that stands for a moment that nobody knows, where the parties have agreed on that."""

_SECOND = timedelta(seconds=1)

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """One charging period; `end` is the start of the next, or the end of the session."""

    start: datetime
    end: datetime
    volumes: dict[str, float]
    tariff_id: str = ""

    @property
    def hours(self) -> float:
        return (self.end - self.start).total_seconds() / 3600


def judge(cdr: Object, time_zone: str | None) -> Iterator[Ruling]:
    """All rulings on the periods of one CDR; `time_zone` is that of its Location, if it is known."""
    dimensions = [part for period in objects(cdr.get("charging_periods")) for part in _parts(period)]
    if dimensions:
        wrong = sorted({str(part.get("type")) for part in dimensions} & SESSION_ONLY)
        yield Ruling(
            "cdrs-session-only-dimensions-absent",
            not wrong,
            "dimensions that CDRs may have",
            ", ".join(wrong),
        )
    yield from _tariff_ids(cdr)
    span = session_span(cdr)
    known = starts(cdr)
    if span is None or not known or len(known) < len(objects(cdr.get("charging_periods"))):
        return
    yield from _order(known, span)
    periods = list(read(cdr, span))
    for period in periods:
        told = [period.volumes[name] for name in DURATIONS if name in period.volumes]
        if told:
            yield Ruling(
                "cdrs-period-volumes-fit",
                sum(told) <= period.hours + ROUNDING_H * len(told),
                f"at most {period.hours:.4f} h from {clock.stamp(period.start)} on",
                f"{sum(told):g} h",
            )
    yield from _prices(cdr, periods, time_zone)


def session_span(cdr: Object) -> tuple[datetime, datetime] | None:
    """When the session began and ended; None where that is unknown or the wrong way round."""
    start, end = clock.parse(cdr.get("start_date_time", "")), clock.parse(cdr.get("end_date_time", ""))
    if start is None or end is None or UNKNOWN_YEAR in (start.year, end.year) or end < start:
        return None
    return start, end


def starts(cdr: Object) -> list[datetime]:
    """When the charging periods begin, as far as they tell."""
    found = (
        clock.parse(period.get("start_date_time", "")) for period in objects(cdr.get("charging_periods"))
    )
    return [start for start in found if start is not None]


def read(cdr: Object, span: tuple[datetime, datetime]) -> Iterator[Period]:
    """The periods in the order of time."""
    found = []
    for period in objects(cdr.get("charging_periods")):
        start = clock.parse(period.get("start_date_time", ""))
        if start is not None:
            found.append((start, period))
    found.sort(key=lambda pair: pair[0])
    ends = [start for start, _ in found[1:]] + [span[1]]
    for (start, period), end in zip(found, ends, strict=True):
        yield Period(start, max(start, end), volumes(period), str(period.get("tariff_id") or ""))


def volumes(period: Object) -> dict[str, float]:
    """What a period tells of each dimension."""
    found: dict[str, float] = {}
    for part in _parts(period):
        volume = number(part.get("volume"))
        if volume is not None and isinstance(part.get("type"), str):
            found[part["type"]] = found.get(part["type"], 0.0) + volume
    return found


def totals(cdr: Object) -> dict[str, float]:
    """What all periods together tell of each dimension."""
    found: dict[str, float] = {}
    for period in objects(cdr.get("charging_periods")):
        for name, volume in volumes(period).items():
            found[name] = found.get(name, 0.0) + volume
    return found


def number(value: Any) -> float | None:
    """A JSON number; None for anything else."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _order(starts: list[datetime], span: tuple[datetime, datetime]) -> Iterator[Ruling]:
    if len(starts) > 1:
        ordered = all(one <= two for one, two in pairwise(starts))
        yield Ruling("cdrs-periods-in-order", ordered, "each later than the one before", _stamps(starts))
    outside = [start for start in starts if not span[0] - _SECOND <= start <= span[1] + _SECOND]
    yield Ruling(
        "cdrs-periods-within-session",
        not outside,
        f"from {_stamps(span[:1])} to {_stamps(span[1:])}",
        _stamps(outside),
    )
    first = min(starts)
    yield Ruling(
        "cdrs-first-period-at-start",
        abs(first - span[0]) <= _SECOND or bool(outside),
        clock.stamp(span[0]),
        clock.stamp(first),
    )


def _tariff_ids(cdr: Object) -> Iterator[Ruling]:
    periods = objects(cdr.get("charging_periods"))
    named = {name for period in periods if isinstance(name := period.get("tariff_id"), str) and name}
    if named:
        listed = {str(tariff.get("id")).casefold() for tariff in objects(cdr.get("tariffs"))}
        missing = ", ".join(sorted(name for name in named if name.casefold() not in listed))
        yield Ruling(
            "cdrs-period-tariff-listed", not missing, "each tariff_id in tariffs", f"missing: {missing}"
        )


def _prices(cdr: Object, periods: list[Period], time_zone: str | None) -> Iterator[Ruling]:
    """No other price becomes active within a period. Speaks where the price changes at all."""
    started, kwh, changes = periods[0].start, Decimal(0), 0
    if periods[-1].end - started > LONGEST or any("RESERVATION_TIME" in period.volumes for period in periods):
        return
    carried = objects(cdr.get("tariffs"))
    tariffs = {str(tariff.get("id")).casefold(): tariff for tariff in carried}
    if len(tariffs) < len(carried):
        return  # which version of a Tariff is meant isn't told
    sums = totals(cdr)
    untold = (number(cdr.get("total_energy")) or 0.0) - sums.get("ENERGY", 0.0)
    metered = untold <= ROUNDING_KWH * len(periods)
    idle = max(0.0, (number(cdr.get("total_parking_time")) or 0.0) - sums.get("PARKING_TIME", 0.0))
    before: Object | None = None
    for period in periods:
        data = tariffs.get(period.tariff_id.casefold())
        energy = Decimal(str(period.volumes.get("ENERGY", 0.0)))
        if data is not None and period.hours > 0:
            try:
                rates, zone = Tariff.read(data), ZoneInfo(time_zone or "UTC")
                if (time_zone is None and rates.by_clock) or (rates.by_energy and not metered):
                    return
                within = _price_change(
                    rates, zone, period, started=started, kwh=kwh, energy=energy, idle=idle
                )
                now = _in_force(rates, zone, period.start, period, started=started, kwh=kwh)
            except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, OSError):
                return  # a tariff that can't be read is for the schemas
            if within is not None:
                yield Ruling("cdrs-period-per-price-change", False, "a new period there", within)
                return
            changes += before is not None and before != now
            before = now
        kwh += energy
    if changes:
        yield Ruling("cdrs-period-per-price-change", True)


def _price_change(
    rates: Tariff,
    zone: ZoneInfo,
    period: Period,
    *,
    started: datetime,
    kwh: Decimal,
    energy: Decimal,
    idle: float,
) -> str | None:
    """Where within a period the price of something that goes on there becomes another; None where it doesn't.

    `idle` are the hours without charging that no period tells of.
    """
    near = timedelta(seconds=NEAR_S)
    rate = energy / Decimal(str(period.hours))
    after, had = period.start, kwh
    while True:
        change = rates.next_change(
            zone, after=after, until=period.end, started=started, kwh=had, kwh_per_hour=rate
        )
        if change is None:
            return None
        moment, bound = change
        hours = Decimal(str((moment - after).total_seconds())) / 3600
        then = bound if bound is not None else had + rate * hours
        edge = moment - period.start < near or period.end - moment < near
        edge |= bound is not None and (bound - kwh < NEAR_KWH or kwh + energy - bound < NEAR_KWH)
        if not edge:
            one = _in_force(rates, zone, moment - _SECOND, period, started=started, kwh=then - NEAR_KWH / 10)
            two = _in_force(rates, zone, moment + _SECOND, period, started=started, kwh=then + NEAR_KWH / 10)
            if any(
                one[name] != two[name] for name in _going_on(period, moment, idle, metered=bound is not None)
            ):
                return f"another price from {clock.stamp(moment)} on, in the period of {clock.stamp(period.start)}"
        after, had = moment, then


def _going_on(period: Period, moment: datetime, idle: float, *, metered: bool) -> set[str]:
    """Of what a period has something at a moment for sure: it takes more hours than lie before or after.

    At a moment at which the meter had a certain value it was charging.
    """
    parked = period.volumes.get("PARKING_TIME", 0.0)
    charged = period.volumes.get("TIME", period.hours - parked - idle)
    least = max(moment - period.start, period.end - moment).total_seconds() / 3600
    hours = {"ENERGY": charged, "TIME": charged, "PARKING_TIME": parked}
    return {
        name
        for name in PRICED
        if period.volumes.get(name, 0.0) > 0 and (hours[name] > least or (metered and name != "PARKING_TIME"))
    }


def _in_force(
    rates: Tariff, zone: ZoneInfo, moment: datetime, period: Period, *, started: datetime, kwh: Decimal
) -> Object:
    """The prices at a moment of those dimensions of which a period has something."""
    measured = {name: Decimal(str(volume)) for name, volume in period.volumes.items()}
    now = Situation(
        local=moment.astimezone(zone),
        seconds=Decimal(str(max(0.0, (moment - started).total_seconds()))),
        kwh=kwh,
        min_current=measured.get("MIN_CURRENT"),
        max_current=measured.get("MAX_CURRENT"),
        min_power=measured.get("MIN_POWER"),
        max_power=measured.get("MAX_POWER"),
    )
    found = {name: rates.component(name, now) for name in PRICED if measured.get(name, 0) > 0}
    return {name: (part.price, part.vat) if part else None for name, part in found.items()}


def _parts(period: Object) -> list[Object]:
    return objects(period.get("dimensions"))


def objects(values: Any) -> list[Object]:
    """The objects in a list; nothing where it is none."""
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _stamps(moments: Any) -> str:
    return ", ".join(clock.stamp(moment) for moment in moments)
