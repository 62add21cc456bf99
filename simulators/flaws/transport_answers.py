"""Flaws in the form of answers: headers, response format, status codes."""

from dataclasses import replace
from uuid import uuid4

from ..answering import locate
from ..party import Party
from .flaw import Proceed, Request, Response, choice, serving, whole
from .shaping import addresses, functional, ok, with_data, with_envelope

CPO = ("CPO",)
SESSIONS = "sessions.sender.list"
CDRS = "cdrs.sender.list"
TARIFFS = "tariffs.sender.list"
PAGES = {
    "html": ("text/html", b"<html><body>Unauthorized</body></html>"),
    "text": ("text/plain", b"Unauthorized"),
    "json": ("application/json", b'{"error": "unauthorized"}'),
    "empty": (None, b""),
}
ROUTING = ("OCPI-to-country-code", "OCPI-to-party-id", "OCPI-from-country-code", "OCPI-from-party-id")


def _error(response: Response) -> bool:
    code = response.envelope.get("status_code")
    return response.status >= 400 or (isinstance(code, int) and code >= 2000)


@serving("answers-without-request-id", breaks=("transport-request-id-echoed",))
def answers_without_request_id(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Answers of success come without the X-Request-ID."""
    response = proceed(request)
    return response if _error(response) else response.with_header("X-Request-ID", None)


@serving("answers-with-fresh-correlation-id", breaks=("transport-correlation-id-echoed",))
def answers_with_fresh_correlation_id(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Answers of success come with an X-Correlation-ID of their own."""
    response = proceed(request)
    return response if _error(response) else response.with_header("X-Correlation-ID", str(uuid4()))


@serving("errors-without-request-id", breaks=("transport-request-id-echoed-on-error",))
def errors_without_request_id(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Answers of failure come without the X-Request-ID."""
    response = proceed(request)
    return response.with_header("X-Request-ID", None) if _error(response) else response


@serving("errors-without-correlation-id", breaks=("transport-correlation-id-echoed-on-error",))
def errors_without_correlation_id(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Answers of failure come without the X-Correlation-ID."""
    response = proceed(request)
    return response.with_header("X-Correlation-ID", None) if _error(response) else response


@serving("answers-without-routing", breaks=("transport-response-routing-present",))
def answers_without_routing(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Answers come without routing headers."""
    response = proceed(request)
    for name in ROUTING:
        response = response.with_header(name, None)
    return response


@serving("answers-with-routing-of-request", breaks=("transport-response-routing-reversed",))
def answers_with_routing_of_request(party: Party, request: Request, proceed: Proceed) -> Response:
    """Answers repeat the routing headers of the request instead of turning them round."""
    response = proceed(request)
    if functional(party, request):
        for name in ROUTING:
            response = response.with_header(name, request.header(name))
    return response


@serving("configuration-answers-with-routing", breaks=("transport-response-routing-absent-configuration",))
def configuration_answers_with_routing(party: Party, request: Request, proceed: Proceed) -> Response:
    """Answers of versions and credentials carry routing headers."""
    response = proceed(request)
    if not addresses(party, request, "versions.*", "credentials.*"):
        return response
    response = response.with_header("OCPI-from-country-code", party.me.country_code)
    return response.with_header("OCPI-from-party-id", party.me.party_id)


@serving(
    "answers-as-plain-text",
    breaks=("transport-response-content-type",),
    parameters={"type": choice("text/plain", "text/html", "application/xml", means="the Content-Type")},
)
def answers_as_plain_text(
    party: Party,  # noqa: ARG001
    request: Request,
    proceed: Proceed,
    *,
    type: str = "text/plain",
) -> Response:
    """Answers are announced as text/plain."""
    return proceed(request).with_header("Content-Type", type)


@serving("sessions-without-envelope", breaks=("transport-envelope-present",), roles=CPO)
def sessions_without_envelope(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of sessions comes as it is, outside of the response format."""
    response = proceed(request)
    if not addresses(party, request, SESSIONS) or not ok(response):
        return response
    return response.with_json(response.envelope["data"])


@serving("cdrs-without-body", breaks=("transport-response-returned",), roles=CPO)
def cdrs_without_body(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of CDRs is answered with HTTP 200 and nothing else."""
    response = proceed(request)
    return replace(response, body=b"") if addresses(party, request, CDRS) and ok(response) else response


@serving("status-code-repeats-http-status", breaks=("transport-status-code-four-digits",))
def status_code_repeats_http_status(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Refusals of a token repeat the HTTP status as status_code."""
    response = proceed(request)
    return with_envelope(response, status_code=401) if response.status == 401 else response


@serving(
    "status-code-unlisted",
    breaks=("transport-status-code-known",),
    parameters={"code": whole(2005, 2899, "the code")},
)
def status_code_unlisted(
    party: Party,  # noqa: ARG001
    request: Request,
    proceed: Proceed,
    *,
    code: int = 2042,
) -> Response:
    """HTTP errors carry the code 2042."""
    response = proceed(request)
    return with_envelope(response, status_code=code) if response.status >= 400 else response


@serving(
    "status-code-custom",
    breaks=("transport-status-code-not-custom",),
    parameters={"code": whole(1900, 1999, "the code")},
)
def status_code_custom(party: Party, request: Request, proceed: Proceed, *, code: int = 1900) -> Response:
    """Lists are answered with the code 1900, which is for custom modules."""
    response = proceed(request)
    listed = addresses(party, request, "*.sender.list") and ok(response)
    return with_envelope(response, status_code=code) if listed else response


@serving("status-message-is-object", breaks=("transport-status-message-string",))
def status_message_is_object(party: Party, request: Request, proceed: Proceed) -> Response:
    """Answers on functional modules carry an object as status_message."""
    response = proceed(request)
    return with_envelope(response, status_message={"en": "Fine"}) if functional(party, request) else response


@serving("lists-without-timestamp", breaks=("transport-timestamp-present",))
def lists_without_timestamp(party: Party, request: Request, proceed: Proceed) -> Response:
    """Lists come without a timestamp."""
    response = proceed(request)
    return with_envelope(response, timestamp=None) if addresses(party, request, "*.sender.list") else response


@serving("timestamp-stands-still", breaks=("transport-timestamp-is-now",))
def timestamp_stands_still(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """The timestamp is always the same moment of 2015."""
    return with_envelope(proceed(request), timestamp="2015-06-30T21:59:59Z")


@serving("tariffs-inside-object", breaks=("transport-data-list",), roles=CPO)
def tariffs_inside_object(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of tariffs lies inside of an object."""
    response = proceed(request)
    return (
        with_data(response, lambda data: {"items": data}) if addresses(party, request, TARIFFS) else response
    )


@serving("put-answers-with-object", breaks=("transport-data-unset-where-undefined",))
def put_answers_with_object(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT to a receiver is answered with the object itself."""
    response = proceed(request)
    put = addresses(party, request, "*.receiver.put*") and ok(response)
    return with_envelope(response, data=request.json) if put else response


@serving(
    "refusals-as-page",
    breaks=("transport-http-error-envelope",),
    parameters={"body": choice(*PAGES, means="what comes instead of the response format")},
)
def refusals_as_page(party: Party, request: Request, proceed: Proceed, *, body: str = "html") -> Response:
    """Strangers at functional modules get a page for people with their HTTP 401."""
    response = proceed(request)
    place = locate(party, request)
    if response.status != 401 or place is None or place.module in ("versions", "credentials"):
        return response
    kind, content = PAGES[body]
    return replace(response, body=content).with_header("Content-Type", kind)
