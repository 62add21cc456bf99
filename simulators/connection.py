"""Connections: the tokens, endpoints and roles that two platforms have exchanged."""

import base64
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True)
class Role:
    """One party of a platform (`credentials.asciidoc#credentials_credentials_role_class`)."""

    role: str
    country_code: str
    party_id: str
    name: str
    details: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """What its BusinessDetails have beside the name: website, logo."""

    def as_json(self) -> dict[str, Any]:
        """The CredentialsRole object."""
        return {
            "role": self.role,
            "business_details": {**self.details, "name": self.name},
            "party_id": self.party_id,
            "country_code": self.country_code,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Role":
        """A role as another party stated it; fields that are missing read as empty."""
        details = value.get("business_details")
        name = details.get("name", "") if isinstance(details, dict) else ""
        return cls(
            role=str(value.get("role", "")),
            country_code=str(value.get("country_code", "")),
            party_id=str(value.get("party_id", "")),
            name=str(name),
        )


class NotListedError(LookupError):
    """The other side has no endpoint of the kind that is needed."""


@dataclass(kw_only=True)
class Connection:
    """What we know of one other platform.

    `token_in` is what it sends us, `token_out` what we send it. Until `registered`, `token_in` opens only the
    versions and credentials modules.
    """

    token_in: str
    token_out: str | None = None
    versions_url: str = ""
    version: str = ""
    endpoints: dict[tuple[str, str], str] = field(default_factory=dict)
    roles: tuple[Role, ...] = ()
    registered: bool = False

    def url(self, module: str, interface: str = "") -> str | None:
        """The other side's URL of a module; for credentials the interface role has no meaning."""
        if interface:
            return self.endpoints.get((module, interface))
        return next((url for (name, _), url in self.endpoints.items() if name == module), None)

    def listed(self, module: str, interface: str) -> str:
        """The other side's URL of a module. Raises NotListedError."""
        url = self.url(module, interface)
        if url is None:
            raise NotListedError(f"the other side lists no {module} {interface}")
        return url

    def below(self, module: str, interface: str, *segments: str) -> str:
        """A URL below the other side's URL of a module, which may end with a slash; segments are encoded.

        Raises NotListedError.
        """
        base = self.listed(module, interface).rstrip("/")
        return "/".join([base, *(quote(segment, safe="") for segment in segments)])

    def role(self, *wanted: str) -> Role | None:
        """The first of the other side's roles, of a wanted kind where one is named."""
        return next((role for role in self.roles if not wanted or role.role in wanted), None)

    def owns(self, country_code: str, party_id: str) -> bool:
        """Whether a party belongs to the other platform."""
        place = (country_code.casefold(), party_id.casefold())
        return any((role.country_code.casefold(), role.party_id.casefold()) == place for role in self.roles)


def new_token() -> str:
    """A credentials token: printable, unguessable, below 64 characters."""
    return secrets.token_urlsafe(32)


def authorization(token: str) -> str:
    """The value of the Authorization header.

    Source: `transport_and_format.asciidoc#transport_and_format_authorization_header`.
    """
    return "Token " + base64.b64encode(token.encode()).decode()


def token_of(header: str | None) -> str | None:
    """The credentials token in an Authorization header; None where there is none to read."""
    scheme, _, encoded = (header or "").partition(" ")
    if scheme != "Token" or not encoded:
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return None


class Connections:
    """All connections of a party, found by the token that the other side sends."""

    def __init__(self) -> None:
        self._by_token: dict[str, Connection] = {}
        self._lock = threading.Lock()
        self.issued: set[str] = set()
        """Every token that ever opened a connection, also those no longer in force."""
        self.named: set[str] = set()
        """What stood for a token in Credentials that were meant to be refused: it opens nothing and is no secret."""
        self.received: set[str] = set()
        """Every token that others gave us."""

    def __iter__(self):
        with self._lock:
            unique = {id(connection): connection for connection in self._by_token.values()}
        return iter(unique.values())

    def invite(self, token: str | None = None) -> Connection:
        """Make a CREDENTIALS_TOKEN_A for a platform that will register with us."""
        return self.add(Connection(token_in=token or new_token()))

    def add(self, connection: Connection) -> Connection:
        self.accept(connection.token_in, connection)
        return connection

    def accept(self, token: str, connection: Connection) -> None:
        """Let a further token open the connection, while tokens are being exchanged."""
        with self._lock:
            self.issued.add(token)
            self._by_token[token] = connection

    def replace_token(self, connection: Connection, token: str) -> None:
        """From now on only `token` opens the connection."""
        with self._lock:
            for old in [key for key, value in self._by_token.items() if value is connection]:
                del self._by_token[old]
            connection.token_in = token
            self.issued.add(token)
            self._by_token[token] = connection

    def remove(self, connection: Connection) -> None:
        with self._lock:
            for old in [key for key, value in self._by_token.items() if value is connection]:
                del self._by_token[old]

    def by_token(self, token: str | None) -> Connection | None:
        return self._by_token.get(token) if token else None

    def by_header(self, header: str | None) -> Connection | None:
        """The connection that an Authorization header opens.

        A token with a line end inside its Base64, or un-encoded, opens it too: many send it so, the text's own
        example among them; the judge of requests says what it thinks of that.
        """
        token = token_of(header)
        found = self.by_token(token) or self.by_token(token.rstrip("\r\n") if token else None)
        return found or self.by_token((header or "").partition(" ")[2])

    def registered(self) -> list[Connection]:
        """The connections over which modules may be used."""
        return [connection for connection in self if connection.registered]

    def with_party(self, country_code: str, party_id: str) -> Connection | None:
        """The registered connection whose other side hosts a party."""
        return next((found for found in self.registered() if found.owns(country_code, party_id)), None)
