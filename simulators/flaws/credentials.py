"""Flaws of a party with which others register."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ..connection import Connection, authorization, new_token, token_of
from ..credentials import Credentials
from ..party import Party
from .flaw import Proceed, Request, Response, calling, serving
from .shaping import addresses, functional, ok, with_data, with_envelope

RIGHT_TOKEN = "transport-client-authorization-right-token"
"""Whoever uses the wrong one of several tokens also uses one that is not in force."""


def connection_of(party: Party, request: Request) -> Connection | None:
    return party.connections.by_header(request.header("Authorization"))


def unregistered(party: Party, request: Request, *patterns: str) -> bool:
    """Whether the holder of a token A makes a request of these kinds."""
    connection = connection_of(party, request)
    return connection is not None and not connection.registered and addresses(party, request, *patterns)


def refusal(response: Response, status: int = 401, code: int = 2000) -> Response:
    return replace(with_envelope(response, status_code=code, data=None), status=status)


@contextmanager
def noted(party: Party, name: str, value: Any) -> Iterator[None]:
    """A note that holds while a request is answered."""
    party.notes[name] = value
    try:
        yield
    finally:
        party.notes.pop(name, None)


def pretended_success(party: Party, response: Response) -> Response:
    """A refusal turned into a success, with credentials of which nothing is known afterwards."""
    assert isinstance(party, Credentials)
    answered = with_envelope(response, status_code=1000, data=party.credentials(new_token()))
    return replace(answered, status=200)


def _answering(name: str, slug: str, summary: str, *, method: str, code: int, instead: int) -> None:
    """A flaw that answers a faulty registration with another code; 1000 pretends that it was taken."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if not addresses(party, request, f"credentials.{method}") or response.status != 200:
            return response
        if response.envelope.get("status_code") != code:
            return response
        return pretended_success(party, response) if instead == 1000 else refusal(response, 200, instead)

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)


_answering(
    "registers-without-fields",
    "credentials-post-invalid-refused",
    "Credentials that lack a field are taken.",
    method="post",
    code=2001,
    instead=1000,
)
_answering(
    "vague-about-fields",
    "credentials-post-invalid-2001",
    "Credentials that lack a field are refused with 2000.",
    method="post",
    code=2001,
    instead=2000,
)
_answering(
    "registers-without-reaching",
    "credentials-post-unreachable-refused",
    "A registration is taken although the versions URL leads nowhere.",
    method="post",
    code=3001,
    instead=1000,
)
_answering(
    "vague-about-reaching",
    "credentials-post-unreachable-3001",
    "A registration whose versions URL leads nowhere is refused with 3000.",
    method="post",
    code=3001,
    instead=3000,
)
_answering(
    "registers-without-common-version",
    "credentials-post-no-mutual-version-refused",
    "A registration is taken although no version is common.",
    method="post",
    code=3002,
    instead=1000,
)
_answering(
    "vague-about-versions",
    "credentials-post-no-mutual-version-3002",
    "A registration without a common version is refused with 3000.",
    method="post",
    code=3002,
    instead=3000,
)
_answering(
    "vague-about-reaching-in-update",
    "credentials-put-unreachable-3001",
    "An update whose versions URL leads nowhere is refused with 3000.",
    method="put",
    code=3001,
    instead=3000,
)


@serving("token-a-opens-modules", breaks=("credentials-token-a-scope",))
def token_a_opens_modules(party: Party, request: Request, proceed: Proceed) -> Response:
    """The holder of token A gets at functional modules."""
    connection = connection_of(party, request)
    if connection is None or connection.registered or not functional(party, request):
        return proceed(request)
    connection.registered = True
    try:
        return proceed(request)
    finally:
        connection.registered = False


@serving("token-a-lasts", breaks=("credentials-token-a-retired",))
def token_a_lasts(party: Party, request: Request, proceed: Proceed) -> Response:
    """Token A still opens versions after the registration."""
    token = token_of(request.header("Authorization"))
    retired = token in party.connections.issued and party.connections.by_token(token) is None
    if retired and addresses(party, request, "versions.*"):
        current = next(iter(party.connections)).token_in
        return proceed(request.with_header("Authorization", authorization(current)))
    return proceed(request)


@serving("token-a-for-one-try", breaks=("credentials-post-failed-keeps-token-a",))
def token_a_for_one_try(party: Party, request: Request, proceed: Proceed) -> Response:
    """A registration that failed spends token A."""
    connection = connection_of(party, request)
    tried = unregistered(party, request, "credentials.post")
    response = proceed(request)
    if tried and connection is not None and not ok(response):
        party.connections.remove(connection)
    return response


@serving("registration-fails", breaks=("credentials-post-registers",))
def registration_fails(party: Party, request: Request, proceed: Proceed) -> Response:
    """Whatever is posted, nobody gets registered."""
    response = proceed(request)
    if addresses(party, request, "credentials.post") and ok(response):
        return refusal(response, 200, 3000)
    return response


@serving("returns-token-b", breaks=("credentials-post-new-token",))
def returns_token_b(party: Party, request: Request, proceed: Proceed) -> Response:
    """The answer to a registration has the token that came with it."""
    connection = connection_of(party, request)
    response = proceed(request)
    if connection is None or not addresses(party, request, "credentials.post") or not ok(response):
        return response
    token = request.json["token"]
    party.connections.replace_token(connection, token)
    return with_data(response, lambda data: {**data, "token": token})


