"""Versions: the IUT says which versions it speaks and where each of their modules is."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.versions import Versions

pytestmark = applies_to(module="versions")


def test_versions_lead_to_details(iut: Iut, peer: Versions, check: Check) -> None:
    """A registered party finds versions, then the details of each."""
    token = iut.connection.token_out

    versions = peer.get_versions(iut.versions_url, token=token)

    check("versions-get-answers", versions.accepted, expected="HTTP 200, status_code 1000", found=versions, evidence=versions)
