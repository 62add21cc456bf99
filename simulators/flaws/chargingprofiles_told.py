"""Flaws of a CPO that tells what became of requests for charging profiles, and of changes to them."""

from collections.abc import Callable
from typing import Any

import orjson

from .. import clock
from ..charging import ChargingError
from ..chargingprofiles import MODULE
from .flaw import Party, Proceed, Request, Response, calling
from .shaping import Change, addresses, with_body, without

CPO = ("CPO",)
SET, CLEAR, ACTIVE = (f"{MODULE}.sender.{name}_result" for name in ("set", "clear", "active"))
UPDATE = f"{MODULE}.sender.update"
POSTED = (SET, CLEAR, ACTIVE)


def _telling(party: Party, request: Request, proceed: Proceed, endpoint: str, change: Change) -> Response:
    """Change what is told at an endpoint."""
    return proceed(with_body(request, change) if addresses(party, request, endpoint) else request)


def _silent(
    party: Party, request: Request, proceed: Proceed, endpoint: str, where: Callable[[Request], bool] = bool
) -> Response:
    """Don't send what goes to an endpoint."""
    if not addresses(party, request, endpoint) or not where(request):
        return proceed(request)
    body = orjson.dumps({"status_code": 1000, "timestamp": clock.stamp(clock.now())})
    return Response(headers=(("Content-Type", "application/json"),), body=body, status=200)


@calling("profile-set-outcome-untold", breaks=("chargingprofiles-set-outcome-posted",), roles=CPO)
def profile_set_outcome_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nobody hears what became of a profile that was to be set."""
    return _silent(party, request, proceed, SET, lambda sent: not _to_scsp(party, sent))


@calling("profile-clear-outcome-untold", breaks=("chargingprofiles-clear-outcome-posted",), roles=CPO)
def profile_clear_outcome_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nobody hears what became of a profile that was to be cleared."""
    return _silent(party, request, proceed, CLEAR)


@calling("active-profile-untold", breaks=("chargingprofiles-get-outcome-posted",), roles=CPO)
def active_profile_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nobody hears of the active profile."""
    return _silent(party, request, proceed, ACTIVE)


@calling("scsp-outcome-untold", breaks=("chargingprofiles-scsp-as-emsp",), roles=CPO)
def scsp_outcome_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """An SCSP never hears what became of its profiles."""
    return _silent(party, request, proceed, SET, lambda sent: _to_scsp(party, sent))


def _to_scsp(party: Party, request: Request) -> bool:
    place = request.header("OCPI-to-country-code") or "", request.header("OCPI-to-party-id") or ""
    return any(found.owns(*place) and found.role("SCSP") for found in party.connections)


@calling("response-url-without-query", breaks=("chargingprofiles-outcome-to-given-url",), roles=CPO)
def response_url_without_query(party: Party, request: Request, proceed: Proceed) -> Response:
    """Outcomes are posted to response URLs without their query."""
    if addresses(party, request, *POSTED):
        url = request.url.partition("?")[0]
        request = Request(request.headers, request.body, request.method, url, request.endpoint)
    return proceed(request)


@calling("nothing-cleared-with-success", breaks=("chargingprofiles-clear-nothing-unknown",), roles=CPO)
def nothing_cleared_with_success(party: Party, request: Request, proceed: Proceed) -> Response:
    """To clear where nothing was set is a success."""
    return _telling(party, request, proceed, CLEAR, lambda result: {**result, "result": "ACCEPTED"})


@calling("active-profile-too-long", breaks=("chargingprofiles-active-length",), roles=CPO)
def active_profile_too_long(party: Party, request: Request, proceed: Proceed) -> Response:
    """The active profile is ten minutes longer than asked for."""
    return _planning(
        party, request, proceed, lambda profile: {**profile, "duration": profile["duration"] + 600}
    )


def _planning(party: Party, request: Request, proceed: Proceed, change: Change) -> Response:
    """Change the ChargingProfile in the answer to a question for the active one."""

    def within(result: dict[str, Any]) -> dict[str, Any]:
        active = result["profile"]
        return {
            **result,
            "profile": {**active, "charging_profile": change(dict(active["charging_profile"]))},
        }

    return _telling(party, request, proceed, ACTIVE, within)


# Updates


@calling("profile-change-untold", breaks=("chargingprofiles-update-sent",), roles=CPO)
def profile_change_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nobody hears of changes to the active profile."""
    return _silent(party, request, proceed, UPDATE)


@calling("profile-told-unasked", breaks=("chargingprofiles-update-only-after-set",), roles=CPO)
def profile_told_unasked(party: Party, request: Request, proceed: Proceed) -> Response:
    """With each session that becomes active comes its active profile."""
    response = proceed(request)
    if addresses(party, request, "sessions.receiver.patch") and request.json.get("status") == "ACTIVE":
        _tell(party, request)
    return response


