"""serve: one party in a process of its own, as a user starts it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from ocpi_conformance.conformance.commands.serve import prepare
from ocpi_conformance.conformance.serve_settings import ServeSettings
from ocpi_conformance.simulators.connection import Role, authorization
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp
from ocpi_conformance.simulators.serving import Server


@contextmanager
def serving(*arguments: str, **environ: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "ocpi_conformance.conformance", "serve", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environ}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_cleanly_on_a_signal(number: signal.Signals):
    """Exit code 0, nothing on stderr, one line of JSON on stdout."""
    with serving("cpo", "--format", "json") as process:
        ready = json.loads(said(process))
        process.send_signal(number)
        rest, errors = process.communicate(timeout=30)

    assert process.returncode == 0
    assert (rest, errors) == ("", "")
    assert set(ready) == {"versions_url", "token", "trigger_url", "trigger_token"}
    assert ready["token"] != ready["trigger_token"]


def test_tokens_can_be_given_by_variable():
    """So that a client can be set up beforehand."""
    with serving("emsp", "--format", "json", "--token-env", "MINE", MINE="my-token-a") as process:
        ready = json.loads(said(process))
        answer = httpx.get(ready["versions_url"], headers={"Authorization": authorization("my-token-a")})

    assert ready["token"] == "my-token-a"
    assert answer.status_code == 200


def test_text_says_how_to_reach_it():
    """URL, tokens and trigger, for a person."""
    with serving("cpo") as process:
        lines = [said(process) for _ in range(6)]

    assert "CPO of OCPI 2.2.1 is ready" in lines[0]
    assert "http://127.0.0.1:" in lines[1]
    assert "/trigger/{action}" in lines[3]


@contextmanager
def prepared(role: str = "CPO", **wanted: Any) -> Iterator[dict[str, str]]:
    server, party, described = prepare(role, ServeSettings(**wanted))
    with server:
        try:
            yield described
        finally:
            party.close()


def test_world_is_as_large_as_asked():
    """Locations and page size follow the settings, and a peer can fetch them all."""
    emsp = Emsp(name="emsp", roles=[Role(role="EMSP", country_code="DE", party_id="MSP", name="E")])
    with prepared(locations=25, page_limit=10) as ready, Server() as server:
        server.add(emsp)
        connection = emsp.register(ready["versions_url"], ready["token"]).connection
        assert connection is not None
        pages = [len(answer.items) for answer in crawl(emsp, connection, "locations.sender.list")]
        emsp.close()

    assert pages == [10, 10, 5]


def test_self_signed_https():
    """Served over https, and nothing in the URLs says http."""
    with prepared(tls="self-signed") as ready:
        answer = httpx.get(
            ready["versions_url"], headers={"Authorization": authorization(ready["token"])}, verify=False
        )

    assert ready["trigger_url"].startswith("https://")
    assert answer.json()["data"][0]["url"].startswith("https://")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--host", "0.0.0.0"], "--public-url"),
        (["--tls", "self-signed", "--tls-cert", "a", "--tls-key", "b"], "keep one"),
        (["--tls-cert", "/nowhere/a", "--tls-key", "/nowhere/b"], "PEM"),
        (["--host", "192.0.2.1"], "--host and --port"),
        (["--port", "70000"], "--host and --port"),
        (["--locations", "many"], "whole number"),
    ],
)
def test_what_can_not_be_served_says_why(arguments: list[str], hint: str):
    """Every address, certificate and number that is of no use ends with exit code 4."""
    with serving("cpo", *arguments) as process:
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 4
    assert hint in errors
