"""Serving: parties on a socket, under uvicorn in a thread, over http or https.

with Server(bind="127.0.0.1:0") as server:
    server.add(cpo)          # cpo.base_url is now http://127.0.0.1:<port>/cpo
"""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
from starlette.concurrency import run_in_threadpool
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .allowance import Allowance, Held, TooMuchError
from .answering import endpoint_of
from .certificates import Certificate
from .exchange import Request, Response
from .party import Party

MAX_REQUEST_BYTES = 16 * 1024 * 1024
"""Of a larger request the body is dropped, and the answer is HTTP 413."""

MAX_HEAD_BYTES = 64 * 1024
"""A longer request line with its headers is answered with HTTP 431, and the connection closed."""

MAX_CONNECTIONS = 512
"""Beyond, a connection is closed as soon as it is made: each takes a descriptor, and a run needs some to write with."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


class ServingError(Exception):
    """The server could not be started; the text says on which address and why."""


class Host:
    """An ASGI application that hands each request to the party under whose first path segment it falls.

    What goes beyond the `allowance` is answered with HTTP 503 and reaches no party.
    """

    def __init__(self, origin: str, allowance: Allowance | None = None) -> None:
        self.origin = origin
        self.allowance = allowance or Allowance()
        self.parties: dict[str, Party] = {}
        self.extras: dict[str, Asgi] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        name = scope["path"].lstrip("/").partition("/")[0]
        extra = self.extras.get(name)
        if extra is not None:
            await extra(scope, receive, send)
            return
        if not self.allowance.begin():
            await send_response(send, _plain(503, "No more requests are taken"))
            return
        with Held(self.allowance, receive) as held:
            try:
                await self._answer(scope, send, name, await body_of(held))
            except TooMuchError:
                await send_response(send, _plain(503, "Too much is being sent at a time"))

    async def _answer(self, scope: Scope, send: Send, name: str, body: bytes | None) -> None:
        party = self.parties.get(name)
        if party is None:
            await send_response(send, _plain(404, "No party is served here"))
            return
        request = request_of(scope, body, origin=self.origin)
        endpoint = endpoint_of(party, request)
        if party.blocks(endpoint):
            response, afterwards = await run_in_threadpool(party.answer, request, endpoint)
        else:
            response, afterwards = party.answer(request, endpoint)
        try:
            await send_response(send, response)
        finally:
            for start in afterwards:
                start()


class _Protocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, with a bound on what comes before a body, and on connections."""

    _head_bytes = 0
    _in_body = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        if not self._in_body:
            self._head_bytes += len(data)
            beyond = self._head_bytes - MAX_HEAD_BYTES
            if beyond > 0 and data.find(b"\r\n\r\n", 0, max(0, len(data) - beyond)) < 0:
                self.transport.write(_TOO_LONG)
                self.transport.close()
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._in_body, self._head_bytes = True, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        super().on_message_complete()


_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain\r\ncontent-length: 28\r\nconnection: close\r\n\r\n"
    b"The request head is too long"
)


class _Uvicorn(uvicorn.Server):
    """uvicorn that in the end waits for open answers, but not for clients to leave: over TLS some never do."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        leaving = asyncio.create_task(self._leave())
        await super().shutdown(sockets)
        await leaving
        self._abort(lambda _: True)
        await asyncio.sleep(0.01)

    async def _leave(self) -> None:
        await asyncio.sleep(0.15)
        self._abort(lambda cycle: cycle is None or cycle.response_complete)

    def _abort(self, which: Callable[[Any], bool]) -> None:
        for protocol in list[Any](self.server_state.connections):
            if which(protocol.cycle):
                protocol.transport.abort()


class Server:
    """uvicorn on one address, in a thread of its own; `public_url` is how others reach it if not by that.

    `allowance` is how much it takes in all, without one any number of requests. `greeted` is called, over https,
    whenever a client begins a handshake.
    """

    def __init__(
        self,
        *,
        bind: str = "127.0.0.1:0",
        public_url: str | None = None,
        certificate: Certificate | None = None,
        allowance: Allowance | None = None,
        greeted: Callable[..., None] | None = None,
    ) -> None:
        self._socket = _listen(bind)
        host, port = self._socket.getsockname()[:2]
        scheme = "https" if certificate else "http"
        shown = f"[{host}]" if ":" in host else host
        self.origin = (public_url or f"{scheme}://{shown}:{port}").rstrip("/")
        self.port: int = port
        self.host = Host(self.origin, allowance)
        config = uvicorn.Config(
            self.host,
            http=_Protocol,
            log_config=None,
            log_level=logging.CRITICAL,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=2,
            timeout_keep_alive=75,
        )
        config.load()
        if certificate:
            config.ssl = certificate.server_context()
            config.ssl.sni_callback = greeted
        self._server = _Uvicorn(config)
        self._thread = threading.Thread(target=self._run, name=f"server-{port}", daemon=True)

    def add(self, party: Party) -> None:
        """Serve a party below its name; its base URL follows."""
        party.base_url = f"{self.origin}/{party.name}"
        self.host.parties[party.name] = party

    def mount(self, name: str, application: Asgi) -> None:
        """Serve another ASGI application below a first path segment."""
        self.host.extras[name] = application

    def _run(self) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])

    def start(self) -> "Server":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Let open requests end, then close."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self._socket.close()

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _listen(bind: str) -> socket.socket:
    """A listening socket, so that clients can connect from now on."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ServingError(f"bind is {bind!r}; write HOST:PORT, as 127.0.0.1:8000")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise ServingError(f"can't listen on {bind}: {error.strerror or error}") from error
    return listener


async def body_of(receive: Receive) -> bytes | None:
    """The body of a request; None where it is larger than MAX_REQUEST_BYTES."""
    chunks = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_REQUEST_BYTES:
            return None
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunk if len(chunks) == 1 else b"".join(chunks)


def request_of(scope: Scope, body: bytes | None, *, origin: str) -> Request:
    """A request as parties take it; without a body one that was too large."""
    path = scope["raw_path"].decode("ascii", "replace")
    query = scope["query_string"].decode("ascii", "replace")
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    url = f"{origin}{path}?{query}" if query else f"{origin}{path}"
    too_large = body is None
    return Request(method=scope["method"], url=url, headers=headers, body=body or b"", too_large=too_large)


async def send_response(send: Send, response: Response) -> None:
    """Send a response whole."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers
    ]
    headers.append((b"content-length", str(len(response.body) + response.missing).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    # Where something is missing uvicorn closes the connection, as the body was not ended.
    await send({"type": "http.response.body", "body": response.body, "more_body": response.missing > 0})


def _plain(status: int, text: str) -> Response:
    return Response(headers=(("Content-Type", "text/plain"),), body=text.encode(), status=status)


__all__ = ["Host", "Server", "ServingError", "body_of", "request_of", "send_response"]
