"""Credentials: we renew ours with the IUT."""

from secrets import token_hex

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange

pytestmark = applies_to(module="credentials", phase=Phase.DISRUPTIVE)


def test_update_with_a_dead_url_fails(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """We send credentials by PUT whose versions URL leads nowhere; the former token stays in force."""
    connection = iut.connection
    nowhere = f"{bench.server.origin}/nobody-{token_hex(4)}/versions"
    body = {**peer.credentials(connection.token_in), "url": nowhere}
    answer = peer.call("PUT", iut.url("credentials"), to=connection, endpoint="credentials.put", body=body)
    check("credentials-put-unreachable-3001", expected=3001, found=answer.status_code, evidence=answer)
    if answer.accepted and isinstance(answer.data, dict):
        connection.token_out = str(answer.data.get("token") or connection.token_out)
    check.requires(not answer.accepted, "it took the PUT, so no failed update can be looked at")
    answer = iut.probes[0].send(peer, to=connection)
    check(
        "credentials-put-failed-keeps-token",
        answer.http_status != 401,
        expected="the former token opens as before",
        found=answer,
        evidence=answer,
    )


def test_update_renews_tokens_and_endpoints(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """We move our modules and send a new token by PUT; the IUT looks again, gives a token, and follows."""
    connection = iut.connection
    former, place, mark = connection.token_out or "", f"moved-{token_hex(3)}", bench.journal.mark()
    peer.move(place)
    answer = peer.update_credentials(connection)
    check(
        "credentials-put-updates",
        answer.accepted and connection.token_out is not None and isinstance(answer.data, dict),
        expected="HTTP 200, status_code 1000 and its credentials",
        found=answer,
        evidence=answer,
    )
    check.requires(answer.accepted and isinstance(answer.data, dict), f"PUT credentials: {answer}")

    known = {former, *(set(peer.connections.received) - {connection.token_out})}
    renewed = answer.data.get("token")
    check(
        "credentials-put-new-token",
        renewed not in known,
        expected="a token that was not given before",
        found="a former token",
        evidence=answer,
    )
    calls = [iut.sends("GET", endpoint=name, since=mark) for name in ("versions.list", "versions.details")]
    check(
        "credentials-put-refetches",
        all(calls),
        expected="GET versions and details again",
        found=[str(call.exchange) for call in calls if call.exchange] or "neither",
        evidence=calls,
    )
    probe = iut.probes[0]
    current = probe.send(peer, to=connection)
    check(
        "credentials-put-new-token-works",
        current.http_status not in (401, 403),
        expected="neither HTTP 401 nor 403",
        found=current,
        evidence=current,
    )
    if renewed not in known:
        old = probe.send(peer, to=connection, token=former)
        check("credentials-put-old-token-refused", expected=401, found=old.http_status, evidence=old)
    else:
        check.inconclusive("credentials-put-old-token-refused", "the PUT brought no new token")

    mark = bench.journal.mark()
    outcome = iut.speaks()
    call = iut.sends(where=_functional, since=mark, within=None if outcome else 0)
    check.requires(call.exchange, f"it sent nothing on a functional module: {outcome.detail}")
    assert call.exchange is not None
    right = token_of(call.exchange.request.header("Authorization")) == connection.token_in
    check("credentials-put-uses-new-client-token", right, expected="the token of our PUT", evidence=call)
    check(
        "credentials-put-uses-new-endpoints",
        place in call.exchange.request.segments,
        expected=f"a URL below {peer.version}/{place}",
        found=call.exchange.request.path,
        evidence=call,
    )


def test_update_of_another_leaves_ours_alone(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """A further party that the IUT knows renews its credentials; our token still opens what it opened."""
    probe = iut.probes[0]
    before = probe.send(peer, to=iut.connection)
    check.requires(before.http_status not in (401, 403), "our token opened nothing before that either")
    further = [
        (party, connection)
        for party in bench.parties()
        if party is not peer and isinstance(party, Credentials)
        for connection in party.connections.registered()
        if connection.url("credentials")
    ]
    check.requires(further, "it has registered with no further party (the action register, the trigger)")
    party, connection = further[-1]
    update = party.update_credentials(connection)
    check.requires(update.accepted, f"it refused the update of the further party: {update}")
    answer = probe.send(peer, to=iut.connection)
    check(
        "credentials-put-own-record-only",
        answer.http_status not in (401, 403),
        expected="neither HTTP 401 nor 403",
        found=answer,
        evidence=(update, answer),
    )


def _functional(call: Exchange) -> bool:
    return call.endpoint is not None and call.endpoint.functional
