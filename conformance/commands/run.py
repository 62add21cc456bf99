"""run: the conformance run."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from ..settings import Settings
from .flags import settable

__all__ = ["run"]


@settable(Settings)
def run(
    config: Annotated[
        Path | None, typer.Argument(help="A TOML file of settings", metavar="CONFIG", show_default=False)
    ] = None,
    *,
    flags: dict[str, Any],
) -> int:
    """Test an implementation; without settings the embedded reference CPO.

    Each flag is also a key of the file, as versions_url, and a variable, as
    OCPI_CONFORMANCE_VERSIONS_URL. A flag goes before a variable, a variable
    before the file.

    Exit codes: 0 conformant, 1 not conformant, 2 interrupted, 3 the suite's
    own error, 4 usage, 5 nothing selected, 10 inconclusive.
    """
    from .. import running, settings

    return running.run(settings.load(config, os.environ, flags))
