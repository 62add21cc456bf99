"""Flaws of the versions module."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from ..connection import authorization, token_of
from ..party import Party
from .flaw import Proceed, Request, Response, calling, serving
from .shaping import addresses, ok, with_data, with_envelope, without

Row = dict[str, Any]


def _unauthorized(response: Response) -> Response:
    """The response as a refusal of the token."""
    refused = with_envelope(response, status_code=2000, data=None)
    return replace(refused, status=401)


def _rows(response: Response, change: Callable[[list[Row]], list[Row]]) -> Response:
    """Version details with other endpoints."""
    return with_data(response, lambda data: {**data, "endpoints": change(data["endpoints"])})


def _changed(rows: list[Row], identifier: str, **fields: Any) -> list[Row]:
    return [{**row, **fields} if row["identifier"] == identifier else row for row in rows]


def _listing(name: str, slug: str, summary: str, extra: Callable[[str], Row]) -> None:
    """A flaw that lists one more version, made from the URL of the right one."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if not addresses(party, request, "versions.list") or not ok(response):
            return response
        return with_data(response, lambda data: [*data, extra(data[0]["url"])])

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)


def _detailing(
    name: str,
    slug: str | dict[str, tuple[str, ...]],
    summary: str,
    change: Callable[[list[Row], Party], list[Row]],
) -> None:
    """A flaw that lists other endpoints."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        response = proceed(request)
        if not addresses(party, request, "versions.details") or not ok(response):
            return response
        return _rows(response, lambda rows: change(rows, party))

    around.__doc__ = summary
    serving(name, breaks=(slug,) if isinstance(slug, str) else slug)(around)


@serving("versions-fail", breaks=("versions-get-answers",))
def versions_fail(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of versions is answered with an OCPI error."""
    response = proceed(request)
    if addresses(party, request, "versions.list") and ok(response):
        return with_envelope(response, status_code=2000, data=None)
    return response


@serving("wraps-versions", breaks=("versions-list-is-array",))
def wraps_versions(party: Party, request: Request, proceed: Proceed) -> Response:
    """The list of versions stands in an object, as it did in 2.0."""
    response = proceed(request)
    if addresses(party, request, "versions.list") and ok(response):
        return with_data(response, lambda data: {"versions": data})
    return response


@serving("omits-claimed-version", breaks=("versions-lists-claimed",))
def omits_claimed_version(party: Party, request: Request, proceed: Proceed) -> Response:
    """Another version is listed in place of the one that is served."""
    response = proceed(request)
    if addresses(party, request, "versions.list") and ok(response):
        return with_data(response, lambda data: [{**data[0], "version": "2.2"}])
    return response


_listing(
    "lists-version-without-url",
    "versions-version-valid",
    "One of the listed versions has no URL.",
    lambda url: {"version": "2.1.1"},  # noqa: ARG005
)
_listing(
    "misspells-version-number",
    "versions-number-known",
    "A version is listed as v2.2.1 beside the right one.",
    lambda url: {"version": "v2.2.1", "url": url},
)
_listing(
    "lists-relative-version-url",
    "versions-url-absolute",
    "The URL of a listed version has no host.",
    lambda url: {"version": "2.1.1", "url": "/ocpi/2.1.1"},  # noqa: ARG005
)
_listing(
    "lists-dead-version",
    "versions-details-answer",
    "A version is listed whose details do not exist.",
    lambda url: {"version": "2.1.1", "url": f"{url.rpartition('/')[0]}/2.1.1"},
)


@serving("details-without-version", breaks=("versions-details-valid",))
def details_without_version(party: Party, request: Request, proceed: Proceed) -> Response:
    """The version details do not say of which version they are."""
    response = proceed(request)
    if addresses(party, request, "versions.details") and ok(response):
        return with_data(response, lambda data: without(data, "version"))
    return response


@serving("details-of-other-version", breaks=("versions-details-version-matches",))
def details_of_other_version(party: Party, request: Request, proceed: Proceed) -> Response:
    """The version details name another version than the list."""
    response = proceed(request)
    if addresses(party, request, "versions.details") and ok(response):
        return with_data(response, lambda data: {**data, "version": "2.2"})
    return response


