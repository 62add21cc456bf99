"""Credentials: the IUT renews its own with us."""

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange

pytestmark = applies_to(module="credentials", phase=Phase.DISRUPTIVE)


def test_iut_updates_its_credentials(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """The IUT sends new credentials by PUT; from our answer on both sides use the new tokens."""
    connection = iut.connection
    in_force, former, mark = connection.token_in, connection.token_out, bench.journal.mark()
    outcome = iut.tries("update-credentials")
    put = iut.sends("PUT", endpoint="credentials.put", within=None if outcome else 0)
    check.requires(put.exchange, f"no PUT of credentials came: {outcome.detail}")
    assert put.exchange is not None
    check(
        "credentials-client-put-uses-current-token",
        token_of(put.exchange.request.header("Authorization")) == in_force,
        expected="the token in force",
        found="another token",
        evidence=put,
    )
    check.requires(connection.token_in != in_force, f"our peer did not take its PUT: {put.exchange}")

    probe = iut.probes[0]
    current = probe.send(peer, to=connection)
    check(
        "credentials-client-put-new-token-works",
        current.http_status not in (401, 403),
        expected="neither HTTP 401 nor 403",
        found=current,
        evidence=current,
    )
    if connection.token_out == former:
        check.not_applicable("credentials-client-put-old-token-refused", "its PUT kept the token")
    else:
        old = probe.send(peer, to=connection, token=former)
        check("credentials-client-put-old-token-refused", expected=401, found=old.http_status, evidence=old)

    mark = bench.journal.mark()
    outcome = iut.speaks()
    call = iut.sends(where=_functional, since=mark, within=None if outcome else 0)
    check.requires(call.exchange, f"it sent nothing on a functional module: {outcome.detail}")
    assert call.exchange is not None
    right = token_of(call.exchange.request.header("Authorization")) == connection.token_in
    check(
        "credentials-client-put-uses-answer-token", right, expected="the token of our answer", evidence=call
    )


def _functional(call: Exchange) -> bool:
    return call.endpoint is not None and call.endpoint.functional
