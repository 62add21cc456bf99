"""Handshakes: what a server offers over TLS, and whether its certificate is one to trust.

shown = look("ocpi.example.com", 443)
shown.old_versions, shown.certificate.faults
"""

import socket
import ssl
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import clock

__all__ = ["OLD", "Shown", "look"]

OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)
"""Versions that nobody may negotiate any more (RFC 8996)."""

NAMES = {
    ssl.TLSVersion.TLSv1: "TLS 1.0",
    ssl.TLSVersion.TLSv1_1: "TLS 1.1",
    ssl.TLSVersion.TLSv1_2: "TLS 1.2",
    ssl.TLSVersion.TLSv1_3: "TLS 1.3",
}
RSA_BITS = 2048
CURVE_BITS = 224
SOON = timedelta(days=7)
_WEAK_HASHES = frozenset({"md5", "sha1"})
_OTHER_NAME = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a server showed of its TLS.

    `offered` are the versions that it negotiates, `untried` those that this machine's OpenSSL doesn't speak itself.
    `names_host` says whether the certificate is for the host that was called, `weakness` what is wrong with its key or
    its signature.
    """

    offered: tuple[str, ...]
    untried: tuple[str, ...]
    names_host: bool
    begins: datetime
    ends: datetime
    weakness: str = ""

    @property
    def old_versions(self) -> tuple[str, ...]:
        """The versions that it negotiates and shouldn't."""
        return tuple(NAMES[version] for version in OLD if NAMES[version] in self.offered)

    def in_force(self, moment: datetime | None = None) -> bool:
        """Whether its certificate is valid at a moment, now if none is named."""
        return self.begins <= (moment or clock.now()) <= self.ends


def look(host: str, port: int, *, timeout_s: float = 10.0) -> Shown:
    """Shake hands in every version. Raises OSError where nobody speaks TLS there."""
    offered = [NAMES[version] for version in NAMES if _offers(host, port, version, timeout_s)]
    untried = [NAMES[version] for version in OLD if not _speaks(version)]
    raw = _certificate(host, port, timeout_s)
    return _shown(raw, _names(host, port, raw, timeout_s), tuple(offered), tuple(untried))


def _shown(raw: bytes, names_host: bool, offered: tuple[str, ...], untried: tuple[str, ...]) -> Shown:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(raw)
    return Shown(
        offered=offered,
        untried=untried,
        names_host=names_host,
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        weakness=_weakness(certificate),
    )


def _speaks(version: ssl.TLSVersion) -> bool:
    return {ssl.TLSVersion.TLSv1: ssl.HAS_TLSv1, ssl.TLSVersion.TLSv1_1: ssl.HAS_TLSv1_1}.get(version, True)


def _context() -> ssl.SSLContext:
    """A client that takes whatever comes: it looks, and tells nothing that is secret."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # At its usual level OpenSSL speaks no old version, and meets no weak key.
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context


def _offers(host: str, port: int, version: ssl.TLSVersion, timeout_s: float) -> bool:
    if not _speaks(version):
        return False
    context = _context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are what is looked for
        context.minimum_version, context.maximum_version = version, version
    connection = socket.create_connection((host, port), timeout_s)
    try:
        with context.wrap_socket(connection, server_hostname=host):
            return True
    except OSError:
        return False
    finally:
        connection.close()


def _certificate(host: str, port: int, timeout_s: float) -> bytes:
    with (
        socket.create_connection((host, port), timeout_s) as connection,
        _context().wrap_socket(connection, server_hostname=host) as line,
    ):
        raw = line.getpeercert(binary_form=True)
    if raw is None:
        raise ssl.SSLError("it showed no certificate")
    return raw


def _names(host: str, port: int, raw: bytes, timeout_s: float) -> bool:
    """Whether OpenSSL takes the certificate for the host's, once it trusts this very certificate."""
    context = _context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = True
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=ssl.DER_cert_to_PEM_cert(raw))
    connection = socket.create_connection((host, port), timeout_s)
    try:
        with context.wrap_socket(connection, server_hostname=host):
            return True
    except ssl.SSLCertVerificationError as error:
        return error.verify_code not in _OTHER_NAME
    finally:
        connection.close()


def _weakness(certificate) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key, algorithm = certificate.public_key(), certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return ""  # newer than this machine's library, and so hardly weak
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_BITS:
        return f"an RSA key of {key.key_size} bits"
    if isinstance(key, ec.EllipticCurvePublicKey) and key.key_size < CURVE_BITS:
        return f"an elliptic curve of {key.key_size} bits"
    if algorithm is not None and algorithm.name in _WEAK_HASHES:
        return f"a signature with {algorithm.name}"
    return ""
