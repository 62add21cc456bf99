"""Flaws of a CPO in what its CDRs cost: single amounts that are off, and rules of pricing that are got wrong."""

from collections.abc import Callable, Iterator
from typing import Any

from ...schemas.auditing import FIELDS, audit
from ...schemas.breakdown import Breakdown
from ...schemas.misreadings import MISREADINGS, Case
from ...schemas.pricing import PricingError
from ..billing import as_price
from ..quantities import number
from ..store import key_of
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, with_body, with_objects

CPO = ("CPO",)
EXTRA = 1.75

Cdr = dict[str, Any]
Change = Callable[[Party, Cdr], Cdr | None]

BROKEN = {
    "step-left-out": ("cdr-ignores-step-size", "billing-step-size-rounds-up"),
    "step-each-period": ("cdr-rounds-each-period", "billing-step-size-once"),
    "step-of-first": ("cdr-rounds-by-first-step", "billing-step-size-of-last"),
    "step-of-charging-before-parking": (
        "cdr-rounds-charging-before-parking",
        "billing-step-size-spares-charging",
    ),
    "utc": ("cdr-prices-in-utc", "billing-local-time"),
    "clock-left-out": ("cdr-ignores-hours", "billing-clock-restrictions"),
    "energy-left-out": ("cdr-ignores-kwh-limits", "billing-energy-restrictions"),
    "duration-left-out": ("cdr-ignores-durations", "billing-duration-restrictions"),
    "power-left-out": ("cdr-ignores-power", "billing-power-restrictions"),
    "current-left-out": ("cdr-ignores-current", "billing-current-restrictions"),
    "last-element": ("cdr-prices-by-last-element", "billing-first-matching-element"),
    "min-price-left-out": ("cdr-ignores-min-price", "billing-min-price"),
    "max-price-left-out": ("cdr-ignores-max-price", "billing-max-price"),
}
"""For each known mistake the name of its flaw, and the requirement that it breaks."""


