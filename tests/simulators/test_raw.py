"""Raw requests on sockets: nothing is checked on the way out, and little is held."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from ocpi_conformance.simulators.canary import Canary, plain
from ocpi_conformance.simulators.certificates import self_signed
from ocpi_conformance.simulators.journal import Journal
from ocpi_conformance.simulators.raw import MAX_ANSWER_BYTES, PARTY, RawCaller, filled, nested


@contextlib.contextmanager
def answering(answer: bytes, *, until: bytes = b"\r\n\r\n") -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads until it has seen `until`, gives one answer and hangs up; what it was sent."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            received = b""
            while until not in received and (part := connection.recv(65536)):
                received += part
            seen.append(received)
            connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/path?x=1", seen
    finally:
        thread.join(5)
        listener.close()


def test_a_request_goes_out_as_it_stands():
    with answering(b"HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 2\r\n\r\nok") as (url, seen):
        found = RawCaller(journal=Journal()).send("GET", url, target="/a b/../c\r", headers=[("X", "1\n2")])
    assert seen[0].startswith(b"GET /a b/../c\r HTTP/1.1\r\nHost: 127.0.0.1")
    assert b"\r\nX: 1\n2\r\n" in seen[0]
    assert found.response is not None
    assert (found.response.status, found.response.header("a"), found.response.body) == (200, "b", b"ok")


def test_it_is_recorded_with_the_beginning_of_what_is_long():
    journal = Journal()
    with answering(b"HTTP/1.1 413 No\r\n\r\n", until=b'"}') as (url, seen):
        RawCaller(journal=journal, scenario="here").send(
            "POST", url, headers=[("X", "x" * 5000)], body=filled(200_000), length=200_000
        )
    found = journal.all("POST", party=PARTY)[0]
    assert len(seen[0].partition(b"\r\n\r\n")[2]) == 200_000
    assert found.request.body == b'{"x":"' + b"x" * 250
    assert found.request.header("X") == "x" * 256 + "… (5000 characters)"
    assert found.request.header("Content-Length") == "200000"
    assert (found.scenario, found.response.status if found.response else 0) == ("here", 413)


@pytest.mark.parametrize("answer", [b"", b"nonsense", b"HTTP/1.1 what\r\n\r\n"])
def test_an_answer_that_is_none_is_a_fault(answer: bytes):
    with answering(answer) as (url, _):
        found = RawCaller(journal=Journal()).send("GET", url)
    assert (found.response, found.fault) == (None, "the connection was closed without an answer")


def test_an_endless_answer_is_not_read_to_its_end():
    with answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3_000_000) as (url, _):
        found = RawCaller(journal=Journal()).send("GET", url)
    assert found.response is not None
    assert len(found.response.body) <= MAX_ANSWER_BYTES + 65536


def test_where_nobody_answers_it_gives_up():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        found = RawCaller(journal=Journal(), timeout_s=0.05).send("GET", url)
    assert found.response is None
    assert "timed out" in found.fault or "in time" in found.fault


def test_where_nobody_listens_is_a_fault():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    found = RawCaller(journal=Journal()).send("GET", f"http://127.0.0.1:{port}/")
    assert found.fault.startswith("ConnectionRefusedError")


def test_it_speaks_tls():
    with Canary(certificate=self_signed("127.0.0.1"), answer=lambda _: plain(200, "secret")) as canary:
        trusting = RawCaller(journal=Journal(), verify=False).send("GET", canary.url())
        strict = RawCaller(journal=Journal()).send("GET", canary.url())
    assert trusting.response is not None
    assert trusting.response.body == b"secret"
    assert strict.fault.startswith("SSLCertVerificationError")


@pytest.mark.parametrize("size", [8, 9, 65536, 65544, 200_000])
def test_a_filled_object_has_its_size(size: int):
    body = b"".join(filled(size))
    assert len(body) == size
    assert (body[:6], body[-2:]) == (b'{"x":"', b'"}')


def test_a_nested_object_has_its_depth():
    assert nested(3) == b'{"x":[[[]]]}'


CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n'


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n',
            200,
            b'{"a":1}',
        ),
        (b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n", 204, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 No\r\nContent-Length: 2\r\n\r\nno", 413, b"no"),
        (b"HTTP/1.1 200 OK\r\n\r\nof unknown length", 200, b"of unknown length"),
    ],
)
def test_an_answer_is_read_however_it_ends(answer: bytes, status: int, body: bytes):
    """Also by a server that keeps the connection open."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held: list[socket.socket] = []

        def serve() -> None:
            connection, _ = listener.accept()
            held.append(connection)
            connection.recv(65536)
            connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        found = RawCaller(journal=Journal(), timeout_s=0.3).send("GET", url)
        thread.join(5)
        held[0].close()
    assert found.response is not None
    assert (found.response.status, found.response.body, found.fault) == (status, body, "")
