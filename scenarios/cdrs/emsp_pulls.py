"""CDRs: an eMSP fetches the list of CDRs from a CPO."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="cdrs", iut="EMSP", side="RECEIVER", feature="pull")


def test_cdrs_are_pulled(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The eMSP asks for the list at the CPO's sender endpoint."""
    iut.url("credentials")
    iut.act("pull-cdrs")
    pull = iut.sends("GET", endpoint="cdrs.sender.list")
    check("cdrs-pull-possible", pull.seen, expected=f"GET {cpo.url('cdrs', 'SENDER')}", evidence=pull)
