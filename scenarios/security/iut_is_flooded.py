"""Security: requests that are too long, too large, too deep, or try to be two; the IUT serves on."""

import re
from collections.abc import Iterable
from uuid import uuid4

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.copies import KINDS
from ocpi_conformance.scenarios.security.means import goes_on, hung, opened, raw_caller, shown, unless
from ocpi_conformance.simulators.connection import authorization
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.raw import filled, nested

pytestmark = applies_to(module="security", attacks=True)

LENGTHS = (1_000_000, 100_000, 10_000)
LARGE = 50_000_000
DEEP = 10_000
NAME = "X-Injected"
ENDS = ("\r", "\n", "%0d%0a", "%0a", "\\r\\n", "\u560d\u560a")
SMUGGLED = re.compile(rf"[\r\n]\s*{NAME}", re.IGNORECASE)
SERVES_ON = "answers as before"
NOT_IN_TIME = "it answered in time to none of it"
REFUSED = "HTTP 4xx, an error of OCPI, or a closed connection"


def test_long_headers(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """A query, then a header, of a megabyte and less."""
    probe, raw = iut.probes[0], raw_caller(bench)
    check.requires(goes_on(probe, peer, iut)[0], "it answers nothing that is asked rightly")
    sent = []
    for length in LENGTHS:
        sent.append(raw.send("GET", f"{probe.url}?limit={'1' * length}", headers=_us(iut)))
        sent.append(raw.send("GET", probe.url, headers=[*_us(iut), ("X-Request-ID", "x" * length)]))
    _survived(iut, peer, check, "security-long-headers-survived", sent)
    _not_failed(check, sent)


def test_line_ends_in_headers(iut: Iut, bench: Bench, check: Check) -> None:
    """Values that answers may repeat have line ends, raw and encoded, with a header of their own behind them."""
    probe, raw, answered = iut.probes[0], raw_caller(bench), False
    for end in ENDS:
        value = f"{uuid4()}{end}{NAME}: yes"
        calls = [
            raw.send("GET", probe.url, headers=[*_us(iut), (name, value)])
            for name in ("X-Request-ID", "X-Correlation-ID", "OCPI-from-party-id")
        ]
        target = f"{probe.url}?limit=1&offset=0&date_from=2020-01-01T00:00:00Z&x={value.replace(' ', '%20')}"
        if "%" in end:
            calls.append(raw.send("GET", target, headers=_us(iut)))
        for found in calls:
            if found.response is None:
                continue  # refused by hanging up
            answered = True
            apart = not _injected(found)
            check(
                "security-header-injection",
                apart,
                expected=f"no header {NAME}",
                found=unless(apart, f"{NAME} after {end!r}"),
                evidence=found,
            )
    check.requires(answered, "it answered none of these, whose answers are what is looked at")


def test_a_large_body(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """A body of 50 MB comes to an endpoint that takes bodies."""
    check.requires(goes_on(iut.probes[0], peer, iut)[0], "it answers nothing that is asked rightly")
    sent = raw_caller(bench).send(
        "PUT", _target(iut, peer), headers=[*_us(iut), *_JSON], body=filled(LARGE), length=LARGE
    )
    _refused(check, sent, "50 MB")
    _survived(iut, peer, check, "security-large-body-survived", [sent])


def test_a_deep_body(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """JSON that is nested 10,000 levels deep comes to an endpoint that takes bodies."""
    check.requires(goes_on(iut.probes[0], peer, iut)[0], "it answers nothing that is asked rightly")
    body = nested(DEEP)
    sent = raw_caller(bench).send(
        "PUT", _target(iut, peer), headers=[*_us(iut), *_JSON], body=[body], length=len(body)
    )
    _refused(check, sent, "10,000 levels")
    _survived(iut, peer, check, "security-deep-json-survived", [sent])


_JSON = (("Content-Type", "application/json"),)


def _us(iut: Iut) -> list[tuple[str, str]]:
    return [("Authorization", authorization(iut.connection.token_out or ""))]


def _target(iut: Iut, peer: Credentials) -> str:
    """Where the IUT takes an object of ours; its credentials endpoint where it takes none."""
    module = KINDS[iut.role][0]
    if not iut.claim.covers(module, "RECEIVER"):
        return iut.url("credentials")
    return iut.connection.below(module, "RECEIVER", peer.me.country_code, peer.me.party_id, str(uuid4()))


def _injected(found: Exchange) -> bool:
    if found.response is None:
        return False
    names = [name.strip().lower() for name, _ in found.response.headers]
    values = [value for _, value in found.response.headers]
    return NAME.lower() in names or any(SMUGGLED.search(value) for value in values)


def _survived(iut: Iut, peer: Credentials, check: Check, slug: str, sent: Iterable[Exchange]) -> None:
    """A server that is gone gives no answer, which is what is looked for: the evidence is what was answered."""
    well, asked = goes_on(iut.probes[0], peer, iut)
    check(
        slug,
        well,
        expected=SERVES_ON,
        found=unless(
            well, f"{'; '.join(shown(found) for found in asked)}: it is down, or blocks this machine"
        ),
        evidence=[found for found in (*sent, *asked) if found.response is not None],
    )


def _not_failed(check: Check, sent: Iterable[Exchange]) -> None:
    answered = [found for found in sent if not hung(found)]
    check.requires(answered, NOT_IN_TIME)
    for found in answered:
        failed = found.response is not None and found.response.status >= 500
        check(
            "security-excess-refused",
            not failed,
            expected="no HTTP 5xx",
            found=shown(found),
            evidence=_seen(found),
        )


def _refused(check: Check, found: Exchange, what: str) -> None:
    if hung(found):
        check.inconclusive("security-excess-refused", f"{what}: {NOT_IN_TIME}", evidence=found)
        return
    failed = found.response is not None and found.response.status >= 500
    holds = not failed and not opened(found)
    check(
        "security-excess-refused",
        holds,
        expected=REFUSED,
        found=f"{what}: {shown(found)}",
        evidence=_seen(found),
    )


def _seen(found: Exchange) -> list[Exchange]:
    return [found] if found.response is not None else []
