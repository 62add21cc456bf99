"""Flaws of an eMSP to which Sessions are PUT, and that is asked for them."""

from datetime import timedelta
from typing import Any

from ...schemas.validation import validator
from .. import clock
from ..store import Key, Object, Table, key_of
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, answered_as, ok, with_body, with_data, with_envelope, without

EMSP = ("EMSP",)
PUT = "sessions.receiver.put"
GET = "sessions.receiver.get"
PERIODS = "charging_periods"
OPTIONALS = frozenset(
    {"end_date_time", "authorization_reference", "meter_id", "charging_periods", "total_cost"}
)


def copies(party: Party) -> Table:
    """The Sessions that an eMSP has from others."""
    return party.store.received("sessions")


def key_in(request: Request) -> Key:
    """The key of the Session that a URL addresses."""
    return key_of(*request.segments[-3:])


def late(session: Object) -> bool:
    """Whether a Session is told hours after it came to be so."""
    moment = clock.parse(session["last_updated"])
    return moment is not None and clock.now() - moment > timedelta(hours=1)


def refusal(response: Response, message: str) -> Response:
    """The answer 2001 in place of another."""
    return with_envelope(response, status_code=2001, status_message=message)


def rewriting(party: Party, request: Request, proceed: Proceed, endpoint: str, change: Any) -> Response:
    """Store what `change` makes of the Session that was known, the body, and what would be kept."""
    if not addresses(party, request, endpoint):
        return proceed(request)
    known = copies(party).get(key_in(request))
    response = proceed(request)
    kept = copies(party).get(key_in(request))
    if ok(response) and known is not None and kept is not None:
        copies(party).put(key_in(request), change(known, request.json, kept))
    return response


