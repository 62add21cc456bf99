"""What CDRs cost: every CDR that the IUT wrote, priced anew by its tariffs at the time zone of its Location."""

from collections.abc import Iterator
from typing import Any

from ...schemas.auditing import FIELDS, Amount, Audit, audit, stated
from ...schemas.breakdown import TIMES, plain
from ...schemas.misreadings import explanations, shown
from ...schemas.pricing import PricingError, zone
from ...simulators.store import Key, key_of
from .priceable import apart, told, unequivocal, valid_then
from .ruling import Ruling, View

PARTS = {
    "fixed": "billing-total-fixed-cost",
    "energy": "billing-total-energy-cost",
    "time": "billing-total-time-cost",
    "parking": "billing-total-parking-cost",
    "reservation": "billing-total-reservation-cost",
}
TOTAL = "billing-total-cost"
SUM = "billing-parts-add-up"
VAT = "billing-vat"
FREE = "billing-unmatched-dimension-free"
BESIDE_TEXTS = "billing-elements-beside-texts"
MISTAKES = {
    "step-left-out": "billing-step-size-rounds-up",
    "step-each-period": "billing-step-size-once",
    "step-of-first": "billing-step-size-of-last",
    "step-of-charging-before-parking": "billing-step-size-spares-charging",
    "utc": "billing-local-time",
    "clock-left-out": "billing-clock-restrictions",
    "energy-left-out": "billing-energy-restrictions",
    "duration-left-out": "billing-duration-restrictions",
    "power-left-out": "billing-power-restrictions",
    "current-left-out": "billing-current-restrictions",
    "last-element": "billing-first-matching-element",
    "min-price-left-out": "billing-min-price",
    "max-price-left-out": "billing-max-price",
}
"""The requirement that each known mistake breaks."""

VERSIONS_KEPT = 20
_PRICED = (*TIMES, "ENERGY")

Object = dict[str, Any]


class Billing:
    """Remembers the Tariffs and the time zones of Locations that the IUT has shown, and the CDRs that it judged."""

    def __init__(self) -> None:
        self._zones: dict[Key, str] = {}
        self._tariffs: dict[Key, list[Object]] = {}
        self._judged: dict[Key, Object] = {}
        self._shown: set[str] = set()
        """Mistakes that some CDR has shown not to be made; once is enough."""

    def answered(self, view: View) -> Iterator[Ruling]:
        """What the IUT lists."""
        endpoint = view.endpoint
        if endpoint is None or endpoint.interface != "SENDER" or not view.succeeded:
            return
        data = view.news
        for value in data if isinstance(data, list) else (data,):
            yield from self._seen(view, endpoint.answer or "", value)

    def requested(self, view: View) -> Iterator[Ruling]:
        """What the IUT pushes."""
        endpoint = view.endpoint
        if endpoint is not None and endpoint.interface == "RECEIVER" and not endpoint.patch:
            yield from self._seen(view, endpoint.body or "", view.request.json)

    def _seen(self, view: View, name: str, value: Any) -> Iterator[Ruling]:
        key = _key(value)
        if key is None:
            return
        if name == "Location" and isinstance(value.get("time_zone"), str):
            self._zones[key] = value["time_zone"]
        elif name == "Tariff":
            known = self._tariffs.setdefault(key, [])
            if value not in known:
                known.append(value)
                del known[:-VERSIONS_KEPT]
        elif name == "CDR" and self._judged.get(key) != value:
            self._judged[key] = value
            try:
                yield from self._judge(view.version, value)
            except PricingError:
                return  # what is wrong with it is for the judge of objects to say

    def _judge(self, version: str, cdr: Object) -> Iterator[Ruling]:
        tariffs = self._tariffs_of(cdr)
        if not tariffs or apart(cdr, tariffs) or not _told(cdr, tariffs):
            return
        time_zone = self._zone(cdr)
        found = audit(cdr, tariffs=tariffs, time_zone=time_zone, version=version)
        texts = any(tariff.get("tariff_alt_text") or tariff.get("tariff_alt_url") for tariff in tariffs)
        if texts:
            # The text has examples of Tariffs whose words explain another price than their elements do.
            yield from _beside_texts(found)
        elif found.wrong:
            yield from _wrong(cdr, tariffs, found, version, by_clock=time_zone is not None)
        elif found.ranges is None:
            yield from _right(cdr, found)
            for mistake in shown(cdr, tariffs, found, version, but=self._shown):
                if mistake.name != "utc" or time_zone is not None:
                    self._shown.add(mistake.name)
                    yield Ruling(MISTAKES[mistake.name], True)

    def _tariffs_of(self, cdr: Object) -> list[Object]:
        """The Tariffs in a CDR; where it has none, those that were shown, if they are as they were then."""
        inside = [tariff for tariff in cdr.get("tariffs") or () if isinstance(tariff, dict)]
        if inside:
            return inside
        found = []
        for period in cdr.get("charging_periods") or ():
            name = period.get("tariff_id") if isinstance(period, dict) else None
            if not isinstance(name, str):
                return []
            known = self._tariffs.get(key_of(cdr["country_code"], cdr["party_id"], name), [])
            if len(known) != 1 or not valid_then(known[0], cdr):
                return []
            found.append(known[0])
        return found

    def _zone(self, cdr: Object) -> str | None:
        place = cdr.get("cdr_location")
        if not isinstance(place, dict) or not isinstance(place.get("id"), str):
            return None
        name = self._zones.get(key_of(cdr["country_code"], cdr["party_id"], place["id"]))
        try:
            return name if name is not None and zone(name) else None
        except PricingError:
            return None


