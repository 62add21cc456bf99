"""Flaws in what a party shows over TLS: a party that has one of them is served over https."""

import ssl
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from .. import clock
from ..certificates import Certificate, self_signed
from ..party import Misbehaviour, Party
from .flaw import Proceed, Request, Response, serving

__all__ = ["showing"]

Showing = Callable[[tuple[str, ...]], Certificate]
_SHOWN: dict[str, Showing] = {}


def _shows(name: str, slug: str, summary: str, showing: Showing) -> None:
    """A flaw of the certificate, or of what is spoken with it; `showing` gets the names of the host."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
        return proceed(request)

    around.__doc__ = summary
    serving(name, breaks=(slug,))(around)
    _SHOWN[name] = showing


def showing(misbehaviours: Iterable[Misbehaviour], hosts: tuple[str, ...]) -> Certificate | None:
    """The certificate that a misbehaving party shows; None where its misbehaviour is of another kind."""
    found = (_SHOWN[one.name](hosts) for one in misbehaviours if one.name in _SHOWN)
    return next(found, None)


_shows(
    "old-tls",
    "security-tls-versions",
    "TLS 1.0 and 1.1 are spoken with whoever wants them.",
    lambda hosts: replace(self_signed(*hosts), oldest=ssl.TLSVersion.TLSv1, lax=True),
)
_shows(
    "certificate-of-another-host",
    "security-tls-certificate-host",
    "The certificate is for another host.",
    lambda hosts: self_signed("elsewhere.example"),  # noqa: ARG005
)
_shows(
    "certificate-expired",
    "security-tls-certificate-dates",
    "The certificate expired a month ago.",
    lambda hosts: self_signed(*hosts, begins=clock.now() - timedelta(days=40)),
)
_shows(
    "certificate-weak",
    "security-tls-certificate-strength",
    "The key of the certificate is RSA of 1024 bits.",
    lambda hosts: replace(self_signed(*hosts, rsa_bits=1024), lax=True),
)
