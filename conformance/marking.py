"""What a scenario says of itself: to whom it applies and when in a run it comes."""

from enum import IntEnum

import pytest

MARK = "applies_to"


class Phase(IntEnum):
    """The stages of a run, in their order."""

    UNREGISTERED = 0  # token A is still good
    REGISTERED = 1  # the usual stage
    DISRUPTIVE = 2  # tokens change
    UNREGISTRATION = 3  # nothing works afterwards


def applies_to(
    *,
    module: str,
    iut: str = "any",
    side: str = "any",
    since: str = "2.2.1",
    feature: str = "",
    writes: bool = False,
    attacks: bool = False,
    phase: Phase = Phase.REGISTERED,
) -> pytest.MarkDecorator:
    """Mark scenarios with the role, module and interface that they are about.

    `writes` says that the IUT's data is changed by what we send: left out by `--read-only`; `attacks` that it is what
    an attacker or a broken client would send: left out unless `attacks` is set. Phases from DISRUPTIVE
    on are left out unless `disruptive` is set.
    """
    return getattr(pytest.mark, MARK)(
        module=module,
        iut=iut,
        side=side,
        since=since,
        feature=feature,
        writes=writes,
        attacks=attacks,
        phase=phase,
    )
