"""Flaws of a party at which others renew their credentials, or leave."""

from dataclasses import replace
from typing import Any

from ..connection import authorization, token_of
from ..party import Party
from .credentials import connection_of, refusal
from .flaw import Proceed, Request, Response, calling, serving
from .shaping import addresses, functional, ok, with_data


def _updates(party: Party, request: Request, response: Response) -> bool:
    return addresses(party, request, "credentials.put") and ok(response)


def _as_get(request: Request) -> Request:
    """The request as one that changes nothing."""
    return replace(request, method="GET", body=b"")


@serving("update-fails", breaks=("credentials-put-updates",))
def update_fails(party: Party, request: Request, proceed: Proceed) -> Response:
    """An update of credentials that could be used is refused."""
    connection = connection_of(party, request)
    body: Any = request.json
    if not (connection and connection.registered and addresses(party, request, "credentials.put")):
        return proceed(request)
    if not isinstance(body, dict) or body.get("url") != connection.versions_url:
        return proceed(request)
    return refusal(proceed(_as_get(request)), 200, 3000)


@serving("update-keeps-token", breaks=("credentials-put-new-token",))
def update_keeps_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The answer to an update has the former token."""
    connection, former = connection_of(party, request), token_of(request.header("Authorization"))
    response = proceed(request)
    if connection is None or former is None or not _updates(party, request, response):
        return response
    party.connections.replace_token(connection, former)
    return with_data(response, lambda data: {**data, "token": former})


@serving("updated-token-late", breaks=("credentials-put-new-token-works",))
def updated_token_late(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token of an update opens functional modules only at the second try."""
    connection = connection_of(party, request)
    response = proceed(request)
    if _updates(party, request, response):
        party.notes["renewed"] = connection
    elif connection and connection is party.notes.get("renewed") and functional(party, request):
        party.notes["renewed"] = None
        return refusal(response)
    return response


@serving("update-leaves-old-token", breaks=("credentials-put-old-token-refused",))
def update_leaves_old_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The former token still opens everything after an update."""
    connection, former = connection_of(party, request), token_of(request.header("Authorization"))
    response = proceed(request)
    if connection and former and _updates(party, request, response):
        party.connections.accept(former, connection)
    return response


@serving("update-leaves-endpoints", breaks=("credentials-put-uses-new-endpoints",))
def update_leaves_endpoints(party: Party, request: Request, proceed: Proceed) -> Response:
    """The endpoints of the registration are called on after an update."""
    connection = connection_of(party, request)
    former = connection.endpoints if connection else {}
    response = proceed(request)
    if connection and _updates(party, request, response):
        connection.endpoints = former
    return response


STALE = ("credentials-put-uses-new-client-token",)


@serving("calls-with-replaced-token", breaks=STALE)
def notes_replaced_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token that an update replaced is used once more."""
    connection = connection_of(party, request)
    former = connection.token_out if connection else None
    response = proceed(request)
    if connection and former and _updates(party, request, response):
        party.notes["stale"] = base_of(party, connection.url("credentials") or ""), former
    return response


@calling("calls-with-replaced-token", breaks=STALE)
def calls_with_replaced_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token that an update replaced is used once more."""
    return with_stale_token(party, request, proceed)


def with_stale_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """Send the next functional request to a party with the token in `notes["stale"]`, where it lies beside."""
    base, token = party.notes.get("stale") or ("", "")
    if not token or not functional(party, request) or not request.url.startswith(base):
        return proceed(request)
    del party.notes["stale"]
    return proceed(request.with_header("Authorization", authorization(token)))


def base_of(party: Party, url: str) -> str:
    """What the URLs of a version have in common."""
    return url.partition(f"/{party.version}/")[0]


@serving("nobody-leaves", breaks=("credentials-delete-unregisters",))
def nobody_leaves(party: Party, request: Request, proceed: Proceed) -> Response:
    """An unregistration is refused."""
    connection = connection_of(party, request)
    if connection and connection.registered and addresses(party, request, "credentials.delete"):
        return refusal(proceed(_as_get(request)), 200)
    return proceed(request)


@serving("token-outlives-unregistration", breaks=("credentials-delete-token-refused",))
def token_outlives_unregistration(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who has unregistered gets at functional modules with its token."""
    connection = connection_of(party, request)
    response = open_to_former(party, request, proceed)
    if connection and addresses(party, request, "credentials.delete") and ok(response):
        party.notes["former"] = connection
    return response


def open_to_former(party: Party, request: Request, proceed: Proceed) -> Response:
    """Answer functional requests over the connection in `notes["former"]`, which has ended, as if it had not."""
    former = party.notes.get("former")
    token = token_of(request.header("Authorization"))
    if former is None or token != former.token_in or not functional(party, request):
        return proceed(request)
    party.connections.add(former)
    try:
        return proceed(request)
    finally:
        party.connections.remove(former)


@serving("calls-after-unregistration", breaks=("credentials-delete-stops-calls",))
def calls_after_unregistration(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who has unregistered is called when it shows itself once more."""
    connection = connection_of(party, request)
    response = proceed(request)
    if connection and addresses(party, request, "credentials.delete") and ok(response):
        party.notes["left"] = connection
    elif connection is None and (left := party.notes.get("left")):
        url, token = left.versions_url, left.token_out
        if token_of(request.header("Authorization")) == left.token_in:
            party.later(lambda: party.call("GET", url, token=token, endpoint="versions.list"))
    return response


@serving("update-lands-on-another", breaks=("credentials-put-own-record-only",))
def update_lands_on_another(party: Party, request: Request, proceed: Proceed) -> Response:
    """An update of credentials spends the tokens of all other parties too, for one request."""
    sender, token = connection_of(party, request), token_of(request.header("Authorization"))
    struck: set[str | None] = party.notes.setdefault("struck", set())
    if token in struck and functional(party, request):
        struck.discard(token)
        return refusal(proceed(request))
    response = proceed(request)
    if _updates(party, request, response):
        others = [known.token_in for known in party.connections.registered() if known is not sender]
        struck.update(others)
    return response
