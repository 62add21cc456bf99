"""Raw requests: what an HTTP client refuses to send, written to a socket as it stands.

with RawCaller(journal=bench.journal) as raw:
    exchange = raw.send("GET", url, headers=[("X-Request-ID", "a\\rb")])
"""

import contextlib
import re
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from . import clock
from .bounded import ssl_context
from .exchange import Exchange, Request, Response
from .journal import Journal
from .pacing import Pace

__all__ = ["PARTY", "RawCaller", "filled", "nested"]

PARTY = "raw"
"""Under this name the exchanges stand in the journal: no party sent them, and nobody judges their form."""

MAX_ANSWER_BYTES = 256 * 1024
_BLOCK = 64 * 1024
_SHOWN = 256
"""Characters of a header, and bytes of a body, that are kept as evidence."""
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d\b")
_BODILESS = re.compile(rb"HTTP/1\.\d (204|304)\b")
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?=\r\n|$)", re.IGNORECASE)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[^\r\n]*\r\n")

Headers = Iterable[tuple[str, str]]


class RawCaller:
    """Sends one request a connection. `timeout_s` bounds each, from connecting to the last byte read.

    `verify` is what `ssl_context` takes.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        scenario: str = "",
        timeout_s: float = 10.0,
        verify: bool | str = True,
        pace: Pace | None = None,
    ) -> None:
        self._journal = journal
        self._scenario = scenario
        self._timeout_s = timeout_s
        self._verify = verify
        self._pace = pace or Pace()

    def send(
        self,
        method: str,
        url: str,
        *,
        target: str | None = None,
        headers: Headers = (),
        body: Iterable[bytes] = (),
        length: int = 0,
    ) -> Exchange:
        """Send a request and record it.

        `target` replaces the path and query of the URL; nothing in it or in `headers` is encoded or checked. `body`
        may be as long as it likes, as no more than a block of it is held; `length` announces it. What of the answer
        is beyond 256 KiB is not read. A connection that is closed without an answer is an exchange with a fault.
        """
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "") if target is None else target
        pairs = [("Host", parts.netloc.rpartition("@")[2]), *headers, ("Connection", "close")]
        if length:
            pairs.append(("Content-Length", str(length)))
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in pairs)
        self._pace.wait()
        started, begin = clock.now(), time.perf_counter()
        kept, response, fault = b"", None, ""
        try:
            with self._connected(parts.scheme, parts.hostname or "", parts.port) as line:
                kept = line.write(head.encode("utf-8", "surrogateescape") + b"\r\n", body)
                response = line.read()
        except (OSError, ValueError) as error:
            fault = f"{type(error).__name__}: {error}"
        if response is None and not fault:
            fault = "the connection was closed without an answer"
        exchange = Exchange(
            id=self._journal.claim_id(),
            direction="sent",
            party=PARTY,
            scenario=self._scenario,
            started=started,
            elapsed_s=time.perf_counter() - begin,
            request=Request(
                method=method,
                url=f"{parts.scheme}://{parts.netloc}{_cut(path)}",
                headers=tuple((_cut(name), _cut(value)) for name, value in pairs),
                body=kept,
            ),
            response=response,
            fault=fault,
        )
        self._journal.record(exchange)
        return exchange

    @contextlib.contextmanager
    def _connected(self, scheme: str, host: str, port: int | None) -> Iterator["_Line"]:
        deadline = time.monotonic() + self._timeout_s
        secure = scheme == "https"
        connection = socket.create_connection((host, port or (443 if secure else 80)), self._timeout_s)
        try:
            if secure:
                connection = ssl_context(self._verify).wrap_socket(connection, server_hostname=host)
            yield _Line(connection, deadline)
        finally:
            connection.close()


class _Line:
    """One connection, with what is left of its time."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def _hasten(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        self._connection.settimeout(left)

    def write(self, head: bytes, body: Iterable[bytes]) -> bytes:
        """Send until all is sent or the other side has had enough; the beginning of the body."""
        kept = b""
        try:
            for block in _blocks(head, body):
                self._hasten()
                self._connection.sendall(block)
                if block is not head and len(kept) < _SHOWN:
                    kept = (kept + block)[:_SHOWN]
        except (ConnectionError, ssl.SSLError):
            pass  # what it answered before it closed may still be read
        return kept

    def read(self) -> Response | None:
        """What was answered; None where nothing was, or nothing that HTTP knows."""
        received = bytearray()
        while len(received) < MAX_ANSWER_BYTES:
            try:
                self._hasten()
                part = self._connection.recv(_BLOCK)
            except TimeoutError:
                if _response(bytes(received)) is None:
                    raise
                break  # it answered, and keeps the connection open
            except (ConnectionError, ssl.SSLError):
                break
            received += part
            if not part or _complete(received):
                break
        return _response(bytes(received))


def _blocks(head: bytes, body: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    yield from body


def _complete(received: bytearray) -> bool:
    """Whether an answer is whole, as far as it says where it ends."""
    head, separator, rest = _final(bytes(received)).partition(b"\r\n\r\n")
    if not separator:
        return False
    if _CHUNKED.search(head):
        return rest.startswith(b"0\r\n") or b"\r\n0\r\n" in rest
    length = _LENGTH.search(head)
    return bool(_BODILESS.match(head)) or (bool(length) and len(rest) >= int(length[1]))


def _response(received: bytes) -> Response | None:
    head, _, body = _final(received).partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ", 2)
    if not words[0].startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
        return None
    pairs = (line.partition(":") for line in lines[1:])
    headers = tuple((name.strip(), value.strip()) for name, colon, value in pairs if colon)
    return Response(
        headers=headers,
        body=_unchunked(body) if _CHUNKED.search(head) else body,
        status=int(words[1]),
    )


def _final(received: bytes) -> bytes:
    """An answer without the interim ones (HTTP 1xx) before it."""
    while _INTERIM.match(received) and b"\r\n\r\n" in received:
        received = received.partition(b"\r\n\r\n")[2]
    return received


def _unchunked(body: bytes) -> bytes:
    """What came in chunks, as far as it came."""
    whole = b""
    while found := _CHUNK.match(body):
        size = int(found[1], 16)
        if not size:
            break
        whole += body[found.end() : found.end() + size]
        body = body[found.end() + size + 2 :]
    return whole


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"


def filled(size: int) -> Iterator[bytes]:
    """A JSON object of `size` bytes, most of it one long text."""
    yield b'{"x":"'
    left = size - 8
    block = b"x" * _BLOCK
    while left > 0:
        yield block[:left]
        left -= _BLOCK
    yield b'"}'


def nested(depth: int) -> bytes:
    """A JSON object in which lists lie `depth` deep."""
    return b'{"x":' + b"[" * depth + b"]" * depth + b"}"
