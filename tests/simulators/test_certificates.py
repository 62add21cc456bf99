"""Certificates: made on the spot, or read from files."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from ocpi_conformance.simulators.certificates import Certificate, CertificateError, from_files, self_signed


def test_a_certificate_is_made_for_names_and_addresses():
    made = x509.load_pem_x509_certificate(self_signed("peer.test", "127.0.0.1", "::1").chain)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["peer.test"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_old_tls_is_not_spoken():
    context = self_signed("localhost").server_context()
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_files_are_read_back(tmp_path: Path):
    made = self_signed("localhost")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.chain)
    key.write_bytes(made.key)
    assert from_files(chain, key) == made
    assert from_files(chain, key).server_context()


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(CertificateError, match=r"absent\.pem"):
        from_files(tmp_path / "absent.pem", tmp_path / "key.pem")


@pytest.mark.parametrize(
    "certificate",
    [
        Certificate(self_signed("a.test").chain, self_signed("b.test").key),
        Certificate(b"no certificate", b"no key"),
    ],
)
def test_a_certificate_and_a_key_that_do_not_fit_are_refused(certificate: Certificate):
    with pytest.raises(CertificateError, match="don't fit together"):
        certificate.server_context()


def test_a_made_key_is_left_in_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    self_signed("localhost").server_context()
    assert list(tmp_path.iterdir()) == []
