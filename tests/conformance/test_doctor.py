"""The doctor: each way in which an implementation can't be tested has a diagnosis of its own."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from ocpi_conformance.conformance.doctor import Diagnosis, Item, examine
from ocpi_conformance.conformance.settings import Settings
from ocpi_conformance.simulators.certificates import self_signed
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.serving import Server
from ocpi_conformance.simulators.triggering import application
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

TOKEN = "doctors-token"


def the(diagnosis: Diagnosis, name: str) -> Item:
    return next(item for item in diagnosis.items if item.name == name)


def fatal(diagnosis: Diagnosis) -> Item:
    return next(item for item in diagnosis.items if item.fatal and not item.ok)


def aimed_at(url: str, **more: Any) -> Settings:
    return Settings(versions_url=url, token=TOKEN, timeout_s=5.0, **more)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture(scope="module")
def cpo(server: Server) -> Iterator[Cpo]:
    """A CPO that is as it should be, with a trigger."""
    cpo = Cpo(name="cpo", roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="C")])
    cpo.connections.invite(TOKEN)
    server.add(cpo)
    server.mount("trigger", application(cpo, "h00k"))  # type: ignore[arg-type]
    yield cpo
    cpo.close()


def stub(server: Server, answer: Response) -> str:
    """A versions endpoint that answers everything alike."""

    async def take(request: Request) -> Response:
        return answer

    server.mount("stub", Starlette(routes=[Route("/stub/{rest:path}", take)]))  # type: ignore[arg-type]
    return f"{server.origin}/stub/versions"


def envelope(data: Any, status_code: int = 1000, **more: Any) -> dict[str, Any]:
    return {"data": data, "status_code": status_code, "timestamp": "2026-01-01T00:00:00Z", **more}


def test_a_good_one_can_be_tested(cpo: Cpo, server: Server):
    """Nothing to complain of, and what it serves is the claim."""
    settings = aimed_at(cpo.versions_url, trigger_url=f"{server.origin}/trigger", trigger_token="h00k")

    diagnosis = examine(settings)

    assert [item for item in diagnosis.items if not item.ok] == []
    assert diagnosis.usable
    assert diagnosis.summary == ""
    assert diagnosis.claim is not None
    assert diagnosis.claim.covers("locations", "SENDER")


def test_nothing_is_changed_by_looking(cpo: Cpo):
    """Only GETs, and token A is still good."""
    mark = cpo.journal.mark()

    examine(aimed_at(cpo.versions_url))

    assert {exchange.request.method for exchange in cpo.journal.all(since=mark)} == {"GET"}
    assert cpo.connections.by_token(TOKEN) is not None


def test_refused():
    """Nobody listens."""
    with Server() as gone:
        url = f"{gone.origin}/versions"

    diagnosis = examine(aimed_at(url))

    assert not diagnosis.usable
    assert "refuses the connection" in diagnosis.summary
    assert "versions_url" in diagnosis.summary


def test_name_that_is_none():
    """The name can't be resolved; .invalid never can (RFC 2606)."""
    assert "DNS" in fatal(examine(aimed_at("http://cpo.invalid/versions"))).detail


@contextmanager
def a_hole() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_hangs():
    """A connection without an answer ends after timeout_s, and says that."""
    with a_hole() as port:
        item = fatal(examine(replace(aimed_at(f"http://127.0.0.1:{port}/versions"), timeout_s=0.2)))

    assert "hangs" in item.detail
    assert "0.2 s" in item.detail
    assert "timeout_s" in item.hint


def test_plain_http_asked_with_https(server: Server):
    """The scheme is wrong."""
    item = fatal(examine(aimed_at(server.origin.replace("http://", "https://") + "/versions")))

    assert "TLS" in item.detail
    assert "http://" in item.hint


def test_certificate_that_nobody_vouches_for():
    """An own certificate needs ca_file, or insecure, which is then said."""
    with Server(certificate=self_signed("127.0.0.1")) as secure:
        url = stub(secure, JSONResponse(envelope([])))
        refused = fatal(examine(aimed_at(url)))
        accepted = examine(aimed_at(url, insecure=True))

    assert "not trusted" in refused.detail
    assert "ca_file" in refused.hint
    assert the(accepted, "versions: reached").ok
    assert not the(accepted, "TLS").ok


