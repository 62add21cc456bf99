"""Handshakes with real servers and real certificates."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.canary import Canary
from ocpi_conformance.simulators.certificates import Certificate, self_signed
from ocpi_conformance.simulators.handshakes import Shown, look


@contextmanager
def served(certificate: Certificate | None) -> Iterator[int]:
    """A server with a certificate, and its port."""
    with Canary(certificate=certificate) as canary:
        yield urlsplit(canary.origin).port or 0


def seen(certificate: Certificate, host: str = "127.0.0.1") -> Shown:
    with served(certificate) as port:
        return look(host, port)


def test_a_server_in_order():
    shown = seen(self_signed("127.0.0.1"))
    assert shown.offered == ("TLS 1.2", "TLS 1.3")
    assert shown.old_versions == ()
    assert (shown.names_host, shown.in_force(), shown.weakness) == (True, True, "")
    assert not shown.in_force(clock.now() + timedelta(days=8))


@pytest.mark.skipif(not ssl.HAS_TLSv1, reason="OpenSSL was built without TLS 1.0 here")
def test_old_versions_are_told_of():
    shown = seen(replace(self_signed("127.0.0.1"), oldest=ssl.TLSVersion.TLSv1, lax=True))
    assert shown.old_versions == ("TLS 1.0", "TLS 1.1")


@pytest.mark.parametrize(
    ("names", "host", "fits"),
    [
        (("localhost",), "localhost", True),
        (("127.0.0.1",), "127.0.0.1", True),
        (("*.localhost", "localhost"), "localhost", True),
        (("localhost",), "127.0.0.1", False),
        (("elsewhere.example",), "localhost", False),
        (("127.0.0.2",), "127.0.0.1", False),
    ],
)
def test_for_whom_a_certificate_is(names: tuple[str, ...], host: str, fits: bool):
    assert seen(self_signed(*names), host).names_host is fits


@pytest.mark.parametrize("days", [-40, 1])
def test_a_certificate_that_is_not_in_force_names_its_host_all_the_same(days: int):
    shown = seen(self_signed("127.0.0.1", begins=clock.now() + timedelta(days=days)))
    assert (shown.in_force(), shown.names_host) == (False, True)


@pytest.mark.parametrize(("bits", "weakness"), [(1024, "an RSA key of 1024 bits"), (2048, "")])
def test_weak_keys_are_told_of(bits: int, weakness: str):
    shown = seen(replace(self_signed("127.0.0.1", rsa_bits=bits), lax=True))
    assert shown.weakness == weakness


def test_where_nobody_speaks_tls_is_an_error():
    with served(None) as port, pytest.raises(OSError, match=r"SSL|closed|reset"):
        look("127.0.0.1", port)
