"""Transport: whom the IUT lets in, on every endpoint that can be asked without changing anything."""

import base64

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.probing import Probe
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.connection import new_token
from ocpi_conformance.simulators.credentials import Credentials

pytestmark = applies_to(module="transport")

REFUSED = (401, 403)
UNSUPPORTED = (400, 406, 415)


def test_strangers_are_refused(iut: Iut, peer: Credentials, check: Check) -> None:
    """Requests without a token, and with one that was never given, are turned away with HTTP 401."""
    for probe in everywhere(iut):
        answer = probe.send(peer)
        check("transport-authorization-missing-401", expected=401, found=answer.http_status, evidence=answer)
        answer = probe.send(peer, token=new_token())
        check("transport-authorization-unknown-401", expected=401, found=answer.http_status, evidence=answer)


def test_the_registered_are_let_in(iut: Iut, peer: Credentials, check: Check) -> None:
    """Requests with the encoded token, without a Content-Type, reach every endpoint at the very URL listed."""
    for probe in everywhere(iut):
        answer = peer.call(
            "GET",
            probe.url,
            to=iut.connection,
            endpoint=probe.endpoint,
            params=dict(probe.parameters),
            follow=False,
        )
        status = answer.http_status or 0
        check(
            "transport-endpoints-without-redirect",
            not 300 <= status < 400,
            expected="no redirect",
            found=status,
            evidence=answer,
        )
        if 300 <= status < 400:
            answer = probe.send(peer, to=iut.connection)
            status = answer.http_status or 0
        let_in = check(
            "transport-authorization-encoded-accepted",
            status not in REFUSED,
            expected="not HTTP 401 or 403",
            found=answer,
            evidence=answer,
        )
        if let_in:
            check(
                "transport-get-without-content-type",
                status not in UNSUPPORTED,
                expected="not HTTP 400, 406 or 415",
                found=answer,
                evidence=answer,
            )


def test_other_forms_of_the_token(iut: Iut, peer: Credentials, check: Check) -> None:
    """The token un-encoded, encoded with a line end, and under another scheme: what the IUT makes of them."""
    token = iut.connection.token_out or ""
    probe = iut.probes[0]

    def send(value: str) -> Answer:
        return peer.call(
            "GET",
            probe.url,
            to=iut.connection,
            endpoint=probe.endpoint,
            params=dict(probe.parameters),
            headers={"Authorization": value},
        )

    plain = send(f"Token {token}")
    check("transport-authorization-plain-token", among=(200, 401), found=plain.http_status, evidence=plain)
    line = send(f"Token {encoded(token + chr(10))}")
    check("transport-authorization-newline-token", among=(200, 401), found=line.http_status, evidence=line)
    other = send(f"Bearer {encoded(token)}")
    check("transport-authorization-other-scheme", expected=401, found=other.http_status, evidence=other)


def everywhere(iut: Iut) -> list[Probe]:
    """Requests to all modules, credentials included."""
    return [*iut.probes, Probe(endpoint="credentials.get", url=iut.url("credentials"))]


def encoded(text: str) -> str:
    """The Base64 form of a text."""
    return base64.b64encode(text.encode()).decode()
