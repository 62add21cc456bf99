"""Flaws of an eMSP whose Sessions are PATCHed, and of one that fetches Sessions and passes wishes on."""

from typing import Any
from uuid import uuid4

from .. import clock
from ..store import Object
from .flaw import Party, Proceed, Request, Response, calling, serving
from .sessions_received import EMSP, PERIODS, PUT, copies, late, rewriting
from .shaping import (
    addresses,
    invalid_patch_taken,
    unknown_taken,
    with_body,
    with_objects,
    without,
)

PATCH = "sessions.receiver.patch"
LIST = "sessions.sender.list"
PREFERENCES = "sessions.sender.preferences"


@serving("patch-session-ignores-cost", breaks=("sessions-patch-applies",), roles=EMSP)
def patch_session_ignores_cost(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH doesn't change the total cost."""
    return rewriting(
        party,
        request,
        proceed,
        PATCH,
        lambda known, _, kept: {**without(kept, "total_cost"), **_only(known, "total_cost")},
    )


@serving("patch-session-resets-meter", breaks=("sessions-patch-keeps-rest",), roles=EMSP)
def patch_session_resets_meter(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH takes the meter away."""
    return rewriting(party, request, proceed, PATCH, lambda _known, _new, kept: without(kept, "meter_id"))


@serving("patch-session-replaces-periods", breaks=("sessions-patch-adds-periods",), roles=EMSP)
def patch_session_replaces_periods(party: Party, request: Request, proceed: Proceed) -> Response:
    """Charging periods by PATCH take the place of those that are known, if the Session was PUT days late."""
    history = party.notes.setdefault("periods", {})
    belated = party.notes.setdefault("belated-sessions", set())
    if addresses(party, request, PUT) and isinstance(request.json, dict) and "last_updated" in request.json:
        (belated.add if late(request.json) else belated.discard)(request.segments[-1])

    def replace(known: Object, new: Object, kept: Object) -> Object:
        periods = history.setdefault(kept["id"], list(known.get(PERIODS) or ()))
        periods += new.get(PERIODS) or ()
        replaced = new.get(PERIODS) if kept["id"] in belated else None
        return {**kept, PERIODS: list(replaced or periods)}

    return rewriting(party, request, proceed, PATCH, replace)


@serving(
    "patch-session-without-periods-removes-them",
    breaks=("sessions-patch-without-periods-keeps-them",),
    roles=EMSP,
)
def patch_session_without_periods_removes_them(party: Party, request: Request, proceed: Proceed) -> Response:
    """An empty list of charging periods in a PATCH hides those that are known, until more come."""
    history = party.notes.setdefault("periods", {})

    def hide(known: Object, new: Object, kept: Object) -> Object:
        periods = history.setdefault(kept["id"], list(known.get(PERIODS) or ()))
        periods += new.get(PERIODS) or ()
        return {**kept, PERIODS: [] if new.get(PERIODS) == [] else list(periods)}

    return rewriting(party, request, proceed, PATCH, hide)


@serving(
    "patch-session-without-last-updated-accepted",
    breaks=("sessions-patch-without-last-updated-2001",),
    roles=EMSP,
)
def patch_session_without_last_updated_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH that says not when the Session was changed is taken."""
    if addresses(party, request, PATCH):
        request = with_body(request, lambda changes: {"last_updated": clock.stamp(clock.now()), **changes})
    return proceed(request)


@serving("patch-invalid-session-accepted", breaks=("sessions-patch-invalid-refused",), roles=EMSP)
def patch_invalid_session_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH with values of the wrong kind is answered with success."""
    return invalid_patch_taken(party, request, proceed, PATCH, "Session")


@serving("patch-unknown-session-accepted", breaks=("sessions-patch-unknown-refused",), roles=EMSP)
def patch_unknown_session_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH of a Session that it doesn't have is answered with success."""
    return unknown_taken(party, request, proceed, PATCH)


def _only(value: Object, *names: str) -> Object:
    return {name: value[name] for name in names if name in value}


# Asking


@calling("sessions-not-asked-for", breaks=("sessions-pull-possible",), roles=EMSP)
def sessions_not_asked_for(party: Party, request: Request, proceed: Proceed) -> Response:
    """A pull of Sessions asks nobody."""
    if addresses(party, request, LIST):
        return Response(headers=(), body=b'{"status_code":1000,"data":[]}', status=200)
    return proceed(request)


@calling("sessions-asked-without-date", breaks=("sessions-pull-has-date-from",), roles=EMSP)
def sessions_asked_without_date(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of Sessions is asked for without date_from, and then again with it."""
    if addresses(party, request, LIST) and "date_from" in request.query:
        bare = request.url.partition("?")[0]
        further = Request(request.headers, b"", "GET", f"{bare}?limit=1")
        proceed(further.with_header("X-Request-ID", str(uuid4())))
    return proceed(request)


@calling("pulled-sessions-stay-old", breaks=("sessions-pull-updates-store",), roles=EMSP)
def pulled_sessions_stay_old(party: Party, request: Request, proceed: Proceed) -> Response:
    """What a pull brings of known Sessions is not taken over."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    return with_objects(response, lambda session: _known(party, session) or session)


def _known(party: Party, session: Object) -> Object | None:
    key = tuple(str(session[name]).casefold() for name in ("country_code", "party_id", "id"))
    return copies(party).get(key)


@calling("preferences-posted", breaks=("sessions-ask-methods", "sessions-preferences-sent"), roles=EMSP)
def preferences_posted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Charging preferences are sent by POST."""
    if addresses(party, request, PREFERENCES):
        request = Request(request.headers, request.body, "POST", request.url)
    return proceed(request)


@calling("preferences-without-suffix", breaks=("sessions-preferences-url",), roles=EMSP)
def preferences_without_suffix(party: Party, request: Request, proceed: Proceed) -> Response:
    """Charging preferences are PUT to the Session itself."""
    if addresses(party, request, PREFERENCES):
        url = request.url.removesuffix("/charging_preferences")
        request = Request(request.headers, request.body, request.method, url)
    return proceed(request)


@calling("preferences-without-energy-need", breaks=("sessions-preferences-as-chosen",), roles=EMSP)
def preferences_without_energy_need(party: Party, request: Request, proceed: Proceed) -> Response:
    """How much the driver needs is not passed on."""
    return _wishing(party, request, proceed, lambda wish: without(wish, "energy_need"))


@calling(
    "preferences-profile-null",
    breaks=("sessions-preferences-fields", "sessions-preferences-as-chosen"),
    roles=EMSP,
)
def preferences_profile_null(party: Party, request: Request, proceed: Proceed) -> Response:
    """The profile of charging preferences is null."""
    return _wishing(party, request, proceed, lambda wish: {**wish, "profile_type": None})


@calling(
    "preferences-energy-as-text",
    breaks=("sessions-preferences-values", "sessions-preferences-as-chosen"),
    roles=EMSP,
)
def preferences_energy_as_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """The energy need is a text."""
    return _wishing(party, request, proceed, lambda wish: {**wish, "energy_need": "12.5"})


def _wishing(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    return proceed(with_body(request, change) if addresses(party, request, PREFERENCES) else request)
