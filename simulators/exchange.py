"""Exchanges: one HTTP request with the response it got, as immutable values."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from ..schemas.endpoints import Endpoint

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Message:
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, its name compared without case (RFC 9110 §5.1)."""
        return self._first.get(name.lower())

    @cached_property
    def _first(self) -> dict[str, str]:
        return {key.lower(): value for key, value in reversed(self.headers)}

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a header that may come more than once."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    @cached_property
    def json(self) -> Any:
        """The parsed body; None where it is no JSON (`has_json` tells that from a JSON null)."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @cached_property
    def has_json(self) -> bool:
        """Whether the body parses as JSON."""
        return self.json is not None or self.body.strip() == b"null"

    def with_header(self, name: str, value: str | None) -> Any:
        """A copy with one header set, or with it gone where `value` is None."""
        kept = tuple((key, old) for key, old in self.headers if key.lower() != name.lower())
        return replace(self, headers=kept if value is None else (*kept, (name, value)))

    def with_json(self, value: Any) -> Any:
        """A copy with another body."""
        return replace(self, body=orjson.dumps(value))


@dataclass(frozen=True)
class Request(_Message):
    """What a client sent. `endpoint` is what it addresses, where the sender said so.

    Of a body that was `too_large` nothing was kept.
    """

    method: str
    url: str
    endpoint: Endpoint | None = None
    too_large: bool = False

    @cached_property
    def path(self) -> str:
        """The path of the URL, still percent-encoded."""
        return urlsplit(self.url).path

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The decoded, non-empty segments of the path."""
        return tuple(unquote(segment) for segment in self.path.split("/") if segment)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one the last counts."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))


@dataclass(frozen=True)
class Response(_Message):
    """What a server answered. `missing` bytes of its body are announced and never come: the connection is cut."""

    status: int
    missing: int = 0

    @cached_property
    def envelope(self) -> dict[str, Any]:
        """The OCPI envelope; empty where the body is no JSON object."""
        return self.json if isinstance(self.json, dict) else {}


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One exchange as a party saw it.

    `direction` is "sent" where the party was the client and "received" where it was the server. `fault` says
    why no response came, or that we cut ours off. `endpoint` is what the request addresses, None where it addresses
    nothing known.
    """

    id: int
    direction: Literal["sent", "received"]
    party: str
    scenario: str
    started: datetime
    elapsed_s: float
    request: Request
    response: Response | None
    fault: str = ""
    endpoint: Endpoint | None = None

    def __str__(self) -> str:
        outcome = self.response.status if self.response else self.fault
        return f"{self.request.method} {self.request.url} → {outcome}"