_detailing(
    "endpoint-without-role",
    "versions-endpoint-valid",
    "An endpoint is listed without its interface role.",
    lambda rows, party: [  # noqa: ARG005
        without(row, "role") if row["identifier"] == "hubclientinfo" else row for row in rows
    ],
)
_detailing(
    "relative-endpoint-url",
    "versions-endpoint-url-absolute",
    "The URL of an endpoint has no host.",
    lambda rows, party: _changed(rows, "hubclientinfo", url=f"/{party.version}/hubclientinfo"),
)
_detailing(
    "lists-custom-module",
    "versions-endpoint-identifier-known",
    "A custom module is listed to everybody.",
    lambda rows, party: [
        *rows,
        {"identifier": "nltst-tokens", "role": "RECEIVER", "url": f"{party.base_url}/custom/{party.version}"},
    ],
)
_detailing(
    "lists-dead-endpoint",
    "versions-endpoint-served",
    "An endpoint is listed that does not exist.",
    lambda rows, party: [
        *rows,
        {
            "identifier": "hubclientinfo",
            "role": "SENDER",
            "url": f"{party.base_url}/{party.version}/sender/hubclientinfos",
        },
    ],
)
_detailing(
    "omits-claimed-endpoint",
    "versions-lists-claimed-endpoints",
    "A module that is served is not listed.",
    lambda rows, party: [row for row in rows if row["identifier"] != "hubclientinfo"],  # noqa: ARG005
)
_detailing(
    "swaps-interface-role",
    {"CPO": ("versions-endpoint-role-cpo",), "EMSP": ("versions-endpoint-role-emsp",)},
    "The interface at which the party owns the data is listed as RECEIVER.",
    lambda rows, party: _changed(rows, "tariffs" if party.role == "CPO" else "tokens", role="RECEIVER"),
)
_detailing(
    "omits-credentials-endpoint",
    "versions-credentials-listed",
    "The credentials endpoint is not listed.",
    lambda rows, party: [row for row in rows if row["identifier"] != "credentials"],  # noqa: ARG005
)
_detailing(
    "lists-credentials-twice",
    "versions-credentials-listed-once",
    "The credentials endpoint is listed once for each interface role.",
    lambda rows, party: [  # noqa: ARG005
        *rows,
        *({**row, "role": "RECEIVER"} for row in rows if row["identifier"] == "credentials"),
    ],
)
_detailing(
    "lists-credentials-as-receiver",
    "versions-credentials-role-sender",
    "The credentials endpoint has the interface role RECEIVER.",
    lambda rows, party: _changed(rows, "credentials", role="RECEIVER"),  # noqa: ARG005
)


@serving("urls-without-version", breaks=("versions-url-carries-version",))
def urls_without_version(party: Party, request: Request, proceed: Proceed) -> Response:
    """The URLs of the endpoints do not say to which version they belong."""
    plain, usual = f"{party.base_url}/api/", f"{party.base_url}/{party.version}/"
    if request.url.startswith(plain):
        return proceed(replace(request, url=request.url.replace(plain, usual, 1)))
    response = proceed(request)
    if not addresses(party, request, "versions.details") or not ok(response):
        return response
    return _rows(response, lambda rows: [{**row, "url": row["url"].replace(usual, plain, 1)} for row in rows])


def _opened(party: Party, request: Request) -> Request:
    """The request with a token that is in force."""
    token = next(iter(party.connections)).token_in
    return request.with_header("Authorization", authorization(token))


@serving("versions-without-token", breaks=("versions-refuses-missing-token",))
def versions_without_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """Versions and details are shown to anybody who sends no token."""
    if request.header("Authorization") is None and addresses(party, request, "versions.*"):
        return proceed(_opened(party, request))
    return proceed(request)


@serving("versions-with-any-token", breaks=("versions-refuses-unknown-token",))
def versions_with_any_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """Versions and details are shown to the holder of a token that was never given."""
    token = token_of(request.header("Authorization"))
    if token and token not in party.connections.issued and addresses(party, request, "versions.*"):
        return proceed(_opened(party, request))
    return proceed(request)


@serving("details-refuse-token-a", breaks=("versions-accepts-token-a",))
def details_refuse_token_a(party: Party, request: Request, proceed: Proceed) -> Response:
    """Token A opens the list of versions and not the details."""
    response = proceed(request)
    connection = party.connections.by_header(request.header("Authorization"))
    waiting = connection is not None and not connection.registered and connection.token_out is None
    if waiting and addresses(party, request, "versions.details"):
        return _unauthorized(response)
    return response


@serving("versions-for-token-a-only", breaks=("versions-accepts-current-token",))
def versions_for_token_a_only(party: Party, request: Request, proceed: Proceed) -> Response:
    """Who has registered can no longer see versions and details."""
    response = proceed(request)
    connection = party.connections.by_header(request.header("Authorization"))
    if connection and connection.registered and addresses(party, request, "versions.*"):
        return _unauthorized(response)
    return response


@calling("guesses-urls", breaks=("versions-client-uses-listed-urls",))
def guesses_urls(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client asks for locations where it takes them to be, not where they are listed."""
    response = proceed(request)
    if addresses(party, request, "versions.details") and ok(response) and "guessed" not in party.notes:
        party.notes["guessed"] = True
        path = "sender/tokens" if party.role == "CPO" else "sender/locations"
        guess = replace(request, url=f"{request.url.rstrip('/')}/{path}", endpoint=None)
        proceed(guess.with_header("X-Request-ID", str(uuid4())))
    return response


@calling("needs-credentials-sender", breaks=("versions-client-any-credentials-role",))
def needs_credentials_sender(party: Party, request: Request, proceed: Proceed) -> Response:
    """The client finds a credentials endpoint only where its interface role is SENDER."""
    response = proceed(request)
    if not addresses(party, request, "versions.details") or not ok(response):
        return response
    return _rows(
        response,
        lambda rows: [row for row in rows if (row["identifier"], row["role"]) != ("credentials", "RECEIVER")],
    )
