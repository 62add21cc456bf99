"""Certificates for serving https: the user's own, or one made on the spot."""

import ipaddress
import ssl
import tempfile
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from . import clock


class CertificateError(Exception):
    """A certificate or key could not be used; the text names the file and what is wrong."""


@dataclass(frozen=True)
class Certificate:
    """A certificate chain and its private key, PEM-encoded, kept in memory: one made here is in no file.

    `oldest` is the oldest version of TLS that is spoken with it; `lax` takes weak keys, and is for flaws.
    """

    chain: bytes
    key: bytes
    oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2
    lax: bool = False

    def server_context(self) -> ssl.SSLContext:
        """A TLS context for serving. Raises CertificateError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if self.lax:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of versions that are old on purpose
            context.minimum_version = self.oldest
        with tempfile.TemporaryDirectory() as folder:
            # ssl reads files only; the folder is readable by its owner alone and gone at once.
            pem = Path(folder) / "server.pem"
            pem.touch(mode=0o600)
            pem.write_bytes(self.key + b"\n" + self.chain)
            try:
                context.load_cert_chain(pem)
            except ssl.SSLError as error:
                raise CertificateError(f"certificate and key don't fit together: {error}") from error
        return context


def from_files(chain: Path, key: Path) -> Certificate:
    """Read a certificate chain and its key. Raises CertificateError."""
    try:
        return Certificate(chain.read_bytes(), key.read_bytes())
    except OSError as error:
        raise CertificateError(f"can't read {error.filename}: {error.strerror}") from error


def self_signed(*hosts: str, begins: datetime | None = None, rsa_bits: int = 0) -> Certificate:
    """Make a certificate for host names and addresses, valid for a week from an hour ago or from when it `begins`.

    Its key is of a curve, or RSA of so many bits.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    key = rsa.generate_private_key(65537, rsa_bits) if rsa_bits else ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0][:64])])
    moment = begins or clock.now() - timedelta(hours=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment)
        .not_valid_after(moment + timedelta(days=7, hours=1))
        .add_extension(x509.SubjectAlternativeName([_alternative(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Certificate(certificate.public_bytes(serialization.Encoding.PEM), secret)


def _alternative(host: str):
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
