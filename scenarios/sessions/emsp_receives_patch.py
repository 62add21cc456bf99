"""Sessions: a CPO PATCHes a Session that goes on; the eMSP changes just that, and adds the charging periods."""

from collections.abc import Iterator
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.scenarios.sessions.reading import read_back, to_session
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.charging import Charging
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.sessions import difference

pytestmark = applies_to(module="sessions", iut="EMSP", side="RECEIVER", writes=True)

PERIODS = "charging_periods"

Session = dict[str, Any]


def test_a_session_goes_on_by_patches(iut: Iut, cpo: Cpo, check: Check) -> None:
    """PENDING, ACTIVE, charged on twice, priced anew without periods, COMPLETED: each by a PATCH."""
    charge = a_charge(iut, cpo)
    put = cpo.push_session(iut.connection, charge.session)
    copy = read_back(iut, cpo, charge.session)
    check.requires(
        put.accepted and copy.accepted, f"a Session that was PUT can't be read back: {put}, {copy}"
    )

    periods: list[Any] = []
    for changes in told(charge):
        changes["last_updated"] = clock.stamp(clock.now())
        before = copy.data
        patch = to_session(iut, cpo, "PATCH", charge.session, changes)
        copy = read_back(iut, cpo, charge.session, changes)
        applies(iut, check, changes, patch, copy)
        check.requires(patch.accepted and copy.accepted, f"a PATCH of a Session was refused: {patch}, {copy}")
        check("sessions-put-known-200", expected=200, found=patch.http_status, evidence=patch)
        found = differences(iut.claim.ocpi_version, "Session", before, copy.data, besides={*changes, PERIODS})
        rest = "; ".join(map(str, found))
        check(
            "sessions-patch-keeps-rest", not found, expected="as before", found=rest, evidence=[patch, copy]
        )
        more = changes.get(PERIODS) or []
        slug = "sessions-patch-adds-periods" if more else "sessions-patch-without-periods-keeps-them"
        periods += more
        # What an earlier PATCH has lost is not blamed on this one.
        held = [*(before.get(PERIODS) or []), *more]
        if periods:
            has_periods(iut, check, slug, periods, held, patch, copy)


def told(charge: Charging) -> Iterator[Session]:
    """One PATCH after the other."""
    before = charge.session
    charge.start()
    yield difference(before, charge.session)
    for _ in range(2):
        yield charge.advance(minutes=15, kwh=3)
    yield {"total_cost": {"excl_vat": 1.25, "incl_vat": 1.5}}
    yield {"total_cost": {"excl_vat": 1.5, "incl_vat": 1.8}, PERIODS: []}
    before = charge.session
    charge.stop()
    yield difference(before, charge.session)


def applies(iut: Iut, check: Check, changes: Session, patch: Answer, copy: Answer) -> None:
    """What a PATCH names has the new value."""
    named = {name: value for name, value in changes.items() if name != PERIODS}
    read = {name: copy.data.get(name) for name in named} if isinstance(copy.data, dict) else {}
    found = differences(iut.claim.ocpi_version, "Session", named, read, legal=True)
    check(
        "sessions-patch-applies",
        patch.accepted and not found,
        expected=named,
        found="; ".join(map(str, found)) if patch.accepted else patch,
        evidence=[patch, copy],
    )


def has_periods(
    iut: Iut, check: Check, slug: str, periods: list[Any], held: list[Any], patch: Answer, copy: Answer
) -> None:
    """All charging periods that came by PATCH and no others, or those that were held before and what came now."""
    read = {PERIODS: copy.data.get(PERIODS)} if isinstance(copy.data, dict) else {}
    found, other = (
        differences(iut.claim.ocpi_version, "Session", {PERIODS: wanted}, read, legal=True)
        for wanted in (periods, held)
    )
    check(
        slug,
        not found or not other,
        expected=f"{len(periods)} charging periods",
        found="; ".join(map(str, found)),
        evidence=[patch, copy],
    )
