"""A connection pool whose calls end in time, however slowly the other side speaks.

A timeout of a socket bounds one read. A server that sends a byte now and then would hold a call for ever: here each
read, each write and each handshake has what is left of the whole call's time.
"""

import math
import ssl
import threading
import time
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any

import httpcore
import httpx

__all__ = ["BoundedPool", "ssl_context"]


class BoundedPool:
    """Connections that are kept and used again; `timeout_s` bounds each whole call.

    `verify` is what `ssl_context` takes.
    """

    def __init__(self, *, timeout_s: float, verify: bool | str) -> None:
        self._timeout_s = timeout_s
        self._clock = _Clock()
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context(verify),
            max_connections=64,
            max_keepalive_connections=16,
            network_backend=_Backend(self._clock),
        )

    def begin(self, within_s: float = math.inf) -> None:
        """The time of a call starts now, in this thread; it may be less than that of others."""
        self._clock.deadline = time.monotonic() + min(self._timeout_s, within_s)

    def handle(
        self, method: str, url: str, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> httpcore.Response:
        """Send a request and read the beginning of its answer; the body is to be read while the time lasts.

        Host and Content-Length are added where they aren't given. Raises what httpcore raises, its TimeoutException
        where the time is over, and httpx.InvalidURL.
        """
        self._clock.opened = False
        target, host = _target(url)
        left = self._clock.left(None)
        pairs = list(headers)
        given = {name.lower() for name, _ in pairs}
        if b"host" not in given:
            pairs.insert(0, (b"Host", host))
        if (body or method in _WITH_BODY) and not given & _LENGTHS:
            pairs.append((b"Content-Length", b"%d" % len(body)))
        request = httpcore.Request(
            method,
            target,
            headers=pairs,
            content=body,
            extensions={"timeout": {"pool": left, "connect": left, "read": left, "write": left}},
        )
        return self._pool.handle_request(request)

    @property
    def opened(self) -> bool:
        """Whether this thread's last request went over a connection that was opened for it."""
        return self._clock.opened

    def close(self) -> None:
        self._pool.close()


_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})


@lru_cache(maxsize=1024)
def _target(url: str) -> tuple[httpcore.URL, bytes]:
    """A URL as the pool takes it, and the Host that it names. Raises httpx.InvalidURL."""
    read = httpx.URL(url)
    target = httpcore.URL(scheme=read.raw_scheme, host=read.raw_host, port=read.port, target=read.raw_path)
    return target, read.netloc


class _Clock(threading.local):
    """When the call that this thread makes has to be over."""

    deadline = 0.0
    opened = False

    def left(self, wanted: float | None) -> float:
        """What is left of the time, or less if less is wanted. Raises httpcore.ReadTimeout where nothing is."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the answer did not end in time")
        return left if wanted is None else min(left, wanted)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, clock: _Clock) -> None:
        self._inner = httpcore.SyncBackend()
        self._clock = clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self._clock.opened = True
        stream = self._inner.connect_tcp(host, port, self._clock.left(timeout), local_address, socket_options)
        return _Stream(stream, self._clock)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, clock: _Clock) -> None:
        self._inner = inner
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, self._clock.left(timeout))
        return _Stream(stream, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@cache
def ssl_context(verify: bool | str) -> ssl.SSLContext:
    """How certificates are checked: by the usual authorities, by those of a file, or not at all.

    Kept, as loading the authorities is slow and every party has a caller.
    """
    if isinstance(verify, str):
        return ssl.create_default_context(cafile=verify)
    return httpx.create_ssl_context(verify)
