"""What a CDR has to keep: itself as it was sent, and as a credit the data of its original."""

from collections.abc import Iterator
from typing import Any

from ..comparing import Difference, differences
from .periods import Object, number
from .ruling import Ruling

OF_CREDIT = frozenset({"id", "credit", "credit_reference_id", "total_cost", "last_updated"})
"""What a Credit CDR has of its own."""
FOR_PEOPLE = frozenset({"remark", "invoice_reference_id"})
"""What tells of this very document: nobody is accused where a credit has another remark or another invoice."""
TOTALS = frozenset(
    {
        "total_fixed_cost",
        "total_energy",
        "total_energy_cost",
        "total_time",
        "total_time_cost",
        "total_parking_time",
        "total_parking_cost",
        "total_reservation_cost",
    }
)
ROUNDING = 0.0001


def again(version: str, before: Object, now: Object) -> Iterator[Ruling]:
    """A CDR that comes a second time, by whatever way."""
    if str(now.get("credit_reference_id")).casefold() == str(now.get("id")).casefold():
        return  # a credit for itself: that is a duty of its own
    changed = differences(version, "CDR", before, now, besides=("last_updated",))
    if changed and _another(before, now):
        told = "; ".join(map(str, changed[:3]))
        yield Ruling("cdrs-id-unique", False, f"one CDR with the id {now.get('id')}", told)
        return
    yield Ruling("cdrs-never-changed", not changed, "the CDR as it was seen before", _told(changed))
    moved = differences(
        version,
        "CDR",
        {"last_updated": before.get("last_updated")},
        {"last_updated": now.get("last_updated")},
    )
    yield Ruling(
        "cdrs-last-updated-stays", not moved, str(before.get("last_updated")), str(now.get("last_updated"))
    )


def _another(before: Object, now: Object) -> bool:
    """Whether two CDRs of one id are about different things."""
    return any(
        str(before.get(name)).casefold() != str(now.get(name)).casefold()
        for name in ("session_id", "start_date_time", "credit_reference_id")
    )


def credit(version: str, original: Object, value: Object) -> Iterator[Ruling]:
    """A Credit CDR beside the CDR that it takes back."""
    found = differences(version, "CDR", original, value, besides=OF_CREDIT)
    totals = [each for each in found if each.pointer.split("/")[1] in TOTALS]
    rest = [each for each in found if each not in totals and each.pointer.split("/")[1] not in FOR_PEOPLE]
    yield Ruling("cdrs-credit-same-data", not rest, f"the data of {original.get('id')}", _told(rest))
    yield Ruling(
        "cdrs-credit-only-total-cost-negated",
        not totals,
        f"the totals of {original.get('id')}",
        _told(totals),
    )
    old, new = _amounts(original.get("total_cost")), _amounts(value.get("total_cost"))
    negated = old.keys() == new.keys() and all(abs(old[name] + new[name]) <= ROUNDING for name in old)
    expected = ", ".join(f"{name} {-amount:g}" for name, amount in old.items())
    shown = ", ".join(f"{name} {amount:g}" for name, amount in new.items())
    if old:
        yield Ruling("cdrs-credit-total-cost-negative", negated, expected, shown)


def of_session(session: Object, cdr: Object) -> Iterator[Ruling]:
    """How the driver was authorized, beside the last that was told of the Session."""
    reference, kept = session.get("authorization_reference"), cdr.get("authorization_reference")
    if isinstance(reference, str):
        holds = isinstance(kept, str) and kept.casefold() == reference.casefold()
        yield Ruling("cdrs-authorization-reference-last", holds, f"{reference}, as in its Session", str(kept))
    method = session.get("auth_method")
    if isinstance(method, str):
        found = cdr.get("auth_method")
        yield Ruling(
            "cdrs-auth-method-last", found == method, f"{method}, as last in its Session", str(found)
        )


def _amounts(price: Any) -> dict[str, float]:
    known = price if isinstance(price, dict) else {}
    found = {name: number(known.get(name)) for name in ("excl_vat", "incl_vat")}
    return {name: amount for name, amount in found.items() if amount is not None}


def _told(found: tuple[Difference, ...] | list[Difference]) -> str:
    return "; ".join(map(str, found[:3]))
