"""Flaws of a party that registers with others, renews its credentials and leaves."""

from ..connection import authorization, new_token, token_of
from ..party import Party
from .credentials import RIGHT_TOKEN, assumed, noted, refusal, refuse_first
from .credentials_ending import base_of, open_to_former, with_stale_token
from .flaw import Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, with_body


def _serves_credentials(party: Party, request: Request, proceed: Proceed) -> Response:
    """Note while others register or update with us, since we look at their endpoints then too."""
    if not addresses(party, request, "credentials.*"):
        return proceed(request)
    with noted(party, "answering", True):
        return proceed(request)


def _registering(name: str, *slugs: str, summary: str, endpoint: str):
    """A flaw of requests to an endpoint while the party registers by itself."""

    def register(around):
        def serves(party: Party, request: Request, proceed: Proceed) -> Response:
            return _serves_credentials(party, request, proceed)

        def calls(party: Party, request: Request, proceed: Proceed) -> Response:
            if party.notes.get("answering") or not addresses(party, request, endpoint):
                return proceed(request)
            return around(party, request, proceed)

        serves.__doc__ = calls.__doc__ = summary
        serving(name, breaks=slugs)(serves)
        calling(name, breaks=slugs)(calls)
        return around

    return register


@_registering(
    "registers-without-versions",
    "credentials-client-fetches-versions",
    summary="The client registers without a look at the versions.",
    endpoint="versions.list",
)
def registers_without_versions(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    return assumed(party, request)


@_registering(
    "registers-without-details",
    "credentials-client-fetches-details",
    summary="The client registers without a look at the version details.",
    endpoint="versions.details",
)
def registers_without_details(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    return assumed(party, request)


@_registering(
    "registers-with-own-token",
    "credentials-client-uses-token-a",
    RIGHT_TOKEN,
    summary="The client asks for the versions with a token that it was not given.",
    endpoint="versions.list",
)
def registers_with_own_token(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    return proceed(request.with_header("Authorization", authorization(new_token())))


@_registering(
    "registers-anyhow",
    "credentials-client-no-mutual-version-no-post",
    summary="The client takes the first version listed for its own.",
    endpoint="versions.list",
)
def registers_anyhow(party: Party, request: Request, proceed: Proceed) -> Response:
    response = proceed(request)
    rows = response.envelope.get("data")
    if not ok(response) or not isinstance(rows, list):
        return response
    first = {**rows[0], "version": party.version}
    return response.with_json({**response.envelope, "data": [first]})


@calling("never-posts", breaks=("credentials-client-posts-credentials",))
def never_posts(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client looks at the version details and then posts nothing."""
    if addresses(party, request, "credentials.post"):
        return refusal(Response(headers=(), body=b"", status=503), 503, 3000)
    return proceed(request)


@calling("posts-token-a", breaks=("credentials-client-new-token",))
def posts_token_a(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client posts the token that it was given as the one that it gives."""
    token_a = token_of(request.header("Authorization"))
    if not addresses(party, request, "credentials.post") or token_a is None:
        return proceed(request)
    connection = party.connections.by_token(request.json["token"])
    if connection is not None:
        party.connections.accept(token_a, connection)
    return proceed(with_body(request, lambda body: {**body, "token": token_a}))


@calling("registers-as-other-role", breaks=("credentials-role-claimed",))
def registers_as_other_role(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client posts a role that is not the one it acts as."""
    if not addresses(party, request, "credentials.post"):
        return proceed(request)
    return proceed(with_body(request, lambda body: {**body, "roles": [{**body["roles"][0], "role": "NSP"}]}))


@serving("token-b-late", breaks=("credentials-client-token-works",))
def token_b_late(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token in the client's POST opens nothing as long as the POST is open."""
    connection = party.connections.by_header(request.header("Authorization"))
    response = proceed(request)
    if connection and connection.token_out and not connection.registered:
        return refusal(response)
    return response


@calling("goes-on-with-token-a", breaks=("credentials-client-uses-token-c",))
def goes_on_with_token_a(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client uses token A once more after its registration."""
    response = with_stale_token(party, request, proceed)
    if addresses(party, request, "credentials.post") and ok(response):
        party.notes["stale"] = base_of(party, request.url), token_of(request.header("Authorization"))
    return response


@calling("updates-with-wrong-token", breaks=("credentials-client-put-uses-current-token", RIGHT_TOKEN))
def updates_with_wrong_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client sends its update with the new token in it."""
    if addresses(party, request, "credentials.put"):
        return proceed(request.with_header("Authorization", authorization(request.json["token"])))
    return proceed(request)


@serving("own-update-late", breaks=("credentials-client-put-new-token-works",))
def own_update_takes_effect_late(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token of the client's own update opens functional modules only at the second try."""
    return refuse_first(party, request, proceed)


@calling("own-update-late", breaks=("credentials-client-put-new-token-works",))
def notes_own_update(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token of the client's own update opens functional modules only at the second try."""
    response = proceed(request)
    if addresses(party, request, "credentials.put") and ok(response):
        party.notes["new"] = True
    return response


@calling("own-update-leaves-old-token", breaks=("credentials-client-put-old-token-refused",))
def notes_own_former_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token that the client's own update replaced still opens everything."""
    if addresses(party, request, "credentials.put"):
        connection = party.connections.by_token(request.json["token"])
        party.notes["replaced"] = (connection.token_in, connection) if connection else None
    return proceed(request)


@serving("own-update-leaves-old-token", breaks=("credentials-client-put-old-token-refused",))
def own_update_leaves_old_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token that the client's own update replaced still opens everything."""
    token, connection = party.notes.get("replaced") or ("", None)
    if connection and token_of(request.header("Authorization")) == token:
        return proceed(request.with_header("Authorization", authorization(connection.token_in)))
    return proceed(request)


@calling("goes-on-after-update", breaks=("credentials-client-put-uses-answer-token",))
def goes_on_after_update(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client uses its former token once more after its own update."""
    response = with_stale_token(party, request, proceed)
    if addresses(party, request, "credentials.put") and ok(response):
        party.notes["stale"] = base_of(party, request.url), token_of(request.header("Authorization"))
    return response


@calling("leaves-silently", breaks=("credentials-client-delete-sent",))
def leaves_silently(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client forgets the other side without a word."""
    if addresses(party, request, "credentials.delete"):
        return refusal(Response(headers=(), body=b"", status=200), 200, 1000)
    return proceed(request)


@calling("calls-after-own-leave", breaks=("credentials-client-delete-stops-calls",))
def calls_after_own_leave(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client calls those whom it has left."""
    connection = None
    if addresses(party, request, "credentials.delete"):
        header = request.header("Authorization")
        known = party.connections.registered()
        connection = next((found for found in known if found.token_out == token_of(header)), None)
    response = proceed(request)
    if connection and ok(response):
        url, token = connection.versions_url, connection.token_out
        party.later(lambda: party.call("GET", url, token=token, endpoint="versions.list"))
    return response


@calling("open-after-own-leave", breaks=("credentials-client-delete-token-refused",))
def notes_own_leave(party: Party, request: Request, proceed: Proceed) -> Response:
    """Those whom the client has left still get at functional modules with their token."""
    if addresses(party, request, "credentials.delete"):
        header = request.header("Authorization")
        known = party.connections.registered()
        party.notes["former"] = next((found for found in known if found.token_out == token_of(header)), None)
    return proceed(request)


@serving("open-after-own-leave", breaks=("credentials-client-delete-token-refused",))
def open_after_own_leave(party: Party, request: Request, proceed: Proceed) -> Response:
    """Those whom the client has left still get at functional modules with their token."""
    return open_to_former(party, request, proceed)
