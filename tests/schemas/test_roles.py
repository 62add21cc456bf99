"""Which interfaces a role usually has."""

import pytest
from ocpi_conformance.schemas.roles import has


@pytest.mark.parametrize(
    ("role", "module", "interface", "expected"),
    [
        ("CPO", "locations", "SENDER", True),
        ("CPO", "locations", "RECEIVER", False),
        ("EMSP", "tokens", "SENDER", True),
        ("EMSP", "hubclientinfo", "SENDER", False),
        ("EMSP", "credentials", "", True),
        ("", "hubclientinfo", "SENDER", True),
    ],
)
def test_interfaces_of_a_role(role: str, module: str, interface: str, expected: bool):
    """No role stands for all of them."""
    assert has(role, module, interface) is expected
