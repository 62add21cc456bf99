"""What is sent again: the same message in a later request."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.mishaps import MISHAPS, at
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.peculiar import peculiar

__all__ = ["repeats", "sent_once"]


def repeats(one: Exchange, other: Exchange) -> bool:
    """Whether a request is another one that says the same."""
    message = one.request.method, one.request.path, one.request.json
    return one.id != other.id and message == (other.request.method, other.request.path, other.request.json)


def sent_once(
    iut: Iut, peer: Party, check: Check, slug: str, action: str, endpoint: str, **parameters: Any
) -> None:
    """The answer to a POST is cut; then we are well again. Nothing says that it was not taken."""
    mark = peer.journal.mark()
    with peculiar(peer, at(endpoint, MISHAPS["cut"])):
        iut.tries(action, **parameters)
        first = iut.sends("POST", endpoint=endpoint, since=mark)
    check.requires(first.exchange, f"no POST came after {action}")
    assert first.exchange is not None
    lost = first.exchange
    back = peer.journal.mark()
    iut.tries(action, **parameters)
    iut.sends("POST", endpoint=endpoint, since=back)
    again = iut.stays_quiet("POST", where=lambda found: repeats(found, lost), since=mark)
    check(
        slug,
        not again.seen,
        expected="sent once",
        found=again.exchange,
        evidence=[lost, again],
    )
