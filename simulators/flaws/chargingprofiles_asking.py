"""Flaws of an eMSP that limits sessions of its customers."""

from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from ..chargingprofiles import MODULE
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, with_body, with_envelope

EMSP = ("EMSP",)
SET, GET, CLEAR = (f"{MODULE}.receiver.{name}" for name in ("set", "get", "clear"))
UPDATE = f"{MODULE}.sender.update"


def _by_post(party: Party, request: Request, proceed: Proceed, endpoint: str) -> Response:
    """Send a request by another method."""
    return proceed(replace(request, method="POST") if addresses(party, request, endpoint) else request)


@calling("profile-set-by-post", breaks=("chargingprofiles-set-sent",), roles=EMSP)
def profile_set_by_post(party: Party, request: Request, proceed: Proceed) -> Response:
    """Profiles are set by POST."""
    return _by_post(party, request, proceed, SET)


@calling("profile-asked-for-by-post", breaks=("chargingprofiles-get-sent",), roles=EMSP)
def profile_asked_for_by_post(party: Party, request: Request, proceed: Proceed) -> Response:
    """Active profiles are asked for by POST."""
    return _by_post(party, request, proceed, GET)


@calling("profile-cleared-by-post", breaks=("chargingprofiles-clear-sent",), roles=EMSP)
def profile_cleared_by_post(party: Party, request: Request, proceed: Proceed) -> Response:
    """Profiles are cleared by POST."""
    return _by_post(party, request, proceed, CLEAR)


@calling("profile-of-own-session-id", breaks=("chargingprofiles-request-names-session",), roles=EMSP)
def profile_of_own_session_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """Sessions have an id of its own in its requests."""
    if addresses(party, request, f"{MODULE}.receiver.*"):
        parts = urlsplit(request.url)
        head, _, name = parts.path.rpartition("/")
        request = replace(request, url=parts._replace(path=f"{head}/own-{name}").geturl())
    return proceed(request)


@calling("active-profile-without-duration", breaks=("chargingprofiles-get-has-duration",), roles=EMSP)
def active_profile_without_duration(party: Party, request: Request, proceed: Proceed) -> Response:
    """It doesn't say for how long it wants to know the active profile."""
    return proceed(_without(request, "duration") if addresses(party, request, GET) else request)


@calling("clear-without-response-url", breaks=("chargingprofiles-request-has-response-url",), roles=EMSP)
def clear_without_response_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """It doesn't say where it wants to hear that a profile was cleared."""
    return proceed(_without(request, "response_url") if addresses(party, request, CLEAR) else request)


def _without(request: Request, name: str) -> Request:
    query = urlencode({key: value for key, value in request.query.items() if key != name})
    return replace(request, url=urlsplit(request.url)._replace(query=query).geturl())


@calling("response-url-always-the-same", breaks=("chargingprofiles-response-url-unique",), roles=EMSP)
def response_url_always_the_same(party: Party, request: Request, proceed: Proceed) -> Response:
    """All outcomes are wanted at the same URL as the first."""
    if addresses(party, request, SET):
        url = party.notes.setdefault("response-url", request.json["response_url"])
        request = with_body(request, lambda body: {**body, "response_url": url})
    elif addresses(party, request, GET, CLEAR):
        url = party.notes.setdefault("response-url", request.query["response_url"])
        query = urlencode({**request.query, "response_url": url})
        request = replace(request, url=urlsplit(request.url)._replace(query=query).geturl())
    return proceed(request)


@serving("profile-result-refused", breaks=("chargingprofiles-result-taken",), roles=EMSP)
def profile_result_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """Nothing is known at the response URLs that it gave."""
    response = proceed(request)
    if not addresses(party, request, f"{MODULE}.sender.*_result"):
        return response
    return with_envelope(Response(response.headers, response.body, 404), status_code=2000)


@serving("profile-update-refused", breaks=("chargingprofiles-update-taken",), roles=EMSP)
def profile_update_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """It takes no updates."""
    response = proceed(request)
    if not addresses(party, request, UPDATE):
        return response
    return with_envelope(Response(response.headers, response.body, 405), status_code=2000)


@serving(
    "profile-result-answered-with-itself", breaks=("chargingprofiles-result-answer-without-data",), roles=EMSP
)
def profile_result_answered_with_itself(party: Party, request: Request, proceed: Proceed) -> Response:
    """Results are answered with what they say."""
    response = proceed(request)
    told = addresses(party, request, f"{MODULE}.sender.*_result")
    return with_envelope(response, data=request.json) if told else response


@serving(
    "profile-update-answered-with-itself",
    breaks=("chargingprofiles-update-answer-without-data", "transport-data-unset-where-undefined"),
    roles=EMSP,
)
def profile_update_answered_with_itself(party: Party, request: Request, proceed: Proceed) -> Response:
    """Updates are answered with the profile that they hold."""
    response = proceed(request)
    return with_envelope(response, data=request.json) if addresses(party, request, UPDATE) else response
