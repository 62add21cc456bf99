"""What a long-lived peer is told, derived for file, environment and flags as the settings of a run are."""

# ruff: noqa: RUF009 - option() makes dataclass fields

from dataclasses import dataclass
from pathlib import Path

from .kinds import FILE, FLAG, FLAWS, NUMBER, SECONDS, TEXT, URL, choice
from .options import option, secret

__all__ = ["ServeSettings"]

_PLACE = "Where it is served"
_PARTY = "The party"
_TLS = "TLS"


@dataclass(frozen=True, kw_only=True)
class ServeSettings:
    """One party, served alone. The address is loopback unless another is named."""

    host: str = option("127.0.0.1", "Address to listen on", kind=TEXT, panel=_PLACE)
    port: int = option(0, "Port to listen on; 0 is any free one", kind=NUMBER, panel=_PLACE)
    public_url: str = option("", "How others reach it, where that isn't the address", kind=URL, panel=_PLACE)
    format: str = option(
        "text", "text, or json: one line when ready", kind=choice("text", "json"), panel=_PLACE
    )

    ocpi_version: str = option(
        "2.2.1", "The OCPI version it speaks", kind=choice("2.2.1", metavar="VERSION"), panel=_PARTY
    )
    country_code: str = option("", "Country code of the party (CPO: NL, EMSP: DE)", panel=_PARTY)
    party_id: str = option("", "Its party id (CPO: RCP, EMSP: RSP)", panel=_PARTY)
    token: str = secret("the token that opens the versions endpoint; drawn where none is given", panel=_PARTY)
    trigger_token: str = secret(
        "the bearer token of the trigger interface; drawn where none is given", panel=_PARTY
    )
    seed: int = option(0, "Seed of its data", kind=NUMBER, panel=_PARTY)
    locations: int = option(12, "How many locations a CPO has", kind=NUMBER, panel=_PARTY)
    tokens: int = option(12, "How many tokens an eMSP has", kind=NUMBER, panel=_PARTY)
    page_limit: int = option(50, "Largest page it serves", kind=NUMBER, panel=_PARTY)
    flaw: tuple[str, ...] = option((), "A flaw to misbehave with; may be repeated", kind=FLAWS, panel=_PARTY)
    timeout_s: float = option(
        10.0, "Longest wait for the answer to one call of its own", kind=SECONDS, panel=_PARTY
    )

    tls: str = option(
        "",
        "Serve https with a certificate made on the spot",
        kind=choice("", "self-signed", metavar="self-signed"),
        panel=_TLS,
    )
    tls_cert: Path | None = option(None, "Serve https with this certificate chain", kind=FILE, panel=_TLS)
    tls_key: Path | None = option(None, "The key of that certificate", kind=FILE, panel=_TLS)
    ca_file: Path | None = option(
        None, "Authorities that others' certificates are checked against", kind=FILE, panel=_TLS
    )
    insecure: bool = option(False, "Don't check the certificates of others", kind=FLAG, panel=_TLS)
