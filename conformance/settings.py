"""Settings: all that a run is told; `options` derives keys, variables and flags from this one table."""

# ruff: noqa: RUF009 - option() makes dataclass fields

import secrets as randomness
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from . import options
from .claim import VERSIONS, Claim
from .errors import SettingError
from .kinds import (
    ADDRESS,
    COMMAND,
    DURATION,
    FILE,
    FLAG,
    FLAWS,
    LIST,
    NUMBER,
    RATE,
    SECONDS,
    TABLE,
    URL,
    choice,
    several,
)
from .options import option, secret
from .serve_settings import ServeSettings

__all__ = ["FORMATS", "ROLES", "Settings", "load"]

ROLES = ("CPO", "EMSP")
FORMATS = ("json", "html", "junit", "md", "har", "coverage", "allure")
"""What a run can write. `result.json` is always written; json means nothing else."""

REMOTE_QUIET_S = 1.0
REMOTE_RATE = 50.0
CAUTIOUS = "security"
"""The profile that changes nothing at an implementation of the user's, unless more is allowed."""

_IUT = "The implementation under test"
_SUITE = "The suite's side"
_SELECTION = "Selection and verdict"
_TRIGGER = "How the implementation is made to act"
_KNOWN = "Objects of the implementation that may be used"
_TLS = "TLS"
_OUTPUT = "Output"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One run's settings; the defaults test the embedded reference party.

    `disruptive`, `attacks`, `rate` and `quiet_s` have another default for an implementation of the user's: what ends
    a registration or what an attacker would send is left out unless it is asked for, calls are paced, and absence is
    waited for longer. `sources` says of each
    setting that was given where it came from.
    """

    versions_url: str = option(
        "", "Its versions endpoint; without one the embedded party is tested", kind=URL, panel=_IUT
    )
    token: str = secret("the token that opens its versions endpoint (CREDENTIALS_TOKEN_A)", panel=_IUT)
    role: str = option(
        "CPO", "What it is: CPO or EMSP; the suite plays the other side", kind=choice(*ROLES), panel=_IUT
    )
    ocpi_version: str = option(
        "2.2.1", "The OCPI version to test", kind=choice(*VERSIONS, metavar="VERSION"), panel=_IUT
    )
    name: str = option("", "How reports call it", panel=_IUT)
    flaw: tuple[str, ...] = option(
        (), "A flaw of the embedded party; may be repeated", kind=FLAWS, panel=_IUT
    )
    claim: Mapping[str, Any] | None = option(None, "What it says it supports", kind=TABLE)

    public_url: str = option(
        "", "How it reaches the suite, where that isn't the address bound", kind=URL, panel=_SUITE
    )
    bind: str = option("127.0.0.1:0", "Where the suite's peers listen", kind=ADDRESS, panel=_SUITE)
    timeout_s: float = option(10.0, "Longest wait for the answer to one call", kind=SECONDS, panel=_SUITE)
    patience_s: float = option(
        10.0, "Longest wait for a call that it should make", kind=SECONDS, panel=_SUITE
    )
    quiet_s: float = option(
        0.002,
        f"How long no call must come to show that none does ({REMOTE_QUIET_S:g} s over a network)",
        kind=SECONDS,
        panel=_SUITE,
    )
    duration_s: float = option(
        1800.0,
        "Longest time of the run, 0 for no end (no end with trigger_person); what it didn't come to is inconclusive",
        kind=DURATION,
        panel=_SUITE,
    )
    rate: float = option(
        0.0,
        f"Most calls a second to it, 0 for any number ({REMOTE_RATE:g} over a network)",
        kind=RATE,
        panel=_SUITE,
    )
    seed: int = option(0, "Seed of all that is random; drawn where none is given", kind=NUMBER, panel=_SUITE)

    profile: tuple[str, ...] = option(
        (), "Judge only this profile, or all; may be repeated", kind=LIST, panel=_SELECTION
    )
    edition: str = option(
        "", "Score the requirements of this edition, by name or file (the current one)", panel=_SELECTION
    )
    select: tuple[str, ...] = option(
        (), "Only requirements or scenarios of this pattern", kind=LIST, panel=_SELECTION
    )
    deselect: tuple[str, ...] = option(
        (), "Leave these requirements or scenarios out", kind=LIST, panel=_SELECTION
    )
    scenarios: Path | None = option(None, "A folder of further scenarios", kind=FILE, panel=_SELECTION)
    read_only: bool = option(
        False, "Send nothing that changes data of the implementation", kind=FLAG, panel=_SELECTION
    )
    disruptive: bool = option(
        True, "Also renew and end registrations; not the default over a network", kind=FLAG, panel=_SELECTION
    )
    attacks: bool = option(
        True,
        "Also send what an attacker or a broken client would; not the default over a network",
        kind=FLAG,
        panel=_SELECTION,
    )
    baseline: Path | None = option(None, "File of known deviations", kind=FILE, panel=_SELECTION)
    strict: bool = option(False, "A warning counts as a failure", kind=FLAG, panel=_SELECTION)

    trigger_url: str = option("", "HTTP hook: POST {URL}/{action}", kind=URL, panel=_TRIGGER)
    trigger_token: str = secret("the bearer token of that hook", panel=_TRIGGER)
    trigger_command: str = option(
        "", "Command that gets the action as argument and JSON on stdin", kind=COMMAND, panel=_TRIGGER
    )
    trigger_person: bool = option(False, "Ask the person at the terminal", kind=FLAG, panel=_TRIGGER)
    trigger_timeout_s: float = option(30.0, "Longest wait for hook or command", kind=SECONDS, panel=_TRIGGER)

    location_id: str = option("", "A location with a free connector", panel=_KNOWN)
    evse_uid: str = option("", "An EVSE of it", panel=_KNOWN)
    connector_id: str = option("", "A connector of that", panel=_KNOWN)
    token_uid: str = option("", "A valid token", panel=_KNOWN)
    token_type: str = option(
        "RFID", "Its type", kind=choice("AD_HOC_USER", "APP_USER", "OTHER", "RFID"), panel=_KNOWN
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
        None, "Authorities that its certificate is checked against", kind=FILE, panel=_TLS
    )
    insecure: bool = option(False, "Don't check its certificate; the report says so", kind=FLAG, panel=_TLS)

    output: Path | None = option(
        None, "Folder of the results (ocpi-results/RUN-ID)", kind=FILE, panel=_OUTPUT
    )
    format: tuple[str, ...] = option(
        (), f"Only these renderings: {', '.join(FORMATS)}", kind=several(*FORMATS), panel=_OUTPUT
    )

    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def embedded(self) -> bool:
        """Whether the reference party of the suite is tested."""
        return not self.versions_url

    @property
    def verify(self) -> bool | str:
        """How the implementation's certificate is checked, as `Party` and `Caller` take it.

        The embedded party lies on the same machine, and makes its own.
        """
        return False if self.insecure else str(self.ca_file) if self.ca_file else not self.embedded

    @property
    def claimed(self) -> Claim | None:
        """The claim as far as the settings say it: the table, else all that an embedded party serves.

        Raises ClaimError.
        """
        if self.claim is not None:
            file = self.sources.get("claim", "").removeprefix("claim in ")
            return Claim.from_table(
                self.role, self.ocpi_version, self.claim, origin=f"{file} [claim]".strip()
            )
        return Claim.default(self.role, self.ocpi_version) if self.embedded else None

    def redacted(self) -> dict[str, Any]:
        """The settings for the record: of a secret its source is left, of a command the program."""
        shown: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name == "sources":
                value = dict(self.sources)
            elif "secret" in item.metadata:
                value = f"set by {self.sources.get(item.name, 'the program')}" if value else ""
            elif item.name == "trigger_command":
                value = value.split(maxsplit=1)[0] + " …" if len(value.split()) > 1 else value
            elif isinstance(value, Path):
                value = str(value)
            elif isinstance(value, tuple):
                value = list(value)
            shown[item.name] = value
        return shown


def load(config: Path | None, environ: Mapping[str, str], flags: Mapping[str, Any]) -> Settings:
    """Read the settings of a run: file < environment < flags.

    Raises:
        SettingError: a key is unknown, a value is of no use, or two settings exclude each other.
        ClaimError: the `[claim]` table names what is unknown.
        UsageError: a file can't be read.
    """
    found = options.load(
        Settings, config=config, environ=environ, flags=flags, also=options.variables(ServeSettings)
    )
    settings = Settings(**found.values, sources=found.sources)
    settings = _with_defaults(settings)
    _agree(settings)
    settings.claimed  # noqa: B018 - a wrong claim is told before anything is started
    return settings


def _with_defaults(settings: Settings) -> Settings:
    values: dict[str, Any] = {}
    sources = dict(settings.sources)
    if "seed" not in sources:
        values["seed"] = randomness.randbelow(2**31)
        sources["seed"] = "drawn"
    if "disruptive" not in sources:
        values["disruptive"] = settings.embedded and not settings.read_only
    if "attacks" not in sources:
        values["attacks"] = settings.embedded and not settings.read_only
    allowed = "read_only" in sources or any(
        name in sources and getattr(settings, name) for name in ("disruptive", "attacks")
    )
    if CAUTIOUS in settings.profile and not settings.embedded and not allowed:
        values["read_only"] = True
        sources["read_only"] = f"the profile {CAUTIOUS}"
    if "rate" not in sources and not settings.embedded:
        values["rate"] = REMOTE_RATE
    if "duration_s" not in sources and settings.trigger_person:
        values["duration_s"] = 0.0
    if "quiet_s" not in sources and not settings.embedded:
        values["quiet_s"] = REMOTE_QUIET_S
    return replace(settings, **values, sources=sources)


def _agree(settings: Settings) -> None:
    """Raise SettingError where settings exclude or need each other."""
    if settings.versions_url and not settings.token:
        raise SettingError(
            "versions_url is set but no token, and every OCPI call needs one",
            hint="give --token-env NAME (a variable), --token-file PATH, or OCPI_CONFORMANCE_TOKEN",
        )
    if settings.flaw and settings.versions_url:
        raise SettingError(
            "flaw is a misbehaviour of the embedded party", hint="leave out flaw or versions_url"
        )
    if settings.token and not settings.versions_url:
        raise SettingError(
            "a token is set but no versions_url", hint="give --versions-url URL, or leave out the token"
        )
    for name in ("disruptive", "attacks"):
        if settings.read_only and getattr(settings, name):
            raise SettingError(f"read_only and {name} exclude each other", hint="keep one of them")
    triggers = [
        name for name in ("trigger_url", "trigger_command", "trigger_person") if getattr(settings, name)
    ]
    if len(triggers) > 1:
        raise SettingError(f"{' and '.join(triggers)} are both given", hint="keep one of them")
    if settings.trigger_token and not settings.trigger_url:
        raise SettingError("trigger_token is set but no trigger_url", hint="give --trigger-url URL")
    check_tls(settings)
    for name in ("baseline", "ca_file", "tls_cert", "tls_key"):
        path = getattr(settings, name)
        if path is not None and not path.is_file():
            raise SettingError(
                f"{name} is {path}, where there is no file", hint="it takes the path of a file"
            )
    if settings.scenarios is not None and not settings.scenarios.is_dir():
        raise SettingError(
            f"scenarios is {settings.scenarios}, where there is no folder", hint="it takes a folder"
        )


def check_tls(settings: "Settings | ServeSettings") -> None:
    """Raise SettingError where the certificate of our side is given by halves, or twice."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise SettingError("tls_cert and tls_key belong together", hint="give both, or --tls self-signed")
    if settings.tls and settings.tls_cert:
        raise SettingError("tls and tls_cert exclude each other", hint="keep one of them")
    if settings.insecure and settings.ca_file:
        raise SettingError("insecure and ca_file exclude each other", hint="keep one of them")
