"""demo: a run against the embedded party with two flaws, to see what a finding looks like."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import ConformanceError, ExitCode, UsageError

__all__ = ["demo"]

ROLE = "CPO"
CHAPTERS = ("locations-", "paging-")
"""The demo shows a flaw of each of these chapters."""


def demo(
    flaw: Annotated[
        list[str] | None, typer.Option("--flaw", metavar="NAME", help="These flaws instead")
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="PATH", help="Folder of the results")] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of all that is random", min=0)] = 1,
    show: Annotated[bool, typer.Option("--open/--no-open", help="Open the report in a browser")] = True,
) -> int:
    """Test the embedded CPO with two flaws switched on, and open the report.

    The run ends as not conformant, as it should; the demo ends with 0 where the flaws were found.
    """
    from .. import running, settings
    from ..flaws import find

    flaws = tuple(flaw) if flaw else pick()
    if not any(find(name, role=ROLE).breaks[ROLE] for name in flaws):
        raise UsageError(
            f"{' and '.join(flaws)}: nothing scored forbids that, so there is nothing to find",
            hint="`ocpi-conformance list flaws` says of which flaws that holds; `serve --flaw` takes them all",
        )
    folder = output or Path("ocpi-results") / "demo"
    wanted = settings.load(None, {}, {"role": ROLE, "flaw": flaws, "output": str(folder), "seed": str(seed)})
    typer.echo(f"The embedded {ROLE} misbehaves: {' and '.join(flaws)}.\n", err=True)
    code = running.run(wanted)
    if code != ExitCode.NOT_CONFORMANT:
        return code or _unfound(flaws)
    report = (folder / "report.html").resolve()
    typer.echo(f"\nThe flaws were found. The report: {report}")
    typer.echo("Without flaws: `ocpi-conformance run`. Your own: `ocpi-conformance run --help`.")
    if show and report.is_file() and _has_display():
        import webbrowser

        webbrowser.open(report.as_uri())
    return ExitCode.CONFORMANT


def pick() -> tuple[str, ...]:
    """The first flaw, by name, of each chapter that the demo shows; others where a chapter has none."""
    from ..flaws import known

    flaws = sorted(known(role=ROLE).items())
    chosen = [
        next(
            (name for name, flaw in flaws if any(slug.startswith(chapter) for slug in flaw.breaks[ROLE])),
            None,
        )
        for chapter in CHAPTERS
    ]
    named = [name for name in chosen if name]
    return tuple(dict.fromkeys((*named, *(name for name, _ in flaws))))[: len(CHAPTERS)]


def _unfound(flaws: tuple[str, ...]) -> int:
    raise ConformanceError(f"the run did not find {' and '.join(flaws)}", hint="please report it")


def _has_display() -> bool:
    """Whether a browser would be seen: at a terminal, with a screen."""
    if not sys.stdout.isatty():
        return False
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
