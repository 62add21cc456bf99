"""Lowest and highest prices of tariffs: what they make of the range that a session may cost."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from .breakdown import Pair, Range
from .pricing import clamp
from .tariff import Limit, Tariff

__all__ = ["limited"]

_ZERO = Decimal(0)


def limited(whole: Range, parts: Mapping[str, Range], tariffs: Iterable[Tariff], *, free: bool) -> Range:
    """The range of the total within the limits of the tariffs, or without them too where that is `free`.

    The ranges of the parts are widened by what a limit that decides may make of them.
    """
    known = list(tariffs)
    reserved = parts["reservation"]
    total = Range(
        excl=_limited(whole.excl, reserved.excl, known, taxed=False, free=free),
        incl=_limited(whole.incl, reserved.incl, known, taxed=True, free=free),
    )
    if whole.excl != total.excl or whole.incl != total.incl:
        _loosen(whole, total, parts, known)
    return total


def _limited(pair: Pair, reserved: Pair, tariffs: list[Tariff], *, taxed: bool, free: bool) -> Pair:
    """The range within the limits, for the whole or for all but the reservation; `free`: or without them."""
    found = [_within(amount, tariffs, taxed=taxed) for amount in pair]
    found += [
        _within(amount - kept, tariffs, taxed=taxed) + kept
        for amount, kept in zip(pair, reserved, strict=True)
        if any(reserved)
    ]
    return min(found + list(pair) * free), max(found + list(pair) * free)


def _within(amount: Decimal, tariffs: list[Tariff], *, taxed: bool) -> Decimal:
    for tariff in tariffs:
        low, high = tariff.min_price, tariff.max_price
        amount = clamp(
            amount,
            low.incl_vat if taxed else low.excl_vat,
            high.incl_vat if taxed else high.excl_vat,
        )
    return amount


def _loosen(whole: Range, total: Range, parts: Mapping[str, Range], tariffs: list[Tariff]) -> None:
    """Where a limit decides: what it makes of the parts is open, as is whether VAT is added to it or taken as given."""
    rates = [
        component.vat or _ZERO
        for tariff in tariffs
        for _, components in tariff.elements
        for component in components.values()
    ]
    factors = [1 + rate / 100 for rate in (min(rates, default=_ZERO), max(rates, default=_ZERO))]
    for limit in _deciding(whole, tariffs):
        if limit.excl_vat is not None:
            options = [_within(limit.excl_vat * factor, tariffs, taxed=True) for factor in factors]
            bare = [limit.excl_vat] if limit.incl_vat is None else []
            total.incl = min(total.incl[0], *options, *bare), max(total.incl[1], *options)
        if limit.incl_vat is not None:
            options = [_within(limit.incl_vat / factor, tariffs, taxed=False) for factor in factors]
            total.excl = min(total.excl[0], *options), max(total.excl[1], *options)
    for part in parts.values():
        if any(part.incl):
            part.excl = min(_ZERO, part.excl[0]), max(part.excl[1], total.excl[1])
            part.incl = min(_ZERO, part.incl[0]), max(part.incl[1], total.incl[1])


def _deciding(whole: Range, tariffs: list[Tariff]) -> Iterator[Limit]:
    """The limits that what the session has come to may be beyond."""
    for tariff in tariffs:
        low, high = tariff.min_price, tariff.max_price
        if any(
            least is not None and pair[0] < least
            for least, pair in ((low.excl_vat, whole.excl), (low.incl_vat, whole.incl))
        ):
            yield low
        if any(
            most is not None and pair[1] > most
            for most, pair in ((high.excl_vat, whole.excl), (high.incl_vat, whole.incl))
        ):
            yield high
