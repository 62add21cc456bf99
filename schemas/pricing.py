"""What a charging session costs: its charging periods priced anew from their tariffs, in exact decimals.

Rounding of money is left to laws and contracts (mod_tariffs.asciidoc#mod_tariffs_tariff_object), so nothing
here rounds an amount; `Breakdown.rounded` does when asked. How contested duties are read:

- `step_size` rounds the total of the priced energy once, by the last energy price used; and the total of the
  priced TIME or PARKING_TIME once, whichever was priced last (mod_cdrs.asciidoc#mod_cdrs_step_size). Reserved
  time is rounded for itself, as in the worked examples. What this adds has the price of the last period.
- FLAT is due once for a session and once for a reservation.
- A reservation that no charging follows has expired.
- `min_price` and `max_price` of every tariff used hold for the session as a whole.
- Restrictions are judged at the start of each period: a CPO starts a new one whenever a price changes
  (mod_cdrs.asciidoc#mod_cdrs_charging_period).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .breakdown import Breakdown, Cost, Line, plain
from .tariff import Component, Situation, Tariff, decimal, moment

__all__ = ["Breakdown", "Cost", "Line", "PricingError", "price"]

_ZERO = Decimal(0)
_HOUR = Decimal(3600)
_KILO = Decimal(1000)
_RESERVED = ("RESERVATION",)
_EXPIRED = ("RESERVATION_EXPIRES", "RESERVATION")


class PricingError(ValueError):
    """Periods that can't be priced: a tariff that is not there, or data that is none."""


