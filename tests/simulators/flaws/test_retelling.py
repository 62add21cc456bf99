"""Flaws by which CDRs and Sessions are told otherwise: the same way in lists and pushes, and in credits."""

from typing import Any

import pytest
from ocpi_conformance.simulators.flaws.flaw import all_flaws
from ocpi_conformance.simulators.flaws.retelling import resealed, sealed, told

NAMES = ("tested-sealed", "tested-told")


@pytest.fixture(scope="module")
def registered() -> Any:
    """Two flaws, which the registry is rid of afterwards."""
    from ocpi_conformance.simulators.flaws import flaw

    sealed(NAMES[0], ("one", "two"), "CDRs have a remark.", lambda cdr: {**cdr, "remark": "changed"})
    told(NAMES[1], "one", "Sessions have a meter.", lambda session: {**session, "meter_id": "changed"})
    yield [all_flaws()[name] for name in NAMES]
    for name in NAMES:
        flaw._registry.pop(name)


def test_a_cdr_is_told_the_same_way(world: Any, registered: Any) -> None:
    """It is posted and listed alike, and its credit repeats it."""
    world.cpo.misbehaviours = (registered[0].misbehaviour,)
    told_of = world.cpo.act("push-credit-cdr", world.to_emsp, {})
    received = {cdr["id"]: cdr for cdr in world.emsp.store.received("cdrs")}
    original, credit = (received[told_of[name]] for name in ("credit_reference_id", "cdr_id"))
    assert original["remark"] == credit["remark"] == "changed"
    assert credit["total_cost"]["excl_vat"] == -original["total_cost"]["excl_vat"]
    listed = {cdr["id"]: cdr for page in world.emsp.pull_cdrs(world.to_cpo) for cdr in page.items}
    assert listed[original["id"]] == original
    assert registered[0].breaks == {"CPO": ("one", "two")}


def test_a_session_is_told_the_same_way(world: Any, registered: Any) -> None:
    """It is pushed and listed alike."""
    world.cpo.misbehaviours = (registered[1].misbehaviour,)
    session_id = world.cpo.act("push-session", world.to_emsp, {})["session_id"]
    pushed = next(one for one in world.emsp.store.received("sessions") if one["id"] == session_id)
    pages = world.emsp.pull_sessions(world.to_cpo)
    listed = next(one for page in pages for one in page.items if one["id"] == session_id)
    assert pushed["meter_id"] == listed["meter_id"] == "changed"


def test_what_was_changed_stays_so(world: Any) -> None:
    """A CDR is changed once, however often it is told."""
    cdr = next(iter(world.cpo.store.own("cdrs")))
    count = iter(range(9))
    first = resealed(world.cpo, "counted", cdr, lambda one: {**one, "remark": str(next(count))})
    again = resealed(world.cpo, "counted", cdr, lambda one: {**one, "remark": str(next(count))})
    assert first == again == {**cdr, "remark": "0"}
