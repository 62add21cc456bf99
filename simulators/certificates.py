"""Certificates for serving https: the user's own, or one made on the spot."""

import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from . import clock


class CertificateError(Exception):
    """A certificate or key could not be used; the text names the file and what is wrong."""


@dataclass(frozen=True)
class Certificate:
    """A certificate chain and its private key, PEM-encoded, kept in memory: one made here is in no file."""

    chain: bytes
    key: bytes

    def server_context(self) -> ssl.SSLContext:
        """A TLS context for serving, TLS 1.2 at least. Raises CertificateError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
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


def self_signed(*hosts: str) -> Certificate:
    """Make a certificate for host names and addresses, valid for a week."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0][:64])])
    moment = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(hours=1))
        .not_valid_after(moment + timedelta(days=7))
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
