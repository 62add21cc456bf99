"""doctor: can the implementation be tested at all."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..settings import Settings
from .flags import settable

if TYPE_CHECKING:
    from ..doctor import Diagnosis

__all__ = ["doctor"]


@settable(Settings, without=("format",))
def doctor(
    config: Annotated[
        Path | None, typer.Argument(help="A TOML file of settings", metavar="CONFIG", show_default=False)
    ] = None,
    as_: Annotated[str, typer.Option("--format", help="text or json", metavar="NAME")] = "text",
    *,
    flags: dict[str, Any],
) -> int:
    """Look whether an implementation can be tested: reached, token, endpoints, way back, trigger.

    It takes the settings of a run and changes nothing at the implementation.

    Exit codes: 0 where a run can begin, 10 where it can't.
    """
    from .. import settings
    from ..errors import ExitCode
    from .output import check_format

    check_format(as_)
    found = settings.load(config, os.environ, flags)
    diagnosis = _examine(found)
    if as_ == "json":
        _print_json(diagnosis)
    else:
        from ..redaction import of_settings

        place = of_settings(found).text(found.versions_url) or f"the embedded {found.role}"
        _print_text(place, diagnosis)
    return ExitCode.CONFORMANT if diagnosis.usable else ExitCode.INCONCLUSIVE


def _examine(found: Settings) -> "Diagnosis":
    from dataclasses import replace

    from ..doctor import examine
    from ..embedded import Embedded

    if not found.embedded:
        return examine(found)
    with Embedded(role=found.role, version=found.ocpi_version, flaws=found.flaw) as iut:
        at_home = {"versions_url": iut.versions_url, "token": iut.token}
        hook = {"trigger_url": iut.trigger_url, "trigger_token": iut.trigger_token}
        return examine(replace(found, **at_home, **hook, claim=found.claim))


def _print_json(diagnosis: "Diagnosis") -> None:
    from dataclasses import asdict

    from .output import print_json

    print_json(
        {
            "usable": diagnosis.usable,
            "summary": diagnosis.summary,
            "items": [asdict(item) for item in diagnosis.items],
            "claim": diagnosis.claim.as_json() if diagnosis.claim else None,
        }
    )


def _print_text(place: str, diagnosis: "Diagnosis") -> None:
    from .output import say, wrapped

    say(place)
    for item in diagnosis.items:
        mark = "ok  " if item.ok else "FAIL" if item.fatal else "warn"
        say(wrapped(f"{item.name}: {item.detail}", first=f"  {mark}  "))
        if item.hint and not item.ok:
            say(wrapped(item.hint, first="        → "))
    say("")
    say("A run can begin." if diagnosis.usable else wrapped(diagnosis.summary))
