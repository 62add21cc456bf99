"""Tariffs as they are applied: elements, their restrictions, and the moments at which these flip.

Source: mod_tariffs.asciidoc#mod_tariffs_tariff_object and #mod_tariffs_tariffrestrictions_class (2.2.1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

_MIDNIGHT = time(0)


def decimal(value: Any) -> Decimal:
    """A JSON number as the decimal that was written, not as the binary float next to it."""
    return Decimal(value) if isinstance(value, int) else Decimal(str(value))


def moment(text: str) -> datetime:
    """The UTC moment that an OCPI DateTime names; one without a designator is UTC."""
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Situation:
    """What restrictions look at: the local time, and the session so far.

    `seconds` is the duration of the charging session, `kwh` the energy before this moment; current (A, sum
    over the phases) and power (kW) are the lowest and highest known, or None. `reservation` holds the kinds
    of reservation costs that are due: none while charging.
    """

    local: datetime
    seconds: Decimal = Decimal(0)
    kwh: Decimal = Decimal(0)
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    reservation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restrictions:
    """When an element applies: all that is set must match, ranges as `min <= x < max`."""

    start_time: time | None = None
    end_time: time | None = None
    start_date: date | None = None
    end_date: date | None = None
    min_kwh: Decimal | None = None
    max_kwh: Decimal | None = None
    min_current: Decimal | None = None
    max_current: Decimal | None = None
    min_power: Decimal | None = None
    max_power: Decimal | None = None
    min_duration: Decimal | None = None
    max_duration: Decimal | None = None
    day_of_week: frozenset[int] = frozenset()
    reservation: str | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Restrictions":
        """Restrictions from a TariffRestrictions object; null is read as absent."""
        values: dict[str, Any] = {}
        for name, value in data.items():
            reader = _READERS.get(name)
            if reader is not None and value is not None:
                # Neither what a reservation nor what a booking costs is part of charging.
                values["reservation" if name == "booking" else name] = reader(value)
        return cls(**values)

    def match(self, now: Situation) -> bool:
        """Whether the element applies in a situation."""
        return (
            (self.reservation in now.reservation if now.reservation else self.reservation is None)
            and self.time_matches(now.local)
            and (self.min_kwh is None or now.kwh >= self.min_kwh)
            and (self.max_kwh is None or now.kwh < self.max_kwh)
            and (self.min_duration is None or now.seconds >= self.min_duration)
            and (self.max_duration is None or now.seconds < self.max_duration)
            and _within(self.min_current, self.max_current, now.min_current, now.max_current)
            and _within(self.min_power, self.max_power, now.min_power, now.max_power)
        )

    @property
    def by_hours(self) -> bool:
        """Whether the time of day decides."""
        return (self.start_time, self.end_time) != (None, None)

    def time_matches(self, local: datetime) -> bool:
        """Whether clock and calendar of the place allow it, each by itself."""
        return self._day_matches(local.date()) and self._hour_matches(local.time())

    def night_matches(self, local: datetime) -> bool:
        """The same where hours that run past midnight belong to the day on which they began."""
        begin, end = self.start_time, self.end_time
        past = begin is not None and end is not None and local.time() < end < begin
        return self._day_matches(local.date() - timedelta(days=past)) and self._hour_matches(local.time())

    def _day_matches(self, day: date) -> bool:
        if self.day_of_week and day.weekday() not in self.day_of_week:
            return False
        if self.start_date is not None and day < self.start_date:
            return False
        return self.end_date is None or day < self.end_date

    def _hour_matches(self, clock: time) -> bool:
        begin, end = self.start_time, self.end_time
        if begin is None or end is None:
            # An end at midnight is the end of the day.
            return (begin is None or clock >= begin) and (end in (None, _MIDNIGHT) or clock < end)
        if begin < end:
            return begin <= clock < end
        return begin == end or clock >= begin or clock < end

    def moments(self, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
        """UTC moments between two others at which the clock or the calendar may flip this."""
        clocks = {clock for clock in (self.start_time, self.end_time) if clock is not None}
        if self.day_of_week or self.start_date or self.end_date:
            clocks.add(_MIDNIGHT)
        if not clocks:
            return
        day = after.astimezone(zone).date()
        last = until.astimezone(zone).date()
        while day <= last:
            for clock in clocks:
                flip = datetime.combine(day, clock, zone).astimezone(UTC)
                if after < flip < until:
                    yield flip
            day += timedelta(days=1)


def _within(low: Decimal | None, high: Decimal | None, least: Decimal | None, most: Decimal | None) -> bool:
    """Whether a measured range lies in `low <= x < high`; what was not measured matches no bound."""
    if low is not None:
        measured = least if least is not None else most
        if measured is None or measured < low:
            return False
    if high is not None:
        measured = most if most is not None else least
        if measured is None or measured >= high:
            return False
    return True


_READERS: dict[str, Any] = {
    "start_time": time.fromisoformat,
    "end_time": time.fromisoformat,
    "start_date": date.fromisoformat,
    "end_date": date.fromisoformat,
    "day_of_week": lambda names: frozenset(DAYS.index(name) for name in names),
    "reservation": str,
    "booking": str,
    **dict.fromkeys(
        (
            "min_kwh",
            "max_kwh",
            "min_current",
            "max_current",
            "min_power",
            "max_power",
            "min_duration",
            "max_duration",
        ),
        decimal,
    ),
}


@dataclass(frozen=True, slots=True)
class Component:
    """A price of one dimension: per hour, per kWh or flat; `step` in seconds or Wh, `vat` in percent.

    `taxed` says that the price has its taxes in it, as a tariff can state from 2.3.0 on; `element` is the place of
    its element in the tariff, from 0.
    """

    dimension: str
    price: Decimal
    vat: Decimal | None
    step: int
    taxed: bool = False
    element: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """A lowest or highest price; either amount may be unlimited."""

    excl_vat: Decimal | None = None
    incl_vat: Decimal | None = None

    @property
    def is_set(self) -> bool:
        """Whether there is a limit at all."""
        return (self.excl_vat, self.incl_vat) != (None, None)


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff, read once and applied often; elements are pairs of restrictions (or None) and components."""

    id: str
    currency: str
    elements: tuple[tuple[Restrictions | None, dict[str, Component]], ...]
    min_price: Limit = field(default_factory=Limit)
    max_price: Limit = field(default_factory=Limit)

    @property
    def by_clock(self) -> bool:
        """Whether the time or the day at the place decides on an element."""
        return any(
            restrictions is not None
            and (
                bool(restrictions.day_of_week)
                or (restrictions.start_time, restrictions.end_time) != (None, None)
                or (restrictions.start_date, restrictions.end_date) != (None, None)
            )
            for restrictions, _ in self.elements
        )

    @property
    def by_energy(self) -> bool:
        """Whether the energy so far decides on an element."""
        return any(
            restrictions is not None and (restrictions.min_kwh, restrictions.max_kwh) != (None, None)
            for restrictions, _ in self.elements
        )

    @property
    def by_current(self) -> bool:
        """Whether the current decides on an element."""
        return any(
            restrictions is not None and (restrictions.min_current or restrictions.max_current) is not None
            for restrictions, _ in self.elements
        )

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Tariff":
        """A tariff from a Tariff object of any version that the schema accepts."""
        elements = []
        taxed = data.get("tax_included") == "YES"
        for place, element in enumerate(data["elements"]):
            restrictions = element.get("restrictions")
            components: dict[str, Component] = {}
            for part in element["price_components"]:
                vat = part.get("vat")
                components.setdefault(
                    part["type"],
                    Component(
                        part["type"],
                        decimal(part["price"]),
                        None if vat is None else decimal(vat),
                        int(part["step_size"]),
                        taxed,
                        place,
                    ),
                )
            elements.append((Restrictions.read(restrictions) if restrictions else None, components))
        return cls(
            data["id"],
            data["currency"],
            tuple(elements),
            _limit(data.get("min_price")),
            _limit(data.get("max_price")),
        )

    def component(self, dimension: str, now: Situation) -> Component | None:
        """The price of a dimension in a situation: that of the first element that has one and applies."""
        if "RESERVATION_EXPIRES" in now.reservation:
            # Of an expired reservation the elements made for expiry come first, wherever they stand.
            return self._first(dimension, now, "RESERVATION_EXPIRES") or self._first(
                dimension, now, "RESERVATION"
            )
        for restrictions, components in self.elements:
            if dimension in components and (
                not now.reservation if restrictions is None else restrictions.match(now)
            ):
                return components[dimension]
        return None

    def _first(self, dimension: str, now: Situation, kind: str) -> Component | None:
        for restrictions, components in self.elements:
            if (
                dimension in components
                and restrictions is not None
                and restrictions.reservation == kind
                and restrictions.match(now)
            ):
                return components[dimension]
        return None

    def next_change(
        self,
        zone: ZoneInfo,
        *,
        after: datetime,
        until: datetime,
        started: datetime,
        kwh: Decimal,
        kwh_per_hour: Decimal,
    ) -> tuple[datetime, Decimal | None] | None:
        """The first moment between two others at which a restriction may flip, or None.

        Energy flows evenly at `kwh_per_hour` from `kwh` on; with a change that comes of energy, the energy at
        which it comes is the second of the pair.
        """
        changes: list[tuple[datetime, Decimal | None]] = []
        for restrictions, _ in self.elements:
            if restrictions is None:
                continue
            changes += [(flip, None) for flip in restrictions.moments(zone, after, until)]
            for seconds in (restrictions.min_duration, restrictions.max_duration):
                if seconds is not None:
                    changes.append((started + timedelta(seconds=float(seconds)), None))
            for bound in (restrictions.min_kwh, restrictions.max_kwh):
                if bound is not None and kwh < bound and kwh_per_hour > 0:
                    hours = (bound - kwh) / kwh_per_hour
                    changes.append((after + timedelta(hours=float(hours)), bound))
        return min((change for change in changes if after < change[0] < until), default=None, key=_when)


def _when(change: tuple[datetime, Decimal | None]) -> datetime:
    return change[0]


def _limit(price: Mapping[str, Any] | None) -> Limit:
    if not price:
        return Limit()
    # From 2.3.0 on a limit is a PriceLimit.
    excl = price.get("excl_vat", price.get("before_taxes"))
    incl = price.get("incl_vat", price.get("after_taxes"))
    return Limit(None if excl is None else decimal(excl), None if incl is None else decimal(incl))
