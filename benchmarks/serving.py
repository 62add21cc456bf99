"""GETs a second of a page of 10 locations: a peer with its journal on, and bare Starlette, each on one core."""

import multiprocessing
import os
import socket
import time
from multiprocessing.connection import Connection as Pipe

import orjson
import uvicorn
from ocpi_conformance.simulators.connection import Connection, Role, authorization
from ocpi_conformance.simulators.party import Limits
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.samples import Samples
from ocpi_conformance.simulators.serving import Server
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

CONNECTIONS = 16
SECONDS = 4.0
TOKEN = "benchmark-token"


def serve_party(pipe: Pipe) -> None:
    """A reference CPO with ten locations."""
    _pin(0)
    with Server() as server:
        cpo = Cpo(
            name="cpo",
            roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="x")],
            limits=Limits(locations=10),
        )
        cpo.furnish()
        server.add(cpo)
        cpo.connections.add(Connection(token_in=TOKEN, registered=True))
        pipe.send((server.port, "/cpo/2.2.1/sender/locations"))
        pipe.recv()


def serve_bare(pipe: Pipe) -> None:
    """The same page, serialized once for each request by bare Starlette."""
    _pin(0)
    samples = Samples(1)
    page = {"data": [samples.location() for _ in range(10)], "status_code": 1000}

    async def answer(_: Request) -> Response:
        return Response(orjson.dumps(page), media_type="application/json")

    listener = socket.create_server(("127.0.0.1", 0))
    pipe.send((listener.getsockname()[1], "/locations"))
    config = uvicorn.Config(
        Starlette(routes=[Route("/locations", answer)]), log_level="critical", access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])


def _pin(core: int) -> None:
    if (os.cpu_count() or 1) > 1 and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def rate(port: int, path: str) -> float:
    """Requests answered a second, over keep-alive connections that are asked in turn."""
    _pin(1)
    request = (
        f"GET {path}?limit=10 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization(TOKEN)}\r\n"
        "X-Request-ID: 1\r\nX-Correlation-ID: 1\r\n\r\n"
    ).encode()
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    for connection in sockets:
        connection.sendall(request)
    count, end = 0, time.perf_counter() + SECONDS
    begin = time.perf_counter()
    while time.perf_counter() < end:
        for connection in sockets:
            _read(connection)
            connection.sendall(request)
            count += 1
    elapsed = time.perf_counter() - begin
    for connection in sockets:
        connection.close()
    return count / elapsed


def _read(connection: socket.socket) -> None:
    data = connection.recv(65536)
    assert data.startswith(b"HTTP/1.1 200"), data[:200]
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = length - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))


def main() -> None:
    """Print both rates and their ratio."""
    rates = {}
    for name, target in (("peer", serve_party), ("bare Starlette", serve_bare)):
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(target=target, args=(there,))
        process.start()
        port, path = here.recv()
        rates[name] = rate(port, path)
        process.terminate()
        process.join()
    peer, bare = rates["peer"], rates["bare Starlette"]
    print(f"peer {peer:,.0f}/s, bare Starlette {bare:,.0f}/s, ratio {peer / bare:.2f} (goal: 5,000/s)")
