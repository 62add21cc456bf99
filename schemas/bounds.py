"""What a session may cost at least and at most, where the text or the CDR leave something open.

Open is what a period doesn't tell (its power, a price change within it), how exactly a volume was measured, when a
FLAT that becomes active later is due, what became of a reservation that nobody used. Where nothing is open, lowest
and highest are the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .breakdown import KINDS, TIMES, Line
from .pricing import clamp, duration, elapsed, reserves
from .tariff import Component, Restrictions, Tariff, decimal, moment

__all__ = ["Range", "bounds"]

_LONG = timedelta(days=366)
"""In a period of more than a year any clock time comes."""
_ZERO = Decimal(0)
_HOUR = Decimal(3600)
_KILO = Decimal(1000)
_KIND = {"ENERGY": "energy", "TIME": "time", "PARKING_TIME": "parking", "RESERVATION_TIME": "reservation"}

Pair = tuple[Decimal, Decimal]
Priced = tuple[Tariff, Component] | None


@dataclass(slots=True)
class Range:
    """Lowest and highest amount, without and with VAT."""

    excl: Pair = (_ZERO, _ZERO)
    incl: Pair = (_ZERO, _ZERO)

    def add(self, options: Iterable[Pair]) -> None:
        """Add one of these costs, each a pair without and with VAT; which one is open."""
        known = list(options)
        self.excl = _wider(self.excl, [before for before, _ in known])
        self.incl = _wider(self.incl, [after for _, after in known])

    def of(self, *, taxed: bool) -> Pair:
        """Lowest and highest, with or without VAT."""
        return self.incl if taxed else self.excl


def _wider(pair: Pair, options: list[Decimal]) -> Pair:
    return pair[0] + min(options), pair[1] + max(options)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One period, as far as restrictions look at it: ranges of what the session has come to meanwhile."""

    start: datetime
    end: datetime | None
    zone: ZoneInfo
    seconds: Pair
    kwh: Pair
    power: tuple[Decimal | None, Decimal | None]
    current: tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A volume of one dimension in one period, and what may be its price."""

    dimension: str
    options: tuple[Priced, ...]
    quantity: Pair

    @property
    def sure(self) -> bool:
        return len(self.options) == 1 and self.options[0] is not None


@dataclass(slots=True)
class _Session:
    parts: dict[str, Range] = field(default_factory=lambda: {kind: Range() for kind in KINDS})
    entries: list[_Entry] = field(default_factory=list)
    flats: dict[str, list[tuple[Priced, ...]]] = field(
        default_factory=lambda: {"fixed": [], "reservation": []}
    )
    tariffs: dict[str, Tariff] = field(default_factory=dict)


def bounds(
    cdr: Mapping[str, Any],
    known: Mapping[str, Tariff],
    zone: ZoneInfo,
    *,
    unnamed: bool = False,
    combined: bool = False,
) -> dict[str, Range]:
    """The range of each part and of the `total`.

    `known` are the tariffs by their ids in lower case. With `unnamed` a period that names no tariff is priced by
    the first; without, it is open whether one of the tariffs at hand prices it. `combined` leaves open whether steps of
    time round charging and parking together, as the examples of 2.2 do.
    """
    session = _Session()
    expired: bool | None = False
    exactness = _exactness(cdr)
    periods = list(_periods(cdr, zone))
    if periods and all(reserves(volume) for _, volume, _ in periods):
        expired = None
    for period, volume, stretch in periods:
        tariffs = _tariffs(period.get("tariff_id"), known, unnamed=unnamed)
        for tariff in tariffs:
            if tariff is not None:
                session.tariffs[tariff.id] = tariff
        _collect(session, tariffs, volume, stretch, exactness, expired=expired)
    _price(session)
    _flat(session)
    _steps(session, combined=combined)
    total = _total(session)
    _share_flat(session)
    return {**session.parts, "total": total}


def _tariffs(
    tariff_id: str | None, known: Mapping[str, Tariff], *, unnamed: bool
) -> tuple[Tariff | None, ...]:
    if tariff_id is not None:
        return (known.get(tariff_id.lower()),)
    if unnamed:
        return (next(iter(known.values()), None),)
    return (None, *known.values())


def _periods(
    cdr: Mapping[str, Any], zone: ZoneInfo
) -> Iterator[tuple[Mapping[str, Any], dict[str, Decimal], _Stretch]]:
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
        yield (
            period,
            volume,
            _Stretch(
                start=start,
                end=end,
                zone=zone,
                seconds=(shortest, max(longest, shortest)),
                kwh=(min(before, kwh), max(before, kwh)),
                power=(volume.get("MIN_POWER"), volume.get("MAX_POWER")),
                current=(volume.get("MIN_CURRENT"), volume.get("MAX_CURRENT")),
            ),
        )


# Which price


def _collect(
    session: _Session,
    tariffs: tuple[Tariff | None, ...],
    volume: Mapping[str, Decimal],
    stretch: _Stretch,
    exactness: Decimal,
    *,
    expired: bool | None,
) -> None:
    reserved = reserves(volume)
    span = None if stretch.end is None else elapsed(stretch.start, stretch.end)
    session.flats["reservation" if reserved else "fixed"].append(
        _options(tariffs, "FLAT", stretch, reserved=reserved, expired=expired)
    )
    for dimension in _KIND:
        if dimension not in volume or (dimension == "RESERVATION_TIME") != reserved:
            continue
        priced = "TIME" if reserved else dimension
        options = _options(tariffs, priced, stretch, reserved=reserved, expired=expired)
        energy = dimension == "ENERGY"
        kwh = volume[dimension]
        quantity = (kwh - exactness, kwh + exactness) if energy else _timed(volume[dimension], span)
        session.entries.append(_Entry(dimension, options, quantity))


def _options(
    tariffs: tuple[Tariff | None, ...],
    dimension: str,
    stretch: _Stretch,
    *,
    reserved: bool,
    expired: bool | None,
) -> tuple[Priced, ...]:
    found: list[Priced] = []
    for tariff in tariffs:
        if tariff is None:
            found.append(None)
        elif not reserved:
            found += _candidates(tariff, dimension, stretch, (None,))
        else:
            found += _candidates(tariff, dimension, stretch, ("RESERVATION",))
            if expired is not False:
                found += _candidates(tariff, dimension, stretch, ("RESERVATION_EXPIRES", "RESERVATION"))
    unique: list[Priced] = []
    for option in found:
        if not any(option is known or option == known for known in unique):
            unique.append(option)
    return tuple(unique)


def _candidates(
    tariff: Tariff, dimension: str, stretch: _Stretch, kinds: tuple[str | None, ...]
) -> Iterator[Priced]:
    """The prices that may apply somewhere in a period, the first that surely does being the last of them."""
    for kind in kinds:
        for restrictions, components in tariff.elements:
            component = components.get(dimension)
            if component is None or (restrictions.reservation if restrictions else None) != kind:
                continue
            holds = True if restrictions is None else _holds(restrictions, stretch)
            if holds is not False:
                yield tariff, component
            if holds:
                return
    yield None


def _holds(limits: Restrictions, stretch: _Stretch) -> bool | None:
    """Whether restrictions hold all through a period, or nowhere in it; None where it can't be told."""
    known = (
        _clock(limits, stretch),
        _between(limits.min_kwh, limits.max_kwh, *stretch.kwh),
        _between(limits.min_duration, limits.max_duration, *stretch.seconds),
        _between(limits.min_current, limits.max_current, *stretch.current, steady=True),
        _between(limits.min_power, limits.max_power, *stretch.power, steady=True),
    )
    if False in known:
        return False
    return None if None in known else True


