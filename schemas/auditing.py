"""Whether the costs that a CDR states are those of its periods and tariffs, as far as the text decides that.

How money is rounded is left to laws and contracts (mod_tariffs.asciidoc#mod_tariffs_tariff_object): every amount that
goes into a stated one may have been rounded to the smallest unit of the currency, in any direction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from .bounds import bounds
from .breakdown import KINDS, Breakdown
from .pricing import PricingError, price, zone
from .tariff import Tariff, decimal, moment

__all__ = ["FIELDS", "Amount", "Audit", "audit", "stated"]

FIELDS = {"total": "total_cost", **{kind: f"total_{kind}_cost" for kind in KINDS}}
"""The field of a CDR for each part of its costs."""

UNNAMED = frozenset({"2.0", "2.1.1"})
"""Versions whose periods don't name their tariff."""
COMBINED = frozenset({"2.2"})
"""Versions whose examples round charging and parking together, against their own words."""

_CENT = Decimal("0.01")
_UNITS = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"), Decimal(1)),
    # These have smaller units by name alone: nobody bills in them.
    **dict.fromkeys(("COP", "HUF", "IDR", "TWD"), Decimal(1)),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), Decimal("0.001")),
}
_COINS = {
    **dict.fromkeys(("AUD", "CAD", "CHF"), Decimal("0.05")),
    **dict.fromkeys(("CZK", "NOK", "SEK"), Decimal(1)),
    "DKK": Decimal("0.5"),
    "HUF": Decimal(5),
    "NZD": Decimal("0.1"),
}
"""Where bills are usually rounded to a coin that is larger than the smallest unit."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that a CDR states, beside the one recomputed and the range that the text leaves."""

    kind: str
    taxed: bool
    stated: Decimal
    exact: Decimal
    low: Decimal
    high: Decimal
    tolerance: Decimal

    @property
    def field(self) -> str:
        """Where it stands, like `total_cost excl. VAT`."""
        return f"{FIELDS[self.kind]} {'incl' if self.taxed else 'excl'}. VAT"

    @property
    def holds(self) -> bool:
        """Whether it is within the range, roundings considered."""
        return self.low - self.tolerance <= self.stated <= self.high + self.tolerance


@dataclass(frozen=True, slots=True)
class Audit:
    """What was recomputed, and every stated amount beside it. `time_zone` is that by which it was judged."""

    breakdown: Breakdown
    amounts: tuple[Amount, ...]
    time_zone: str
    ranges: Mapping[str, Any] | None = None

    @property
    def wrong(self) -> tuple[Amount, ...]:
        """The amounts that no reading of the text explains."""
        return tuple(amount for amount in self.amounts if not amount.holds)


def audit(
    cdr: Mapping[str, Any],
    *,
    tariffs: Iterable[Mapping[str, Any]] | None = None,
    time_zone: str | None = None,
    version: str = "2.2.1",
    read: Callable[[Mapping[str, Any]], Tariff] = Tariff.read,
) -> Audit:
    """Recompute a CDR, or a Session, and compare what it states.

    Without `time_zone` any zone will do in which the amounts come out right. Raises `PricingError`.
    """
    given = list(cdr.get("tariffs") or () if tariffs is None else tariffs)
    found: Audit | None = None
    for name in _zones(cdr, given, time_zone, read):
        tried = _judge(cdr, given, name, version, read)
        if not tried.wrong:
            return tried
        if found is None or len(tried.wrong) < len(found.wrong):
            found = tried
    assert found is not None
    return found


def _judge(
    cdr: Mapping[str, Any],
    tariffs: list[Mapping[str, Any]],
    time_zone: str,
    version: str,
    read: Callable[[Mapping[str, Any]], Tariff],
) -> Audit:
    unnamed = version in UNNAMED
    breakdown = price(cdr, tariffs=tariffs, time_zone=time_zone, unnamed=unnamed, read=read)
    amounts = tuple(compared(cdr, breakdown))
    if all(amount.holds for amount in amounts):
        return Audit(breakdown, amounts, time_zone)
    known = {tariff["id"].lower(): read(tariff) for tariff in tariffs}
    try:
        ranges = bounds(cdr, known, zone(time_zone), unnamed=unnamed, combined=version in COMBINED)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise PricingError(f"not a CDR or Session that the schema accepts: {error!r}") from error
    return Audit(breakdown, tuple(compared(cdr, breakdown, ranges)), time_zone, ranges)


def compared(
    cdr: Mapping[str, Any], breakdown: Breakdown, ranges: Mapping[str, Any] | None = None
) -> Iterator[Amount]:
    """Every amount that a CDR states beside a breakdown, and beside the ranges if there are such."""
    unit = _UNITS.get(breakdown.currency, _CENT)
    for kind, field in FIELDS.items():
        value = cdr.get(field)
        if value is None:
            continue
        count = sum(1 for line in breakdown.lines if kind in ("total", line.kind) and line.price)
        tolerance = unit * max(1, count)
        if kind == "total":
            tolerance = max(tolerance, _COINS.get(breakdown.currency, unit))
        cost = getattr(breakdown, kind)
        excl, incl = stated(value)
        for taxed, amount in ((False, excl), (True, incl)):
            if amount is None:
                continue
            exact = cost.excl_vat if not taxed or cost.incl_vat is None else cost.incl_vat
            low, high = (exact, exact) if ranges is None else ranges[kind].of(taxed=taxed)
            yield Amount(kind, taxed, amount, exact, min(low, exact), max(high, exact), tolerance)


def stated(value: Any) -> tuple[Decimal, Decimal | None]:
    """A cost as any version writes it: before taxes, and with them if it says so. Raises `PricingError`."""
    try:
        if not isinstance(value, Mapping):
            return decimal(value), None
        if "before_taxes" in value:
            before = decimal(value["before_taxes"])
            taxes = value.get("taxes")
            return before, before + sum(decimal(tax["amount"]) for tax in taxes) if taxes else None
        incl = value.get("incl_vat")
        return decimal(value["excl_vat"]), None if incl is None else decimal(incl)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise PricingError(f"not an amount of money: {value!r}") from error


def _zones(
    cdr: Mapping[str, Any],
    tariffs: list[Mapping[str, Any]],
    time_zone: str | None,
    read: Callable[[Mapping[str, Any]], Tariff],
) -> Iterable[str]:
    """The zones to try: the given one, any where the clock decides nothing, else one for every offset there is."""
    if time_zone is not None:
        return (time_zone,)
    try:
        if not any(read(tariff).by_clock for tariff in tariffs):
            return ("UTC",)
        start = moment(cdr.get("start_date_time") or cdr["charging_periods"][0]["start_date_time"])
        end = moment(
            cdr.get("end_date_time")
            or cdr.get("stop_date_time")
            or cdr["charging_periods"][-1]["start_date_time"]
        )
    except (KeyError, TypeError, ValueError, IndexError, ArithmeticError, AttributeError) as error:
        raise PricingError(f"not a CDR or Session that the schema accepts: {error!r}") from error
    offsets: dict[tuple[timedelta | None, timedelta | None], str] = {}
    for each in _all_zones():
        offsets.setdefault((start.astimezone(each).utcoffset(), end.astimezone(each).utcoffset()), each.key)
    return offsets.values()


@lru_cache
def _all_zones() -> tuple[ZoneInfo, ...]:
    names = sorted(available_timezones(), key=lambda name: (name != "UTC", name))
    return tuple(ZoneInfo(name) for name in names if not name.startswith(("posix", "right", "localtime")))
