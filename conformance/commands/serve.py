"""serve: one party alone, until a signal comes."""

import contextlib
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from ..errors import SettingError, UsageError
from ..serve_settings import ServeSettings
from ..signals import handling
from .flags import settable

if TYPE_CHECKING:
    from ...simulators.certificates import Certificate
    from ...simulators.party import Misbehaviour, Party
    from ...simulators.serving import Server

__all__ = ["serve"]

IDENTITIES = {"CPO": ("NL", "RCP", "Reference CPO"), "EMSP": ("DE", "RSP", "Reference eMSP")}
DETAILS = {
    "website": "https://www.example.com",
    "logo": {
        "url": "https://www.example.com/logo.png",
        "category": "OPERATOR",
        "type": "png",
        "width": 512,
        "height": 512,
    },
}
_ANY_ADDRESS = ("0.0.0.0", "::", "[::]", "")
SMALL = 2
"""A CPO of no more locations than these has no room for a showcase of prices."""


@settable(ServeSettings)
def serve(
    role: Annotated[str, typer.Argument(help="cpo or emsp", metavar="ROLE", show_default=False)],
    config: Annotated[Path | None, typer.Option("--config", help="A TOML file with these settings")] = None,
    with_stdin: Annotated[bool, typer.Option("--with-stdin", hidden=True)] = False,
    *,
    flags: dict[str, Any],
) -> int:
    """Serve one party: a peer to develop against, with an interface that makes it act.

    It listens on loopback unless told otherwise and stops on SIGINT or
    SIGTERM. Its trigger interface takes POST {trigger_url}/{action}, with the
    trigger token as Authorization: Bearer.
    """
    from .. import options, settings

    found = options.load(
        ServeSettings,
        config=config,
        environ=os.environ,
        flags=flags,
        also=options.variables(settings.Settings),
    )
    wanted = ServeSettings(**found.values)
    settings.check_tls(wanted)
    name = role.upper()
    if name not in IDENTITIES:
        raise UsageError(f"the role {role!r} can't be served", hint="known are cpo and emsp")
    return _serve(name, wanted, with_stdin=with_stdin)


def _serve(role: str, wanted: ServeSettings, *, with_stdin: bool) -> int:
    stop = threading.Event()
    if with_stdin:
        threading.Thread(target=_await_end_of_stdin, args=(stop,), daemon=True).start()
    with handling(lambda *_: stop.set(), signal.SIGINT, signal.SIGTERM):
        server, party, described = prepare(role, wanted)
        try:
            with server:
                _announce(role, described, wanted)
                stop.wait()
        finally:
            party.close()
    return 0


def _await_end_of_stdin(stop: threading.Event) -> None:
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 4096):
            pass
    stop.set()


def prepare(role: str, wanted: ServeSettings) -> "tuple[Server, Party, dict[str, str]]":
    """A party on a server that isn't started yet, and how it is reached. Raises UsageError."""
    from ...simulators import triggering
    from ...simulators.connection import Role, new_token
    from ...simulators.party import Limits
    from ...simulators.roles import ROLES
    from ...simulators.serving import Server, ServingError
    from ..flaws import find
    from ..tls import certificate

    if wanted.host in _ANY_ADDRESS and not wanted.public_url:
        raise SettingError(
            f"host is {wanted.host!r}, every address, so that its own URLs are unknown",
            hint="add --public-url, as http://192.0.2.7:8000",
        )
    country_code, party_id, name = IDENTITIES[role]
    misbehaviours = [find(flaw, role=role).misbehaviour for flaw in wanted.flaw]
    host = f"[{wanted.host}]" if ":" in wanted.host and not wanted.host.startswith("[") else wanted.host
    try:
        server = Server(
            bind=f"{host}:{wanted.port}",
            public_url=wanted.public_url or None,
            certificate=_shown(wanted, misbehaviours) or certificate(wanted, wanted.host),
        )
    except ServingError as error:
        raise UsageError(
            str(error), hint="--host and --port choose the address; port 0 is any free one"
        ) from error
    party = ROLES[role](
        name=role.lower(),
        roles=[
            Role(
                role=role,
                country_code=wanted.country_code or country_code,
                party_id=wanted.party_id or party_id,
                name=name,
                details=DETAILS,
            )
        ],
        version=wanted.ocpi_version,
        seed=wanted.seed,
        limits=Limits(
            page=max(wanted.page_limit, 1),
            locations=wanted.locations,
            tokens=wanted.tokens,
            showcase=wanted.locations > SMALL,
        ),
        misbehaviours=misbehaviours,
        timeout_s=wanted.timeout_s,
        verify=False if wanted.insecure else str(wanted.ca_file) if wanted.ca_file else True,
    )
    trigger_token = wanted.trigger_token or new_token()
    server.add(party)
    server.mount(triggering.NAME, cast(Any, triggering.application(party, trigger_token)))
    party.furnish()
    described = {
        "versions_url": party.versions_url,
        "token": party.connections.invite(wanted.token or None).token_in,
        "trigger_url": f"{server.origin}/{triggering.NAME}",
        "trigger_token": trigger_token,
    }
    return server, party, described


def _shown(wanted: ServeSettings, misbehaviours: "list[Misbehaviour]") -> "Certificate | None":
    """What a flaw of TLS has it show."""
    if not misbehaviours:
        return None
    from ...simulators.flaws.security_tls import showing

    return showing(misbehaviours, (wanted.host.strip("[]"), "localhost"))


def _announce(role: str, described: dict[str, str], wanted: ServeSettings) -> None:
    if wanted.format == "json":
        import json

        typer.echo(json.dumps(described))
        return
    lines = [
        f"{role} of OCPI {wanted.ocpi_version} is ready"
        + (f", with {', '.join(wanted.flaw)}" if wanted.flaw else ""),
        f"  versions URL   {described['versions_url']}",
        f"  token A        {described['token']}",
        f"  trigger URL    {described['trigger_url']}/{{action}}",
        f"  trigger token  {described['trigger_token']}",
        "Token A opens one registration; the action issue-token makes another one. Ctrl-C stops.",
    ]
    if wanted.tls:
        lines.insert(1, "  certificate    made on the spot: give clients --insecure")
    typer.echo("\n".join(lines))
