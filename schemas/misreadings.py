"""Ways to get a price wrong that are met in the field: each prices a CDR by its mistake, so that it can be named."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import Any

from .auditing import UNNAMED, Audit, compared
from .breakdown import TIMES, Breakdown, Line
from .pricing import PricingError, price

__all__ = ["MISREADINGS", "Misreading", "explanations", "shown"]

Json = Mapping[str, Any]
_KILO = Decimal(1000)


@dataclass(frozen=True)
class Case:
    """A CDR, its tariffs, and how it was judged."""

    cdr: Json
    tariffs: tuple[Json, ...]
    audit: Audit
    version: str

    def priced(self, tariffs: Iterable[Json], time_zone: str = "") -> Breakdown:
        """What it would cost by other tariffs, or at another place."""
        return price(
            self.cdr,
            tariffs=tariffs,
            time_zone=time_zone or self.audit.time_zone,
            unnamed=self.version in UNNAMED,
        )

    def summed(self, lines: Iterable[Line]) -> Breakdown:
        """What it would cost if its lines were these. Raises `PricingError` where a limit decides instead."""
        found = self.audit.breakdown
        if found.total != found.unlimited:
            raise PricingError("the lines do not decide")
        return Breakdown.of(lines, currency=found.currency)


Pricing = Callable[[Case], Breakdown]


@dataclass(frozen=True)
class Misreading:
    """A mistake by its name; `summary` completes "as if"."""

    name: str
    summary: str
    pricing: Pricing


def _without_steps(case: Case) -> Breakdown:
    return case.summed(
        replace(line, quantity=line.quantity - line.surplus) for line in case.audit.breakdown.lines
    )


def _each_period(case: Case) -> Breakdown:
    return case.summed(_rounded(line, line.step) for line in case.audit.breakdown.lines)


def _step_of_first(case: Case) -> Breakdown:
    """The total is rounded, and what that adds is priced in the last period, but by the step of the first."""
    lines = list(case.audit.breakdown.lines)
    for line in tuple(lines):
        same = [other for other in lines if other.counts_with(line)]
        if line is not same[-1] or line.dimension == "FLAT" or not line.surplus or same[0].step == line.step:
            continue
        bare = replace(line, quantity=line.quantity - line.surplus, surplus=Decimal(0))
        total = sum((other.quantity for other in same[:-1]), bare.quantity)
        whole = _rounded(replace(bare, quantity=total), same[0].step).quantity
        lines[lines.index(line)] = replace(bare, quantity=bare.quantity + whole - total)
    return case.summed(lines)


def _charging_too(case: Case) -> Breakdown:
    """Time spent charging is rounded by itself although parking follows."""
    lines = list(case.audit.breakdown.lines)
    charging = [line for line in lines if line.kind == "time"]
    if charging and not any(line.surplus for line in charging):
        total = sum((line.quantity for line in charging), Decimal(0))
        last = charging[-1]
        whole = _rounded(replace(last, quantity=total), last.step).quantity
        lines[lines.index(last)] = replace(last, quantity=last.quantity + whole - total)
    return case.summed(lines)


def _last_element(case: Case) -> Breakdown:
    return case.priced({**tariff, "elements": tariff["elements"][::-1]} for tariff in case.tariffs)


def _in_utc(case: Case) -> Breakdown:
    return case.priced(case.tariffs, "UTC")


def _without(field: str) -> Pricing:
    def pricing(case: Case) -> Breakdown:
        return case.priced({**tariff, field: None} for tariff in case.tariffs)

    return pricing


def _unrestricted(*fields: str) -> Pricing:
    """Some restrictions are not looked at."""

    def pricing(case: Case) -> Breakdown:
        return case.priced(_lifted(tariff, fields) for tariff in case.tariffs)

    return pricing


def _lifted(tariff: Json, fields: tuple[str, ...]) -> Json:
    elements = [
        {**element, "restrictions": {**(element.get("restrictions") or {}), **dict.fromkeys(fields)}}
        for element in tariff["elements"]
    ]
    return {**tariff, "elements": elements}


def _rounded(line: Line, step: int) -> Line:
    """A line rounded up by itself."""
    quantity = line.quantity - line.surplus
    if line.dimension == "FLAT" or step < 1 or quantity <= 0:
        return line
    block = Decimal(step) if line.dimension in TIMES else step / _KILO
    return replace(line, quantity=(quantity / block).to_integral_value(ROUND_CEILING) * block)


MISREADINGS = (
    Misreading("step-left-out", "step_size were not applied", _without_steps),
    Misreading("step-of-charging-before-parking", "charging were rounded before parking", _charging_too),
    Misreading("step-each-period", "step_size rounded each period by itself", _each_period),
    Misreading("step-of-first", "the first step_size rounded the total, not the last", _step_of_first),
    Misreading("utc", "times of day were UTC, not those of the place", _in_utc),
    Misreading(
        "clock-left-out",
        "times, days and dates of the elements were not looked at",
        _unrestricted("start_time", "end_time", "start_date", "end_date", "day_of_week"),
    ),
    Misreading(
        "energy-left-out", "min_kwh and max_kwh were not looked at", _unrestricted("min_kwh", "max_kwh")
    ),
    Misreading(
        "duration-left-out",
        "min_duration and max_duration were not looked at",
        _unrestricted("min_duration", "max_duration"),
    ),
    Misreading(
        "power-left-out",
        "min_power and max_power were not looked at",
        _unrestricted("min_power", "max_power"),
    ),
    Misreading(
        "current-left-out",
        "min_current and max_current were not looked at",
        _unrestricted("min_current", "max_current"),
    ),
    Misreading("last-element", "the last matching element priced a dimension, not the first", _last_element),
    Misreading("min-price-left-out", "min_price were not there", _without("min_price")),
    Misreading("max-price-left-out", "max_price were not there", _without("max_price")),
)
"""Every known mistake; of two that come to the same the first is named."""


def explanations(
    cdr: Json, tariffs: Iterable[Json], audit: Audit, version: str = "2.2.1"
) -> Iterator[Misreading]:
    """The mistakes that give all amounts that a CDR states, where the right reading doesn't."""
    for misreading, breakdown in _mistaken(Case(cdr, tuple(tariffs), audit, version)):
        if all(amount.holds for amount in compared(cdr, breakdown)):
            yield misreading


def shown(
    cdr: Json,
    tariffs: Iterable[Json],
    audit: Audit,
    version: str = "2.2.1",
    *,
    but: Container[str] = (),
) -> Iterator[Misreading]:
    """The mistakes that a CDR which is right shows not to be made: by each of them it would state something else.

    Those named in `but` are not tried.
    """
    for misreading, breakdown in _mistaken(Case(cdr, tuple(tariffs), audit, version), but):
        if any(not amount.holds for amount in compared(cdr, breakdown)):
            yield misreading


def _mistaken(case: Case, but: Container[str] = ()) -> Iterator[tuple[Misreading, Breakdown]]:
    for misreading in MISREADINGS:
        if misreading.name in but:
            continue
        try:
            yield misreading, misreading.pricing(case)
        except PricingError:
            continue
