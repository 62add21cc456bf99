"""Every action of the list, taken over HTTP by the reference parties: each calls what the list says."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from ocpi_conformance.simulators.actions import Action, actions
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.party import Limits, Party
from ocpi_conformance.simulators.roles import Cpo, Emsp, Hub
from ocpi_conformance.simulators.serving import Server
from ocpi_conformance.simulators.triggering import application

TOKEN = "trigger-token"
LIMITS = Limits(locations=3, tokens=4, tariffs=2, sessions=1, cdrs=1)
PARTIES = {
    "CPO": (Cpo, "CPO"),
    "EMSP": (Emsp, "MSP"),
    "HUB": (Hub, "HUB"),
}
WITHOUT_CALL = {"issue-token", "prepare-token", "plug-in", "expire-reservation", "cancel-charging-profile"}
"""Actions that prepare something, or whose effect comes later or not always as a call."""


class World:
    """A CPO, an eMSP and a hub on servers of their own, each with its trigger interface."""

    def __init__(self) -> None:
        self.parties: dict[str, Party] = {}
        self.servers: list[Server] = []
        self.clients: dict[str, httpx.Client] = {}
        self.told: dict[str, dict[str, Any]] = {}
        for role, (kind, party_id) in PARTIES.items():
            own = Role(role=role, country_code="NL", party_id=party_id, name=party_id)
            party = kind(name=role.lower(), roles=[own], seed=len(role), limits=LIMITS, verify=False)
            server = Server().start()
            server.add(party)
            server.mount("trigger", application(party, TOKEN))  # type: ignore[arg-type]
            headers = {"Authorization": f"Bearer {TOKEN}"}
            self.clients[role] = httpx.Client(base_url=server.origin, headers=headers, timeout=30)
            self.parties[role] = party
            self.servers.append(server)
        for party in self.parties.values():
            if hasattr(party, "furnish"):
                party.furnish()  # type: ignore[attr-defined]

    def act(self, role: str, action: str, towards: str, **parameters: Any) -> dict[str, Any]:
        """Have a party act towards another; what it tells."""
        peer = self.parties[towards].me
        body = {
            "peer": {"country_code": peer.country_code, "party_id": peer.party_id},
            "parameters": parameters,
        }
        answer = self.clients[role].post(f"/trigger/{action}", json=body)
        for party in self.parties.values():
            party.settle()
        assert answer.status_code == 200, f"{role} {action}: {answer.text}"
        self.told[action] = answer.json()["data"]
        return self.told[action]

    def close(self) -> None:
        for client in self.clients.values():
            client.close()
        for party in self.parties.values():
            party.settle()
            party.close()
        for server in self.servers:
            server.stop()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A world in which CPO and hub are registered with the eMSP, and the hub with the CPO."""
    world = World()
    try:
        for role, towards in (("CPO", "EMSP"), ("HUB", "EMSP"), ("HUB", "CPO")):
            token = world.act(towards, "issue-token", role)["token"]
            world.act(
                role, "register", towards, versions_url=world.parties[towards].versions_url, token=token
            )
        yield world
    finally:
        world.close()


def session(world: World) -> dict[str, Any]:
    """A new session of an eMSP's customer that goes on."""
    return {"session_id": world.act("CPO", "push-session", "EMSP")["session_id"]}


def command_session(world: World) -> dict[str, Any]:
    """One that the eMSP started."""
    world.act("EMSP", "start-session", "CPO")
    return {}


def reservation(world: World) -> dict[str, Any]:
    """A new reservation of the eMSP."""
    return {"reservation_id": world.act("EMSP", "reserve-now", "CPO")["reservation_id"]}


def limited(world: World) -> dict[str, Any]:
    """A session on which the eMSP has set a profile."""
    wanted = session(world)
    world.act("EMSP", "set-charging-profile", "CPO", **wanted)
    return wanted


def location(world: World) -> dict[str, Any]:
    told = world.act("CPO", "push-connector", "EMSP")
    return {"location_id": told["location_id"]}


def evse(world: World) -> dict[str, Any]:
    told = world.act("CPO", "push-connector", "EMSP")
    return {name: told[name] for name in ("location_id", "evse_uid")}


def connector(world: World) -> dict[str, Any]:
    return world.act("CPO", "push-connector", "EMSP")


def unknown_token(world: World) -> dict[str, Any]:
    return {"uid": "NOBODY-KNOWS-IT"}


def nothing(world: World) -> dict[str, Any]:
    return {}


NEEDS: dict[str, list[Callable[[World], dict[str, Any]]]] = {
    "check-location": [location, evse, connector],
    "pull-location": [location, evse, connector],
    "set-charging-preferences": [session],
    "authorize-token": [unknown_token],
    "stop-session": [command_session],
    "withdraw-reservation": [reservation],
    "expire-reservation": [reservation],
    "cancel-reservation": [reservation],
    "set-charging-profile": [session],
    "clear-charging-profile": [limited],
    "get-active-charging-profile": [limited],
    "update-active-charging-profile": [limited],
    "cancel-charging-profile": [limited],
}
"""What has to be there before an action, as parameters of it. Several are several ways to take it."""

TAKEN = [
    (role, action)
    for role in ("CPO", "EMSP")
    for action in actions()
    if role in action.roles and action.name not in ("register", "unregister", "issue-token", "plug-in")
]


@pytest.mark.parametrize(("role", "action"), TAKEN, ids=[f"{role}-{action.name}" for role, action in TAKEN])
def test_an_action_over_http_calls_what_the_list_says(role: str, action: Action, world: World):
    """With the parameters that it can't do without, and those that choose among its endpoints."""
    towards = "HUB" if action.name == "pull-client-info" else "EMSP" if role == "CPO" else "CPO"
    journal = world.parties[role].journal
    called: set[str] = set()
    for need in NEEDS.get(action.name, [nothing]):
        parameters = need(world)
        since = journal.mark()
        told = world.act(role, action.name, towards, **parameters)
        sent = journal.all(direction="sent", since=since)
        called |= {exchange.endpoint.id for exchange in sent if exchange.endpoint is not None}
        assert set(told) <= set(action.returns), "what it tells is listed"
    assert set(action.calls) <= called
    assert called or action.name in WITHOUT_CALL


def test_the_parties_know_the_actions_of_the_list_and_no_others(world: World):
    """As their trigger interface says."""
    for role in ("CPO", "EMSP"):
        known = world.clients[role].get("/trigger").json()["actions"]
        assert known == sorted(action.name for action in actions() if role in action.roles)


def test_a_connection_ends_by_an_action():
    """The last of all, in a world of its own."""
    world = World()
    try:
        token = world.act("EMSP", "issue-token", "CPO")["token"]
        url = world.parties["EMSP"].versions_url
        world.act("CPO", "register", "EMSP", versions_url=url, token=token)
        assert world.act("CPO", "unregister", "EMSP") == {"accepted": True}
        assert not world.parties["EMSP"].connections.registered()
    finally:
        world.close()
