"""Security: what the IUT offers over TLS, and whose certificate it takes."""

from urllib.parse import urlsplit

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.scenarios.security.means import canary, unless
from ocpi_conformance.simulators.certificates import self_signed
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.handshakes import Shown, look

STRANGER = "canary.invalid"


@applies_to(module="security")
def test_what_it_offers(iut: Iut, bench: Bench, check: Check) -> None:
    """We shake hands with each host that serves the IUT's URLs, in every version of TLS."""
    urls = [urlsplit(url) for url in (iut.versions_url, *iut.connection.endpoints.values())]
    hosts = dict.fromkeys((url.hostname or "", url.port or 443) for url in urls if url.scheme == "https")
    check.applies(hosts, "it is served over plain http")
    for host, port in hosts:
        try:
            shown = look(host, port, timeout_s=bench.settings.timeout_s)
        except OSError as error:
            check.requires(False, f"no handshake with {host}:{port}: {error}")
            return
        _judge(check, f"{host}:{port}", shown)


def _judge(check: Check, where: str, shown: Shown) -> None:
    old = ", ".join(shown.old_versions)
    if shown.untried and not old:
        check.inconclusive(
            "security-tls-versions",
            f"OpenSSL of this machine doesn't speak {', '.join(shown.untried)} itself",
        )
    else:
        check(
            "security-tls-versions",
            not old,
            expected="TLS 1.2 or later",
            found=unless(not old, f"{where}: {old}"),
        )
    check(
        "security-tls-certificate-host",
        shown.names_host,
        expected=f"a certificate for {where}",
        found=unless(shown.names_host, "one for another host"),
    )
    dates = f"{shown.begins:%Y-%m-%d} to {shown.ends:%Y-%m-%d}"
    check(
        "security-tls-certificate-dates",
        shown.in_force(),
        expected="today among them",
        found=f"{where}: {dates}",
    )
    check(
        "security-tls-certificate-strength",
        not shown.weakness,
        expected="RSA of 2048 bits, a curve of 224, SHA-2",
        found=unless(not shown.weakness, f"{where}: {shown.weakness}"),
    )


@applies_to(module="security", attacks=True, phase=Phase.UNREGISTERED)
def test_whom_it_trusts(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """We register with a versions URL at which a stranger shows a certificate that he has made himself."""
    trusting = bench.settings.tls or bench.settings.tls_cert
    check.applies(
        not trusting, "it may have been told to take certificates that nobody vouches for: ours are so"
    )
    listed = iut.discovery.endpoints
    credentials = next((url for (module, _), url in listed.items() if module == "credentials"), "")
    check.requires(credentials, "token A leads to no credentials endpoint")
    with canary(bench, check, certificate=self_signed(STRANGER)) as stranger:
        ours = {**peer.credentials(peer.connections.invite().token_in), "url": stranger.url("versions")}
        answer = peer.call("POST", credentials, token=iut.token_a, endpoint="credentials.post", body=ours)
    if answer.accepted and isinstance(answer.data, dict):
        peer.call("DELETE", credentials, token=str(answer.data.get("token")), endpoint="credentials.delete")
    check.applies(stranger.greetings or stranger.calls, f"it called nobody there: {answer}")
    check(
        "security-tls-certificate-checked",
        not stranger.calls,
        expected="no request",
        found=unless(not stranger.calls, f"a request to a host that shows a certificate for {STRANGER}"),
        evidence=stranger.calls or answer,
    )
