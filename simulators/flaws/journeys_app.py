"""Flaws of a CPO in the story of a driver who charges by app: where it happens, and what the CDR repeats of before."""

from typing import Any

from ...schemas.pricing import price
from ..billing import as_price
from ..quantities import number
from .flaw import Party, Proceed, Request, Response, calling, serving
from .retelling import CDR_LIST, PATCH, POST, PUT, SESSION_LIST, Object, resealed, sealed, told
from .shaping import addresses, with_body, with_data, with_objects, without

CPO = ("CPO",)
START = "commands.receiver.start_session"
UNKNOWN = "cdr-of-unknown-session"
UNPUBLISHED = "cdr-by-unpublished-price"
KINDS = ("fixed", "energy", "time", "parking", "reservation")
FLAT = {"price_components": [{"type": "FLAT", "price": 3.5, "step_size": 1}]}


@serving("starts-at-another-evse", breaks=("journeys-session-where-commanded",), roles=CPO)
def starts_at_another_evse(party: Party, request: Request, proceed: Proceed) -> Response:
    """A session that is to start at a free Connector starts at another one, wherever that is."""
    command = request.json
    if addresses(party, request, START) and isinstance(command, dict) and "connector_id" in command:
        places = _free(party)
        named = tuple(command.get(name) for name in ("location_id", "evse_uid", "connector_id"))
        other = next((place for place in places if place != named), None)
        if named in places and other is not None:
            location_id, evse_uid, connector_id = other
            place = {"location_id": location_id, "evse_uid": evse_uid, "connector_id": connector_id}
            request = request.with_json({**command, **place})
    return proceed(request)


def _free(party: Party) -> list[tuple[str, str, str]]:
    """The Connectors that can be started from afar."""
    return [
        (location["id"], evse["uid"], connector["id"])
        for location in party.store.own("locations")
        for evse in location.get("evses") or ()
        if evse["status"] == "AVAILABLE" and "REMOTE_START_STOP_CAPABLE" in (evse.get("capabilities") or ())
        for connector in evse["connectors"]
    ]


@serving(UNKNOWN, breaks=("journeys-cdr-names-session",), roles=CPO)
def cdr_of_unknown_session(party: Party, request: Request, proceed: Proceed) -> Response:
    """The session_id in the CDR of a driver who came without a reservation and charged by app is of no Session."""
    command = request.json
    if addresses(party, request, START) and isinstance(command, dict):
        uid = command["token"]["uid"]
        if not any(session["cdr_token"]["uid"] == uid for session in party.store.own("sessions")):
            party.notes.setdefault("by-app", set()).add(uid)
    if addresses(party, request, CDR_LIST):
        for cdr in party.store.own("cdrs"):
            _renamed_session(party, cdr)
    return proceed(request)


@calling(UNKNOWN, breaks=(), roles=CPO)
def cdr_of_unknown_session_sent(party: Party, request: Request, proceed: Proceed) -> Response:
    """It is POSTed so."""
    if addresses(party, request, POST):
        request = with_body(request, lambda cdr: _renamed_session(party, cdr))
    return proceed(request)


def _renamed_session(party: Party, cdr: Object) -> Object:
    if cdr["cdr_token"]["uid"] not in party.notes.get("by-app", ()):
        return cdr
    return resealed(party, UNKNOWN, cdr, lambda old: {**old, "session_id": f"TX-{old['session_id']}"[:36]})


sealed(
    "cdr-renames-city",
    "journeys-cdr-location-as-at-start",
    "A CDR has another city than the Location.",
    lambda cdr: {**cdr, "cdr_location": {**cdr["cdr_location"], "city": "Elsewhere"}},
)
sealed(
    "cdr-tariff-retold",
    "journeys-cdr-tariffs-as-at-start",
    "The Tariffs in a CDR refer to another page than those that are served.",
    lambda cdr: {
        **cdr,
        "tariffs": [{**tariff, "tariff_alt_url": "https://example.com/prices"} for tariff in cdr["tariffs"]],
    },
)


def _dearer(session: Object) -> Object:
    if "total_cost" not in session:
        return session
    cost = {name: number(amount + 1) for name, amount in session["total_cost"].items()}
    return {**session, "total_cost": cost}


told(
    "session-dearer-than-its-cdr",
    "journeys-cdr-cost-is-session-cost",
    "Sessions cost more than their CDRs ask for.",
    _dearer,
)


@serving(
    UNPUBLISHED,
    breaks=("journeys-cdr-cost-by-synced-tariff", "journeys-cdr-tariffs-as-at-start"),
    roles=CPO,
)
def cdr_by_unpublished_price(party: Party, request: Request, proceed: Proceed) -> Response:
    """CDRs carry Tariffs with a flat price that those that are served don't have, and ask for it."""
    if addresses(party, request, CDR_LIST):
        for cdr in party.store.own("cdrs"):
            _by_another_price(party, cdr)
    response = proceed(request)
    return with_objects(response, _without_cost) if addresses(party, request, SESSION_LIST) else response


@calling(UNPUBLISHED, breaks=(), roles=CPO)
def cdr_by_unpublished_price_sent(party: Party, request: Request, proceed: Proceed) -> Response:
    """They are POSTed so; the Sessions before them don't tell what they cost."""
    if addresses(party, request, POST):
        request = with_body(request, lambda cdr: _by_another_price(party, cdr))
    if addresses(party, request, PUT, PATCH):
        request = with_body(request, _without_cost)
    return proceed(request)


def _by_another_price(party: Party, cdr: Object) -> Object:
    location = party.own_location(cdr["cdr_location"]["id"])  # type: ignore[attr-defined]

    def change(old: Object) -> Object:
        tariffs = [
            {**without(tariff, "min_price", "max_price"), "elements": [FLAT, *tariff["elements"]]}
            for tariff in old["tariffs"]
        ]
        costs = price(old, tariffs=tariffs, time_zone=location["time_zone"])
        parts = {f"total_{kind}_cost": as_price(getattr(costs, kind)) for kind in KINDS}
        return {**old, **parts, "tariffs": tariffs, "total_cost": as_price(costs.total)}

    return resealed(party, UNPUBLISHED, cdr, change)


def _without_cost(session: Object) -> Object:
    return without(session, "total_cost")


def _renamed(party: Party, value: Any) -> Any:
    """The lists of Tariffs at Connectors, with the first of our own that a list doesn't have instead of all."""
    if isinstance(value, list):
        return [_renamed(party, inner) for inner in value]
    if not isinstance(value, dict):
        return value
    changed = {name: _renamed(party, inner) for name, inner in value.items()}
    named = changed.get("tariff_ids")
    if named:
        others = [tariff["id"] for tariff in party.store.own("tariffs") if tariff["id"] not in named]
        changed["tariff_ids"] = others[:1] or named
    return changed


@serving("connector-names-another-tariff", breaks=("journeys-cdr-tariff-of-connector",), roles=CPO)
def connector_names_another_tariff(party: Party, request: Request, proceed: Proceed) -> Response:
    """Connectors name another Tariff than the one that is charged there."""
    response = proceed(request)
    if not addresses(party, request, "locations.sender.*"):
        return response
    return with_data(response, lambda data: _renamed(party, data))


@calling("connector-names-another-tariff", breaks=(), roles=CPO)
def pushed_connector_names_another_tariff(party: Party, request: Request, proceed: Proceed) -> Response:
    """Connectors name another Tariff than the one that is charged there, when pushed too."""
    if addresses(party, request, "locations.receiver.*"):
        request = with_body(request, lambda body: _renamed(party, body))
    return proceed(request)