def refuse_first(party: Party, request: Request, proceed: Proceed) -> Response:
    """Refuse the first functional request after a token was renewed; `notes["new"]` says that one was."""
    response = proceed(request)
    if functional(party, request) and ok(response) and party.notes.pop("new", None):
        return refusal(response)
    return response


@serving("token-c-late", breaks=("credentials-post-token-works",))
def token_c_late(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token of the registration opens functional modules only at the second try."""
    response = refuse_first(party, request, proceed)
    if addresses(party, request, "credentials.post") and ok(response):
        party.notes.setdefault("new", "registered" not in party.notes)
        party.notes["registered"] = True
    return response


@serving("token-c-encoded", breaks=("credentials-post-token-works",))
def token_c_encoded(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token of a registration is handed out Base64-encoded, so that who encodes it is refused until it gives up."""
    token, refused = token_of(request.header("Authorization")), party.notes.setdefault("refused", set())
    plain = party.notes.setdefault("plain", {}).get(token)
    if plain is not None:
        meant = request.with_header("Authorization", authorization(plain))
        if not refused and functional(party, request):
            refused.add(token)
            return refusal(proceed(meant))
        return proceed(meant)
    response = proceed(request)
    if not addresses(party, request, "credentials.post") or not ok(response):
        return response
    token = response.envelope["data"]["token"]
    coded = b64encode(token.encode()).decode()
    party.notes["plain"][coded] = token
    return with_data(response, lambda data: {**data, "token": coded})


@serving("registers-again", breaks=("credentials-post-refused-when-registered",))
def registers_again(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who is registered already is registered once more."""
    connection = connection_of(party, request)
    if connection and connection.registered and addresses(party, request, "credentials.post"):
        return proceed(replace(request, method="PUT"))
    return proceed(request)


@serving("puts-off-strangers", breaks=("credentials-put-refused-when-unregistered",))
def puts_off_strangers(party: Party, request: Request, proceed: Proceed) -> Response:
    """An update by who has not registered is refused with HTTP 200."""
    stranger = unregistered(party, request, "credentials.put")
    response = proceed(request)
    return refusal(response, 200) if stranger else response


@serving("lets-strangers-leave", breaks=("credentials-delete-refused-when-unregistered",))
def lets_strangers_leave(party: Party, request: Request, proceed: Proceed) -> Response:
    """An unregistration by who has not registered is taken."""
    stranger = unregistered(party, request, "credentials.delete")
    response = proceed(request)
    return refusal(response, 200, 1000) if stranger else response


def _skipping(name: str, *slugs: str, summary: str, method: str, endpoint: str) -> None:
    """A flaw that assumes, while it answers a registration or an update, what it should fetch."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        if not addresses(party, request, f"credentials.{method}"):
            return proceed(request)
        with noted(party, "answering", True):
            return proceed(request)

    def assume(party: Party, request: Request, proceed: Proceed) -> Response:
        if party.notes.get("answering") and addresses(party, request, endpoint):
            return assumed(party, request)
        return proceed(request)

    around.__doc__ = assume.__doc__ = summary
    serving(name, breaks=slugs)(around)
    calling(name, breaks=slugs)(assume)


def assumed(party: Party, request: Request) -> Response:
    """What a client takes versions or details to be that doesn't ask for them."""
    if addresses(party, request, "versions.list"):
        url = f"{request.url.rpartition('/')[0]}/{party.version}"
        data: Any = [{"version": party.version, "url": url}]
    else:
        row = {"identifier": "credentials", "role": "SENDER", "url": f"{request.url}/credentials"}
        data = {"version": party.version, "endpoints": [row]}
    return Response(headers=(), body=b"", status=200).with_json({"status_code": 1000, "data": data})


_skipping(
    "assumes-versions",
    "credentials-post-fetches-versions",
    "credentials-post-no-mutual-version-refused",
    summary="The versions of who registers are not looked at.",
    method="post",
    endpoint="versions.list",
)
_skipping(
    "assumes-details",
    "credentials-post-fetches-details",
    summary="The version details of who registers are not looked at.",
    method="post",
    endpoint="versions.details",
)
_skipping(
    "assumes-versions-in-update",
    "credentials-put-refetches",
    summary="The versions of who sends an update are not looked at again.",
    method="put",
    endpoint="versions.list",
)


@serving("calls-back-with-token-a", breaks=("credentials-post-uses-token-b", RIGHT_TOKEN))
def notes_token_a(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who registers is called with the token that it had been given, not with its own."""
    if not unregistered(party, request, "credentials.post"):
        return proceed(request)
    with noted(party, "answering", request.header("Authorization")):
        return proceed(request)


@calling("calls-back-with-token-a", breaks=("credentials-post-uses-token-b", RIGHT_TOKEN))
def calls_back_with_token_a(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who registers is called with the token that it had been given, not with its own."""
    header = party.notes.get("answering")
    if header and addresses(party, request, "versions.*"):
        return proceed(request.with_header("Authorization", header))
    return proceed(request)


@serving(
    "failed-update-locks-out",
    breaks=(),
    shows=("credentials-put-failed-keeps-token",),
    legal="the text doesn't say which token holds after an update that failed",
)
def failed_update_locks_out(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who sent an update that failed is refused with its former token, once."""
    if functional(party, request) and party.notes.pop("failed-update", None):
        return refusal(proceed(request))
    response = proceed(request)
    if addresses(party, request, "credentials.put") and response.status == 200 and not ok(response):
        party.notes["failed-update"] = True
    return response
