"""The calling side: what goes out, what comes back, and what happens when nothing does."""

import gzip
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import orjson
import pytest
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators import calling, clock
from ocpi_conformance.simulators.calling import Answer, Caller, CallFault, headers_of
from ocpi_conformance.simulators.exchange import Exchange, Request, Response


@contextmanager
def a_server_that_says(*parts: bytes, hang: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """A socket that answers one connection with these bytes, and what it was asked."""
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            asked.append(connection.recv(65536))
            for part in parts:
                connection.sendall(part)
            if hang:
                done.wait(10)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x", asked
    finally:
        done.set()
        listener.close()
        thread.join(timeout=5)


@pytest.fixture
def caller() -> Iterator[Caller]:
    made = Caller(timeout_s=5)
    yield made
    made.close()


def get(url: str, **fields) -> Request:
    return Request(method="GET", url=url, headers=fields.get("headers", ()), body=b"")


def test_only_the_given_headers_go_out(caller: Caller):
    with a_server_that_says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\r\n\r\n{}") as (url, asked):
        answer = caller.send(get(url, headers=(("Authorization", "Token x"),)))
    assert (answer.status, answer.body, answer.header("x-a")) == (200, b"{}", "1")
    names = {line.split(b":")[0].lower() for line in asked[0].split(b"\r\n")[1:] if line}
    assert names == {b"host", b"authorization"}


def test_redirects_are_seen_and_not_followed(caller: Caller):
    reply = b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with a_server_that_says(reply) as (url, _):
        assert caller.send(get(url)).status == 301


def test_a_refused_connection_is_a_fault(caller: Caller):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(CallFault, match="ConnectError"):
        caller.send(get(f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize("url", ["", "/NL/CPO", "ftp://a.test/", "http://[::1"])
def test_a_url_that_is_none_is_a_fault(caller: Caller, url: str):
    with pytest.raises(CallFault):
        caller.send(get(url))


def test_a_server_that_hangs_is_a_fault_that_names_the_time():
    caller = Caller(timeout_s=0.1)
    with (
        a_server_that_says(hang=True) as (url, _),
        pytest.raises(CallFault, match=r"no answer within 0\.1 s"),
    ):
        caller.send(get(url))
    caller.close()


def test_an_answer_cut_short_is_a_fault(caller: Caller):
    with (
        a_server_that_says(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") as (url, _),
        pytest.raises(CallFault),
    ):
        caller.send(get(url))


def test_an_answer_that_is_no_http_is_a_fault(caller: Caller):
    with a_server_that_says(b"220 smtp ready\r\n") as (url, _), pytest.raises(CallFault):
        caller.send(get(url))


def test_an_answer_without_end_is_cut(caller: Caller, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calling, "MAX_BODY_BYTES", 2**20)
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000
    with (
        a_server_that_says(reply) as (url, _),
        pytest.raises(CallFault, match="larger than 1 MiB"),
    ):
        caller.send(get(url))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b'{"a": 1}', mtime=0)),
        ("X-GZIP", gzip.compress(b'{"a": 1}', mtime=0)),
        ("deflate", zlib.compress(b'{"a": 1}')),
    ],
    ids=["gzip", "X-GZIP", "deflate"],
)
def test_a_packed_answer_is_unpacked(caller: Caller, coding: str, packed: bytes):
    reply = b"HTTP/1.1 200 OK\r\nContent-Encoding: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        coding.encode(),
        len(packed),
        packed,
    )
    with a_server_that_says(reply) as (url, _):
        assert caller.send(get(url)).body == b'{"a": 1}'


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (gzip.compress(bytes(5 * 2**20), mtime=0), "larger than 1 MiB"),
        (gzip.compress(b"{}", mtime=0)[:-4], "ends in the middle"),
        (b"not packed at all", "incorrect header"),
    ],
    ids=["a bomb", "cut", "no gzip"],
)
def test_an_answer_that_can_not_be_unpacked_is_a_fault(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, packed: bytes, said: str
):
    monkeypatch.setattr(calling, "MAX_BODY_BYTES", 2**20)
    reply = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (
        len(packed),
        packed,
    )
    with a_server_that_says(reply) as (url, _), pytest.raises(CallFault, match=said):
        caller.send(get(url))


