"""What schemathesis can't know from a document: who the client is, which objects exist, what OCPI calls a refusal.

Loaded by schemathesis itself, to which SCHEMATHESIS_HOOKS names this file. `OPENAPI_KNOWN` is a JSON object:
`ids` has values for the path parameters of an operation, `fields` values for fields of bodies, `callback` is a URL
where a party may call.
"""

import json
import os
import random
from typing import Any

import schemathesis
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.schemas.validation import validator

VERSION = "2.2.1"
KNOWN: dict[str, Any] = json.loads(os.environ.get("OPENAPI_KNOWN", "{}"))
SAME = {
    "location_id": "id",
    "evse_uid": "uid",
    "connector_id": "id",
    "session_id": "id",
    "tariff_id": "id",
    "token_uid": "uid",
}
"""Which field of a body repeats a path parameter; in a path with several the last one counts."""
FEW = ("A1", "b2")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Valid requests get to the inside of a party only if they name what is there, and agree with themselves."""
    _stay_here(case.body)
    _stay_here(case.query)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    chance = random.Random(repr((case.operation.label, case.path_parameters, case.body)))
    known = KNOWN.get("ids", {}).get(_id(case))
    if known and chance.random() < 0.9:
        case.path_parameters.update(chance.choice(known))
    elif case.path_parameters and chance.random() < 0.7:
        # Few names, so that what was sent is found again.
        for name in case.path_parameters.keys() & SAME.keys():
            case.path_parameters[name] = chance.choice(FEW)
    if isinstance(case.body, dict) and chance.random() < 0.9:
        _agree(case.path_parameters or {}, case.body, chance)


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """The two ids are never left out: the text has clients send them, and nothing for servers that get none."""
    data = case.meta.phase.data if case.meta else None
    missing = getattr(getattr(data, "scenario", None), "value", "") == "missing_parameter"
    return not (missing and getattr(data, "parameter", "") in ("X-Request-ID", "X-Correlation-ID"))


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """A CDR is found where the answer to its POST said: OCPI leaves that URL to the receiver."""
    place = response.headers.get("location")
    if place and _id(case) == "cdrs.receiver.post":
        found = {"cdr_id": place[0].rpartition("/")[2]}
        KNOWN.setdefault("ids", {}).setdefault("cdrs.receiver.get", []).append(found)


@schemathesis.check
def no_internal_error(ctx: Any, response: Any, case: Any) -> None:
    """OCPI reports a failure of the server's own with HTTP 200 and status_code 3000."""
    assert _code(response) != 3000, "the party failed: status_code 3000"


@schemathesis.check
def refused_by_ocpi(ctx: Any, response: Any, case: Any) -> None:
    """A body that is no object of the schema is refused, and not with a success of any kind."""
    row = endpoints(VERSION).get(_id(case))
    if row.body is None or not isinstance(case.body, dict | list | str | int | float | bool):
        return
    if not validator(VERSION, row.body, "patch" if row.patch else "full").is_valid(case.body):
        assert _code(response) not in range(1000, 2000), "an invalid body was accepted"


def _id(case: Any) -> str:
    return case.operation.definition.raw.get("operationId", "")


def _code(response: Any) -> int | None:
    try:
        return response.json().get("status_code")
    except (ValueError, AttributeError):
        return None


def _agree(path: dict[str, Any], body: dict[str, Any], chance: random.Random) -> None:
    """Let a body be about what its URL names, its parts about what there is."""
    for whole in (body, body.get("token"), body.get("cdr_token")):
        for name in ("country_code", "party_id"):
            if isinstance(whole, dict) and name in whole:
                whole[name] = path.get(name, KNOWN.get("owner", {}).get(name, whole[name]))
    last = next((name for name in reversed(path) if name in SAME), None)
    if last is not None and SAME[last] in body:
        body[SAME[last]] = path[last]
    for name, values in KNOWN.get("fields", {}).items():
        if name in body and chance.random() < 0.7:
            body[name] = chance.choice(values)
    _name_parts(body, chance)


def _name_parts(body: dict[str, Any], chance: random.Random) -> None:
    """EVSEs and connectors get the few names by which they are asked for."""
    for field, name in (("evses", "uid"), ("connectors", "id")):
        parts = body.get(field)
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict):
                part[name] = chance.choice(FEW)
                _name_parts(part, chance)


def _stay_here(values: Any) -> None:
    """Nothing that a party is made to call is anywhere else than here."""
    for name in ("response_url", "url"):
        if isinstance(values, dict) and isinstance(values.get(name), str) and ":" in values[name]:
            values[name] = KNOWN.get("callback", "http://127.0.0.1:9/")
