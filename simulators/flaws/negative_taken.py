"""Flaws of a party that takes what is wrong: it makes up what it misses, and goes on."""

from ..exchange import Request, Response
from ..party import Party
from .flaw import Proceed, serving
from .spoiling import mended, wrong_at

CPO, EMSP, BOTH = ("CPO",), ("EMSP",), ("CPO", "EMSP")

TAKEN = (
    ("token-incomplete", CPO, "tokens.receiver.put", "/energy_contract/supplier_name", "required"),
    ("token-wrong-type", CPO, "tokens.receiver.*", "/energy_contract/contract_id", "type"),
    ("token-wrong-value", CPO, "tokens.receiver.*", "/visual_number", "length"),
    ("location-incomplete", EMSP, "locations.receiver.put_location", "/coordinates/longitude", "required"),
    ("location-wrong-type", EMSP, "locations.receiver.*_location", "/opening_times/twentyfourseven", "type"),
    ("location-wrong-value", EMSP, "locations.receiver.put_location", "/time_zone", "format"),
    ("session-incomplete", EMSP, "sessions.receiver.put", "/cdr_token/contract_id", "required"),
    ("session-wrong-type", EMSP, "sessions.receiver.put", "/charging_periods/0/dimensions", "type"),
    ("session-wrong-value", EMSP, "sessions.receiver.*", "/meter_id", "length"),
    ("tariff-incomplete", EMSP, "tariffs.receiver.put", "/elements/0/price_components", "cardinality"),
    ("tariff-wrong-type", EMSP, "tariffs.receiver.put", "/min_price/excl_vat", "type"),
    ("tariff-wrong-value", EMSP, "tariffs.receiver.put", "/tariff_alt_url", "format"),
    ("cdr-incomplete", EMSP, "cdrs.receiver.post", "/cdr_location/coordinates/latitude", "required"),
    ("cdr-wrong-type", EMSP, "cdrs.receiver.post", "/signed_data/url", "type"),
    ("cdr-wrong-value", EMSP, "cdrs.receiver.post", "/remark", "length"),
    ("command-invalid", CPO, "commands.receiver.cancel_reservation", "/reservation_id", "type"),
    (
        "profile-invalid",
        CPO,
        "chargingprofiles.receiver.set",
        "/charging_profile/charging_profile_period/0/start_period",
        "type",
    ),
    ("preferences-invalid", CPO, "sessions.sender.preferences", "/energy_need", "type"),
    ("result-invalid", EMSP, "commands.sender.result", "/message/0/language", "required"),
    ("authorization-invalid", EMSP, "tokens.sender.authorize", "/evse_uids", "type"),
    ("credentials-invalid", BOTH, "credentials.post", "/roles/0/business_details/name", "required"),
    ("client-info-invalid", BOTH, "hubclientinfo.receiver.put", "/last_updated", "required"),
)
"""What is taken: the end of a requirement's slug, who takes it, at which endpoint, and what is wrong where."""

WORDS = {
    "required": "is left off",
    "type": "has the wrong type",
    "length": "is too long",
    "format": "is of no right form",
    "cardinality": "is an empty list",
}


def _takes(name: str, roles: tuple[str, ...], pattern: str, pointer: str, rule: str) -> None:
    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        if wrong_at(party, request, pattern, pointer, rule):
            return proceed(mended(party, request, pointer))
        return proceed(request)

    thing = name.rsplit("-", 1)[0] if name.endswith(("-incomplete", "-invalid")) else name.split("-wrong-")[0]
    around.__doc__ = (
        f"Takes a body ({thing}) in which {pointer} {WORDS[rule]}, and makes something up for it."
    )
    serving(f"{name}-taken", breaks=(f"negative-{name}-refused",), roles=roles)(around)


for taken in TAKEN:
    _takes(*taken)
