"""Loaded by the process that the kill matrix forks from: what every run loads and compiles is then there already."""

import ocpi_conformance.simulators.triggering  # noqa: F401

from tests.kill_matrix import play

for _role in ("CPO", "EMSP"):
    play(_role, (), quiet_s=0.002)
