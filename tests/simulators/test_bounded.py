"""Calls end in time, however slowly the other side speaks."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from ocpi_conformance.simulators.bounded import ssl_context
from ocpi_conformance.simulators.calling import Caller, CallFault
from ocpi_conformance.simulators.exchange import Request

TIMEOUT_S = 0.3


@contextmanager
def a_server_that_drips(begin: bytes, drop: bytes) -> Iterator[str]:
    """A socket that begins an answer and goes on byte by byte, without end, until nobody listens."""
    listener = socket.create_server(("127.0.0.1", 0))
    gone = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.recv(65536)
            connection.sendall(begin)
            for byte in itertools.cycle(drop):
                if gone.wait(TIMEOUT_S / 20):
                    return
                connection.sendall(bytes([byte]))

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    finally:
        gone.set()
        listener.close()
        thread.join(timeout=5)
    assert not thread.is_alive()


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"{"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"", b"H"),
    ],
    ids=["one header", "many headers", "body", "chunks", "status line"],
)
def test_a_server_that_drips_is_left(begin: bytes, drop: bytes):
    """Each byte comes well within the time of a read; the call as a whole doesn't."""
    caller = Caller(timeout_s=TIMEOUT_S)
    with a_server_that_drips(begin, drop) as url, pytest.raises(CallFault):
        caller.send(Request(method="GET", url=url, headers=(), body=b""))
    caller.close()


def test_contexts_are_made_once():
    assert ssl_context(True) is ssl_context(True)
    assert ssl_context(False) is not ssl_context(True)
