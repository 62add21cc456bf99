"""What a session may cost at least and at most, where the text or the CDR leave something open.

Open is what a period doesn't tell (its power, a price change within it), how exactly a volume was measured, when a
FLAT that becomes active later is due, what became of a reservation that nobody used. Where nothing is open, lowest
and highest are the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .breakdown import KINDS, TIMES, Line, Pair, Range
from .exactness import Exactness
from .limits import limited
from .stretches import Stretch, stretches
from .tariff import Component, Tariff

__all__ = ["Range", "bounds"]

_ZERO = Decimal(0)
_HOUR = Decimal(3600)
_KILO = Decimal(1000)
_KIND = {"ENERGY": "energy", "TIME": "time", "PARKING_TIME": "parking", "RESERVATION_TIME": "reservation"}

Priced = tuple[Tariff, Component] | None


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
    exactness = Exactness.of(cdr)
    periods = list(stretches(cdr, zone))
    unused = bool(periods) and all(stretch.reserved for stretch in periods)
    for stretch in periods:
        tariffs = _tariffs(stretch.tariff_id, known, unnamed=unnamed)
        for tariff in tariffs:
            if tariff is not None:
                session.tariffs[tariff.id] = tariff
        _collect(session, tariffs, stretch, exactness, unused=unused)
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


# Which price


def _collect(
    session: _Session,
    tariffs: tuple[Tariff | None, ...],
    stretch: Stretch,
    exactness: Exactness,
    *,
    unused: bool,
) -> None:
    kinds: tuple[tuple[str | None, ...], ...] = (("RESERVATION",),)
    if unused:  # expired, or cancelled
        kinds = (*kinds, ("RESERVATION_EXPIRES", "RESERVATION"))
    reserved = stretch.reserved
    session.flats["reservation" if reserved else "fixed"].append(
        _options(tariffs, "FLAT", stretch, kinds if reserved else ((None,),))
    )
    for dimension in _KIND:
        if dimension not in stretch.volume:
            continue
        if dimension == "RESERVATION_TIME":
            options = _options(tariffs, "TIME", stretch, kinds)
            if not reserved:  # a reservation in one period with charging has a part of it that isn't told
                options = (*options, None)
        else:
            options = _options(tariffs, dimension, stretch, ((None,),))
        session.entries.append(_Entry(dimension, options, exactness.range(dimension, stretch)))


def _options(
    tariffs: tuple[Tariff | None, ...],
    dimension: str,
    stretch: Stretch,
    kinds: tuple[tuple[str | None, ...], ...],
) -> tuple[Priced, ...]:
    found: list[Priced] = []
    for tariff in tariffs:
        if tariff is None:
            found.append(None)
            continue
        for kind in kinds:
            for component in stretch.prices(tariff, dimension, reservation=kind):
                found.append(None if component is None else (tariff, component))
    unique: list[Priced] = []
    for option in found:
        if not any(option is known or option == known for known in unique):
            unique.append(option)
    return tuple(unique)


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
    """At least the least that is ever active where one is at the beginning; at most each that ever is, once."""
    for kind, periods in session.flats.items():
        if not periods:
            continue
        ever = {
            id(option[1]): _cost(option[1], Decimal(1))
            for options in periods
            for option in options
            if option is not None
        }
        none = [_ZERO_COST] if None in periods[0] else []
        all_of = (
            sum((one[0] for one in ever.values()), _ZERO),
            sum((one[1] for one in ever.values()), _ZERO),
        )
        session.parts[kind].add([*none, *ever.values(), all_of])


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
    excl, incl = _shifts(same, option[1])
    part.excl = part.excl[0] + costs[0][0] - excl, part.excl[1] + costs[1][0] + excl
    part.incl = part.incl[0] + costs[0][1] - incl, part.incl[1] + costs[1][1] + incl
    # Less may have been used and more be added: what is written up to the step costs as much.
    part.excl = min(part.excl), max(part.excl)
    part.incl = min(part.incl), max(part.incl)


def _shifts(entries: list[_Entry], last: Component) -> Pair:
    """How much it makes that what was written a little wrong was used at another price than what is added."""
    excl = incl = _ZERO
    for entry in entries:
        option = entry.options[0]
        assert option is not None
        spread = entry.quantity[1] - entry.quantity[0]
        one, other = _cost(option[1], spread), _cost(last, spread)
        excl += abs(one[0] - other[0])
        incl += abs(one[1] - other[1])
    return excl, incl


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
    tariffs = session.tariffs.values()
    if not any(tariff.min_price.is_set or tariff.max_price.is_set for tariff in tariffs):
        return total
    unused = bool(session.flats["reservation"]) and not session.flats["fixed"]
    return limited(total, parts, tariffs, free=unused or len(session.tariffs) > 1)
