"""Flaws of the Credentials object that a party shows to who asks for it."""

from collections.abc import Callable
from typing import Any

from ..connection import Connection
from ..party import Party
from .flaw import Proceed, Request, Response, choice, serving, whole
from .shaping import addresses, ok, with_data, with_envelope, without

Object = dict[str, Any]


def _shown(
    party: Party, request: Request, proceed: Proceed, change: Callable[[Object, Party, Connection], Object]
) -> Response:
    """GET of credentials with another object."""
    connection = party.connections.by_header(request.header("Authorization"))
    response = proceed(request)
    if connection is None or not addresses(party, request, "credentials.get") or not ok(response):
        return response
    return with_data(response, lambda data: change(data, party, connection))


def _showing(
    name: str, slug: str, summary: str, change: Callable[[Object, Party, Connection], Object]
) -> None:
    """A flaw that changes the object that GET returns."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        return _shown(party, request, proceed, change)

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)


def _first_role(data: Object, **fields: Any) -> Object:
    first, *others = data["roles"]
    return {**data, "roles": [{**first, **fields}, *others]}


def _details(data: Object, change: Callable[[Object], Object]) -> Object:
    return _first_role(data, business_details=change(data["roles"][0]["business_details"]))


@serving("credentials-get-fails", breaks=("credentials-get-answers",))
def credentials_get_fails(party: Party, request: Request, proceed: Proceed) -> Response:
    """GET of credentials is answered with an OCPI error."""
    response = proceed(request)
    if addresses(party, request, "credentials.get") and ok(response):
        return with_envelope(response, status_code=2000, data=None)
    return response


_showing(
    "credentials-without-url",
    "credentials-object-valid",
    "The credentials have no URL.",
    lambda data, party, connection: without(data, "url"),  # noqa: ARG005
)
_showing(
    "long-party-id",
    "credentials-role-valid",
    "A role has a party id of four characters.",
    lambda data, party, connection: {  # noqa: ARG005
        **data,
        "roles": [*data["roles"], {**data["roles"][0], "party_id": f"{data['roles'][0]['party_id']}X"}],
    },
)
_showing(
    "business-details-without-name",
    "credentials-business-details-valid",
    "The business details of a role have no name.",
    lambda data, party, connection: _details(data, lambda found: without(found, "name")),  # noqa: ARG005
)
_showing(
    "logo-without-category",
    "credentials-image-valid",
    "The logo of a role has no category.",
    lambda data, party, connection: _details(  # noqa: ARG005
        data, lambda found: {**found, "logo": without(found["logo"], "category")}
    ),
)
_showing(
    "shows-roles-of-caller",
    "credentials-get-own-roles",
    "The credentials have the roles of who asks.",
    lambda data, party, connection: {  # noqa: ARG005
        **data,
        "roles": [role.as_json() for role in connection.roles],
    },
)
_showing(
    "relative-credentials-url",
    "credentials-url-absolute",
    "The URL in the credentials has no host.",
    lambda data, party, connection: {**data, "url": "/ocpi/versions"},  # noqa: ARG005
)
_showing(
    "credentials-url-of-details",
    "credentials-url-is-versions",
    "The URL in the credentials is that of the version details.",
    lambda data, party, connection: {**data, "url": f"{party.base_url}/{party.version}"},  # noqa: ARG005
)
_showing(
    "same-role-twice",
    "credentials-roles-unique",
    "A role is listed twice.",
    lambda data, party, connection: {**data, "roles": data["roles"] * 2},  # noqa: ARG005
)


@serving(
    "long-token",
    breaks=("credentials-token-length",),
    parameters={"characters": whole(65, 100_000, "the length of the token")},
)
def long_token(party: Party, request: Request, proceed: Proceed, *, characters: int = 80) -> Response:
    """The token has 80 characters."""
    return _shown(party, request, proceed, lambda data, *_: {**data, "token": "x" * characters})


@serving(
    "token-with-blank",
    breaks=("credentials-token-charset",),
    parameters={"character": choice("blank", "newline", "umlaut", means="what is in the token")},
)
def token_with_blank(
    party: Party, request: Request, proceed: Proceed, *, character: str = "blank"
) -> Response:
    """The token has a blank in it."""
    odd = {"blank": " ", "newline": "\n", "umlaut": "ü"}[character]
    return _shown(party, request, proceed, lambda data, *_: {**data, "token": f"a{odd}{data['token'][:40]}"})
