"""The CDR of a finished session: what a Session says, sealed with the place, the tariff and the costs."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from ..schemas.breakdown import Breakdown, Cost
from .clock import parse
from .quantities import number

Json = dict[str, Any]

# Dimensions that are for Sessions alone (mod_cdrs.asciidoc#mod_cdrs_cdrdimensiontype_enum).
SESSION_ONLY = frozenset({"CURRENT", "ENERGY_EXPORT", "ENERGY_IMPORT", "POWER", "STATE_OF_CHARGE"})

_SHARED = ("cdr_token", "auth_method", "authorization_reference", "meter_id", "currency")
_PLACE = ("id", "name", "address", "city", "postal_code", "state", "country", "coordinates")
_PARTS = {
    "total_fixed_cost": "fixed",
    "total_energy_cost": "energy",
    "total_time_cost": "time",
    "total_parking_cost": "parking",
    "total_reservation_cost": "reservation",
}


def bill(
    session: Mapping[str, Any],
    location: Mapping[str, Any],
    evse: Mapping[str, Any],
    connector: Mapping[str, Any],
    *,
    tariff: Mapping[str, Any] | None,
    costs: Breakdown,
    parked: timedelta,
    cdr_id: str,
) -> Json:
    """The CDR of a completed Session with these costs; partial costs are named where there are any."""
    begin, end = parse(session["start_date_time"]), parse(session["end_date_time"])
    assert begin is not None
    assert end is not None
    record: Json = {
        "country_code": session["country_code"],
        "party_id": session["party_id"],
        "id": cdr_id,
        "start_date_time": session["start_date_time"],
        "end_date_time": session["end_date_time"],
        "session_id": session["id"],
        **{name: session[name] for name in _SHARED if name in session},
        "cdr_location": cdr_location(location, evse, connector),
        "charging_periods": [_period(period) for period in session["charging_periods"]],
        "total_cost": as_price(costs.total),
        "total_energy": session["kwh"],
        "total_time": number(hours_of(end - begin)),
        "total_parking_time": number(hours_of(parked)),
        "last_updated": session["last_updated"],
    }
    if tariff is not None:
        record["tariffs"] = [dict(tariff)]
    for name, part in _PARTS.items():
        cost: Cost = getattr(costs, part)
        if cost.excl_vat:
            record[name] = as_price(cost)
    return record


def cdr_location(location: Mapping[str, Any], evse: Mapping[str, Any], connector: Mapping[str, Any]) -> Json:
    """What a CDR carries of a location (mod_cdrs.asciidoc#mod_cdrs_cdr_location_class)."""
    place = {name: location[name] for name in _PLACE if location.get(name) is not None}
    # The text mended the lengths of address and state for Locations alone: a CDR has room for less.
    place["address"] = place["address"][:45]
    if len(place.get("state", "")) > 20:
        del place["state"]
    return {
        **place,
        "evse_uid": evse["uid"],
        "evse_id": evse.get("evse_id") or "#NA",
        "connector_id": connector["id"],
        "connector_standard": connector["standard"],
        "connector_format": connector["format"],
        "connector_power_type": connector["power_type"],
    }


def as_price(cost: Cost) -> Json:
    """A cost as a Price object, at four decimals; nothing is nothing with VAT too."""
    price = {name: number(amount) for name, amount in cost.price().items()}
    return price if price["excl_vat"] else {"incl_vat": 0, **price}


def hours_of(span: timedelta) -> Decimal:
    """A duration in hours, exactly."""
    return Decimal(span // timedelta(microseconds=1)) / 3_600_000_000


def _period(period: Mapping[str, Any]) -> Json:
    kept = [dict(part) for part in period["dimensions"] if part["type"] not in SESSION_ONLY]
    return {**period, "dimensions": kept}
