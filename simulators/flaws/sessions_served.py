"""Flaws of a CPO that serves its Sessions, and that is told what drivers wish."""

import re
from typing import Any

from ...schemas.validation import validator
from ..store import Object
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, ok, with_data, with_envelope, with_objects, without

CPO = ("CPO",)
LIST = "sessions.sender.list"
TARIFFS = "tariffs.sender.list"
PREFERENCES = "sessions.sender.preferences"
LONG_AGO = "date_from=2015-01-01T00%3A00%3A00Z"


@serving("session-list-as-object", breaks=("sessions-list-serves-sessions", "transport-data-list"), roles=CPO)
def session_list_as_object(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of Sessions of all times comes wrapped in an object."""
    response = proceed(request)
    whole = addresses(party, request, LIST) and request.query.get("date_from", "").startswith("2015")
    return with_data(response, lambda data: {"sessions": data}) if whole else response


@serving("session-list-ignores-date-from", breaks=("sessions-list-date-from-applied",), roles=CPO)
def session_list_ignores_date_from(party: Party, request: Request, proceed: Proceed) -> Response:
    """All Sessions are listed, whenever they were updated."""
    return _asked(party, request, proceed, r"date_from=[^&]*", LONG_AGO)


@serving("session-list-ignores-date-to", breaks=("sessions-list-date-to-applied",), roles=CPO)
def session_list_ignores_date_to(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions are listed that were updated after the window."""
    return _asked(party, request, proceed, r"&?date_to=[^&]*", "")


def _asked(party: Party, request: Request, proceed: Proceed, pattern: str, instead: str) -> Response:
    if addresses(party, request, LIST):
        url = re.sub(pattern, instead, request.url)
        request = Request(request.headers, request.body, request.method, url)
    return proceed(request)


@serving("session-listed-twice", breaks=("sessions-id-unique",), roles=CPO)
def session_listed_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """The last Session of a page stands there twice."""
    response = proceed(request)
    if not addresses(party, request, LIST) or not ok(response):
        return response
    return with_data(response, lambda data: [*data, *data[-1:]])


@serving("session-of-stranger-listed", breaks=("sessions-owner-among-roles",), roles=CPO)
def session_of_stranger_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions of long ago are listed under another owner."""
    return of_strangers(party, request, proceed, lambda session: {**session, "party_id": "XXX"})


@serving("session-without-auth-method", breaks=("sessions-session-fields",), roles=CPO)
def session_without_auth_method(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions of long ago don't say how the driver was authorized."""
    return of_strangers(party, request, proceed, lambda session: without(session, "auth_method"))


@serving("session-kwh-as-text", breaks=("sessions-session-values",), roles=CPO)
def session_kwh_as_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """The energy of Sessions of long ago is a text."""
    return of_strangers(party, request, proceed, lambda session: {**session, "kwh": str(session["kwh"])})


def of_strangers(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    """Change the Sessions of providers that are not connected: nothing else is told of them."""
    response = proceed(request)
    if not addresses(party, request, LIST) or not ok(response):
        return response
    others = party.connections.registered()

    def one(session: Object) -> Object:
        owner = session["cdr_token"]["country_code"], session["cdr_token"]["party_id"]
        return session if any(other.owns(*owner) for other in others) else change(session)

    return with_objects(response, one)


# Charging preferences


def _answering(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    """Give another ChargingPreferencesResponse to what was understood; None from `change` keeps it."""
    response = proceed(request)
    if not addresses(party, request, PREFERENCES) or not ok(response):
        return response
    return with_data(response, lambda told: change(request.json, told) or told)


def _instead(response: Response, told: str) -> Response:
    """Success in place of a refusal."""
    return with_envelope(
        Response(response.headers, response.body, 200), status_code=1000, status_message=None, data=told
    )


@serving("full-preferences-refused", breaks=("sessions-preferences-answered",), roles=CPO)
def full_preferences_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """Preferences that speak of discharging are refused as malformed."""
    response = proceed(request)
    if not addresses(party, request, PREFERENCES) or not ok(response):
        return response
    if "discharge_allowed" not in request.json:
        return response
    return with_envelope(response, status_code=2001, status_message="discharge_allowed?", data=None)


@serving("preferences-answer-unknown", breaks=("sessions-preferences-response-values",), roles=CPO)
def preferences_answer_unknown(party: Party, request: Request, proceed: Proceed) -> Response:
    """A profile that there isn't is answered with a value that there isn't."""
    return _answering(
        party,
        request,
        proceed,
        lambda _, told: "NOT_SUPPORTED" if told == "PROFILE_TYPE_NOT_SUPPORTED" else None,
    )


@serving("departure-required-again", breaks=("sessions-preferences-departure-only-if-missing",), roles=CPO)
def departure_required_again(party: Party, request: Request, proceed: Proceed) -> Response:
    """A departure time is asked for although it was given."""
    given = lambda wish, told: "DEPARTURE_REQUIRED" if "departure_time" in wish else told  # noqa: E731
    return _answering(party, request, proceed, given)


@serving("energy-need-required-again", breaks=("sessions-preferences-energy-only-if-missing",), roles=CPO)
def energy_need_required_again(party: Party, request: Request, proceed: Proceed) -> Response:
    """An energy need is asked for although it was given."""
    given = lambda wish, told: "ENERGY_NEED_REQUIRED" if "energy_need" in wish else told  # noqa: E731
    return _answering(party, request, proceed, given)


@serving("any-profile-accepted", breaks=("sessions-preferences-supported-has-tariff",), roles=CPO)
def any_profile_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Every profile is accepted, although the Tariffs of old, for who reads them in one go, are REGULAR ones."""
    # Of old is what was there when it was first asked for anything: others come and go, and are pushed as they are.
    stock = party.notes.setdefault(
        "tariffs of old", [tariff["id"] for tariff in party.store.own("tariffs")][: party.limits.tariffs]
    )
    response = _answering(party, request, proceed, lambda *_: "ACCEPTED")
    if not addresses(party, request, TARIFFS) or not ok(response) or "limit" in request.query:
        return response
    return with_objects(
        response, lambda tariff: {"type": "REGULAR", **tariff} if tariff["id"] in stock else tariff
    )


@serving("unknown-session-preferred", breaks=("sessions-preferences-unknown-session-refused",), roles=CPO)
def unknown_session_preferred(party: Party, request: Request, proceed: Proceed) -> Response:
    """Preferences for a Session that isn't there are NOT_POSSIBLE, and else fine."""
    response = proceed(request)
    if not addresses(party, request, PREFERENCES) or response.status != 404:
        return response
    return response if _session(party, request) else _instead(response, "NOT_POSSIBLE")


@serving("incapable-evse-preferred", breaks=("sessions-preferences-not-capable-refused",), roles=CPO)
def incapable_evse_preferred(party: Party, request: Request, proceed: Proceed) -> Response:
    """Preferences for an EVSE that takes none are NOT_POSSIBLE, and else fine."""
    response = proceed(request)
    if not addresses(party, request, PREFERENCES) or response.status != 404:
        return response
    return _instead(response, "NOT_POSSIBLE") if _session(party, request) else response


@serving("malformed-preferences-taken", breaks=("sessions-preferences-invalid-refused",), roles=CPO)
def malformed_preferences_taken(party: Party, request: Request, proceed: Proceed) -> Response:
    """Preferences of the wrong form are NOT_POSSIBLE, and else fine."""
    response = proceed(request)
    if not addresses(party, request, PREFERENCES):
        return response
    valid = validator(party.version, "ChargingPreferences").is_valid(request.json)
    return response if valid else _instead(response, "NOT_POSSIBLE")


def _session(party: Party, request: Request) -> Object | None:
    """The Session that preferences are for."""
    wanted = request.segments[-2].casefold()
    return next((found for found in party.store.own("sessions") if found["id"].casefold() == wanted), None)
