"""Journeys: credentials tokens are renewed while a driver of the eMSP charges; what it was told before stays."""

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Cpo

from .telling import copy, newest, patch, unlike

pytestmark = applies_to(module="journeys", iut="EMSP", side="RECEIVER", writes=True, phase=Phase.DISRUPTIVE)


def test_a_copy_outlives_its_tokens(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A Session is told of; we renew the tokens by PUT; it is still there, and goes on."""
    charge = a_charge(iut, cpo)
    charge.start()
    charge.advance(minutes=15, kwh=3)
    put = cpo.push_session(iut.connection, newest(charge.session))
    check.requires(put.accepted, f"a Session was refused: {put}")

    renewed = cpo.update_credentials(iut.connection)

    check.requires(renewed.accepted, f"it took no PUT of credentials: {renewed}")
    told = patch(
        iut,
        cpo,
        charge.session,
        {**charge.advance(minutes=15, kwh=2), "last_updated": clock.stamp(clock.now())},
    )
    check.requires(told.http_status not in (401, 403), f"our renewed connection is refused: {told}")
    answer = copy(iut, cpo, charge.session)
    # Periods that a PATCH replaced are blamed where PATCH is looked at.
    found = unlike(iut, charge.session, answer, periods=False) if told.accepted else f"PATCH: {told}"
    check(
        "journeys-copy-outlives-tokens",
        not found,
        expected="the Session with what was told before and after",
        found=found,
        evidence=[put, renewed, told, answer],
    )