@pytest.mark.parametrize(
    ("answer", "detail", "hint"),
    [
        (HTMLResponse("<!doctype html><title>Login</title>"), "HTML", "web page"),
        (PlainTextResponse("<html>proxy</html>"), "HTML", "web page"),
        (
            RedirectResponse("https://elsewhere.example/versions", 307),
            "redirect to https://elsewhere",
            "versions_url",
        ),
        (PlainTextResponse("no such page", 404), "HTTP 404: no such page", "versions_url"),
        (PlainTextResponse("oops", 500), "HTTP 500: oops", "log"),
        (PlainTextResponse("hello"), "no JSON object: hello", "versions_url"),
        (
            JSONResponse(envelope(None, 2001, status_message="bad token")),
            "status_code 2001: bad token",
            "token",
        ),
        (JSONResponse({"data": []}), "status_code absent", "versions_url"),
        (JSONResponse({}, 401), "HTTP 401", "CREDENTIALS_TOKEN_A"),
        (JSONResponse({}, 403), "HTTP 403", "CREDENTIALS_TOKEN_A"),
        (
            JSONResponse(envelope([{"version": "2.1.1", "url": "http://x/2.1.1"}])),
            "lists 2.1.1",
            "ocpi_version",
        ),
        (JSONResponse(envelope([])), "lists none", "ocpi_version"),
        (JSONResponse(envelope(["2.2.1", {"version": "2.2.1"}])), "lists 2.2.1", "ocpi_version"),
    ],
)
def test_answers_that_end_it(server: Server, answer: Response, detail: str, hint: str):
    """Each answer that leaves nothing to test is told apart."""
    diagnosis = examine(aimed_at(stub(server, answer)))

    item = fatal(diagnosis)
    assert detail in item.detail
    assert hint in item.hint
    assert not diagnosis.usable
    assert diagnosis.claim is None


def test_control_characters_are_not_repeated(server: Server):
    """What an implementation says reaches a terminal."""
    diagnosis = examine(aimed_at(stub(server, PlainTextResponse("\x1b[2Jgone", 500))))

    assert "\x1b" not in diagnosis.summary


def test_wrong_token_names_where_it_came_from(cpo: Cpo):
    """The variable or file to correct is named, the token isn't."""
    settings = replace(aimed_at(cpo.versions_url), token="wr0ng", sources={"token": "variable IUT_TOKEN"})

    diagnosis = examine(settings)

    assert "variable IUT_TOKEN" in diagnosis.summary
    assert "wr0ng" not in diagnosis.summary


def test_token_without_base64_is_recognized(server: Server):
    """Some still take the token as versions before 2.2 sent it."""

    async def take(request: Request) -> Response:
        good = request.headers["authorization"] == f"Token {TOKEN}"
        return JSONResponse(envelope([]) if good else {}, 200 if good else 401)

    server.mount("old", Starlette(routes=[Route("/old", take)]))  # type: ignore[arg-type]

    assert "without Base64" in fatal(examine(aimed_at(f"{server.origin}/old"))).hint


def details(server: Server, endpoints: Any) -> str:
    """An implementation whose version details list these endpoints."""

    async def take(request: Request) -> Response:
        if request.url.path.endswith("versions"):
            return JSONResponse(envelope([{"version": "2.2.1", "url": f"{server.origin}/own/2.2.1"}]))
        return JSONResponse(envelope({"version": "2.2.1", "endpoints": endpoints}))

    server.mount("own", Starlette(routes=[Route("/own/{rest}", take)]))  # type: ignore[arg-type]
    return f"{server.origin}/own/versions"


def endpoint(identifier: str, role: str = "SENDER") -> dict[str, str]:
    return {"identifier": identifier, "role": role, "url": f"https://x.example/{identifier}"}


def test_without_credentials_there_is_no_registration(server: Server):
    """The version details are there, but not what everything begins with."""
    item = fatal(examine(aimed_at(details(server, [endpoint("locations")]))))

    assert item.name == "credentials endpoint"
    assert "locations" in item.detail


@pytest.mark.parametrize("endpoints", [None, [], "x", [1, {"identifier": 3}]])
def test_details_of_any_shape_are_survived(server: Server, endpoints: Any):
    """Whatever is listed, it is a diagnosis and no crash."""
    assert fatal(examine(aimed_at(details(server, endpoints)))).name == "credentials endpoint"


