"""What a scenario says of itself."""

import pytest
from ocpi_conformance.conformance.marking import MARK, Phase, applies_to


@pytest.fixture(autouse=True)
def marker(request: pytest.FixtureRequest) -> None:
    """Let pytest know the mark, as the plugin does in a run."""
    request.config.addinivalue_line("markers", f"{MARK}: to whom a scenario applies")


def test_a_mark_carries_all_that_selection_asks_for() -> None:
    """What isn't said has the usual value."""
    mark = applies_to(module="locations", iut="CPO").mark

    assert mark.name == MARK
    assert mark.kwargs == {
        "module": "locations",
        "iut": "CPO",
        "side": "any",
        "since": "2.2.1",
        "feature": "",
        "writes": False,
        "attacks": False,
        "phase": Phase.REGISTERED,
    }


def test_what_is_said_stays() -> None:
    """As it was given."""
    said = {"module": "tokens", "iut": "EMSP", "side": "SENDER", "since": "2.2", "feature": "push"}

    mark = applies_to(**said, writes=True, attacks=True, phase=Phase.DISRUPTIVE).mark

    assert mark.kwargs == {**said, "writes": True, "attacks": True, "phase": Phase.DISRUPTIVE}


def test_phases_come_in_the_order_of_a_run() -> None:
    """Before the registration, after it, while tokens change, at the end."""
    assert sorted(Phase) == [Phase.UNREGISTERED, Phase.REGISTERED, Phase.DISRUPTIVE, Phase.UNREGISTRATION]
