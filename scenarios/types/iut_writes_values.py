"""Types: every list of the IUT is read once, so that the values in it can be judged."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.pages import lists
from ocpi_conformance.simulators.party import Party

pytestmark = applies_to(module="types")

ON_THE_WIRE = (
    "types-datetime-format",
    "types-datetime-utc",
    "types-datetime-length",
    "types-cistring",
    "types-country-alpha2",
    "types-string-printable",
)


def test_every_list_is_read(iut: Iut, peer: Party, check: Check) -> None:
    """Each list that no other scenario has read yet is asked for."""
    for found in lists(iut, peer):
        if not peer.journal.all("GET", endpoint=found.endpoint, direction="sent"):
            answer = found.get()
            check.requires(answer.exchange.response, f"no list, no values to judge {ON_THE_WIRE} by")
