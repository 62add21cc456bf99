"""Flaws of TLS: what a party that has one shows."""

from urllib.parse import urlsplit

import pytest
from ocpi_conformance.simulators.canary import Canary
from ocpi_conformance.simulators.flaws import get
from ocpi_conformance.simulators.flaws.security_tls import showing
from ocpi_conformance.simulators.handshakes import look

HOSTS = ("127.0.0.1", "localhost")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("old-tls", {"old_versions"}),
        ("certificate-of-another-host", {"names_host"}),
        ("certificate-expired", {"in_force"}),
        ("certificate-weak", {"weakness"}),
    ],
)
def test_each_shows_one_thing_that_is_wrong(name: str, wrong: set[str]):
    certificate = showing([get("no-link").misbehaviour, get(name).misbehaviour], HOSTS)
    with Canary(certificate=certificate) as canary:
        shown = look("127.0.0.1", urlsplit(canary.origin).port or 0)
    found = {
        "old_versions": bool(shown.old_versions),
        "names_host": not shown.names_host,
        "in_force": not shown.in_force(),
        "weakness": bool(shown.weakness),
    }
    assert {aspect for aspect, is_wrong in found.items() if is_wrong} == wrong


def test_flaws_of_another_kind_show_nothing():
    assert showing([get("no-link").misbehaviour], HOSTS) is None
