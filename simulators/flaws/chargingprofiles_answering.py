"""Flaws of a CPO that is asked to limit a session, and of what its sessions then do."""

from typing import Any

from ..charging import Charging
from ..chargingprofiles import CAPABLE, MODULE
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, with_data, with_envelope, without

CPO = ("CPO",)
SET, GET, CLEAR = (f"{MODULE}.receiver.{name}" for name in ("set", "get", "clear"))


def _not_offered(party: Party, request: Request, proceed: Proceed, endpoint: str) -> Response:
    """Answer a method with HTTP 405."""
    if not addresses(party, request, endpoint) or _charging(party, request) is None:
        return proceed(request)
    response = proceed(request.with_header("Authorization", None))
    refused = Response(response.headers, response.body, 405)
    return with_envelope(refused, status_code=2000, status_message="Method not allowed", data=None)


@serving("profile-set-not-offered", breaks=("chargingprofiles-set-answered",), roles=CPO)
def profile_set_not_offered(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no PUT of charging profiles."""
    return _not_offered(party, request, proceed, SET)


@serving("profile-get-not-offered", breaks=("chargingprofiles-get-answered",), roles=CPO)
def profile_get_not_offered(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no GET of active profiles."""
    return _not_offered(party, request, proceed, GET)


@serving("profile-clear-not-offered", breaks=("chargingprofiles-clear-answered",), roles=CPO)
def profile_clear_not_offered(party: Party, request: Request, proceed: Proceed) -> Response:
    """It has no DELETE of charging profiles."""
    return _not_offered(party, request, proceed, CLEAR)


@serving("profile-without-periods-refused", breaks=("chargingprofiles-set-takes-every-form",), roles=CPO)
def profile_without_periods_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A profile that has no periods is invalid to it."""
    if not addresses(party, request, SET) or _profile(request).get("charging_profile_period"):
        return proceed(request)
    return proceed(request.with_json({}))


@serving("profile-of-unknown-unit-accepted", breaks=("chargingprofiles-set-invalid-refused",), roles=CPO)
def profile_of_unknown_unit_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Whatever cannot be read as a profile is accepted, and forgotten."""
    response = proceed(request)
    if not addresses(party, request, SET) or response.envelope.get("status_code") != 2001:
        return response
    data = {"result": "ACCEPTED", "timeout": 30}
    return with_envelope(response, status_code=1000, status_message=None, data=data)


@serving("duration-may-be-missing", breaks=("chargingprofiles-missing-parameters-refused",), roles=CPO)
def duration_may_be_missing(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who doesn't say for how long it wants to know the active profile is told of 15 minutes."""
    if addresses(party, request, GET) and "duration" not in request.query:
        url = f"{request.url}{'&' if '?' in request.url else '?'}duration=900"
        request = Request(request.headers, request.body, request.method, url)
    return proceed(request)


@serving(
    "profile-of-unknown-session-accepted", breaks=("chargingprofiles-unknown-session-refused",), roles=CPO
)
def profile_of_unknown_session_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests about sessions that it doesn't know are accepted."""
    return _instead_of(party, request, proceed, "UNKNOWN_SESSION", "ACCEPTED")


@serving("profile-of-unknown-session-rejected", breaks=("chargingprofiles-unknown-session-named",), roles=CPO)
def profile_of_unknown_session_rejected(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests about sessions that it doesn't know are REJECTED."""
    return _instead_of(party, request, proceed, "UNKNOWN_SESSION", "REJECTED")


@serving("profile-of-ended-session-accepted", breaks=("chargingprofiles-ended-session-refused",), roles=CPO)
def profile_of_ended_session_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Profiles are set on sessions that are over."""
    response = proceed(request)
    data = response.envelope.get("data")
    connection = party.connections.by_header(request.header("Authorization"))
    if not addresses(party, request, f"{MODULE}.receiver.set") or not isinstance(data, dict):
        return response
    if data["result"] != "REJECTED" or connection is None:
        return response
    url, name = str(request.json["response_url"]), f"{MODULE}.sender.set_result"
    party.later(lambda: party.call("POST", url, to=connection, endpoint=name, body={"result": "ACCEPTED"}))
    return with_data(response, lambda data: {**data, "result": "ACCEPTED"})


def _instead_of(party: Party, request: Request, proceed: Proceed, result: str, other: str) -> Response:
    """Give one ChargingProfileResponseType for another."""
    response = proceed(request)
    if not addresses(party, request, f"{MODULE}.receiver.*"):
        return response
    return with_data(response, lambda data: {**data, "result": other} if data["result"] == result else data)


@serving("capable-evse-not-supported", breaks=("chargingprofiles-capable-evse-supported",), roles=CPO)
def capable_evse_not_supported(party: Party, request: Request, proceed: Proceed) -> Response:
    """No EVSE supports profiles, whatever its capabilities are."""
    return _with_capabilities(party, request, proceed, [])


@serving("incapable-evse-accepted", breaks=("chargingprofiles-incapable-evse-refused",), roles=CPO)
def incapable_evse_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Profiles are set at EVSEs that aren't capable of it."""
    return _with_capabilities(party, request, proceed, [CAPABLE])


def _with_capabilities(party: Party, request: Request, proceed: Proceed, wanted: list[str]) -> Response:
    """Answer as if the EVSE of the session had other capabilities."""
    charging = _charging(party, request) if addresses(party, request, f"{MODULE}.receiver.*") else None
    if charging is not None:
        charging.evse = {**charging.evse, "capabilities": wanted}
    return proceed(request)


@serving("first-profile-stays", breaks=("chargingprofiles-put-replaces",), roles=CPO)
def first_profile_stays(party: Party, request: Request, proceed: Proceed) -> Response:
    """A session is held to the first profile that was set, until that is cleared."""
    if not addresses(party, request, SET, CLEAR) or _charging(party, request) is None:
        return proceed(request)
    first = party.notes.setdefault("first-profiles", {})
    name = request.segments[-1]
    if request.method == "DELETE":
        first.pop(name, None)
    elif isinstance(request.json, dict) and "charging_profile" in request.json:
        profile = first.setdefault(name, request.json["charging_profile"])
        request = request.with_json({**request.json, "charging_profile": profile})
    return proceed(request)


@serving("cleared-profile-stays", breaks=("chargingprofiles-clear-lifts-limit",), roles=CPO)
def cleared_profile_stays(party: Party, request: Request, proceed: Proceed) -> Response:
    """A profile that was cleared still holds."""
    table, kept = party.store.own(MODULE), party.notes.setdefault("cleared-profiles", {})
    name = request.segments[-1].casefold()
    if addresses(party, request, CLEAR):
        kept[name] = {key: row for key, row in table.items() if key[0] == name and row["profile"] is not None}
    elif addresses(party, request, GET):
        for key, row in kept.get(name, {}).items():
            table.put(key, row)
    return proceed(request)


@serving("profile-rejected-but-set", breaks=("chargingprofiles-outcome-only-if-accepted",), roles=CPO)
def profile_rejected_but_set(party: Party, request: Request, proceed: Proceed) -> Response:
    """It answers REJECTED to profiles that it then sets."""
    response = proceed(request)
    if not addresses(party, request, SET):
        return response
    return with_data(
        response, lambda data: {**data, "result": "REJECTED"} if data["result"] == "ACCEPTED" else data
    )


@serving("profile-timeout-zero", breaks=("chargingprofiles-outcome-in-time",), roles=CPO)
def profile_timeout_zero(party: Party, request: Request, proceed: Proceed) -> Response:
    """It promises outcomes within 0 seconds."""
    response = proceed(request)
    if not addresses(party, request, f"{MODULE}.receiver.*"):
        return response
    return with_data(response, lambda data: {**data, "timeout": 0})


@serving("profile-response-without-timeout", breaks=("chargingprofiles-response-fields",), roles=CPO)
def profile_response_without_timeout(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests about sessions that it doesn't know are answered without a timeout."""
    return _of_unknown(party, request, proceed, lambda data: without(data, "timeout"))


@serving("profile-response-timeout-as-text", breaks=("chargingprofiles-response-values",), roles=CPO)
def profile_response_timeout_as_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests about sessions that it doesn't know are answered with a timeout of "30"."""
    return _of_unknown(party, request, proceed, lambda data: {**data, "timeout": "30"})


def _of_unknown(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    response = proceed(request)
    if not addresses(party, request, f"{MODULE}.receiver.*"):
        return response
    return with_data(response, lambda data: change(data) if data["result"] == "UNKNOWN_SESSION" else data)


def _profile(request: Request) -> dict[str, Any]:
    profile = request.json.get("charging_profile") if isinstance(request.json, dict) else None
    return profile if isinstance(profile, dict) else {}


def _charging(party: Party, request: Request) -> Charging | None:
    """What runs as the session that a request is about."""
    wanted = request.segments[-1].casefold()
    rows = (row for key, row in party.store.own("chargings").items() if key[-1] == wanted)
    return next((row["charging"] for row in rows), None)