def _told(cdr: Object, tariffs: list[Object]) -> bool:
    try:
        return unequivocal(tariffs) and told(cdr, tariffs)
    except (KeyError, TypeError, AttributeError):
        return False  # what is wrong with it is for the judge of objects to say


def _wrong(
    cdr: Object, tariffs: list[Object], found: Audit, version: str, *, by_clock: bool
) -> Iterator[Ruling]:
    """One requirement is blamed where a known mistake explains all, else those of the amounts that are off."""
    for mistake in explanations(cdr, tariffs, found, version):
        if mistake.name != "utc" or by_clock:
            expected = "; ".join(_expected(amount) for amount in found.wrong)
            yield Ruling(MISTAKES[mistake.name], False, expected, f"{_found(found)}, as if {mistake.summary}")
            return
    untaxed = [amount for amount in found.wrong if not amount.taxed]
    for amount in untaxed or found.wrong:
        slug = _blamed(amount, untaxed, found, cdr)
        if slug is not None:
            yield Ruling(slug, False, _expected(amount), f"{cdr.get('id')}: {_stated(amount)}")


def _blamed(amount: Amount, untaxed: list[Amount], found: Audit, cdr: Object) -> str | None:
    if amount.taxed:
        return VAT
    parts = [other for other in untaxed if other.kind != "total"]
    if amount.kind != "total":
        return FREE if amount.high <= 0 < amount.stated and amount.kind != "fixed" else PARTS[amount.kind]
    sums = _sum_of_parts(found, cdr)
    if parts:
        return None  # the part that is off takes the total with it
    return SUM if sums is not None else TOTAL


def _right(cdr: Object, found: Audit) -> Iterator[Ruling]:
    """What a CDR shows that is right, and in which nothing is left open."""
    for amount in found.amounts:
        if not amount.taxed:
            yield Ruling(TOTAL if amount.kind == "total" else PARTS[amount.kind], True)
        elif any(line.vat for line in found.breakdown.lines):
            yield Ruling(VAT, True)
    if _sum_of_parts(found, cdr) is not None:
        yield Ruling(SUM, True)
    volumes = {
        part["type"]
        for period in cdr["charging_periods"]
        for part in period["dimensions"]
        if part["volume"] and part["type"] in _PRICED
    }
    if volumes - {line.dimension for line in found.breakdown.lines}:
        yield Ruling(FREE, True)


def _beside_texts(found: Audit) -> Iterator[Ruling]:
    expected = "; ".join(_expected(amount) for amount in found.wrong)
    yield Ruling(BESIDE_TEXTS, not found.wrong, expected, _found(found))


def _sum_of_parts(found: Audit, cdr: Object) -> Any:
    """The sum of the stated parts, where all that cost something are stated and no limit decides."""
    breakdown = found.breakdown
    due = {line.kind for line in breakdown.lines if line.price}
    given = {kind for kind in PARTS if cdr.get(FIELDS[kind]) is not None}
    if not given or due - given or breakdown.total != breakdown.unlimited:
        return None
    return sum(stated(cdr[FIELDS[kind]])[0] for kind in given)


def _expected(amount: Amount) -> str:
    low, high = plain(amount.low), plain(amount.high)
    return f"{amount.field} {low}" + (f" to {high}" if high != low else "")


def _stated(amount: Amount) -> str:
    return f"{amount.field} {plain(amount.stated)}"


def _found(found: Audit) -> str:
    return "; ".join(_stated(amount) for amount in found.wrong)


def _key(value: Any) -> Key | None:
    if not isinstance(value, dict):
        return None
    named = [value.get(name) for name in ("country_code", "party_id", "id")]
    texts = [name for name in named if isinstance(name, str)]
    return key_of(*texts) if texts == named else None


__all__ = ["MISTAKES", "Billing"]
