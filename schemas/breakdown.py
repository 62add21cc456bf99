"""What a price is made of: amounts, lines and their totals, all exact until `rounded` is asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_ZERO = Decimal(0)
_HOUR = Decimal(3600)
TIMES = ("TIME", "PARKING_TIME")
KINDS = ("fixed", "energy", "time", "parking", "reservation")
"""The parts that a total is made of, each a field of a CDR."""


Pair = tuple[Decimal, Decimal]
"""Lowest and highest of something, or an amount without and with VAT."""


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money; `incl_vat` is None where no price component names a VAT."""

    excl_vat: Decimal = _ZERO
    incl_vat: Decimal | None = None

    def price(self, *, decimals: int = 4) -> dict[str, Decimal]:
        """As a Price object, rounded half up."""
        unit = Decimal(1).scaleb(-decimals)
        price = {"excl_vat": self.excl_vat.quantize(unit, ROUND_HALF_UP)}
        if self.incl_vat is not None:
            price["incl_vat"] = self.incl_vat.quantize(unit, ROUND_HALF_UP)
        return price


@dataclass(frozen=True, slots=True)
class Line:
    """One priced amount: so much of a dimension in a period, at a price.

    `kind` is the total it counts to: fixed, energy, time, parking or reservation. `quantity` is in kWh, in
    seconds or 1 for FLAT, `price` per kWh, per hour or flat; `surplus` is what `step_size` added to it.
    """

    kind: str
    dimension: str
    period: int
    tariff_id: str
    quantity: Decimal
    surplus: Decimal
    price: Decimal
    vat: Decimal | None
    step: int = 0
    taxed: bool = False
    element: int = 0

    @property
    def costs(self) -> tuple[Decimal, Decimal]:
        """The amounts without and with VAT; the same where no rate is known."""
        amount = self.quantity * self.price
        if self.dimension in TIMES:
            amount /= _HOUR
        if not self.vat:
            return amount, amount
        rate = 1 + self.vat / 100
        return (amount / rate, amount) if self.taxed else (amount, amount * rate)

    @property
    def excl_vat(self) -> Decimal:
        """The amount without VAT; where taxes are in the price at a rate that isn't known, the amount as it is."""
        return self.costs[0]

    @property
    def incl_vat(self) -> Decimal:
        """The amount with VAT; without one the two are the same."""
        return self.costs[1]

    def counts_with(self, other: "Line") -> bool:
        """Whether `step_size` rounds the sum of both."""
        return self.kind == other.kind and self.dimension == other.dimension

    def __str__(self) -> str:
        unit = "s" if self.dimension in TIMES else "kWh"
        per = "/h" if self.dimension in TIMES else "/kWh"
        amount = "" if self.dimension == "FLAT" else f"{plain(self.quantity)} {unit} x "
        added = f" ({plain(self.surplus)} {unit} of it by step_size)" if self.surplus else ""
        vat = "no VAT" if self.vat is None else f"{plain(self.vat)}% VAT"
        return (
            f"{self.kind}, period {self.period + 1}, tariff {self.tariff_id}: {amount}{plain(self.price)}"
            f"{per if amount else ''}{added} = {plain(self.excl_vat)} excl., {vat}"
        )


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The costs of a session: the total, its parts, the lines they are made of, and notes.

    `unlimited` is the sum of the parts, from which the total differs where `min_price` or `max_price` decide.
    """

    currency: str
    total: Cost
    unlimited: Cost
    fixed: Cost
    energy: Cost
    time: Cost
    parking: Cost
    reservation: Cost
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, lines: Iterable[Line], *, currency: str) -> "Breakdown":
        """The sums of priced lines."""
        lines = tuple(lines)
        excl: dict[str, Decimal] = dict.fromkeys(KINDS, _ZERO)
        incl: dict[str, Decimal] = dict.fromkeys(KINDS, _ZERO)
        rated: set[str] = set()
        for line in lines:
            before, after = line.costs
            excl[line.kind] += before
            incl[line.kind] += after
            if line.vat is not None or line.taxed:
                rated.add(line.kind)
        parts: dict[str, Any] = {
            kind: Cost(excl[kind], incl[kind] if kind in rated else None) for kind in KINDS
        }
        total = Cost(sum(excl.values(), _ZERO), sum(incl.values(), _ZERO) if rated else None)
        return cls(currency=currency, total=total, unlimited=total, lines=lines, **parts)

    def rounded(self, *, decimals: int = 2) -> Cost:
        """The total rounded half up, as the worked examples of the text state it."""
        return Cost(**self.total.price(decimals=decimals))

    def explanation(self) -> tuple[str, ...]:
        """One line of text for each priced amount, then the notes, then the total."""
        incl = "" if self.total.incl_vat is None else f", {plain(self.total.incl_vat)} incl. VAT"
        total = f"total {plain(self.total.excl_vat)} {self.currency} excl. VAT{incl}"
        return (*map(str, self.lines), *self.notes, total)


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


def plain(value: Decimal) -> str:
    """A decimal for people: at most four places, no trailing zeros."""
    text = f"{value:.4f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
