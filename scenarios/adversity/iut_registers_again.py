"""Adversity: the IUT can't register with us, as what it asks for is broken. Once it isn't any more, it can."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.simulators.mishaps import MISHAPS, at
from ocpi_conformance.simulators.peculiar import peculiar

pytestmark = applies_to(module="adversity", writes=True)

BROKEN = (("versions.list", "html"), ("versions.details", "truncated"), ("credentials.post", "server-error"))


def test_a_failed_registration_can_be_made_again(iut: Iut, bench: Bench, check: Check) -> None:
    """One step of a registration fails; the token A is still good, and nothing fails any more."""
    assert iut.connection.registered
    for endpoint, name in BROKEN:
        guest = bench.new_peer(furnished=False)
        token = guest.connections.invite().token_in
        told = {"versions_url": guest.versions_url, "token": token}
        with peculiar(guest, at(endpoint, MISHAPS[name])):
            iut.tries("register", peer=guest, **told)
            met = iut.sends(endpoint=endpoint, peer=guest)
        check.requires(met, f"it asked for no {endpoint} after register")
        done = iut.tries("register", peer=guest, **told)
        registered = iut.settles(guest.connections.registered, bool)
        check(
            "adversity-registration-after-failures",
            bool(registered),
            expected="a registration",
            found=done.detail or "none",
            evidence=met,
            check=f"{endpoint}, {name}",
        )
