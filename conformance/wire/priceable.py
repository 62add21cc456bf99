"""Whether a CDR is one that its Tariffs price, and whether both say enough to hold it to that."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ...schemas.breakdown import TIMES
from ...simulators import clock

__all__ = ["apart", "told", "unequivocal", "valid_then"]

Object = Mapping[str, Any]

UNKNOWN = "1970-"
"""How a DateTime begins that is not known."""
DIMENSIONS = frozenset({"ENERGY", "FLAT", *TIMES})


def apart(cdr: Object, tariffs: Iterable[Object]) -> bool:
    """Whether a CDR is not for its Tariffs to price.

    It takes another one back, pays for the charger at home, is of another currency, or its times are unknown
    (`mod_cdrs.asciidoc#mod_cdrs_cdr_object`).
    """
    unknown = any(str(cdr.get(name)).startswith(UNKNOWN) for name in ("start_date_time", "end_date_time"))
    foreign = any(tariff.get("currency") != cdr.get("currency") for tariff in tariffs)
    return bool(cdr.get("credit") or cdr.get("home_charging_compensation")) or foreign or unknown


def unequivocal(tariffs: Sequence[Object]) -> bool:
    """Whether there is one Tariff of each id, and one price of each known dimension in each of its elements."""
    by_id: dict[str, Object] = {}
    for tariff in tariffs:
        if by_id.setdefault(str(tariff.get("id")).casefold(), tariff) != tariff:
            return False
        for element in tariff["elements"]:
            kinds = [part["type"] for part in element["price_components"]]
            if len(set(kinds)) < len(kinds) or not DIMENSIONS.issuperset(kinds):
                return False
    return True


def valid_then(tariff: Object, cdr: Object) -> bool:
    """Whether a Tariff of today is as it was when the session began: the one that a CDR without Tariffs names."""
    updated, begun = (
        clock.parse(str(text)) for text in (tariff.get("last_updated"), cdr.get("start_date_time"))
    )
    return updated is not None and begun is not None and updated <= begun


def told(cdr: Object, tariffs: Iterable[Object]) -> bool:
    """Whether the periods have the dimensions that are priced, where the totals say that there was any of it.

    That they have is advised only (`mod_cdrs.asciidoc#mod_cdrs_push_model`).
    """
    volumes = {part["type"] for period in cdr["charging_periods"] for part in period["dimensions"]}
    priced = set(_priced(tariffs))
    reserved = cdr.get("total_reservation_cost") or {}
    missing = (
        "ENERGY" in priced and "ENERGY" not in volumes and cdr.get("total_energy"),
        priced & {*TIMES} and not volumes & {*TIMES} and cdr.get("total_time"),
        "PARKING_TIME" in priced and "PARKING_TIME" not in volumes and cdr.get("total_parking_time"),
        "RESERVATION_TIME" in priced and "RESERVATION_TIME" not in volumes and reserved.get("excl_vat"),
    )
    return not any(missing)


def _priced(tariffs: Iterable[Object]) -> Iterator[str]:
    for tariff in tariffs:
        for element in tariff["elements"]:
            if (element.get("restrictions") or {}).get("reservation"):
                yield "RESERVATION_TIME"
                continue
            for part in element["price_components"]:
                if part["price"]:
                    yield part["type"]