def _tell(party: Party, request: Request) -> None:
    place = request.header("OCPI-to-country-code") or "", request.header("OCPI-to-party-id") or ""
    connection, session_id = party.connections.with_party(*place), request.segments[-1]
    if connection is None or connection.url(MODULE, "SENDER") is None:
        return
    try:
        body = party.active_profile(session_id, 900)  # type: ignore[attr-defined] - a CPO has it
    except (ChargingError, ValueError):
        return
    url = connection.below(MODULE, "SENDER", session_id)
    party.call("PUT", url, to=connection, endpoint=UPDATE, body=body)


@calling("profile-update-of-a-minute", breaks=("chargingprofiles-update-duration",), roles=CPO)
def profile_update_of_a_minute(party: Party, request: Request, proceed: Proceed) -> Response:
    """Updates look one minute ahead."""
    return _updating(party, request, proceed, lambda profile: {**profile, "duration": 60})


@calling("profile-end-untold", breaks=("chargingprofiles-update-shows-capacity",), roles=CPO)
def profile_end_untold(party: Party, request: Request, proceed: Proceed) -> Response:
    """Updates show the limit that was told first for ever."""

    def change(profile: dict[str, Any]) -> dict[str, Any]:
        first = party.notes.setdefault("first-plans", {})
        return first.setdefault(request.segments[-1], profile)

    return _updating(party, request, proceed, change)


def _updating(party: Party, request: Request, proceed: Proceed, change: Change) -> Response:
    return _telling(
        party,
        request,
        proceed,
        UPDATE,
        lambda active: {**active, "charging_profile": change(dict(active["charging_profile"]))},
    )


# The objects


@calling("set-result-null", breaks=("chargingprofiles-set-result-fields",), roles=CPO)
def set_result_null(party: Party, request: Request, proceed: Proceed) -> Response:
    """The outcome of setting a profile is null."""
    return _telling(party, request, proceed, SET, lambda result: {**result, "result": None})


@calling("set-result-ok", breaks=("chargingprofiles-set-result-values",), roles=CPO)
def set_result_ok(party: Party, request: Request, proceed: Proceed) -> Response:
    """The outcome of setting a profile is OK."""
    return _telling(party, request, proceed, SET, lambda result: {**result, "result": "OK"})


@calling("clear-result-null", breaks=("chargingprofiles-clear-result-fields",), roles=CPO)
def clear_result_null(party: Party, request: Request, proceed: Proceed) -> Response:
    """The outcome of clearing a profile is null."""
    return _telling(party, request, proceed, CLEAR, lambda result: {**result, "result": None})


@calling("clear-result-nothing", breaks=("chargingprofiles-clear-result-values",), roles=CPO)
def clear_result_nothing(party: Party, request: Request, proceed: Proceed) -> Response:
    """The outcome of clearing a profile is NOTHING."""
    return _telling(party, request, proceed, CLEAR, lambda result: {**result, "result": "NOTHING"})


@calling("active-result-null", breaks=("chargingprofiles-active-result-fields",), roles=CPO)
def active_result_null(party: Party, request: Request, proceed: Proceed) -> Response:
    """The active profile comes with a result of null."""
    return _telling(party, request, proceed, ACTIVE, lambda result: {**result, "result": None})


@calling("active-result-true", breaks=("chargingprofiles-active-result-values",), roles=CPO)
def active_result_true(party: Party, request: Request, proceed: Proceed) -> Response:
    """The active profile comes with a result of true."""
    return _telling(party, request, proceed, ACTIVE, lambda result: {**result, "result": True})


@calling("active-result-without-profile", breaks=("chargingprofiles-active-result-conditions",), roles=CPO)
def active_result_without_profile(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who asks for the active profile hears ACCEPTED and no more."""
    return _telling(party, request, proceed, ACTIVE, lambda result: without(result, "profile"))


@calling("active-profile-without-start", breaks=("chargingprofiles-active-profile-fields",), roles=CPO)
def active_profile_without_start(party: Party, request: Request, proceed: Proceed) -> Response:
    """The active profile doesn't say when it was calculated."""
    return _telling(
        party,
        request,
        proceed,
        ACTIVE,
        lambda result: {**result, "profile": without(result["profile"], "start_date_time")},
    )


@calling("active-profile-start-as-number", breaks=("chargingprofiles-active-profile-values",), roles=CPO)
def active_profile_start_as_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """The active profile says when it was calculated in seconds since 1970."""
    return _telling(
        party,
        request,
        proceed,
        ACTIVE,
        lambda result: {**result, "profile": {**result["profile"], "start_date_time": 1_700_000_000}},
    )
