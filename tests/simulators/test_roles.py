"""The roles: their stock, valid and of the size asked for, and a life together."""

import pytest
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.actions import actions
from ocpi_conformance.simulators.party import Limits
from ocpi_conformance.simulators.roles import ROLES

OBJECTS = {
    "locations": "Location",
    "tariffs": "Tariff",
    "sessions": "Session",
    "cdrs": "CDR",
    "tokens": "Token",
}


def stock(party) -> dict[str, int]:
    return {module: len(party.store.own(module)) for module in OBJECTS}


def test_each_role_is_found_by_its_name():
    assert {name: cls.role for name, cls in ROLES.items()} == {"CPO": "CPO", "EMSP": "EMSP"}


@pytest.mark.parametrize(
    "limits",
    [
        Limits(),
        Limits(locations=0, tariffs=0, sessions=0, cdrs=0, tokens=0),
        Limits(locations=1, tariffs=0, sessions=3, cdrs=1),
        Limits(locations=2, tariffs=1, sessions=1, cdrs=3),
    ],
)
def test_a_cpos_stock_is_of_the_size_asked_for_and_valid(make_cpo, limits: Limits):
    cpo = make_cpo(limits=limits)
    cpo.furnish()
    found = stock(cpo)
    assert found["tokens"] == 0
    assert {name: found[name] for name in ("tariffs", "sessions", "cdrs")} == {
        "tariffs": limits.tariffs,
        "sessions": limits.sessions,
        "cdrs": limits.cdrs,
    }
    assert found["locations"] >= limits.locations
    for module, name in OBJECTS.items():
        for value in cpo.store.own(module):
            assert validator("2.2.1", name).findings(value) == (), module


def test_sessions_with_a_cdr_are_over_and_others_go_on(make_cpo):
    cpo = make_cpo(limits=Limits(sessions=3, cdrs=2))
    cpo.furnish()
    assert [session["status"] for session in cpo.store.own("sessions")] == [
        "COMPLETED",
        "COMPLETED",
        "ACTIVE",
    ]
    billed = [cdr["session_id"] for cdr in cpo.store.own("cdrs")]
    assert billed == [session["id"] for session in cpo.store.own("sessions")][:2]


def test_an_emsps_stock_has_tokens_of_every_type(make_emsp):
    emsp = make_emsp(limits=Limits(tokens=6))
    emsp.furnish()
    tokens = list(emsp.store.own("tokens"))
    assert len(tokens) == 6
    assert {token["type"] for token in tokens} == {"RFID", "APP_USER", "AD_HOC_USER", "OTHER"}
    assert all(validator("2.2.1", "Token").is_valid(token) for token in tokens)


def test_the_same_seed_gives_the_same_identifiers(make_cpo):
    first, second = make_cpo(seed=5), make_cpo(seed=5)
    for party in (first, second):
        party.furnish()
    ids = [[location["id"] for location in party.store.own("locations")] for party in (first, second)]
    assert ids[0] == ids[1]


def test_every_action_of_both_roles_succeeds_and_is_valid(world):
    """What needs another action before it comes after it; validity is judged when the world ends."""
    location = world.cpo.add_location(full=True)
    session = world.cpo.act("push-session", world.to_emsp, {"location_id": location["id"]})
    needed = {
        "authorize-token": {"uid": next(iter(world.emsp.store.own("tokens")))["uid"]},
        "set-charging-preferences": session,
        "set-charging-profile": session,
        "clear-charging-profile": session,
        "get-active-charging-profile": session,
        "cancel-charging-profile": session,
        "pull-location": {"location_id": location["id"]},
    }
    late = (
        "register",
        "unregister",
        "update-active-charging-profile",
        "withdraw-reservation",
        "expire-reservation",
        "stop-session",
        "pull-client-info",  # neither of the two is a hub
    )
    for action in actions():
        for role in action.roles if action.name not in late else ():
            _act(world, role, action.name, needed.get(action.name, {}))
    _act(world, "CPO", "update-active-charging-profile", session)
    for action in ("withdraw-reservation", "expire-reservation"):
        made = _act(world, "EMSP", "reserve-now", {})
        _act(world, "CPO", action, {"reservation_id": made["reservation_id"]})
    _act(world, "EMSP", "stop-session", session)
    for party in (world.cpo, world.emsp):
        for exchange in party.journal.all(direction="sent"):
            assert exchange.response.envelope.get("status_code") == 1000, exchange


def _act(world, role: str, action: str, parameters):
    party, connection = (world.cpo, world.to_emsp) if role == "CPO" else (world.emsp, world.to_cpo)
    result = party.act(action, connection, parameters)
    world.settle()
    declared = next(row for row in actions() if row.name == action)
    assert set(result) == set(declared.returns), action
    return result
