"""`ocpi-conformance catalogue`: prove that no sentence of the text was left out, and write the catalogue down."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ExitCode, UsageError

if TYPE_CHECKING:
    from ..accounting import Account

app = typer.Typer(no_args_is_help=True, help="The requirements: prove them complete, write them down.")

SpecDir = Annotated[
    Path,
    typer.Argument(metavar="SPEC_DIR", help="The texts, one folder per version (2.0 to 2.3.0-bookings)."),
]
Version = Annotated[str, typer.Option("--ocpi-version", metavar="VERSION", help="The text to account for.")]


@app.command()
def census(
    spec_dir: SpecDir,
    *,
    ocpi_version: Version = "2.2.1",
    draft: Annotated[bool, typer.Option(help="Print entries to fill in for what has none.")] = False,
) -> None:
    """Account for every sentence that binds and every row of a table. Exits 1 where something is left over."""
    from ...schemas.sentences import passages, sections
    from .. import accounting, grounds
    from ..catalogue import load

    folder = spec_dir / ocpi_version
    try:
        text, said = passages(folder), sections(folder)
    except (ValueError, OSError) as error:
        raise UsageError(
            f"the text of {ocpi_version} can't be read: {error}", hint="name the folder above 2.2.1"
        ) from error
    entries = accounting.entries(ocpi_version)
    rows = [row for row in load() if row.in_version(ocpi_version)]
    held = grounds.sections(ocpi_version)
    found = accounting.account(text, entries, rows, said=said, held=held)
    if draft:
        typer.echo(accounting.draft(found.unclaimed), nl=False)
        typer.echo(grounds.draft(rows, accounting.grounds(text, entries), said), nl=False)
    else:
        for problem in found.problems:
            typer.echo(problem)
        _counts(found)
    if found.problems:
        raise typer.Exit(ExitCode.NOT_CONFORMANT)


@app.command()
def document(
    *,
    output: Annotated[Path, typer.Option(metavar="DIR", help="Where the pages go.")] = Path("docs"),
) -> None:
    """Write the pages on requirements and on contested readings anew."""
    from ..documents import DOCUMENTS

    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, page in DOCUMENTS.items():
            beside = output / f"{name}.new"
            beside.write_text(page(), encoding="utf-8")
            beside.replace(output / name)
            typer.echo(str(output / name))
    except OSError as error:
        raise UsageError(
            f"{output} can't be written: {error.strerror or error}", hint="name another folder with --output"
        ) from error


@app.command()
def freeze(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As 2.2.1-d2/2026.1.", show_default=False)],
    *,
    ocpi_version: Version = "2.2.1",
    output: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Write there, not beside the editions of the suite.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an edition.")] = False,
) -> None:
    """Freeze an edition: write down what is scored now. What comes later is informative in it."""
    from datetime import UTC, datetime

    from .. import editions
    from ..catalogue import load

    day = datetime.now(UTC).date()
    typer.echo(str(editions.freeze(name, load(), version=ocpi_version, day=day, path=output, force=force)))


def _counts(found: "Account") -> None:
    """One line a chapter, one for all."""
    columns = ("due", "claimed", "not_observable", "informative", "unclaimed")
    heads = ("passages", "claimed", "not observable", "informative", "unclaimed")
    name = max(len(chapter.file) for chapter in found.chapters)
    typer.echo(" ".join(["chapter".ljust(name), *heads]))
    for chapter in found.chapters:
        counts = (
            str(getattr(chapter, column)).rjust(len(head))
            for column, head in zip(columns, heads, strict=True)
        )
        typer.echo(" ".join([chapter.file.ljust(name), *counts]))
    sums = (
        str(sum(getattr(chapter, column) for chapter in found.chapters)).rjust(len(head))
        for column, head in zip(columns, heads, strict=True)
    )
    typer.echo(" ".join(["all".ljust(name), *sums]))
    typer.echo(f"{len(found.problems)} problems" if found.problems else "every sentence is accounted for")
