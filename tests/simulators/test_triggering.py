"""The trigger interface of a served party, asked over HTTP."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from ocpi_conformance.simulators.connection import Role, authorization
from ocpi_conformance.simulators.party import performs
from ocpi_conformance.simulators.roles import Cpo, Emsp
from ocpi_conformance.simulators.serving import Server
from ocpi_conformance.simulators.triggering import MAX_BODY_BYTES, application

TOKEN = "trigger-token"


class Clumsy(Emsp):
    """An eMSP with an action that goes wrong."""

    @performs("stumble")
    def act_stumble(self, connection: Any, parameters: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError("over a stone")


class World:
    """An eMSP that can be triggered, and two CPOs."""

    def __init__(self, server: Server) -> None:
        self.emsp = Clumsy(name="emsp", roles=[_role("EMSP", "MSP")], seed=1)
        self.cpos = [Cpo(name=f"cpo{n}", roles=[_role("CPO", f"CP{n}")], seed=n) for n in (1, 2)]
        for party in (self.emsp, *self.cpos):
            server.add(party)
        server.mount("trigger", application(self.emsp, TOKEN))  # type: ignore[arg-type]
        self.client = httpx.Client(base_url=server.origin, headers={"Authorization": f"Bearer {TOKEN}"})

    def post(self, action: str, body: Any = None, **options: Any) -> httpx.Response:
        return self.client.post(f"/trigger/{action}", json={} if body is None else body, **options)

    def connect(self, number: int) -> None:
        token = self.emsp.connections.invite().token_in
        assert self.cpos[number].register(self.emsp.versions_url, token).succeeded

    def close(self) -> None:
        self.client.close()
        for party in (self.emsp, *self.cpos):
            party.close()


def _role(role: str, party_id: str) -> Role:
    return Role(role=role, country_code="NL", party_id=party_id, name=party_id)


@pytest.fixture
def world() -> Iterator[World]:
    with Server() as server:
        world = World(server)
        try:
            yield world
        finally:
            world.close()


def test_action_is_taken_towards_the_named_peer(world: World):
    """A token reaches the CPO that was named, and no other."""
    world.connect(0)
    world.connect(1)

    answer = world.post("push-token", {"peer": {"country_code": "nl", "party_id": "cp1"}, "parameters": {}})

    assert answer.status_code == 200
    assert answer.json()["done"] is True
    assert answer.json()["data"]["uid"]
    assert world.cpos[0].journal.all("PUT", endpoint="tokens.receiver.put", direction="received")
    assert not world.cpos[1].journal.all("PUT", endpoint="tokens.receiver.put", direction="received")


def test_without_a_peer_the_newest_connection_is_taken(world: World):
    """The last one that registered."""
    world.connect(0)
    world.connect(1)

    world.post("push-token")

    assert world.cpos[1].journal.all("PUT", endpoint="tokens.receiver.put", direction="received")


def test_registration_needs_no_connection(world: World):
    """The action by which a connection begins."""
    token = world.cpos[0].connections.invite().token_in

    answer = world.post(
        "register", {"parameters": {"versions_url": world.cpos[0].versions_url, "token": token}}
    )

    assert answer.status_code == 200
    assert len(world.emsp.connections.registered()) == 1


@pytest.mark.parametrize(
    ("action", "body", "status", "said"),
    [
        ("dance", {}, 501, "push-token"),
        ("push-token", {"peer": {"country_code": "NL", "party_id": "CP1"}}, 409, "NL CP1"),
        ("push-token", {}, 409, "no registered connection"),
        ("register", {"parameters": {"token": "x"}}, 400, "versions_url"),
        ("push-token", [], 400, "object"),
        ("push-token", {"peer": "NL"}, 400, "peer"),
    ],
)
def test_what_can_not_be_done_says_why(world: World, action: str, body: Any, status: int, said: str):
    """Unknown actions are 501, a missing connection 409, a wrong request 400."""
    answer = world.post(action, body)

    assert answer.status_code == status
    assert said in answer.json()["message"]


def test_failure_is_told(world: World):
    """An action that fails is HTTP 500 with the reason."""
    world.connect(0)

    answer = world.post("stumble")

    assert answer.status_code == 500
    assert answer.json() == {"done": False, "message": "stumble: over a stone"}


def test_broken_json_and_large_bodies_are_refused(world: World):
    """Neither is read further than needed."""
    assert world.client.post("/trigger/push-token", content=b"{").status_code == 400
    assert world.client.post("/trigger/push-token", content=b" " * (MAX_BODY_BYTES + 1)).status_code == 413


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Token {TOKEN}", TOKEN, "Bearer \u00fc"])
def test_only_its_own_token_opens_it(world: World, header: str | None):
    """An OCPI token doesn't, nor does none."""
    headers = [(b"Authorization", header.encode())] if header else []
    with httpx.Client(base_url=world.client.base_url) as stranger:
        for answer in (
            stranger.post("/trigger/push-token", headers=headers),
            stranger.get("/trigger", headers=headers),
        ):
            assert answer.status_code == 401


def test_actions_are_listed(world: World):
    """GET tells what the party can be made to do."""
    assert world.client.get("/trigger").json() == {"actions": world.emsp.actions()}


def test_a_party_is_made_to_misbehave_and_to_behave_again(world: World) -> None:
    """The same names as --flaw takes; what is named replaces what was."""

    def versions() -> httpx.Response:
        token = world.emsp.connections.invite().token_in
        return httpx.get(world.emsp.versions_url, headers={"Authorization": authorization(token)})

    assert world.client.get("/trigger/flaws").json()["flaws"] == []
    asked = {"flaws": ["timestamp-stands-still", "slow:seconds=0.01"]}
    answer = world.client.put("/trigger/flaws", json=asked)
    assert answer.json()["flaws"] == ["timestamp-stands-still", "slow:seconds=0.01"]
    assert "slow" in answer.json()["known"]
    assert versions().json()["timestamp"].startswith("2015-")
    assert world.client.put("/trigger/flaws", json={"flaws": []}).json()["flaws"] == []
    assert not versions().json()["timestamp"].startswith("2015-")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"flaws": ["slo"]}, "there is no flaw 'slo'; did you mean slow?"),
        ({"flaws": ["slow:seconds=x"]}, "seconds of slow is 'x'; it takes a number"),
        ({"flaws": ["cdrs-not-listed"]}, "no flaw of a role EMSP; it is one of CPO"),
        ({"flaws": "slow"}, "list of names"),
        ({}, "list of names"),
        ({"flaws": ["slow"] * 500}, "500 flaws are named"),
    ],
)
def test_a_flaw_that_cant_be_is_refused_and_nothing_changes(world: World, asked: Any, said: str) -> None:
    world.client.put("/trigger/flaws", json={"flaws": ["no-link"]})
    answer = world.client.put("/trigger/flaws", json=asked)
    assert answer.status_code == 400
    assert said in answer.json()["message"]
    assert world.client.get("/trigger/flaws").json()["flaws"] == ["no-link"]


def test_flaws_are_for_who_has_the_token(world: World) -> None:
    for method in ("GET", "PUT"):
        answer = world.client.request(method, "/trigger/flaws", headers={"Authorization": "Bearer no"})
        assert answer.status_code == 401
