"""Valid objects to spoil."""

import copy
from typing import Any

_CONNECTOR = {
    "id": "1",
    "standard": "IEC_62196_T2",
    "format": "CABLE",
    "power_type": "AC_3_PHASE",
    "max_voltage": 220,
    "max_amperage": 16,
    "last_updated": "2015-03-16T10:10:02Z",
}
_LOCATION = {
    "country_code": "BE",
    "party_id": "BEC",
    "id": "LOC1",
    "publish": True,
    "address": "Main street 1",
    "city": "Gent",
    "country": "BEL",
    "coordinates": {"latitude": "51.047599", "longitude": "3.729944"},
    "evses": [
        {
            "uid": "3256",
            "status": "AVAILABLE",
            "connectors": [_CONNECTOR, {**_CONNECTOR, "id": "2"}],
            "last_updated": "2015-06-28T08:12:01Z",
        }
    ],
    "time_zone": "Europe/Brussels",
    "opening_times": {"twentyfourseven": True},
    "last_updated": "2015-06-29T20:39:09Z",
}
_CDR = {
    "country_code": "BE",
    "party_id": "BEC",
    "id": "12345",
    "start_date_time": "2015-06-29T21:39:09Z",
    "end_date_time": "2015-06-29T23:37:32Z",
    "cdr_token": {
        "country_code": "DE",
        "party_id": "TNM",
        "uid": "012345678",
        "type": "RFID",
        "contract_id": "DE8ACC12E46L89",
    },
    "auth_method": "WHITELIST",
    "cdr_location": {
        "id": "LOC1",
        "address": "Main street 1",
        "city": "Gent",
        "country": "BEL",
        "coordinates": {"latitude": "51.047599", "longitude": "3.729944"},
        "evse_uid": "#NA",
        "evse_id": "#NA",
        "connector_id": "#NA",
        "connector_standard": "IEC_62196_T2",
        "connector_format": "SOCKET",
        "connector_power_type": "AC_1_PHASE",
    },
    "currency": "EUR",
    "charging_periods": [
        {"start_date_time": "2015-06-29T21:39:09Z", "dimensions": [{"type": "TIME", "volume": 1.973}]}
    ],
    "total_cost": {"excl_vat": 4.00},
    "total_energy": 15.342,
    "total_time": 1.973,
    "last_updated": "2015-06-29T22:01:13Z",
}


def location(**changes: Any) -> dict[str, Any]:
    """A valid Location of 2.2.1 with one EVSE and two Connectors, with `changes` made."""
    return {**copy.deepcopy(_LOCATION), **changes}


def cdr(**changes: Any) -> dict[str, Any]:
    """A valid CDR of 2.2.1, with `changes` made."""
    return {**copy.deepcopy(_CDR), **changes}


def put(value: Any, pointer: str, what: Any) -> Any:
    """`value` with `what` at the JSON Pointer."""
    *path, last = pointer.strip("/").split("/")
    at = value
    for part in path:
        at = at[int(part)] if isinstance(at, list) else at[part]
    at[int(last) if isinstance(at, list) else last] = what
    return value