def _clock(limits: Restrictions, stretch: _Stretch) -> bool | None:
    moments = [stretch.start]
    if stretch.end is not None and stretch.end - stretch.start > _LONG:
        return None
    if stretch.end is not None:
        moments += limits.moments(stretch.zone, stretch.start, stretch.end)
    found = {limits.time_matches(at.astimezone(stretch.zone)) for at in moments}
    return found.pop() if len(found) == 1 else None


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


# How much


def _exactness(cdr: Mapping[str, Any]) -> Decimal:
    """How exactly a CDR writes energies: by how much each may have been another before it was written."""
    volumes = [
        decimal(part["volume"])
        for period in cdr["charging_periods"]
        for part in period["dimensions"]
        if part["type"] == "ENERGY"
    ]
    return Decimal(1).scaleb(-min(4, max(2, *map(_decimals, volumes))) if volumes else -4)


def _timed(hours: Decimal, span: Decimal | None) -> Pair:
    """The seconds that a volume may mean: whole ones, or those between the timestamps."""
    seconds = duration(hours, span)
    if seconds == seconds.to_integral_value():
        return seconds, seconds
    unit = _HOUR * Decimal(1).scaleb(-min(4, max(2, _decimals(hours))))
    below = (seconds if seconds == span else seconds - unit / 2).to_integral_value(ROUND_FLOOR)
    return max(_ZERO, below), seconds if seconds == span else seconds + unit / 2


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