def test_claimed_but_not_served(server: Server):
    """A run can begin, but the claim is more than what is there."""
    url = details(server, [endpoint("credentials"), endpoint("locations")])

    diagnosis = examine(aimed_at(url, claim={"modules": ["locations", "tokens"]}))

    assert diagnosis.usable
    assert not the(diagnosis, "claim").ok
    assert "tokens RECEIVER" in the(diagnosis, "claim").detail
    assert diagnosis.claim is not None
    assert diagnosis.claim.covers("tokens", "RECEIVER")


@pytest.mark.parametrize(
    ("url", "more", "ok", "said"),
    [
        ("https://cpo.invalid/v", {}, False, "its own machine"),
        ("https://cpo.invalid/v", {"bind": "0.0.0.0:8000"}, False, "every address"),
        (
            "https://cpo.invalid/v",
            {"bind": "0.0.0.0:8000", "public_url": "https://me.example"},
            True,
            "me.example",
        ),
        ("https://cpo.invalid/v", {"public_url": "http://localhost:1"}, False, "its own machine"),
        ("http://localhost:1/v", {}, True, "127.0.0.1"),
        ("http://[::1]:1/v", {}, True, "127.0.0.1"),
    ],
)
def test_way_back(url: str, more: dict[str, str], ok: bool, said: str):
    """An implementation elsewhere can't call a loopback address."""
    item = the(examine(aimed_at(url, **more)), "way back")

    assert (item.ok, said in item.detail) == (ok, True)
    assert ok or "public_url" in item.hint


def test_tokens_over_plain_http_are_told():
    """Not fatal, but said."""
    assert not the(examine(aimed_at("http://cpo.invalid/v")), "TLS").ok


@pytest.mark.parametrize(
    ("more", "ok", "said"),
    [
        ({}, False, "none is set"),
        ({"trigger_command": "/nowhere/at/all x"}, False, "not there"),
        ({"trigger_command": "sh -c true"}, True, "sh"),
        ({"trigger_url": "{origin}/trigger", "trigger_token": "h00k"}, True, "answers"),
        ({"trigger_url": "{origin}/trigger", "trigger_token": "wrong"}, False, "401"),
        ({"trigger_url": "{origin}/nothing"}, False, "404"),
    ],
)
def test_trigger(cpo: Cpo, server: Server, more: dict[str, str], ok: bool, said: str):
    """A hook is asked for an action that nobody knows; a command is looked for, not run."""
    settings = aimed_at(
        cpo.versions_url, **{key: value.format(origin=server.origin) for key, value in more.items()}
    )

    diagnosis = examine(settings)

    assert diagnosis.usable
    item = the(diagnosis, "trigger")
    assert (item.ok, said in item.detail) == (ok, True)


def test_a_connection_that_is_cut(server: Server):
    """Half an answer is a fault like any other."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def cut() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + json.dumps({}).encode()
                )

        thread = threading.Thread(target=cut)
        thread.start()
        item = fatal(examine(aimed_at(f"http://127.0.0.1:{listener.getsockname()[1]}/versions")))
        thread.join()

    assert item.name == "versions: reached"


def test_what_is_served_but_not_claimed_is_a_warning(cpo: Cpo):
    """It stops nothing: a claim may be narrower than what there is."""
    diagnosis = examine(aimed_at(cpo.versions_url, claim={"modules": ["locations"]}))

    item = the(diagnosis, "unclaimed")
    assert not item.ok
    assert "tokens RECEIVER" in item.detail
    assert diagnosis.usable


def test_a_claim_that_contradicts_itself_is_fatal(cpo: Cpo):
    """No run can begin with it."""
    table = {"modules": ["locations"], "features": {"reservations": True}}
    diagnosis = examine(aimed_at(cpo.versions_url, claim=table))

    assert fatal(diagnosis).name == "review"
    assert "reservations" in diagnosis.summary


def test_advice_on_a_claim_is_a_warning(cpo: Cpo):
    """With the place in the text that it comes from."""
    diagnosis = examine(aimed_at(cpo.versions_url, claim={"modules": ["commands"]}))

    assert "mod_commands.asciidoc#" in the(diagnosis, "review").detail
    assert diagnosis.usable
