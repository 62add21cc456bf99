"""Flaws in what a party makes of requests that are unusual, and in the forms that its errors take."""

from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

from ..answering import locate
from ..party import Party
from .flaw import Proceed, Request, Response, calling, serving
from .sessions_pushed import afterwards, sent_as
from .shaping import addresses, ok, with_envelope

PUTS = ("tokens.receiver.put", "locations.receiver.put_location")
COPIES = ("tokens.receiver.get", "locations.receiver.get_location")
LISTS = ("sessions.sender.list", "tokens.sender.list")


def _refused(response: Response, status: int, code: int, message: str) -> Response:
    refused = with_envelope(response, status_code=code, status_message=message, data=None)
    return replace(refused, status=status)


@serving(
    "charset-refused",
    breaks=(),
    shows=("transport-content-type-charset-accepted",),
    legal="the text names the Content-Type and says nothing of its parameters",
)
def charset_refused(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """A Content-Type with a charset is answered with HTTP 415."""
    if "charset" in (request.header("Content-Type") or ""):
        return _refused(proceed(replace(request, body=b"{}")), 415, 2000, "Unsupported Media Type")
    return proceed(request)


@serving(
    "unknown-fields-refused",
    breaks=(),
    shows=("transport-unknown-fields-tolerated",),
    legal="the text doesn't say what a receiver makes of fields that it doesn't know",
)
def unknown_fields_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """Objects with a field of a vendor's, such as x_colour, are refused with 2001."""
    body = request.json if isinstance(request.json, dict) else {}
    if addresses(party, request, *PUTS) and any(name.startswith("x_") for name in body):
        return _refused(proceed(replace(request, body=b"{}")), 200, 2001, "Unknown field")
    return proceed(request)


@serving(
    "lists-moved-behind-slash",
    breaks=(),
    shows=("transport-endpoints-without-redirect",),
    legal="the text doesn't speak of redirects",
)
def lists_moved_behind_slash(party: Party, request: Request, proceed: Proceed) -> Response:
    """A list asked for by the URL that was listed is said to be at that URL with a slash at its end (HTTP 307)."""
    parts = urlsplit(request.url)
    if parts.path.endswith("/"):
        return proceed(replace(request, url=urlunsplit(parts._replace(path=parts.path.rstrip("/")))))
    response = proceed(request)
    if not addresses(party, request, *LISTS) or request.query.get("limit") != "1" or not ok(response):
        return response
    target = urlunsplit(parts._replace(path=f"{parts.path}/"))
    return replace(with_envelope(response, data=[]), status=307).with_header("Location", target)


@serving(
    "ids-looked-up-with-case",
    breaks=(),
    shows=("types-cistring-any-case",),
    legal="the text doesn't say outright that URLs with ids in another case lead to the same object",
)
def ids_looked_up_with_case(party: Party, request: Request, proceed: Proceed) -> Response:
    """What is asked for in another case than it was PUT in is not found."""
    response = proceed(request)
    place = locate(party, request)
    if not addresses(party, request, *COPIES) or place is None or not ok(response):
        return response
    data = response.envelope.get("data")
    known = data.values() if isinstance(data, dict) else ()
    if all(part in known for part in place.rest):
        return response
    return _refused(response, 404, 2003, "Unknown object")


@serving(
    "errors-without-status-code",
    breaks=("transport-http-error-envelope",),
)
def errors_without_status_code(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Answers with an HTTP error have no status_code in their envelope."""
    response = proceed(request)
    return with_envelope(response, status_code=None) if response.status >= 400 else response


@calling("urls-joined-without-slash", breaks=("versions-client-uses-listed-urls",))
def urls_joined_without_slash(party: Party, request: Request, proceed: Proceed) -> Response:
    """Country code and party id are put right behind the endpoint URL, by a CPO where a Session has ended."""
    if addresses(party, request, "tokens.receiver.*"):
        request = _joined(request)
    return afterwards(party, request, proceed, lambda: _joined(sent_as(request, "GET")))


def _joined(request: Request) -> Request:
    url = request.url.replace("/tokens/", "/tokens", 1).replace("/sessions/", "/sessions", 1)
    return replace(request, url=url)