def test_headers_that_are_none_are_left_out():
    assert headers_of({"A": "1", "B": None}) == (("A", "1"),)


@pytest.mark.parametrize(
    ("status", "body", "accepted", "code"),
    [
        (200, b'{"status_code": 1000, "data": [1]}', True, 1000),
        (201, b'{"status_code": 1900}', True, 1900),
        (200, b'{"status_code": 2001}', False, 2001),
        (404, b'{"status_code": 1000}', False, 1000),
        (200, b'{"status_code": "1000"}', False, None),
        (200, b'{"status_code": true}', False, None),
        (200, b"<html>", False, None),
    ],
)
def test_an_answer_is_accepted_when_both_layers_say_so(make_cpo, status, body, accepted, code):
    cpo = make_cpo()
    reply = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    with a_server_that_says(reply) as (url, _):
        answer = cpo.call("GET", url)
    assert (answer.accepted, answer.status_code, answer.http_status) == (accepted, code, status)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b'{"status_code": 1000, "status_message": "Fine"}', "HTTP 200, status_code 1000"),
        (200, b'{"status_code": 2001, "status_message": "no\\nkwh"}', "HTTP 200, status_code 2001: no kwh"),
        (404, b'{"status_code": 2003}', "HTTP 404, status_code 2003"),
        (422, b'{"detail": "no kwh"}', 'HTTP 422, status_code absent: {"detail": "no kwh"}'),
        (500, b"x" * 5000, f"HTTP 500, status_code absent: {'x' * 160}…"),
    ],
)
def test_an_answer_that_is_no_success_tells_what_was_said(make_cpo, status, body, told):
    reply = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    with a_server_that_says(reply) as (url, _):
        assert str(make_cpo().call("GET", url)) == told


def test_an_answer_that_did_not_come_says_why(make_cpo):
    answer = make_cpo().call("GET", "http://[::1")
    assert (answer.http_status, answer.status_code, answer.accepted, answer.items) == (None, None, False, [])
    assert answer.fault
    assert str(answer) == answer.fault
    assert answer.header("Link") is None


@contextmanager
def a_server_that_hangs_up() -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers the first request of each connection and hangs up when a second one comes."""
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                asked.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                with suppress(TimeoutError):
                    connection.recv(65536)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x", asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_a_connection_closed_while_idle_is_no_fault(caller: Caller):
    """The same request goes out on a new connection."""
    with a_server_that_hangs_up() as (url, asked):
        answers = [caller.send(get(url)).status for _ in range(3)]
    assert answers == [200, 200, 200]
    assert len(asked) == 3


def test_what_may_not_be_sent_twice_is_not(caller: Caller):
    """A POST on a connection that breaks may have been heard."""
    with a_server_that_hangs_up() as (url, asked):
        caller.send(get(url))
        with pytest.raises(CallFault):
            caller.send(Request(method="POST", url=url, headers=(), body=b"{}"))
    assert len(asked) == 1


LOCATION = {"id": "LOC1"}


@pytest.mark.parametrize(
    ("endpoint", "data", "read"),
    [
        ("locations.sender.location", [LOCATION], LOCATION),
        ("locations.sender.location", LOCATION, LOCATION),
        ("locations.sender.location", [], []),
        ("locations.sender.location", [LOCATION, LOCATION], [LOCATION, LOCATION]),
        ("locations.sender.list", [LOCATION], [LOCATION]),
    ],
)
def test_an_object_in_a_list_of_one_is_taken_out(endpoint: str, data: object, read: object):
    """Where one object is due; a list of Locations that has one is a list."""
    response = Response(status=200, headers=(), body=orjson.dumps({"data": data}))
    exchange = Exchange(
        id=1,
        direction="sent",
        party="p",
        scenario="s",
        started=clock.now(),
        elapsed_s=0.0,
        request=get("http://x.test"),
        response=response,
        endpoint=endpoints("2.2.1").get(endpoint),
    )
    assert Answer(exchange).data == read
