"""Flaws of an eMSP that pushes its Tokens."""

from urllib.parse import quote, urlsplit

from .flaw import Party, Proceed, Request, Response, calling
from .shaping import addresses, with_body, without

EMSP = ("EMSP",)
APP = "APP_USER"
PUT = "tokens.receiver.put"
PATCH = "tokens.receiver.patch"


def _sent_as(request: Request, method: str, *, body: bytes | None = None) -> Request:
    return Request(request.headers, request.body if body is None else body, method, request.url)


def _with_segments(request: Request, *segments: str) -> Request:
    """A request whose URL ends in other segments."""
    parts = urlsplit(request.url)
    kept = parts.path.split("/")[: -len(segments)]
    path = "/".join([*kept, *(quote(segment, safe="") for segment in segments)])
    return Request(request.headers, request.body, request.method, parts._replace(path=path).geturl())


def _of_app(party: Party, request: Request, endpoint: str) -> bool:
    """Whether a push is about the Token of an app."""
    return addresses(party, request, endpoint) and request.query.get("type") == APP


@calling("new-token-patched", breaks=("tokens-push-new-by-put",), roles=EMSP)
def new_token_patched(party: Party, request: Request, proceed: Proceed) -> Response:
    """New Tokens of apps are announced by PATCH."""
    return proceed(_sent_as(request, "PATCH") if _of_app(party, request, PUT) else request)


@calling("pushed-token-of-stranger", breaks=("tokens-push-url-owner-equals-body",), roles=EMSP)
def pushed_token_of_stranger(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that is PUT has another owner than its URL."""
    if addresses(party, request, PUT):
        request = with_body(request, lambda token: {**token, "party_id": "XXX"})
    return proceed(request)


@calling("token-patch-names-receiver", breaks=("tokens-push-url-own-party",), roles=EMSP)
def token_patch_names_receiver(party: Party, request: Request, proceed: Proceed) -> Response:
    """The URL of a PATCH of an app's Token names the CPO that it goes to."""
    receiver = next(iter(party.connections.registered()), None)
    other = receiver.role() if receiver else None
    if other is not None and _of_app(party, request, PATCH):
        request = _with_segments(request, other.country_code, other.party_id, request.segments[-1])
    return proceed(request)


@calling("token-put-at-contract-id", breaks=("tokens-push-url-uid-equals-body",), roles=EMSP)
def token_put_at_contract_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """The Token of an app is PUT to a URL that ends in its contract id."""
    if _of_app(party, request, PUT):
        request = _with_segments(request, request.json["contract_id"])
    return proceed(request)


@calling("token-put-without-type", breaks=("tokens-push-type-parameter",), roles=EMSP)
def token_put_without_type(party: Party, request: Request, proceed: Proceed) -> Response:
    """The type of a Token is never named in the URL."""
    if addresses(party, request, PUT):
        url = urlsplit(request.url)._replace(query="").geturl()
        request = Request(request.headers, request.body, request.method, url)
    return proceed(request)


@calling("pushed-token-unlike-listed", breaks=("tokens-push-put-matches-served",), roles=EMSP)
def pushed_token_unlike_listed(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token is pushed with another issuer than the list has."""
    if addresses(party, request, PUT):
        request = with_body(request, lambda token: {**token, "issuer": "Another issuer"})
    return proceed(request)


@calling("token-patch-without-last-updated", breaks=("tokens-push-patch-has-last-updated",), roles=EMSP)
def token_patch_without_last_updated(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH says not when the Token was changed."""
    if addresses(party, request, PATCH):
        request = with_body(request, lambda changes: without(changes, "last_updated"))
    return proceed(request)


@calling("token-patch-repeats-issuer", breaks=("tokens-push-patch-only-changes",), roles=EMSP)
def token_patch_repeats_issuer(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH repeats fields of the Token that are as they were."""
    if addresses(party, request, PUT):
        party.notes["issuer"] = request.json["issuer"]
    elif addresses(party, request, PATCH):
        request = with_body(request, lambda changes: {**changes, "issuer": party.notes["issuer"]})
    return proceed(request)


@calling("invalidation-says-valid", breaks=("tokens-push-invalidation",), roles=EMSP)
def invalidation_says_valid(party: Party, request: Request, proceed: Proceed) -> Response:
    """The news of an invalid Token says that it is valid."""
    if addresses(party, request, PATCH):
        request = with_body(request, lambda changes: {**changes, "valid": True})
    return proceed(request)


@calling(
    "invalid-token-deleted", breaks=("tokens-push-never-deletes", "tokens-push-invalidation"), roles=EMSP
)
def invalid_token_deleted(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that became invalid is sent a DELETE."""
    return proceed(_sent_as(request, "DELETE", body=b"") if addresses(party, request, PATCH) else request)


@calling("invalidation-is-as-old", breaks=("tokens-push-last-updated-advances",), roles=EMSP)
def invalidation_is_as_old(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PATCH carries the last_updated of the PUT before it."""
    known = party.notes.setdefault("pushed-tokens", {})
    uid = request.segments[-1]
    if addresses(party, request, PUT):
        known[uid] = request.json["last_updated"]
    elif addresses(party, request, PATCH) and uid in known:
        request = with_body(request, lambda changes: {**changes, "last_updated": known[uid]})
    return proceed(request)
