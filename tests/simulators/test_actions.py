"""The list of actions, held to what the parties can do."""

import re

from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators.actions import actions
from ocpi_conformance.simulators.roles import ROLES, Hub

RESULTS = {
    "chargingprofiles.sender.set_result",
    "chargingprofiles.sender.clear_result",
    "chargingprofiles.sender.active_result",
}
"""What a CPO sends because it was asked, not because it was told to."""


def methods() -> dict[str, dict[str, object]]:
    """The marked methods of each role, by action."""
    found: dict[str, dict[str, object]] = {}
    for role, cls in ROLES.items():
        for name in dir(cls):
            method = getattr(cls, name, None)
            action = getattr(method, "action", None)
            if action:
                found.setdefault(action, {})[role] = method
    return found


def test_every_action_is_listed_with_the_roles_that_take_it():
    marked = {action: set(by_role) for action, by_role in methods().items()}
    assert {action.name: set(action.roles) for action in actions()} == marked


def test_names_are_listed_once_and_written_alike():
    names = [action.name for action in actions()]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+|register|unregister", name) for name in names)


def test_an_action_stands_with_the_module_that_its_class_is_about():
    for action in actions():
        for method in methods()[action.name].values():
            module = method.__module__.rsplit(".", 1)[-1]
            assert {"commanding": "commands"}.get(module, module) == action.module


def test_each_action_and_its_method_say_what_it_does():
    for action in actions():
        assert action.description.endswith(".")
        assert all(action.parameters.values())
        assert all((method.__doc__ or "").strip() for method in methods()[action.name].values())


def test_the_list_cannot_be_changed_by_its_readers():
    assert actions() is actions()
    assert isinstance(actions(), tuple)


def test_every_way_to_act_as_a_client_has_an_action():
    """Each endpoint that the other side of a role serves is called by an action of the role."""
    served = {role: set(routes_of(cls)) for role, cls in {**ROLES, "HUB": Hub}.items()}
    for role, other in (("CPO", "EMSP"), ("EMSP", "CPO")):
        called = {endpoint for action in actions() if role in action.roles for endpoint in action.calls}
        asked = {endpoint for endpoint in served[other] if not endpoint.startswith("hubclientinfo.")}
        asked |= {endpoint for endpoint in served["HUB"] if endpoint.startswith("hubclientinfo.sender.")}
        assert asked - called == (RESULTS if role == "CPO" else set())


def test_actions_call_what_there_is():
    """Ids of endpoints, of the module that the action is about or of one that its story touches."""
    known = {endpoint.id for endpoint in endpoints("2.2.1")}
    assert {endpoint for action in actions() for endpoint in action.calls} <= known


def routes_of(cls: type) -> set[str]:
    """The ids of the endpoints that a class serves."""
    marked = (getattr(getattr(cls, name, None), "endpoint_id", None) for name in dir(cls))
    return {endpoint for endpoint in marked if endpoint}
