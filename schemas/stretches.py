"""The periods of a session as restrictions look at them: what it has come to meanwhile, and which prices may apply.

A period tells its beginning and its volumes; how time and energy came together within it is open.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .breakdown import Pair
from .pricing import elapsed, reserves
from .tariff import Component, Restrictions, Tariff, decimal, moment

__all__ = ["Stretch", "stretches"]

_LONG = timedelta(days=366)
"""In a period of more than a year any clock time comes."""
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One period: its volumes, and ranges of the seconds and the energy that the session has come to meanwhile."""

    tariff_id: str | None
    volume: Mapping[str, Decimal]
    start: datetime
    end: datetime | None
    zone: ZoneInfo
    seconds: Pair
    kwh: Pair

    @property
    def span(self) -> Decimal | None:
        """Its length in seconds, where its end is known."""
        return None if self.end is None else elapsed(self.start, self.end)

    @property
    def reserved(self) -> bool:
        """Whether it is one of a reservation."""
        return reserves(self.volume)

    def prices(
        self, tariff: Tariff, dimension: str, *, reservation: tuple[str | None, ...] = (None,)
    ) -> Iterator[Component | None]:
        """The prices that may apply somewhere in it, the first that surely does being the last of them.

        None stands for no price. `reservation` are the kinds of elements to look at, one after the other.
        """
        for kind in reservation:
            for restrictions, components in tariff.elements:
                component = components.get(dimension)
                if component is None or (restrictions.reservation if restrictions else None) != kind:
                    continue
                holds = True if restrictions is None else self.holds(restrictions)
                if holds is not False:
                    yield component
                if holds:
                    return
        yield None

    def holds(self, limits: Restrictions) -> bool | None:
        """Whether restrictions hold all through it, or nowhere in it; None where it can't be told."""
        known = (
            self._clock(limits),
            _between(limits.min_kwh, limits.max_kwh, *self.kwh),
            _between(limits.min_duration, limits.max_duration, *self.seconds),
            _between(limits.min_current, limits.max_current, *self._measured("CURRENT"), steady=True),
            _between(limits.min_power, limits.max_power, *self._measured("POWER"), steady=True),
        )
        if False in known:
            return False
        return None if None in known else True

    def _measured(self, name: str) -> tuple[Decimal | None, Decimal | None]:
        return self.volume.get(f"MIN_{name}"), self.volume.get(f"MAX_{name}")

    def _clock(self, limits: Restrictions) -> bool | None:
        moments = [self.start]
        if self.end is not None and self.end - self.start > _LONG:
            return None
        if self.end is not None:
            if limits.by_hours and self._offset(self.start) != self._offset(self.end):
                return None  # an hour comes twice, or not at all
            moments += limits.moments(self.zone, self.start, self.end)
        found = {
            holds
            for local in (at.astimezone(self.zone) for at in moments)
            for holds in (limits.time_matches(local), limits.night_matches(local))
        }
        return found.pop() if len(found) == 1 else None

    def _offset(self, at: datetime) -> timedelta | None:
        return at.astimezone(self.zone).utcoffset()


def stretches(cdr: Mapping[str, Any], zone: ZoneInfo) -> Iterator[Stretch]:
    """The periods of a CDR or Session, in their order."""
    periods: Sequence[Mapping[str, Any]] = cdr.get("charging_periods") or ()
    starts = [moment(period["start_date_time"]) for period in periods]
    ended = cdr.get("end_date_time") or cdr.get("stop_date_time")
    ends = [*starts[1:], None if ended is None else moment(ended)]
    begun = cdr.get("start_date_time")
    # The session begins with the CDR, or with the first period that is no reservation: it may be either.
    first = moment(begun) if begun else (starts[0] if starts else None)
    charging: datetime | None = None
    kwh = _ZERO
    for period, start, end in zip(periods, starts, ends, strict=True):
        volume = {part["type"]: decimal(part["volume"]) for part in period["dimensions"]}
        if charging is None and not reserves(volume):
            charging = start
        before = kwh
        kwh += volume.get("ENERGY", _ZERO)
        shortest = _ZERO if charging is None else max(_ZERO, elapsed(charging, start))
        longest = elapsed(min(first or start, charging or start), end or start)
        yield Stretch(
            tariff_id=period.get("tariff_id"),
            volume=volume,
            start=start,
            end=end,
            zone=zone,
            seconds=(shortest, max(longest, shortest)),
            kwh=(min(before, kwh), max(before, kwh)),
        )


def _between(
    low: Decimal | None,
    high: Decimal | None,
    least: Decimal | None,
    most: Decimal | None,
    *,
    steady: bool = False,
) -> bool | None:
    """Whether `low <= x < high` for each x from `least` to `most`.

    Where x grows on its way it has `most` only at the very end, unless it is `steady`.
    """
    if low is None and high is None:
        return True
    if least is None or most is None:
        return None
    grows = least < most and not steady
    if low is not None and (most <= low if grows else most < low):
        return False
    if high is not None and least >= high:
        return False
    enough = low is None or least >= low
    below = high is None or (most <= high if grows else most < high)
    return True if enough and below else None