@serving("new-session-forgotten", breaks=("sessions-put-stored",), roles=EMSP)
def new_session_forgotten(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Session that is ACTIVE since days is welcomed and forgotten."""
    known = copies(party).get(key_in(request)) if addresses(party, request, PUT) else {}
    response = proceed(request)
    if known is None and ok(response) and late(request.json):
        active = request.json["status"] == "ACTIVE" and request.json.get(PERIODS)
        if active:
            copies(party).delete(key_in(request))
    return response


@serving("put-session-drops-meter", breaks=("sessions-put-optionals-kept",), roles=EMSP)
def put_session_drops_meter(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions are kept without their meter."""
    if addresses(party, request, PUT):
        request = with_body(request, lambda session: without(session, "meter_id"))
    return proceed(request)


@serving("put-known-session-keeps-energy", breaks=("sessions-put-replaces",), roles=EMSP)
def put_known_session_keeps_energy(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT of what became of a known Session days ago doesn't change its energy."""

    def kept_as_it_was(known: Object, new: Object, kept: Object) -> Object:
        return {**kept, "kwh": known["kwh"]} if late(new) else kept

    return rewriting(party, request, proceed, PUT, kept_as_it_was)


@serving("put-session-merges-optionals", breaks=("sessions-put-resets-optionals",), roles=EMSP)
def put_session_merges_optionals(party: Party, request: Request, proceed: Proceed) -> Response:
    """Fields that a PUT leaves off stay as they were, but for the charging periods."""
    return rewriting(party, request, proceed, PUT, lambda known, _, kept: {**without(known, PERIODS), **kept})


@serving("put-session-adds-periods", breaks=("sessions-put-replaces-periods",), roles=EMSP)
def put_session_adds_periods(party: Party, request: Request, proceed: Proceed) -> Response:
    """The charging periods of a PUT are added to those that are known."""

    def added(known: Object, new: Object, kept: Object) -> Object:
        old = [period for period in known.get(PERIODS) or () if period not in (new.get(PERIODS) or ())]
        return {**kept, PERIODS: [*old, *new[PERIODS]]} if new.get(PERIODS) else kept

    return rewriting(party, request, proceed, PUT, added)


@serving(
    "put-session-without-periods-keeps-them",
    breaks=("sessions-put-without-periods-removes-them",),
    roles=EMSP,
)
def put_session_without_periods_keeps_them(party: Party, request: Request, proceed: Proceed) -> Response:
    """Where a PUT has no charging periods the old ones stay."""

    def stay(known: Object, new: Object, kept: Object) -> Object:
        return kept if new.get(PERIODS) else {**kept, PERIODS: known.get(PERIODS) or []}

    return rewriting(party, request, proceed, PUT, stay)


@serving("put-new-session-as-200", breaks=("sessions-put-new-201",), roles=EMSP)
def put_new_session_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A created Session is answered like an updated one."""
    return answered_as(party, request, proceed, PUT, old=201, new=200)


@serving("put-known-session-as-201", breaks=("sessions-put-known-200",), roles=EMSP)
def put_known_session_as_201(party: Party, request: Request, proceed: Proceed) -> Response:
    """An updated Session is answered like a created one."""
    return answered_as(party, request, proceed, PUT, old=200, new=201)


@serving("bare-session-refused", breaks=("sessions-put-accepts-minimal",), roles=EMSP)
def bare_session_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Session without any optional field is refused."""
    return _refusing(party, request, proceed, lambda session: not OPTIONALS & set(session), new=True)


@serving("session-with-null-refused", breaks=("sessions-put-accepts-nulls",), roles=EMSP)
def session_with_null_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session in which a field is null is refused."""
    return _refusing(party, request, proceed, lambda session: None in session.values())


@serving("long-meter-refused", breaks=("sessions-put-accepts-full",), roles=EMSP)
def long_meter_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A meter may have 100 characters at most."""
    return _refusing(party, request, proceed, lambda session: len(session.get("meter_id") or "") > 100)


@serving("unheard-invalid-session-refused", breaks=("sessions-put-accepts-every-status",), roles=EMSP)
def unheard_invalid_session_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that is INVALID from the first is refused."""
    return _refusing(party, request, proceed, lambda session: session["status"] == "INVALID", new=True)


@serving("unassigned-evse-refused", breaks=("sessions-put-accepts-unassigned-evse",), roles=EMSP)
def unassigned_evse_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session at the EVSE #NA is refused."""
    return _refusing(party, request, proceed, lambda session: session["evse_uid"] == "#NA")


def _refusing(
    party: Party, request: Request, proceed: Proceed, refuses: Any, *, new: bool = False
) -> Response:
    if not addresses(party, request, PUT):
        return proceed(request)
    known = copies(party).get(key_in(request))
    response = proceed(request)
    if not ok(response) or (new and known is not None) or not refuses(request.json):
        return response
    copies(party).delete(key_in(request))
    if known is not None:
        copies(party).put(key_in(request), known)
    return refusal(Response(response.headers, response.body, 200), "This Session can't be taken")


@serving("put-invalid-session-accepted", breaks=("sessions-put-invalid-refused",), roles=EMSP)
def put_invalid_session_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Incomplete and malformed Sessions are answered with success."""
    response = proceed(request)
    if not addresses(party, request, PUT) or not request.has_json:
        return response
    valid = validator(party.version, "Session").is_valid(request.json)
    return response if valid else with_envelope(response, status_code=1000, status_message=None)


@serving("refused-session-stored-anyway", breaks=("sessions-refused-leaves-store",), roles=EMSP)
def refused_session_stored_anyway(party: Party, request: Request, proceed: Proceed) -> Response:
    """A refused PUT changes the Session all the same."""
    response = proceed(request)
    if addresses(party, request, PUT) and response.envelope.get("status_code") == 2001:
        known = copies(party).get(key_in(request))
        if known is not None:
            copies(party).put(key_in(request), {**known, "kwh": 99})
    return response


@serving("put-session-trusts-url-id", breaks=("sessions-put-id-mismatch-2001",), roles=EMSP)
def put_session_trusts_url_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """An id that differs from the URL's is overwritten silently."""
    if addresses(party, request, PUT):
        request = with_body(request, lambda session: {**session, "id": request.segments[-1]})
    return proceed(request)


@serving("put-session-trusts-url-owner", breaks=("sessions-put-owner-mismatch-refused",), roles=EMSP)
def put_session_trusts_url_owner(party: Party, request: Request, proceed: Proceed) -> Response:
    """An owner that differs from the URL's is overwritten silently."""
    if addresses(party, request, PUT):
        owner = dict(zip(("country_code", "party_id"), request.segments[-3:-1], strict=True))
        request = with_body(request, lambda session: {**session, **owner})
    return proceed(request)


@serving("session-owners-mixed-up", breaks=("sessions-owners-kept-apart",), roles=EMSP)
def session_owners_mixed_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session takes the place of others of the same id, whoever owns them."""
    response = proceed(request)
    if addresses(party, request, PUT) and ok(response):
        for key, _ in copies(party).items():
            if key[2] == key_in(request)[2]:
                copies(party).put(key, request.json)
    return response


@serving("session-given-back-in-list", breaks=("sessions-receiver-get", "transport-data-object"), roles=EMSP)
def session_given_back_in_list(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that is asked for comes as a list of one."""
    response = proceed(request)
    if not addresses(party, request, GET) or not ok(response):
        return response
    return with_data(response, lambda session: [session])


@serving("unknown-session-as-200", breaks=("sessions-receiver-get-unknown-404",), roles=EMSP)
def unknown_session_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Session that it doesn't have is answered with HTTP 200 and 2000."""
    response = proceed(request)
    if not addresses(party, request, GET) or response.status != 404:
        return response
    return with_envelope(Response(response.headers, response.body, 200), status_code=2000)


@serving("delete-removes-session", breaks=("sessions-delete-not-offered",), roles=EMSP)
def delete_removes_session(party: Party, request: Request, proceed: Proceed) -> Response:
    """A DELETE, refused as it is, erases the Session."""
    if request.method == "DELETE" and "sessions" in request.segments:
        copies(party).delete(key_in(request))
    return proceed(request)


@serving("namesake-session-without-currency", breaks=("sessions-session-fields",), roles=EMSP)
def namesake_session_without_currency(party: Party, request: Request, proceed: Proceed) -> Response:
    """Of Sessions that share their id with another owner's no currency is given back."""
    return _namesakes(party, request, proceed, lambda session: without(session, "currency"))


@serving("namesake-session-charging", breaks=("sessions-session-values",), roles=EMSP)
def namesake_session_charging(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions that share their id with another owner's are given back with a status that there isn't."""
    return _namesakes(party, request, proceed, lambda session: {**session, "status": "CHARGING"})


def _namesakes(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    response = proceed(request)
    if not addresses(party, request, GET) or not ok(response):
        return response
    named = [key for key, _ in copies(party).items() if key[2] == key_in(request)[2]]
    return with_data(response, change) if len(named) > 1 else response
