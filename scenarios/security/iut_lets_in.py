"""Security: whom the IUT lets in that shows no token in force where one belongs."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.scenarios.security.means import gives_objects, raw_caller, shown
from ocpi_conformance.simulators.connection import authorization
from ocpi_conformance.simulators.credentials import Credentials

LOCAL = "127.0.0.1"
REFUSED = "a refusal"
OPEN = "it opens its modules to anybody, whatever the request says"
PROXIES: tuple[dict[str, str | None], ...] = (
    {"X-Forwarded-For": LOCAL, "X-Real-IP": LOCAL, "Forwarded": f"for={LOCAL}", "X-Client-IP": LOCAL},
    {"X-Forwarded-User": "admin", "X-Authenticated-User": "admin", "Remote-User": "admin"},
    {"X-HTTP-Method-Override": "OPTIONS", "X-Method-Override": "OPTIONS"},
)


@applies_to(module="security", attacks=True)
def test_headers_of_a_proxy(iut: Iut, peer: Credentials, check: Check) -> None:
    """Requests without a token claim to come from the IUT's own machine, or from a user that a proxy knows."""
    probe, versions = iut.probes[0], urlsplit(iut.versions_url).path
    check.requires(not probe.send(peer).accepted, OPEN)
    for headers in (*PROXIES, {"X-Original-URL": versions, "X-Rewrite-URL": versions}):
        answer = peer.call("GET", probe.url, headers=headers, params=dict(probe.parameters))
        check(
            "security-proxy-headers-open-nothing",
            not gives_objects(answer.exchange),
            expected=REFUSED,
            found=f"{answer} with {', '.join(headers)}",
            evidence=answer,
        )


@applies_to(module="security", attacks=True, phase=Phase.UNREGISTERED)
def test_paths_in_disguise(iut: Iut, bench: Bench, check: Check) -> None:
    """Without a token, and with token A, a module is asked for by paths that a gateway may read otherwise."""
    raw, probe = raw_caller(bench), iut.probes[0]
    token_a = ("Authorization", authorization(iut.token_a))
    for headers in ((), (token_a,)):
        plain = raw.send("GET", f"{probe.url}?limit=1", headers=headers)
        check.requires(not gives_objects(plain), OPEN)
    for target in disguises(urlsplit(iut.versions_url).path, urlsplit(probe.url).path):
        for headers in ((), (token_a,)):
            found = raw.send("GET", probe.url, target=f"{target}?limit=1", headers=headers)
            check(
                "security-path-tricks-open-nothing",
                not gives_objects(found),
                expected=REFUSED,
                found=f"{shown(found)} at {target} {'with token A' if headers else 'without a token'}",
                evidence=found,
            )


def disguises(versions: str, path: str) -> Iterator[str]:
    """Other ways to write a path, some of which begin where everybody who holds token A may go."""
    up = "/..".join([""] * (versions.rstrip("/").count("/") + 1))
    yield f"{versions}{up}{path}"
    yield f"{versions}{up.replace('..', '%2e%2e')}{path}"
    yield f"{versions}/..;{path}"
    yield f"/{path}"
    yield f"{path}/."
    yield f"{path}/%2e%2e/{path.rstrip('/').rpartition('/')[2]}"
    yield f"{path}#{versions}"
    yield f"{path}%00{versions}"


@applies_to(module="security", attacks=True)
def test_a_token_in_the_url(iut: Iut, peer: Credentials, check: Check) -> None:
    """The token in force stands in the query, where logs would keep it, and not in the header."""
    token, probe = iut.connection.token_out or "", iut.probes[0]
    check.requires(not probe.send(peer).accepted, OPEN)
    for name in ("token", "access_token", "Authorization"):
        value = authorization(token) if name == "Authorization" else token
        answer = peer.call("GET", probe.url, params={**probe.parameters, name: value})
        check(
            "security-token-in-query-refused",
            not gives_objects(answer.exchange),
            expected=REFUSED,
            found=f"{answer} with the parameter {name}",
            evidence=answer,
        )
