"""Flaws in what becomes of tokens: they are told, written into URLs, sent elsewhere, or easy to guess."""

import itertools
import secrets
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from ..calling import Caller, CallFault
from ..connection import authorization
from ..party import Party
from .credentials import connection_of
from .flaw import Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, with_data, with_envelope

_REDIRECTS = (301, 302, 307, 308)


@serving("tells-token-in-errors", breaks=("security-error-without-token",))
def tells_token_in_errors(party: Party, request: Request, proceed: Proceed) -> Response:
    """What isn't found is answered with the headers of the request, that of Authorization among them."""
    response = proceed(request)
    if response.status != 404 or connection_of(party, request) is None:
        return response
    return with_envelope(response, status_message=f"Not found; you sent {dict(request.headers)}")


@calling("token-in-url", breaks=("security-client-url-without-token",))
def token_in_url(party: Party, request: Request, proceed: Proceed) -> Response:
    """Versions are asked for with the token in the URL as well."""
    if not addresses(party, request, "versions.list"):
        return proceed(request)
    sent = (request.header("Authorization") or "").partition(" ")[2]
    mark = "&" if "?" in request.url else "?"
    return proceed(replace(request, url=f"{request.url}{mark}auth={sent}"))


@serving("numbered-tokens", breaks=("security-token-guessing",))
def numbered_tokens(party: Party, request: Request, proceed: Proceed) -> Response:
    """Whoever renews its token gets the one with the next number."""
    connection = connection_of(party, request)
    response = proceed(request)
    if connection is None or not ok(response) or not addresses(party, request, "credentials.put"):
        return response
    base = party.notes.setdefault("base", secrets.token_hex(8))
    number = next(party.notes.setdefault("numbers", itertools.count(1000)))
    token = f"token-{base}-{number}"
    party.connections.replace_token(connection, token)
    return with_data(response, lambda data: {**data, "token": token})


def _redirected(request: Request, response: Response) -> tuple[str, bool]:
    """Where a redirect leads, and whether that is another host; empty where an answer is none."""
    if response.status not in _REDIRECTS or request.method != "GET":
        return "", False
    target = urljoin(request.url, response.header("Location") or "")
    return target, urlsplit(target).netloc != urlsplit(request.url).netloc


@calling("token-follows-redirects", breaks=("security-redirect-keeps-token-home",))
def token_follows_redirects(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """A redirect is followed to any host, with the token."""
    response = proceed(request)
    target, abroad = _redirected(request, response)
    return proceed(replace(request, url=target)) if abroad else response


@calling(
    "redirects-lose-token",
    breaks=("security-redirect-keeps-token", "transport-client-authorization-present"),
)
def redirects_lose_token(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """A redirect within a host is followed without the token."""
    response = proceed(request)
    target, abroad = _redirected(request, response)
    if not target or abroad:
        return response
    return proceed(replace(request, url=target).with_header("Authorization", None))


@calling("any-token-abroad", breaks=("security-token-for-its-party-alone",))
def any_token_abroad(party: Party, request: Request, proceed: Proceed) -> Response:
    """A host of which no party has its versions is called with the token of some other party."""
    origin = urlsplit(request.url).netloc
    known = [found for found in party.connections.registered() if found.token_out]
    if not known or any(urlsplit(found.versions_url).netloc == origin for found in known):
        return proceed(request)
    return proceed(request.with_header("Authorization", authorization(known[0].token_out or "")))


@calling("takes-any-certificate", breaks=("security-tls-certificate-checked",))
def takes_any_certificate(party: Party, request: Request, proceed: Proceed) -> Response:
    """Certificates are not looked at."""
    try:
        return proceed(request)
    except CallFault as fault:
        if "CERTIFICATE_VERIFY_FAILED" not in str(fault):
            raise
    careless = Caller(timeout_s=party.caller.timeout_s, verify=False)
    try:
        return careless.send(request)
    finally:
        careless.close()


@calling("repeats-what-it-fetched", breaks=("security-fetched-text-not-repeated",))
def notes_what_it_fetched(party: Party, request: Request, proceed: Proceed) -> Response:
    """A registration is refused with what was found behind its URL."""
    response = proceed(request)
    if addresses(party, request, "versions.list"):
        party.notes["fetched"] = response.body.decode("utf-8", "replace")[:200]
    return response


@serving("repeats-what-it-fetched", breaks=("security-fetched-text-not-repeated",))
def repeats_what_it_fetched(party: Party, request: Request, proceed: Proceed) -> Response:
    """A registration is refused with what was found behind its URL."""
    response = proceed(request)
    if addresses(party, request, "credentials.post") and response.envelope.get("status_code") == 3001:
        return with_envelope(response, status_message=f"Your versions: {party.notes.get('fetched')}")
    return response
