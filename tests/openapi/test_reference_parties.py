"""The reference parties as schemathesis sees them, which knows nothing but their OpenAPI document."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.conformance.commands.serve import prepare
from ocpi_conformance.conformance.serve_settings import ServeSettings
from ocpi_conformance.schemas import openapi
from ocpi_conformance.simulators.connection import Connection, Role, authorization
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.roles import Cpo, Emsp
from ocpi_conformance.simulators.serving import Server

HERE = Path(__file__).parent
OWNER = {"country_code": "NL", "party_id": "ABC"}
OTHERS = {"CPO": Emsp, "EMSP": Cpo}
WITHHELD = {"credentials.delete", "credentials.post", "credentials.put"}
"""Operations that can't succeed here: one ends the connection, one begins it, one needs endpoints behind its URL."""


def of_a_cpo(party: Party, other: Party, connection: Connection) -> dict[str, Any]:
    """Locations, EVSEs, connectors and sessions that a CPO has."""
    locations = list(party.store.own("locations"))
    connectors = [
        {"location_id": location["id"], "evse_uid": evse["uid"], "connector_id": connector["id"]}
        for location in locations
        for evse in location.get("evses") or ()
        for connector in evse["connectors"]
    ]
    sessions = [{"session_id": session["id"]} for session in party.store.own("sessions")]
    profiles = {f"chargingprofiles.receiver.{name}": sessions for name in ("get", "set", "clear")}
    return {
        "ids": {
            "locations.sender.location": [{"location_id": location["id"]} for location in locations],
            "locations.sender.evse": [{**place, "connector_id": ""} for place in connectors],
            "locations.sender.connector": connectors,
            "sessions.sender.preferences": sessions,
            **profiles,
        },
        "fields": {
            "location_id": [location["id"] for location in locations],
            "session_id": [session["session_id"] for session in sessions],
        },
    }


def pushed(cpo: Cpo, connection: Connection, level: str) -> dict[str, str]:
    """The path parameters of a location that was sent, or of a part of it."""
    location = cpo.add_location(full=True)
    assert cpo.push_location(connection, location).accepted
    evse = location["evses"][0]
    names = {
        "location_id": location["id"],
        "evse_uid": evse["uid"],
        "connector_id": evse["connectors"][0]["id"],
    }
    return dict(list(names.items())[: ("location", "evse", "connector").index(level) + 1])


def of_an_emsp(party: Party, other: Party, connection: Connection) -> dict[str, Any]:
    """Tokens that an eMSP has, locations that it was sent, and URLs at which it waits for outcomes."""
    assert isinstance(party, Emsp)
    assert isinstance(other, Cpo)
    # One location for each level: what is sent to one level takes away what is below it.
    places = {level: pushed(other, connection, level) for level in ("location", "evse", "connector")}
    commands = ("START_SESSION", "RESERVE_NOW")
    urls = [party.new_response_url(command).rsplit("/", 2)[1:] for command in commands]
    party.store.own("profiles set").put(("a1",), {})
    waiting = {
        f"chargingprofiles.sender.{kind}_result": [
            {"uid": party.new_profile_url(kind).partition("?")[0].rpartition("/")[2]}
        ]
        for kind in ("set", "clear", "active")
    }
    return {
        "ids": {
            "tokens.sender.authorize": [{"token_uid": token["uid"]} for token in party.store.own("tokens")],
            "commands.sender.result": [{"command": command, "uid": uid} for command, uid in urls],
            "chargingprofiles.sender.update": [{"session_id": "A1"}],
            **waiting,
            **{
                f"locations.receiver.{verb}_{name}": [place]
                for verb in ("get", "put", "patch")
                for name, place in places.items()
            },
        }
    }


KNOWN: dict[str, Callable[[Party, Party, Connection], dict[str, Any]]] = {"CPO": of_a_cpo, "EMSP": of_an_emsp}


@contextmanager
def connected(role: str, *flaws: str) -> Iterator[tuple[Party, Connection, dict[str, Any]]]:
    """A party on a socket, the connection that another one has to it, and what the hooks have to know."""
    cls = OTHERS[role]
    other = cls(name="other", roles=[Role(role=cls.role, name="Other", **OWNER)])
    server, party, described = prepare(role, ServeSettings(flaw=flaws))
    with server, Server() as beside:
        beside.add(other)
        connection = other.register(described["versions_url"], described["token"]).connection
        assert connection is not None
        try:
            about = KNOWN[role](party, other, connection)
            yield party, connection, {"owner": OWNER, "callback": f"{beside.origin}/nobody", **about}
        finally:
            party.close()
            other.close()


def schemathesis(
    party: Party, connection: Connection, known: dict[str, Any], folder: Path, *options: str
) -> "subprocess.CompletedProcess[str]":
    """Run it as its users do; its configuration stands beside this file."""
    document = folder / "openapi.json"
    document.write_text(openapi.as_text(openapi.document(party.version, party.role)), "utf-8")
    environ = {
        "OPENAPI_AUTHORIZATION": authorization(connection.token_out or ""),
        "OPENAPI_COUNTRY_CODE": OWNER["country_code"],
        "OPENAPI_PARTY_ID": OWNER["party_id"],
        "OPENAPI_KNOWN": json.dumps(known),
        "SCHEMATHESIS_HOOKS": "hooks",
        "PYTHONPATH": str(HERE),
    }
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(HERE / "schemathesis.toml"),
        "run",
    ]
    return subprocess.run(
        [*command, str(document), "--url", party.base_url, "--no-color", *options],
        env={**os.environ, **environ},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_is_as_its_document_says(role: str, tmp_path: Path):
    """No server error, nothing undocumented, nothing invalid; and each operation was seen to succeed too."""
    succeeded: set[str] = set()

    def note(exchange: Exchange) -> None:
        code = exchange.response.envelope.get("status_code") if exchange.response else None
        if exchange.direction == "received" and exchange.endpoint and code == 1000:
            succeeded.add(exchange.endpoint.id)

    with connected(role) as (party, connection, known):
        party.journal.on_record = note
        result = schemathesis(party, connection, known, tmp_path)
        party.settle()

    assert result.returncode == 0, result.stdout + result.stderr
    assert party.faults == []
    assert {row.id for row in party.endpoints if party.handler(row)} - WITHHELD == succeeded - WITHHELD


@pytest.mark.parametrize(
    ("flaw", "code"),
    [
        ("errors-without-status-code", "Response violates schema"),
        ("answers-without-request-id", "Missing required response headers"),
    ],
)
def test_a_party_that_is_not_as_its_document_says_is_found_out(flaw: str, code: str, tmp_path: Path):
    """So that the silence of the test above means something."""
    with connected("CPO", flaw) as (party, connection, known):
        options = ("--include-operation-id", "locations.sender.location", "--phases", "fuzzing")
        result = schemathesis(party, connection, known, tmp_path, *options)

    assert result.returncode == 1
    assert code in result.stdout
