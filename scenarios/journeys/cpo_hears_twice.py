"""Journeys: what the eMSP tells of a Token arrives twice, and in another order than it happened."""

from datetime import timedelta

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="journeys", iut="CPO", side="RECEIVER", writes=True)

EARLIER = timedelta(hours=1)


def test_a_token_comes_twice_and_late(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A PUT is sent again, as after an answer that was lost; then a Token that is older than the one sent."""
    iut.url("tokens", "RECEIVER")
    token = emsp.add_token(type="RFID", last_updated=clock.stamp(clock.now()))
    first = emsp.push_token(iut.connection, token)
    check.requires(first.accepted, f"a Token was refused: {first}")
    copy = emsp.get_copy(iut.connection, token)
    check.requires(copy.accepted, f"a Token that was PUT can't be read back: {copy}")
    second = emsp.push_token(iut.connection, token)
    copy = emsp.get_copy(iut.connection, token)
    found = differences(
        iut.claim.ocpi_version,
        "Token",
        token,
        copy.data if copy.accepted else None,
        besides=("last_updated",),
        required=True,
    )
    check(
        "journeys-repeated-token-is-one-token",
        second.accepted and not found,
        expected="the Token as it was sent",
        found="; ".join(map(str, found)) or str(second),
        evidence=[second, copy],
    )

    older = {**token, "valid": False, "last_updated": clock.stamp(clock.now() - EARLIER)}
    late = emsp.push_token(iut.connection, older)
    copy = emsp.get_copy(iut.connection, token)
    check.requires(copy.accepted and isinstance(copy.data, dict), f"it has no copy: {copy}")
    kept = "the newer one is kept" if copy.data.get("valid") else "the older one replaces it"
    outcome = f"{kept}, {'accepted' if late.accepted else 'refused'}"
    check("journeys-older-token-after-newer", True, found=outcome, evidence=[late, copy])
    emsp.push_token(iut.connection, token)
