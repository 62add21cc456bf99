"""The certificate with which our side serves https, as the settings ask for it."""

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .errors import SettingError
from .serve_settings import ServeSettings

if TYPE_CHECKING:
    from ..simulators.certificates import Certificate
    from .settings import Settings

__all__ = ["certificate"]


def certificate(settings: "Settings | ServeSettings", host: str) -> "Certificate | None":
    """The certificate to serve with on `host`; None where plain http was asked for. Raises SettingError."""
    from ..simulators import certificates

    if settings.tls_cert is not None and settings.tls_key is not None:
        try:
            found = certificates.from_files(settings.tls_cert, settings.tls_key)
            found.server_context()
        except certificates.CertificateError as error:
            raise SettingError(
                f"tls_cert and tls_key can't be used: {error}", hint="give a PEM chain and its key"
            ) from error
        return found
    if settings.tls != "self-signed":
        return None
    public = urlsplit(settings.public_url).hostname if settings.public_url else None
    names = (public, host.strip("[]"), "localhost", "127.0.0.1", socket.gethostname())
    return certificates.self_signed(*dict.fromkeys(name for name in names if name))