# What it costs


def _cost(component: Component, quantity: Decimal) -> Pair:
    return Line(
        "", component.dimension, 0, "", quantity, _ZERO, component.price, component.vat, 0, component.taxed
    ).costs


def _price(session: _Session) -> None:
    for entry in session.entries:
        options = [
            (_ZERO, _ZERO) if option is None else _cost(option[1], quantity)
            for option in entry.options
            for quantity in entry.quantity
        ]
        session.parts[_KIND[entry.dimension]].add(options)


def _flat(session: _Session) -> None:
    """At least what is due at the beginning; at most each FLAT that is ever active, once."""
    for kind, stretches in session.flats.items():
        if not stretches:
            continue
        part = session.parts[kind]
        begin = [_ZERO_COST if option is None else _cost(option[1], Decimal(1)) for option in stretches[0]]
        ever = {
            id(option[1]): _cost(option[1], Decimal(1))
            for options in stretches
            for option in options
            if option is not None
        }
        all_of = (
            sum((one[0] for one in ever.values()), _ZERO),
            sum((one[1] for one in ever.values()), _ZERO),
        )
        part.add([*begin, all_of])


def _share_flat(session: _Session) -> None:
    """A FLAT in an element for parking may be counted as a fixed cost, or as one of parking."""
    fixed, parking = session.parts["fixed"], session.parts["parking"]
    for tariff in session.tariffs.values():
        for _, components in tariff.elements:
            if components.keys() == {"FLAT", "PARKING_TIME"}:
                excl, incl = _cost(components["FLAT"], Decimal(1))
                fixed.excl, fixed.incl = _lower(fixed.excl, excl), _lower(fixed.incl, incl)
                parking.excl = parking.excl[0], parking.excl[1] + excl
                parking.incl = parking.incl[0], parking.incl[1] + incl


def _lower(pair: Pair, amount: Decimal) -> Pair:
    return min(pair[0], max(_ZERO, pair[0] - amount)), pair[1]


_ZERO_COST = (_ZERO, _ZERO)


def _steps(session: _Session, *, combined: bool) -> None:
    for group in (("ENERGY",), ("TIME", "PARKING_TIME"), ("RESERVATION_TIME",)):
        entries = [entry for entry in session.entries if entry.dimension in group]
        last = [entry for entry in _last(entries) if any(entry.options)]
        if not last:
            continue
        tariffs = {option[0].id for entry in entries for option in entry.options if option is not None}
        same = [entry for entry in entries if entry.dimension == last[0].dimension]
        if len(last) == 1 and len(tariffs) == 1 and all(entry.sure for entry in same) and not combined:
            _round_up(session, last[0], same)
            continue
        for entry in entries if combined else last:
            steps = [_cost(option[1], _block(option[1])) for option in entry.options if option is not None]
            session.parts[_KIND[entry.dimension]].add([_ZERO_COST, *steps])


