"""A platform that misbehaves on the wire: the reference party behind a proxy that spoils its answers byte by byte.

What no HTTP server would write goes through here, so that a whole run meets it after an honest registration.
"""

import http.client
import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

HONEST_PATHS = ("/versions", "/credentials", "/trigger")
"""Left as they are: otherwise every run would end at the doctor's."""


@dataclass(frozen=True)
class Reply:
    """What the party really answered, to the request of this target at this address."""

    target: str
    host: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def written(self, *, status: int | None = None, body: bytes | None = None, **headers: str) -> bytes:
        """The answer as bytes, with other parts where some are named; `Content_Length="1"` sets that header."""
        body = self.body if body is None else body
        given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = {
            name: value
            for name, value in self.headers
            if name.lower() not in ("content-length", "connection")
        }
        lines = {**kept, "content-length": str(len(body)), "connection": "close", **given}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {status or self.status} X\r\n{head}\r\n".encode("latin-1") + body


Mangle = Callable[[Reply, socket.socket], None]


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        with suppress(OSError):
            request = self.rfile.readline(65536).decode("latin-1").split()
            if len(request) != 3:
                return
            headers = http.client.parse_headers(self.rfile)
            body = self.rfile.read(int(headers.get("Content-Length") or 0))
            reply = self._asked(request[0], request[1], headers, body)
            if any(part in request[1] for part in HONEST_PATHS):
                self.connection.sendall(reply.written())
            else:
                self._platform.mangle(reply, self.connection)

    @property
    def _platform(self) -> "_Server":
        assert isinstance(self.server, _Server)
        return self.server

    def _asked(self, method: str, target: str, headers: Any, body: bytes) -> Reply:
        here, behind = headers["Host"], urlsplit(self._platform.behind).netloc
        upstream = http.client.HTTPConnection(behind, timeout=20)
        try:
            sent = {**dict(headers.items()), "Host": behind}
            upstream.request(method, target, body=body or None, headers=sent)
            response = upstream.getresponse()
            told = tuple((name, value.replace(behind, here)) for name, value in response.getheaders())
            answer = response.read().replace(behind.encode(), here.encode())
            return Reply(target, here, response.status, told, answer)
        finally:
            upstream.close()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, behind: str, mangle: Mangle) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.mangle = mangle


@contextmanager
def mangling(url: str, mangle: Mangle) -> Iterator[str]:
    """Serve a proxy in front of the party at a URL; what that URL is at the proxy."""
    with _Server(url, mangle) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield url.replace(urlsplit(url).netloc, f"127.0.0.1:{server.server_address[1]}")
        finally:
            server.shutdown()
            thread.join()


def reset(connection: socket.socket) -> None:
    """Close so that the other side sees a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
