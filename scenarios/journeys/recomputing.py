"""What a CDR should repeat of what was served before, and what the Tariffs that were served come to."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from ocpi_conformance.schemas.auditing import Amount, audit
from ocpi_conformance.schemas.pricing import PricingError

from .following import Place

NAMED = ("city", "coordinates", "country", "name", "postal_code")
PLUG = {
    "connector_standard": "standard",
    "connector_format": "format",
    "connector_power_type": "power_type",
}

EVSE_ID = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E", re.IGNORECASE)

Object = dict[str, Any]


def essence(place: Place) -> Object:
    """What a CdrLocation repeats word by word; addresses and states may be longer than there is room for."""
    return {
        **{name: place.location.get(name) for name in NAMED},
        "evse_id": _formed(place.evse.get("evse_id")),
        **{name: place.connector.get(origin) for name, origin in PLUG.items()},
    }


def _formed(evse_id: Any) -> str | None:
    """An EVSE id that has the form of one; what else stands there is for the judge of Locations."""
    return evse_id if isinstance(evse_id, str) and EVSE_ID.match(evse_id) else None


def differing(before: Object, told: Object) -> Object:
    """Fields that both have, of the same kind, and that say something else."""
    both = {name: told[name] for name, value in before.items() if value and told.get(name)}
    shared = {name: value for name, value in both.items() if type(value) is type(before[name])}
    return {name: value for name, value in shared.items() if _plain(value) != _plain(before[name])}


def _plain(value: Any) -> Any:
    """Ids and names without case, coordinates as numbers."""
    if isinstance(value, dict):
        return {name: _degrees(value.get(name)) for name in ("latitude", "longitude")}
    return str(value).casefold()


def _degrees(value: Any) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


def by_id(tariffs: list[Object]) -> dict[str, Object]:
    """Tariffs by their ids, which are compared without case."""
    return {str(tariff.get("id")).casefold(): tariff for tariff in tariffs}


def used_in(cdr: Object) -> set[str]:
    """The ids of the Tariffs that the periods of a CDR name."""
    return {
        str(period["tariff_id"]).casefold() for period in cdr["charging_periods"] if period.get("tariff_id")
    }


def in_words(tariff: Object) -> bool:
    """Whether a Tariff has words beside its elements, which may explain another price than these."""
    return bool(tariff.get("tariff_alt_text") or tariff.get("tariff_alt_url"))


def total(version: str, cdr: Object, tariffs: list[Object], place: Place) -> Amount | None:
    """The total that a CDR states beside what these Tariffs come to; None where that can't be told."""
    try:
        found = audit(cdr, tariffs=tariffs, time_zone=place.location["time_zone"], version=version)
    except PricingError:
        return None
    return next((amount for amount in found.amounts if amount.kind == "total" and not amount.taxed), None)