def _last(entries: list[_Entry]) -> Iterator[_Entry]:
    """The volumes that may be the last with a price, which is the one that is rounded."""
    for entry in reversed(entries):
        yield entry
        if None not in entry.options:
            return


def _round_up(session: _Session, last: _Entry, same: list[_Entry]) -> None:
    option = last.options[0]
    assert option is not None
    part = session.parts[_KIND[last.dimension]]
    costs = []
    for end in (0, 1):
        total = sum((entry.quantity[end] for entry in same), _ZERO)
        costs.append(_cost(option[1], _surplus(total, option[1])))
    part.excl = part.excl[0] + costs[0][0], part.excl[1] + costs[1][0]
    part.incl = part.incl[0] + costs[0][1], part.incl[1] + costs[1][1]
    # Less may have been used and more be added: what is written up to the step costs as much.
    part.excl = min(part.excl), max(part.excl)
    part.incl = min(part.incl), max(part.incl)


def _surplus(total: Decimal, component: Component) -> Decimal:
    block = _block(component)
    if component.step < 1 or total <= 0 or not total % block:
        return _ZERO
    return (total // block + 1) * block - total


def _block(component: Component) -> Decimal:
    return Decimal(component.step) if component.dimension in TIMES else component.step / _KILO


def _total(session: _Session) -> Range:
    parts = session.parts
    total = Range()
    for kind in KINDS:
        total.excl = total.excl[0] + parts[kind].excl[0], total.excl[1] + parts[kind].excl[1]
        total.incl = total.incl[0] + parts[kind].incl[0], total.incl[1] + parts[kind].incl[1]
    limited = [
        tariff for tariff in session.tariffs.values() if tariff.min_price.is_set or tariff.max_price.is_set
    ]
    if not limited:
        return total
    reserved = bool(session.flats["reservation"])
    free = len(session.tariffs) > 1 or (reserved and not session.flats["fixed"])
    whole = total
    total = Range(
        excl=_limited(whole.excl, parts["reservation"].excl, limited, taxed=False, free=free),
        incl=_limited(whole.incl, parts["reservation"].incl, limited, taxed=True, free=free),
    )
    _loosen(session, whole, total, limited)
    return total


def _limited(pair: Pair, reserved: Pair, limited: list[Tariff], *, taxed: bool, free: bool) -> Pair:
    """The range within the limits, for the whole or for all but the reservation; `free`: or without them."""

    def within(amount: Decimal) -> Decimal:
        for tariff in limited:
            low, high = tariff.min_price, tariff.max_price
            amount = clamp(
                amount,
                low.incl_vat if taxed else low.excl_vat,
                high.incl_vat if taxed else high.excl_vat,
            )
        return amount

    found = [within(amount) for amount in pair]
    found += [
        within(amount - kept) + kept for amount, kept in zip(pair, reserved, strict=True) if any(reserved)
    ]
    return min(found + list(pair) * free), max(found + list(pair) * free)


def _loosen(session: _Session, whole: Range, total: Range, limited: list[Tariff]) -> None:
    """Where a limit decides: what it makes of the parts is open, as is the VAT of a limit that has none."""
    if whole.excl == total.excl and whole.incl == total.incl:
        return
    rates = [
        component.vat or _ZERO
        for tariff in session.tariffs.values()
        for _, components in tariff.elements
        for component in components.values()
    ]
    for limit in (limit for tariff in limited for limit in (tariff.min_price, tariff.max_price)):
        if limit.excl_vat is not None and limit.incl_vat is None:
            most = limit.excl_vat * (1 + max(rates, default=_ZERO) / 100)
            total.incl = min(total.incl[0], limit.excl_vat), max(total.incl[1], most)
    for part in session.parts.values():
        if any(part.incl):
            part.excl = min(_ZERO, part.excl[0]), max(part.excl[1], total.excl[1])
            part.incl = min(_ZERO, part.incl[0]), max(part.incl[1], total.incl[1])
