"""Security: whether tokens stand where others may read them, and whether they can be guessed."""

import base64
import contextlib
from collections.abc import Iterable
from urllib.parse import quote
from uuid import uuid4

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.guessing import most_bits
from ocpi_conformance.scenarios.security.means import answered, unless
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange

WORTH_A_LOOK = 16
"""Shorter tokens may stand in a text by chance."""
LEAST_BITS = 64
"""Half of the 128 bits that RFC 6749 asks for at least, and so no matter of taste."""
RENEWALS = 4


@applies_to(module="security")
def test_answers_repeat_no_token(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """We make mistakes with a good token; no answer of the run so far has it, or another, in its text."""
    connection, probe = iut.connection, iut.probes[0]
    peer.call("GET", f"{probe.url.rstrip('/')}/{uuid4()}/{uuid4()}/{uuid4()}/nothing", to=connection)
    peer.call("GET", probe.url, to=connection, params={"limit": "many", "date_from": "yesterday"})
    peer.call("GET", probe.url, to=connection, headers={"Authorization": f"Bearer {connection.token_out}"})
    peer.call("GET", f"{iut.versions_url.rstrip('/')}/{uuid4()}", to=connection)
    secrets = forms(tokens(bench))
    for exchange in bench.journal.all(direction="sent"):
        if exchange.response is None or of_credentials(exchange):
            continue
        asked = exchange.request.url + exchange.request.body.decode("utf-8", "replace")
        text = answered(exchange.response)
        told = next((secret for secret in secrets if secret in text and secret not in asked), None)
        check(
            "security-error-without-token",
            told is None,
            expected="no token",
            found=unless(
                told is None, f"a token in the answer to {exchange.request.method} {exchange.request.path}"
            ),
            evidence=exchange,
        )


@applies_to(module="security")
def test_urls_hold_no_token(iut: Iut, bench: Bench, check: Check) -> None:
    """The IUT is made to call us; no URL that it ever called has a token in it."""
    assert iut.connection.registered
    with contextlib.suppress(Stop):
        iut.tries("read-versions")
    calls = bench.journal.all(direction="received")
    check.requires(calls, "it has called nothing yet")
    secrets = forms(tokens(bench))
    for call in calls:
        told = any(secret in call.request.url for secret in secrets)
        check(
            "security-client-url-without-token",
            not told,
            expected="no token",
            found=unless(not told, f"{call.request.method} {call.request.path} with a token"),
            evidence=call,
        )


@applies_to(module="security", phase=Phase.DISRUPTIVE)
def test_tokens_can_not_be_guessed(iut: Iut, peer: Credentials, check: Check) -> None:
    """We renew our token some times, and look at those that the IUT gives."""
    connection = iut.connection
    given, answers = [], []
    for _ in range(RENEWALS):
        answer = peer.update_credentials(connection)
        answers.append(answer)
        check.requires(answer.accepted, f"PUT credentials: {answer}")
        given.append(connection.token_out or "")
    check.requires(len(set(given)) == len(given), "it gives the same token again, as another duty forbids")
    bits = most_bits(given)
    check(
        "security-token-guessing",
        bits >= LEAST_BITS,
        expected=f"at least {LEAST_BITS} bits that differ from token to token",
        found=f"at most {bits:.0f} bits",
        evidence=answers,
    )


def tokens(bench: Bench) -> set[str]:
    """Every token that was given in this run, by us and by the IUT."""
    given = {bench.token_a}
    for party in bench.parties():
        given |= party.connections.issued | party.connections.received
    return {token for token in given if len(token) >= WORTH_A_LOOK}


def forms(secrets: Iterable[str]) -> list[str]:
    """The forms in which tokens may stand in a text."""
    found = []
    for secret in secrets:
        encoded = base64.b64encode(secret.encode()).decode()
        found += [secret, quote(secret, safe=""), encoded, quote(encoded, safe="")]
    return list(dict.fromkeys(found))


def of_credentials(exchange: Exchange) -> bool:
    """Whether tokens are the very business of an exchange."""
    known = exchange.endpoint
    return known.module == "credentials" if known else "credentials" in exchange.request.path