def billing(name: str, *, breaks: str, does: str, change: Change) -> None:
    """Register a flaw that changes the CDRs that a CPO posts and lists."""

    change = consistently(change)

    def posts(party: Party, request: Request, proceed: Proceed) -> Response:
        if addresses(party, request, "cdrs.receiver.post"):
            request = with_body(request, lambda cdr: change(party, cdr))
        return proceed(request)

    def lists(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if not addresses(party, request, "cdrs.sender.list"):
            return response
        return with_objects(response, lambda cdr: change(party, cdr))

    posts.__doc__ = lists.__doc__ = does
    serving(name, breaks=(breaks,), roles=CPO)(lists)
    calling(name, breaks=(breaks,), roles=CPO)(posts)


def consistently(change: Change) -> Change:
    """The same change for a Credit CDR, whose total is negative, as for the CDR that it takes back."""

    def whole(party: Party, cdr: Cdr) -> Cdr | None:
        if not cdr.get("credit"):
            return change(party, cdr)
        changed = change(party, negated(cdr))
        return None if changed is None else negated(changed)

    return whole


def negated(cdr: Cdr) -> Cdr:
    return {**cdr, "total_cost": {name: number(-amount) for name, amount in cdr["total_cost"].items()}}


def dimensions(cdr: Cdr) -> set[str]:
    return {part["type"] for period in cdr["charging_periods"] for part in period["dimensions"]}


def limited(cdr: Cdr) -> bool:
    """Whether a lowest or highest price may decide what it costs."""
    return any("min_price" in tariff or "max_price" in tariff for tariff in cdr.get("tariffs") or ())


def rebilled(cdr: Cdr, costs: Breakdown) -> Cdr:
    """A CDR with other costs, in those of its fields that it has."""
    given = {field: getattr(costs, kind) for kind, field in FIELDS.items() if field in cdr}
    return {**cdr, **{field: as_price(cost) for field, cost in given.items()}}


def case_of(party: Party, cdr: Cdr) -> Case | None:
    """A CDR as it was priced, at its place; None for one that has no tariff or can't be priced."""
    owner = cdr["country_code"], cdr["party_id"]
    place = party.store.own("locations").get(key_of(*owner, cdr["cdr_location"]["id"]))
    tariffs = tuple(cdr.get("tariffs") or ())
    if place is None or not tariffs:
        return None
    try:
        found = audit(cdr, tariffs=tariffs, time_zone=place["time_zone"])
    except PricingError:
        return None
    return Case(cdr, tariffs, found, "2.2.1")


def mistaken(name: str) -> Change:
    """A known mistake of pricing."""
    pricing = next(mistake.pricing for mistake in MISREADINGS if mistake.name == name)

    def change(party: Party, cdr: Cdr) -> Cdr | None:
        case = case_of(party, cdr)
        try:
            return rebilled(cdr, pricing(case)) if case is not None else None
        except PricingError:
            return None

    return change


def _mistakes() -> Iterator[tuple[str, str, str, str]]:
    for mistake in MISREADINGS:
        flaw, slug = BROKEN[mistake.name]
        yield mistake.name, flaw, slug, f"CDRs are priced as if {mistake.summary}."


def unparked(change: Change) -> Change:
    """Only for CDRs without parking: where parking follows, another mistake comes to the same."""
    return lambda party, cdr: None if "PARKING_TIME" in dimensions(cdr) else change(party, cdr)


for _name, _flaw, _slug, _does in _mistakes():
    _change = mistaken(_name)
    billing(
        _flaw,
        breaks=_slug,
        does=_does,
        change=unparked(_change) if _name == "step-each-period" else _change,
    )


def dearer(price: dict[str, Any]) -> dict[str, Any]:
    """A Price that is higher by the same amount without and with VAT."""
    return {name: number(amount + EXTRA) for name, amount in price.items()}


def _total(_: Party, cdr: Cdr) -> Cdr | None:
    if limited(cdr) or not any(field in cdr for kind, field in FIELDS.items() if kind != "total"):
        return None
    return {**cdr, "total_cost": dearer(cdr["total_cost"])}


def _total_alone(_: Party, cdr: Cdr) -> Cdr:
    bare = {name: value for name, value in cdr.items() if name == "total_cost" or name not in FIELDS.values()}
    return {**bare, "total_cost": dearer(cdr["total_cost"])}


def _part(kind: str) -> Change:
    field = FIELDS[kind]

    def change(_: Party, cdr: Cdr) -> Cdr | None:
        if field not in cdr or limited(cdr):
            return None
        return {**cdr, field: dearer(cdr[field]), "total_cost": dearer(cdr["total_cost"])}

    return change


def _one_rate(_: Party, cdr: Cdr) -> Cdr | None:
    """19 % on everything."""
    taxed = {
        field: {**cdr[field], "incl_vat": number(cdr[field]["excl_vat"] * 1.19)}
        for field in FIELDS.values()
        if "incl_vat" in cdr.get(field, {})
    }
    return {**cdr, **taxed}


def _idle(_: Party, cdr: Cdr) -> Cdr | None:
    """Parking has a price that no tariff has."""
    if "PARKING_TIME" not in dimensions(cdr) or "total_parking_cost" in cdr:
        return None
    cost = dict.fromkeys(cdr["total_cost"], 3)
    total = {name: number(amount + 3) for name, amount in cdr["total_cost"].items()}
    return {**cdr, "total_parking_cost": cost, "total_cost": total}


billing(
    "cdr-total-off",
    breaks="billing-parts-add-up",
    does="The total of a CDR is more than its parts.",
    change=_total,
)
billing(
    "cdr-total-alone-off",
    breaks="billing-total-cost",
    does="CDRs name no parts, and a total that is too high.",
    change=_total_alone,
)
for _kind in ("fixed", "energy", "time", "parking", "reservation"):
    billing(
        f"cdr-{_kind}-cost-off",
        breaks=f"billing-total-{_kind}-cost",
        does=f"The {_kind} cost of a CDR is too high, and its total with it.",
        change=_part(_kind),
    )
billing(
    "cdr-one-vat-rate",
    breaks="billing-vat",
    does="CDRs have 19 % of VAT on everything, whatever the tariff says.",
    change=_one_rate,
)
billing(
    "cdr-bills-unpriced-parking",
    breaks="billing-unmatched-dimension-free",
    does="CDRs bill parking for which the tariff has no price.",
    change=_idle,
)