def price(
    cdr: Mapping[str, Any],
    *,
    tariffs: Iterable[Mapping[str, Any]] | None = None,
    time_zone: str = "UTC",
    end: str | None = None,
    unnamed: bool = False,
    read: Callable[[Mapping[str, Any]], Tariff] = Tariff.read,
) -> Breakdown:
    """Recompute what a CDR or Session costs.

    `tariffs` default to those within the CDR (a Session has none); `time_zone` is that of its Location; `end`
    defaults to `end_date_time`, and without one the last period's own volumes count. With `unnamed` a period
    that names no tariff is priced by the first: before 2.2 periods had no names. `read` may be a cache of
    `Tariff.read`. Raises `PricingError` for a tariff that is not at hand, and for malformed data.
    """
    try:
        known = {
            tariff["id"].lower(): read(tariff)
            for tariff in (cdr.get("tariffs") if tariffs is None else tariffs) or ()
        }
        ended = end or cdr.get("end_date_time") or cdr.get("stop_date_time")
        default = next(iter(known), None) if unnamed else None
        return _Meter(known, zone(time_zone), cdr.get("currency") or "", default).price(
            cdr.get("charging_periods") or (), None if ended is None else moment(ended)
        )
    except PricingError:
        raise
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise PricingError(f"not a CDR or Session that the schema accepts: {error!r}") from error


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """A time zone by its name. Raises `PricingError` for one that there is not."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PricingError(
            f"time zone {name!r} is not in the tz database; one such as Europe/Amsterdam is"
        ) from error


def duration(volume: Decimal, span: Decimal | None) -> Decimal:
    """The seconds that a volume in hours means: those between the timestamps where it is these, rounded.

    Four decimals of an hour are a third of a second, enough to push whole minutes over a step.
    """
    seconds = volume * _HOUR
    exponent = volume.as_tuple().exponent
    if span is not None and isinstance(exponent, int):
        # JSON drops trailing zeros, so few decimals say little; no writer has fewer than two.
        decimals = min(4, max(2, -exponent))
        if abs(seconds - span) <= _HOUR * Decimal("0.5").scaleb(-decimals):
            return span
    whole = seconds.to_integral_value()
    return whole if abs(whole - seconds) <= Decimal("0.18") else seconds


def reserves(volume: Mapping[str, Decimal]) -> bool:
    """Whether the dimensions of a period are those of a reservation."""
    return "RESERVATION_TIME" in volume and not {"ENERGY", "TIME", "PARKING_TIME"} & volume.keys()


def elapsed(start: datetime, end: datetime) -> Decimal:
    """The seconds between two moments, exactly."""
    span = end - start
    return Decimal(span.days * 86400 + span.seconds) + Decimal(span.microseconds) / 1_000_000


class _Meter:
    """Goes through the periods once, keeping what restrictions look at, and prices each."""

    def __init__(
        self, tariffs: Mapping[str, Tariff], zone: ZoneInfo, currency: str, default: str | None
    ) -> None:
        self.tariffs = tariffs
        self.default = default
        self.zone = zone
        self.currency = currency
        self.lines: list[Line] = []
        self.steps: dict[str, tuple[Line, int]] = {}
        self.notes: list[str] = []
        self.used: dict[str, Tariff] = {}
        self.flat: set[str] = set()
        self.kwh = _ZERO
        self.started: datetime | None = None

    def price(self, periods: Sequence[Mapping[str, Any]], end: datetime | None) -> Breakdown:
        volumes = [
            {part["type"]: decimal(part["volume"]) for part in period["dimensions"]} for period in periods
        ]
        starts = [moment(period["start_date_time"]) for period in periods]
        expired = bool(volumes) and all(reserves(volume) for volume in volumes)
        ends = [*starts[1:], end]
        for index, (period, volume) in enumerate(zip(periods, volumes, strict=True)):
            tariff = self._tariff(period.get("tariff_id") or self.default, index)
            reserved = reserves(volume)
            if not reserved and self.started is None:
                self.started = starts[index]
            if tariff is not None:
                span = None if ends[index] is None else elapsed(starts[index], ends[index])
                now = self._situation(starts[index], volume, span, reserved=reserved, expired=expired)
                if reserved:
                    self._reservation(index, tariff, now, volume["RESERVATION_TIME"], span)
                else:
                    self._charging(index, tariff, now, volume, span)
            self.kwh += volume.get("ENERGY", _ZERO)
        self._round_up()
        return self._breakdown(limited=not expired)

    def _tariff(self, tariff_id: str | None, index: int) -> Tariff | None:
        if tariff_id is None:
            if self.tariffs:
                self.notes.append(f"period {index + 1} names no tariff, so none is relevant in it")
            return None
        tariff = self.tariffs.get(tariff_id.lower())
        if tariff is None:
            known = ", ".join(self.tariffs) or "none"
            raise PricingError(f"period {index + 1} names tariff {tariff_id!r}; the tariffs at hand: {known}")
        return self.used.setdefault(tariff.id, tariff)

    def _situation(
        self,
        start: datetime,
        volume: Mapping[str, Decimal],
        span: Decimal | None,
        *,
        reserved: bool,
        expired: bool,
    ) -> Situation:
        power, current = volume.get("POWER"), volume.get("CURRENT")
        low, high = volume.get("MIN_POWER", power), volume.get("MAX_POWER", power)
        least, most = volume.get("MIN_CURRENT", current), volume.get("MAX_CURRENT", current)
        energy = volume.get("ENERGY")
        if not energy and "TIME" not in volume:
            low, high, least, most = (_ZERO if x is None else x for x in (low, high, least, most))
        elif low is None and high is None and energy is not None and span:
            low = high = energy * _HOUR / span
        return Situation(
            local=start.astimezone(self.zone),
            seconds=_ZERO if self.started is None else elapsed(self.started, start),
            kwh=self.kwh,
            min_current=least,
            max_current=most,
            min_power=low,
            max_power=high,
            reservation=()
            if not reserved
            else ("RESERVATION_EXPIRES", "RESERVATION")
            if expired
            else ("RESERVATION",),
        )

    def _charging(
        self, index: int, tariff: Tariff, now: Situation, volume: Mapping[str, Decimal], span: Decimal | None
    ) -> None:
        if tariff.by_current and now.min_current is None and now.max_current is None:
            self.notes.append(
                f"period {index + 1} has no current, so no element restricted by current applies"
            )
        if "fixed" not in self.flat:
            self._flat("fixed", index, tariff, now)
        if "ENERGY" in volume:
            self._add("energy", index, tariff, tariff.component("ENERGY", now), volume["ENERGY"])
        for dimension, kind in (("TIME", "time"), ("PARKING_TIME", "parking")):
            if dimension in volume:
                seconds = duration(volume[dimension], span)
                self._add(kind, index, tariff, tariff.component(dimension, now), seconds)

    def _reservation(
        self, index: int, tariff: Tariff, now: Situation, volume: Decimal, span: Decimal | None
    ) -> None:
        if "reservation" not in self.flat:
            self._flat("reservation", index, tariff, now)
        self._add("reservation", index, tariff, tariff.component("TIME", now), duration(volume, span))

    def _flat(self, kind: str, index: int, tariff: Tariff, now: Situation) -> None:
        component = tariff.component("FLAT", now)
        if component is not None:
            self.flat.add(kind)
            self.lines.append(_line(kind, index, tariff, component, Decimal(1)))

    def _add(
        self, kind: str, index: int, tariff: Tariff, component: Component | None, quantity: Decimal
    ) -> None:
        if component is None:
            return
        line = _line(kind, index, tariff, component, quantity)
        self.lines.append(line)
        # Time spent charging and time spent parking share one rounding: the last of either has it.
        self.steps["time" if kind == "parking" else kind] = (line, component.step)

    def _round_up(self) -> None:
        for line, step in self.steps.values():
            total = sum((other.quantity for other in self.lines if other.counts_with(line)), _ZERO)
            if step < 1 or total <= 0:
                continue
            block = step / _KILO if line.dimension == "ENERGY" else Decimal(step)
            if total % block:
                surplus = (total // block + 1) * block - total
                position = self.lines.index(line)
                self.lines[position] = replace(line, quantity=line.quantity + surplus, surplus=surplus)

    def _breakdown(self, *, limited: bool) -> Breakdown:
        currency = self.currency or next((tariff.currency for tariff in self.used.values()), "")
        found = Breakdown.of(self.lines, currency=currency)
        total = self._limited(found.total) if limited else found.total
        return replace(found, total=total, notes=tuple(self.notes))

    def _limited(self, total: Cost) -> Cost:
        excl, incl = total.excl_vat, total.incl_vat
        for tariff in self.used.values():
            low, high = tariff.min_price, tariff.max_price
            before = excl, incl
            excl = clamp(excl, low.excl_vat, high.excl_vat)
            incl = None if incl is None else clamp(incl, low.incl_vat, high.incl_vat)
            if (excl, incl) != before:
                self.notes.append(
                    f"tariff {tariff.id} limits the total, which would have been {plain(before[0])}"
                )
        return Cost(excl, incl)


def _line(kind: str, period: int, tariff: Tariff, component: Component, quantity: Decimal) -> Line:
    return Line(
        kind,
        component.dimension,
        period,
        tariff.id,
        quantity,
        _ZERO,
        component.price,
        component.vat,
        component.step,
        component.taxed,
        component.element,
    )


def clamp(amount: Decimal, low: Decimal | None, high: Decimal | None) -> Decimal:
    """The amount within a lowest and a highest one, where there are such."""
    if low is not None and amount < low:
        return low
    return high if high is not None and amount > high else amount
