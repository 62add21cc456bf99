"""Ways to spoil an answer on the wire, each by the name that its test carries."""

import gzip
import itertools
import json
import socket
import time
from typing import Any

from tests.hostile.mangler import Mangle, Reply, reset

SCRIPT = "<script>window.pwned=1</script><img src=x onerror=alert(1)>"
CLIMB = "../../../../../../tmp/climbed"


def _says(**changes: Any) -> Mangle:
    return lambda reply, line: line.sendall(reply.written(**changes))


def _with_body(change: Any) -> Mangle:
    return lambda reply, line: line.sendall(reply.written(body=change(reply.body)))


def _too_short(reply: Reply, line: socket.socket) -> None:
    line.sendall(reply.written(Content_Length=str(len(reply.body) + 10)))


def _too_long(reply: Reply, line: socket.socket) -> None:
    line.sendall(reply.written(Content_Length="3"))


def _cut(reply: Reply, line: socket.socket) -> None:
    whole = reply.written()
    line.sendall(whole[: len(whole) - len(reply.body) // 2 - 1])
    reset(line)


def _flood(reply: Reply, line: socket.socket) -> None:
    line.sendall(reply.written(**{f"X_Flood_{number}": "x" * 200 for number in range(20_000)}))


def _interim(_: Reply, line: socket.socket) -> None:
    for _again in itertools.repeat(None):
        line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


def _endless(reply: Reply, line: socket.socket) -> None:
    line.sendall(reply.written(body=b"", Transfer_Encoding="chunked").replace(b"content-length: 0\r\n", b""))
    for _again in itertools.repeat(None):
        line.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")


def _circle(reply: Reply, line: socket.socket) -> None:
    turn = "b" if reply.target.endswith("a") else "a"
    line.sendall(reply.written(status=307, body=b"", Location=f"http://{reply.host}/round/{turn}"))


def _paging(reply: Reply, line: socket.socket) -> None:
    """Every page leads on to one that was never seen."""
    offset = (
        int(reply.target.rpartition("offset=")[2].partition("&")[0] or 0) if "offset=" in reply.target else 0
    )
    path = reply.target.partition("?")[0]
    link = f'<http://{reply.host}{path}?offset={offset + 1}>; rel="next"'
    line.sendall(reply.written(Link=link, X_Total_Count="1000000000"))


def _bomb(reply: Reply, line: socket.socket) -> None:
    body = gzip.compress(b" " * 200_000_000, 9)
    line.sendall(reply.written(body=body, Content_Encoding="gzip"))


def _strings(change: Any) -> Mangle:
    """Every string inside of `data` is another."""

    def walked(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walked(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walked(inner) for inner in value]
        return change(value) if isinstance(value, str) else value

    def spoil(reply: Reply, line: socket.socket) -> None:
        try:
            envelope = json.loads(reply.body)
        except ValueError:
            line.sendall(reply.written())
            return
        spoilt = {**envelope, "data": walked(envelope.get("data")), "status_message": change("fine")}
        line.sendall(reply.written(body=json.dumps(spoilt).encode(), X_Request_ID=CLIMB))

    return spoil


def late(reply: Reply, line: socket.socket) -> None:
    """A byte now and then, so that every read succeeds, and the answer is whole in the end."""
    whole = reply.written()
    for byte in whole[:8]:
        time.sleep(0.1)
        line.sendall(bytes([byte]))
    line.sendall(whole[8:])


def _large(body: bytes) -> bytes:
    """Three objects of half a megabyte each in place of those of a list."""
    envelope = _object(body)
    if isinstance(envelope.get("data"), list):
        envelope["data"] = [{"id": f"L{number}", "name": "x" * 500_000} for number in range(3)]
    return json.dumps(envelope).encode()


def _many(body: bytes) -> bytes:
    """A thousand objects that are none in place of those of a list."""
    envelope = _object(body)
    if isinstance(envelope.get("data"), list):
        envelope["data"] = [{"id": f"L{number}"} for number in range(1_000)]
    return json.dumps(envelope).encode()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _deep(body: bytes) -> bytes:
    return b'{"status_code":1000,"data":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


SPOILINGS: dict[str, Mangle] = {
    "body shorter than said": _too_short,
    "body longer than said": _too_long,
    "cut in the middle": _cut,
    "no UTF-8": _with_body(lambda body: body.replace(b"a", b"\xff\xfe")),
    "NaN and Infinity": _with_body(
        lambda body: body.replace(b"1000", b"NaN").replace(b":0,", b":-Infinity,")
    ),
    "huge numbers": _with_body(
        lambda body: body.replace(b"1000", b"1" + b"0" * 5000).replace(b".", b"1e99999.")
    ),
    "duplicate keys": _with_body(lambda body: b'{"data":7,"data":8,' + body[1:]),
    "deep JSON": _with_body(_deep),
    "a BOM": _with_body(lambda body: b"\xef\xbb\xbf" + body),
    "header flood": _flood,
    "interim answers without end": _interim,
    "a body without end": _endless,
    "redirects in a circle": _circle,
    "paging without end": _paging,
    "a gzip bomb": _bomb,
    "script in every string": _strings(lambda text: text + SCRIPT),
    "paths in every string": _strings(lambda _: CLIMB),
    "control characters": _strings(lambda text: text + "\x1b[31m\r\n\x00\u202e"),
    "nothing but NUL": _says(body=b"\x00" * 1000),
    "a header that is none": lambda reply, line: line.sendall(
        reply.written().replace(b"\r\n\r\n", b"\r\nno colon here\r\n\r\n", 1)
    ),
    "status 999": _says(status=999),
    "script in the head": lambda reply, line: line.sendall(
        reply.written(X_Remark=SCRIPT).replace(b" X\r\n", f" {SCRIPT}\r\n".encode(), 1)
    ),
    "script as a header": lambda reply, line: line.sendall(
        reply.written().replace(b"\r\n", f"\r\n{SCRIPT}: {SCRIPT}\r\n".encode(), 1)
    ),
    "large objects": _with_body(_large),
    "many objects that are none": _with_body(_many),
}
