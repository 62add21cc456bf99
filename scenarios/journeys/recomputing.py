"""What a CDR should repeat of what was served before, and what the Tariffs that were served come to."""

from decimal import Decimal
from typing import Any

from ocpi_conformance.schemas.pricing import Breakdown, PricingError, price

from .following import Place

HALF_A_CENT = Decimal("0.005")
NAMED = ("city", "coordinates", "country", "name", "postal_code")
PLUG = {
    "connector_standard": "standard",
    "connector_format": "format",
    "connector_power_type": "power_type",
}

Object = dict[str, Any]


def essence(place: Place) -> Object:
    """What a CdrLocation repeats word by word; addresses and states may be longer than there is room for."""
    return {
        **{name: place.location.get(name) for name in NAMED},
        "evse_id": place.evse.get("evse_id"),
        **{name: place.connector.get(origin) for name, origin in PLUG.items()},
    }


def by_id(tariffs: list[Object]) -> dict[str, Object]:
    """Tariffs by their ids, which are compared without case."""
    return {str(tariff.get("id")).casefold(): tariff for tariff in tariffs}


def used_in(cdr: Object) -> set[str]:
    """The ids of the Tariffs that the periods of a CDR name."""
    return {
        str(period["tariff_id"]).casefold() for period in cdr["charging_periods"] if period.get("tariff_id")
    }


def priced(cdr: Object, tariffs: list[Object], place: Place) -> Breakdown | None:
    """What a CDR comes to by these Tariffs; None where it can't be said."""
    try:
        return price(cdr, tariffs=tariffs, time_zone=str(place.location.get("time_zone")))
    except PricingError:
        return None


def asks_for(cdr: Object, due: Breakdown) -> bool:
    """Whether the total is what is due, each line of it rounded to cents or not at all."""
    asked = Decimal(str(cdr["total_cost"]["excl_vat"]))
    return abs(asked - due.total.excl_vat) <= HALF_A_CENT * (len(due.lines) + 1)
