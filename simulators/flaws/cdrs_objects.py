"""Flaws in the objects of the cdrs module: in what a CPO lists, and in what an eMSP shows of what it took."""

from collections.abc import Callable
from typing import Any

from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, with_objects, without

CDRS = ("cdrs.sender.list", "cdrs.receiver.get")
SESSIONS = "sessions.sender.list"
STRANGER = "MSP"
"""The provider of the sessions in a CPO's stock, which is not connected."""

Object = dict[str, Any]
Change = Callable[[Object], Object]


def _shown(name: str, slug: str, summary: str, change: Change) -> None:
    """A flaw of CDRs with signed meter values, which nothing else depends on."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if not addresses(party, request, *CDRS) or not ok(response):
            return response
        return with_objects(response, lambda cdr: change(cdr) if "signed_data" in cdr else cdr)

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)


def _within(field: str, change: Change) -> Change:
    """What a change of an object makes of the CDR that it is in, or of the last of a list of them."""

    def changed(cdr: Object) -> Object:
        inner = cdr[field]
        return {**cdr, field: [*inner[:-1], change(inner[-1])] if isinstance(inner, list) else change(inner)}

    return changed


def _dimension(change: Change) -> Change:
    """What a change of MAX_POWER in the first period makes of a CDR."""

    def changed(cdr: Object) -> Object:
        first, *rest = cdr["charging_periods"]
        parts = [change(part) if part["type"] == "MAX_POWER" else part for part in first["dimensions"]]
        return {**cdr, "charging_periods": [{**first, "dimensions": parts}, *rest]}

    return changed


_shown(
    "cdr-without-currency", "cdrs-cdr-fields", "CDRs have no currency.", lambda cdr: without(cdr, "currency")
)
_shown(
    "cdr-auth-method-unknown",
    "cdrs-cdr-values",
    "CDRs have a method of authorization that there isn't.",
    lambda cdr: {**cdr, "auth_method": "GUESS"},
)
_shown(
    "cdr-location-without-city",
    "cdrs-cdr-location-fields",
    "The place of a CDR has no city.",
    _within("cdr_location", lambda place: without(place, "city")),
)
_shown(
    "cdr-location-plug-unknown",
    "cdrs-cdr-location-values",
    "The Connector of a CDR is of a standard that there isn't.",
    _within("cdr_location", lambda place: {**place, "connector_standard": "PLUG"}),
)
_shown(
    "cdr-token-without-contract",
    "cdrs-cdr-token-fields",
    "The Token of a CDR has no contract id.",
    _within("cdr_token", lambda token: without(token, "contract_id")),
)
_shown(
    "cdr-token-type-unknown",
    "cdrs-cdr-token-values",
    "The Token of a CDR is of a type that there isn't.",
    _within("cdr_token", lambda token: {**token, "type": "CARD"}),
)
_shown(
    "charging-period-without-start",
    "cdrs-charging-period-fields",
    "A charging period says not when it began.",
    _within("charging_periods", lambda period: without(period, "start_date_time")),
)
_shown(
    "charging-period-tariff-number",
    "cdrs-charging-period-values",
    "The tariff_id of a charging period is a number.",
    _within("charging_periods", lambda period: {**period, "tariff_id": 7}),
)
_shown(
    "cdr-dimension-without-volume",
    "cdrs-cdr-dimension-fields",
    "A dimension has no volume.",
    _dimension(lambda part: without(part, "volume")),
)
_shown(
    "cdr-dimension-unknown",
    "cdrs-cdr-dimension-values",
    "A charging period tells a dimension that there isn't.",
    _dimension(lambda part: {**part, "type": "SPEED"}),
)
_shown(
    "signed-data-without-method",
    "cdrs-signed-data-fields",
    "Signed data says not how it is encoded.",
    _within("signed_data", lambda data: without(data, "encoding_method")),
)
_shown(
    "signed-data-method-too-long",
    "cdrs-signed-data-values",
    "The encoding method of signed data has 37 characters.",
    _within("signed_data", lambda data: {**data, "encoding_method": "M" * 37}),
)


def _signed(change: Change) -> Change:
    return _within("signed_data", _within("signed_values", change))


_shown(
    "signed-value-without-plain",
    "cdrs-signed-value-fields",
    "A signed value comes without the plain one.",
    _signed(lambda value: without(value, "plain_data")),
)
_shown(
    "signed-value-nature-too-long",
    "cdrs-signed-value-values",
    "The nature of a signed value has 33 characters.",
    _signed(lambda value: {**value, "nature": "N" * 33}),
)


@serving("state-of-charge-above-100", breaks=("cdrs-state-of-charge-conditions",), roles=("CPO",))
def state_of_charge_above_100(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions tell a state of charge of 150 percent."""
    response = proceed(request)
    if not addresses(party, request, SESSIONS):
        return response

    def charged(session: Object) -> Object:
        if session["cdr_token"]["party_id"] != STRANGER or not session.get("charging_periods"):
            return session
        first, *rest = session["charging_periods"]
        parts = [*first["dimensions"], {"type": "STATE_OF_CHARGE", "volume": 150}]
        return {**session, "charging_periods": [{**first, "dimensions": parts}, *rest]}

    return with_objects(response, charged)
