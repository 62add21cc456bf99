"""Flaws of a party that stumbles over what is wrong: it fails itself, or keeps half of what it refused."""

from collections.abc import Callable

from ..cdrs import cdr_key
from ..exchange import Request, Response
from ..hubclientinfo import info_key
from ..parts import location_key
from ..party import Party
from ..sessions import session_key
from ..store import Key, Object
from ..tariffs import tariff_key
from .flaw import Proceed, serving
from .shaping import ok, with_envelope, with_status
from .spoiling import the_fault, wrong_at

CPO, EMSP, BOTH = ("CPO",), ("EMSP",), ("CPO", "EMSP")

BROKEN = (
    ("token", CPO, "tokens.receiver.*", "/group_id"),
    ("location", EMSP, "locations.receiver.*", "/energy_mix/is_green_energy"),
    ("session", EMSP, "sessions.receiver.*", "/total_cost/incl_vat"),
    ("tariff", EMSP, "tariffs.receiver.put", "/energy_mix/is_green_energy"),
    ("cdr", EMSP, "cdrs.receiver.post", "/home_charging_compensation"),
    ("command", CPO, "commands.receiver.start_session", "/token/issuer"),
    ("profile", CPO, "chargingprofiles.receiver.set", "/charging_profile/duration"),
    ("preferences", CPO, "sessions.sender.preferences", "/discharge_allowed"),
    ("result", EMSP, "commands.sender.result", "/message"),
    ("authorization", EMSP, "tokens.sender.authorize", "/location_id"),
    ("credentials", BOTH, "credentials.post", "/roles/0/business_details/website"),
    ("client-info", BOTH, "hubclientinfo.receiver.put", "/role"),
)
"""What breaks the server: whose body, who breaks, at which endpoint, and where a value of the wrong type stands."""

HALVES = (
    ("location", EMSP, "locations.receiver.put_location", "/city", "locations", location_key),
    ("session", EMSP, "sessions.receiver.put", "/currency", "sessions", session_key),
    ("tariff", EMSP, "tariffs.receiver.put", "/currency", "tariffs", tariff_key),
    ("client-info", BOTH, "hubclientinfo.receiver.put", "/status", "hubclientinfo", info_key),
)
"""What is kept by half: whose body, by whom, at which endpoint, where it is wrong, and where it is stored."""


def _breaks(name: str, roles: tuple[str, ...], pattern: str, pointer: str) -> None:
    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if not wrong_at(party, request, pattern, pointer, "type"):
            return response
        return with_status(with_envelope(response, status_code=3000), 500)

    around.__doc__ = f"Fails with HTTP 500 over a body ({name}) in which {pointer} has the wrong type."
    serving(f"{name}-breaks-server", breaks=(f"negative-{name}-no-server-error",), roles=roles)(around)


def _halves(
    name: str, roles: tuple[str, ...], pattern: str, pointer: str, module: str, key: Callable[[Object], Key]
) -> None:
    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if wrong_at(party, request, pattern, pointer, "null") and not ok(response):
            table, body, field = party.store.received(module), request.json, pointer[1:]
            known = table.get(key(body))
            if known is not None:
                table.put(key(body), _half(known, body, field))
        return response

    around.__doc__ = f"Refuses a body ({name}) in which {pointer} is null, and keeps the rest of it."
    serving(f"{name}-half-kept", breaks=(f"negative-{name}-refused-changes-nothing",), roles=roles)(around)


def _half(known: Object, body: Object, field: str) -> Object:
    """The rest of a refused body; one that says no more than is known is kept as if it were older."""
    half = {**body, field: known[field]}
    return half if half != known else {**known, "last_updated": "2020-01-01T00:00:00Z"}


@serving("token-half-kept", breaks=("negative-token-refused-changes-nothing",), roles=CPO)
def token_half_kept(party: Party, request: Request, proceed: Proceed) -> Response:
    """Refuses a Token in which issuer is null, and forgets what is optional of the one that it has."""
    response = proceed(request)
    if wrong_at(party, request, "tokens.receiver.put", "/issuer", "null"):
        table = party.store.received("tokens")
        for key, known in table.items():
            if known["uid"] == request.json["uid"]:
                table.put(key, {**request.json, "issuer": known["issuer"]})
    return response


@serving("cdr-half-kept", breaks=("negative-cdr-refused-changes-nothing",), roles=EMSP)
def cdr_half_kept(party: Party, request: Request, proceed: Proceed) -> Response:
    """Refuses a CDR with something too long in it, and keeps it nevertheless: the right one comes too late then."""
    response = proceed(request)
    fault = the_fault(party, request, "cdrs.receiver.post")
    if fault is not None and fault.rule == "length" and not ok(response):
        table = party.store.received("cdrs")
        if table.get(cdr_key(request.json)) is None:
            table.put(cdr_key(request.json), request.json)
    return response


for broken in BROKEN:
    _breaks(*broken)
for half in HALVES:
    _halves(*half)
