"""Explains what CDRs cost and whether they say so, outside any run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..schemas.auditing import Amount, Audit, audit
from ..schemas.breakdown import TIMES, Line, plain
from ..schemas.editions import versions
from ..schemas.misreadings import explanations
from ..schemas.pricing import PricingError
from .errors import UsageError, nearest
from .judging import load

__all__ = ["FORMAT", "Costing", "cost_file"]

FORMAT = "ocpi-conformance-price/1"

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Costing:
    """A CDR or Session, what was recomputed, and the known mistakes that would explain what it states."""

    name: str
    record: Json
    audit: Audit
    as_if: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether it states an amount that the text doesn't allow."""
        return bool(self.audit.wrong)

    @property
    def compared(self) -> bool:
        """Whether it states any amount at all."""
        return bool(self.audit.amounts)

    def text(self) -> Iterator[str]:
        """What is due for each dimension of each period, then every stated amount beside the one recomputed."""
        breakdown = self.audit.breakdown
        yield f"{self.name}, times of day as in {self.audit.time_zone}"
        periods: list[Json] = list(self.record.get("charging_periods") or ())
        for index, period in enumerate(periods):
            yield f"  period {index + 1}, from {period['start_date_time']}"
            lines = [line for line in breakdown.lines if line.period == index]
            for part in period["dimensions"]:
                priced = [line for line in lines if line.dimension == _priced(part["type"], line)]
                for line in priced:
                    lines.remove(line)
                    yield f"    {_due(part, line)}"
                if not priced and part["type"] in (*TIMES, "ENERGY", "RESERVATION_TIME"):
                    yield f"    {part['type']} {part['volume']}: no price, nothing due"
            for line in lines:
                yield f"    {_due(None, line)}"
        yield from (f"  note: {note}" for note in breakdown.notes)
        yield from (f"  {_compared(amount)}" for amount in self.audit.amounts)
        yield from (f"  it comes out so as if {mistake}" for mistake in self.as_if)
        incl = "" if breakdown.total.incl_vat is None else f", {_money(breakdown.total.incl_vat)} incl. VAT"
        total = f"{_money(breakdown.total.excl_vat)} excl. VAT{incl}"
        yield f"  {'DIFFERS: ' if self.differs else ''}{breakdown.currency} {total}"

    def as_json(self) -> dict[str, Any]:
        """The same for programs; amounts are decimals in strings."""
        breakdown = self.audit.breakdown
        return {
            "name": self.name,
            "currency": breakdown.currency,
            "time_zone": self.audit.time_zone,
            "total": {
                "excl_vat": _money(breakdown.total.excl_vat),
                "incl_vat": None if breakdown.total.incl_vat is None else _money(breakdown.total.incl_vat),
            },
            "lines": [_line(line) for line in breakdown.lines],
            "amounts": [_amount(amount) for amount in self.audit.amounts],
            "notes": list(breakdown.notes),
            "as_if": list(self.as_if),
            "differs": self.differs,
        }


def cost_file(
    file: str, tariffs: Sequence[str] = (), *, time_zone: str | None = None, version: str = "2.2.1"
) -> list[Costing]:
    """Price every CDR or Session in a file by the tariffs in other files, or by its own where there are none.

    Raises UsageError for what can't be read or priced.
    """
    if version not in versions():
        raise UsageError(f"{version!r} is no OCPI version", hint=nearest(version, versions()))
    given = [tariff for name in tariffs for tariff in _objects(name, "tariff")]
    found = []
    for position, record in enumerate(_objects(file, "CDR or Session")):
        name = f"{file}: {record.get('id') or position + 1}"
        used = given or [tariff for tariff in record.get("tariffs") or () if isinstance(tariff, dict)]
        if not used:
            raise UsageError(
                f"{name} has no tariffs", hint="give them as further files: CDR.json TARIFF.json"
            )
        try:
            judged = audit(record, tariffs=used, time_zone=time_zone, version=version)
            reasons = explanations(record, used, judged, version) if judged.wrong else ()
            as_if = tuple(mistake.summary for mistake in reasons)
        except PricingError as error:
            raise UsageError(f"{name} can't be priced: {error}") from error
        found.append(Costing(name=name, record=record, audit=judged, as_if=as_if))
    return found


