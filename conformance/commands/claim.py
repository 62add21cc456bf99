"""claim: a first claim from what an implementation lists."""

import os
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

import typer

from ..settings import Settings
from .flags import settable

__all__ = ["claim"]

_USED = frozenset({"token", "role", "ocpi_version", "timeout_s", "ca_file", "insecure"})


@settable(
    Settings,
    without=[
        key
        for item in fields(Settings)
        if item.name not in _USED
        for key in (item.name, f"{item.name}_env", f"{item.name}_file")
    ],
)
def claim(
    config: Annotated[
        Path | None, typer.Argument(help="A TOML file of settings", metavar="CONFIG", show_default=False)
    ] = None,
    url: Annotated[
        str | None, typer.Option("--from", help="Its versions endpoint", metavar="URL", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", help="Write to this file, not to stdout", metavar="PATH", show_default=False
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite that file")] = False,
    *,
    flags: dict[str, Any],
) -> int:
    """Write a first claim: a configuration file for run, from what an implementation lists.

    It looks at versions and version details with the token and changes
    nothing: a CREDENTIALS_TOKEN_A stays good. Every line says what it decides.

    Exit codes: 0 written, 4 usage, 10 the implementation can't be looked at.
    """
    from .. import settings
    from ..drafting import draft
    from ..errors import ExitCode, UsageError

    if output is not None and output.exists() and not force:
        raise UsageError(f"{output} exists", hint="give --force to overwrite it, or another --output")
    given = {**flags, **({"versions_url": url} if url else {})}
    found = settings.load(config, os.environ, given)
    if found.embedded:
        raise UsageError(
            "there is nothing to make a claim from",
            hint="give --from URL, the versions endpoint of the implementation",
        )
    text = draft(found)
    if output is None:
        typer.echo(text, nl=False)
    else:
        _write(output, text)
    return ExitCode.CONFORMANT


def _write(path: Path, text: str) -> None:
    from ...reports.files import write
    from ..errors import UsageError

    try:
        write(path, text)
    except OSError as error:
        raise UsageError(
            f"{path} can't be written: {error.strerror or error}", hint="give another --output"
        ) from error
    typer.echo(str(path), err=True)
