"""Credentials: a registration is ended, by the IUT and by us."""

from datetime import timedelta

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.credentials import Credentials

pytestmark = applies_to(module="credentials", phase=Phase.UNREGISTRATION)


def test_iut_leaves(iut: Iut, bench: Bench, check: Check) -> None:
    """The IUT registers with a further party and unregisters again; then neither side speaks to the other."""
    guest = bench.new_peer(furnished=False)
    token_a = guest.connections.invite().token_in
    iut.act("register", peer=guest, versions_url=guest.versions_url, token=token_a)
    iut.sends("POST", endpoint="credentials.post", peer=guest)
    connection = next(iter(guest.connections.registered()), None)
    check.requires(connection, "it did not get to register with a further party")
    assert connection is not None

    outcome = iut.tries("unregister", peer=guest)
    delete = iut.sends("DELETE", endpoint="credentials.delete", peer=guest, within=None if outcome else 0)
    used = token_of(delete.exchange.request.header("Authorization")) if delete.exchange else None
    check(
        "credentials-client-delete-sent",
        used == connection.token_in,
        expected="DELETE with the token in force",
        found="DELETE with another token" if delete else "none",
        evidence=delete,
    )
    check.requires(delete.exchange, f"no DELETE came: {outcome.detail}")
    assert delete.exchange is not None

    answer = iut.probes[0].send(guest, to=connection)
    check("credentials-client-delete-token-refused", expected=401, found=answer.http_status, evidence=answer)
    begun = delete.exchange.started
    iut.speaks(peer=guest)
    call = iut.stays_quiet(peer=guest, where=lambda call: call.started > begun)
    check("credentials-client-delete-stops-calls", not call, expected="no request", evidence=call)


def test_we_leave(iut: Iut, peer: Credentials, check: Check) -> None:
    """We unregister; then our token opens nothing and the IUT sends nothing, though it is told to."""
    connection, url = iut.connection, iut.url("credentials")
    answer = peer.call("DELETE", url, to=connection, endpoint="credentials.delete")
    ended = answer.exchange.started + timedelta(seconds=answer.exchange.elapsed_s)
    check(
        "credentials-delete-unregisters",
        answer.accepted or answer.http_status == 204,
        expected="HTTP 200, status_code 1000",
        found=answer,
        evidence=answer,
    )
    check.requires(answer.accepted or answer.http_status == 204, f"DELETE credentials: {answer}")

    refused = iut.probes[0].send(peer, to=connection)
    check("credentials-delete-token-refused", expected=401, found=refused.http_status, evidence=refused)
    iut.speaks()
    call = iut.stays_quiet(where=lambda call: call.started >= ended)
    check("credentials-delete-stops-calls", not call, expected="no request", evidence=call)