def _objects(file: str, kind: str) -> list[dict[str, Any]]:
    """The object in a file, or those of its list, or those in the `data` of a response."""
    value = load(file)
    if isinstance(value, dict) and "status_code" in value and "data" in value:
        value = value["data"]
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in values):
        raise UsageError(f"{file} is no {kind}", hint=f"give one {kind} as a JSON object, or a list of them")
    return values


def _priced(dimension: str, line: Line) -> str:
    return "TIME" if dimension == "RESERVATION_TIME" and line.kind == "reservation" else dimension


def _due(part: Json | None, line: Line) -> str:
    volume = "" if part is None else f" {part['volume']}"
    kind = part["type"] if part is not None else line.dimension
    where = f"tariff {line.tariff_id}, element {line.element + 1}"
    excl, incl = (_money(amount) for amount in line.costs)
    if line.dimension == "FLAT":
        return f"FLAT ({line.kind}), {where}: {plain(line.price)} = {excl} excl., {incl} incl. ({_vat(line)})"
    timed = line.dimension in TIMES
    quantity = f"{plain(line.quantity)} {'s' if timed else 'kWh'}"
    added = f", {plain(line.surplus)} of it added" if line.surplus else ""
    step = f"step_size {line.step}{added}"
    price = f"{plain(line.price)}/{'h' if timed else 'kWh'}"
    return (
        f"{kind}{volume}, {where}: {quantity} ({step}) x {price} = {excl} excl., {incl} incl. ({_vat(line)})"
    )


def _vat(line: Line) -> str:
    taxed = ", in the price" if line.taxed else ""
    return f"no VAT{taxed}" if line.vat is None else f"{plain(line.vat)}% VAT{taxed}"


def _compared(amount: Amount) -> str:
    shown = f"{amount.field}: {_money(amount.stated)} stated, {_money(amount.exact)} recomputed"
    if not amount.holds:
        if amount.high - amount.low <= amount.tolerance:
            return f"{shown}: DIFFERS by {_money(amount.stated - amount.exact)}"
        return f"{shown}: DIFFERS, the text leaves {_money(amount.low)} to {_money(amount.high)} open"
    apart = abs(amount.stated - amount.exact)
    if apart > amount.tolerance:
        return f"{shown}: within the {_money(amount.low)} to {_money(amount.high)} that are open"
    return f"{shown}: equal" + (f", but for {_money(apart)} of rounding" if _money(apart) != "0" else "")


def _line(line: Line) -> dict[str, Any]:
    excl, incl = line.costs
    return {
        "period": line.period + 1,
        "dimension": line.dimension,
        "part": line.kind,
        "tariff": line.tariff_id,
        "element": line.element + 1,
        "quantity": _exact(line.quantity),
        "unit": "s" if line.dimension in TIMES else "kWh" if line.dimension == "ENERGY" else "",
        "added_by_step_size": _exact(line.surplus),
        "step_size": line.step,
        "price": _exact(line.price),
        "vat": None if line.vat is None else _exact(line.vat),
        "excl_vat": _money(excl),
        "incl_vat": _money(incl),
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        "field": amount.field,
        "stated": _exact(amount.stated),
        "recomputed": _money(amount.exact),
        "lowest": _money(amount.low),
        "highest": _money(amount.high),
        "tolerance": _exact(amount.tolerance),
        "equal": amount.holds,
    }


def _exact(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(value: Decimal) -> str:
    """An amount at six places at most, no trailing zeros."""
    return _exact(round(value, 6)) if round(value, 6) else "0"
