"""The calling side of a party: one HTTP request, bounded in size and time, as an exchange in the journal."""

import time
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from . import clock
from .bounded import BoundedPool
from .exchange import Exchange, Request, Response
from .pacing import Pace

MAX_BODY_BYTES = 64 * 1024 * 1024
"""Larger answers are cut off and count as a fault."""

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods of requests that may be sent again where nobody knows what became of them: a PATCH of OCPI sets values."""

Proceed = Callable[[Request], Response]

_FAULTS = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, zlib.error)
_SAID = 160
_PACKED = (b"gzip", b"x-gzip", b"deflate")
_ANY_ZLIB = zlib.MAX_WBITS | 32  # finds out by itself whether it is gzip or zlib


class CallFault(Exception):
    """No usable response came: refused, timed out, cut, too large."""


@dataclass(frozen=True)
class Answer:
    """What came back from a call, read as OCPI reads it."""

    exchange: Exchange

    @property
    def http_status(self) -> int | None:
        """The HTTP status; None where no response came."""
        return self.exchange.response.status if self.exchange.response else None

    @property
    def envelope(self) -> dict[str, Any]:
        return self.exchange.response.envelope if self.exchange.response else {}

    @property
    def status_code(self) -> int | None:
        """The OCPI status code; None where there is none, or it is no integer."""
        code = self.envelope.get("status_code")
        return code if isinstance(code, int) and not isinstance(code, bool) else None

    @property
    def data(self) -> Any:
        """What the envelope holds.

        One object that came as a list of one is taken out of it: who judges the form reads `envelope`, and
        nothing else is to fail for it.
        """
        data = self.envelope.get("data")
        endpoint = self.exchange.endpoint
        single = endpoint is not None and endpoint.answer and not endpoint.many
        if single and isinstance(data, list) and len(data) == 1 and isinstance(data[0], dict):
            return data[0]
        return data

    @property
    def items(self) -> list[Any]:
        """`data` where it is a list, else nothing."""
        return self.data if isinstance(self.data, list) else []

    @property
    def message(self) -> str:
        return str(self.envelope.get("status_message") or "")

    @property
    def accepted(self) -> bool:
        """Both layers report success: HTTP 2xx and OCPI 1xxx."""
        return (
            self.http_status is not None
            and self.http_status // 100 == 2
            and (self.status_code or 0) // 1000 == 1
        )

    @property
    def fault(self) -> str:
        return self.exchange.fault

    def header(self, name: str) -> str | None:
        return self.exchange.response.header(name) if self.exchange.response else None

    def headers(self, name: str) -> tuple[str, ...]:
        """All values of a header that may come more than once."""
        return self.exchange.response.values(name) if self.exchange.response else ()

    def __str__(self) -> str:
        if self.http_status is None:
            return self.fault
        codes = f"HTTP {self.http_status}, status_code {self.envelope.get('status_code', 'absent')}"
        said = "" if self.accepted else self._said()
        return f"{codes}: {said}" if said else codes

    def _said(self) -> str:
        """Why it failed, in the words of the other side: its message, else how its body begins."""
        body = self.exchange.response.body if self.exchange.response else b""
        text = (
            self.message if "status_code" in self.envelope else body[: 4 * _SAID].decode("utf-8", "replace")
        )
        line = " ".join(text.split())
        return line if len(line) <= _SAID else f"{line[:_SAID]}…"


class Caller:
    """An HTTP client. `timeout_s` bounds each whole call, from the first byte sent to the last byte read."""

    def __init__(
        self, *, timeout_s: float = 10.0, verify: bool | str = True, pace: Pace | None = None
    ) -> None:
        self.timeout_s = timeout_s
        self._pace = pace or Pace()
        # Not httpx.Client: a party has no cookies, no default headers and no proxies, and follows redirects itself.
        self._pool = BoundedPool(timeout_s=timeout_s, verify=verify)

    def send(self, request: Request) -> Response:
        """Send one request. Raises CallFault where no usable response came."""
        self._pace.wait()
        left_s = self._pace.left_s
        if not left_s:
            raise CallFault("not sent, as there is no time left")
        self._pool.begin(left_s)
        headers = [
            (name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in request.headers
        ]
        try:
            incoming = self._begin(request, headers)
            try:
                body = _read(incoming)
            finally:
                incoming.close()
        except CallFault:
            raise
        except httpcore.TimeoutException as error:
            raise CallFault(f"no answer within {self.timeout_s:g} s ({type(error).__name__})") from error
        except (*_FAULTS, httpx.InvalidURL, ValueError) as error:
            raise CallFault(f"{type(error).__name__}: {error}") from error
        pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in incoming.headers)
        return Response(headers=pairs, body=body, status=incoming.status)

    def _begin(self, request: Request, headers: list[tuple[bytes, bytes]]) -> httpcore.Response:
        """The beginning of the answer. Where a kept connection turns out to be closed, the next one is tried."""
        while True:
            try:
                return self._pool.handle(request.method, request.url, headers, request.body)
            except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
                if self._pool.opened or request.method not in IDEMPOTENT:
                    raise

    def close(self) -> None:
        self._pool.close()


def _read(response: httpcore.Response) -> bytes:
    """The body, unpacked. Nobody asked for it to be packed: forms other than gzip and deflate stay as they came."""
    assert isinstance(response.stream, Iterable)
    coding = next((value for name, value in response.headers if name.lower() == b"content-encoding"), b"")
    unpack = zlib.decompressobj(wbits=_ANY_ZLIB) if coding.lower() in _PACKED else None
    chunks: list[bytes] = []
    size = 0
    for chunk in response.stream:
        # One byte more than is allowed shows that it is too much, however much a small chunk unpacks to.
        part = unpack.decompress(chunk, MAX_BODY_BYTES - size + 1) if unpack else chunk
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise CallFault(f"the body is larger than {MAX_BODY_BYTES // 2**20} MiB")
        chunks.append(part)
    if unpack and size and not unpack.eof:
        raise CallFault(f"the body ends in the middle of its {coding.decode('latin-1')} data")
    return b"".join(chunks)


def recorded(proceed: Proceed, request: Request, **about: Any) -> Exchange:
    """Run one call and describe it as an exchange; a fault is part of the description."""
    started = clock.now()
    begin = time.perf_counter()
    response, fault = None, ""
    try:
        response = proceed(request)
    except CallFault as error:
        fault = str(error)
    return Exchange(
        direction="sent",
        started=started,
        elapsed_s=time.perf_counter() - begin,
        request=request,
        response=response,
        fault=fault,
        **about,
    )


def redirect_of(exchange: Exchange) -> str | None:
    """Where an answer sends the same request on to; None where it doesn't, or leads to another origin.

    OCPI says nothing of redirects (RFC 9110 §15.4); a token is shown to nobody but the one that it was given by.
    """
    response = exchange.response
    if response is None or response.status not in (301, 302, 307, 308):
        return None
    if response.status in (301, 302) and exchange.request.method != "GET":
        return None
    try:
        target = urljoin(exchange.request.url, response.header("Location") or "")
        there, here = urlsplit(target), urlsplit(exchange.request.url)
    except ValueError:
        return None
    same = (there.scheme, there.netloc) == (here.scheme, here.netloc)
    return target if same and target != exchange.request.url else None


def headers_of(values: Mapping[str, str | None]) -> tuple[tuple[str, str], ...]:
    """Header pairs; a None means: leave this one out."""
    return tuple((name, value) for name, value in values.items() if value is not None)
