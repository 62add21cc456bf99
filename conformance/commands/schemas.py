"""`ocpi-conformance schemas`: derive the schemas from the texts, prove them equal, hand them out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

app = typer.Typer(no_args_is_help=True, help="The JSON Schemas: derive them, prove them, export them.")

SpecDir = Annotated[
    Path,
    typer.Argument(metavar="SPEC_DIR", help="The texts, one folder per version (2.0 to 2.3.0-bookings)."),
]
Only = Annotated[list[str] | None, typer.Option("--ocpi-version", help="Only this version; repeatable.")]


@app.command()
def derive(
    spec_dir: SpecDir,
    *,
    ocpi_version: Only = None,
    output: Annotated[Path | None, typer.Option(help="Where to write, else into this package.")] = None,
) -> None:
    """Read the tables of the texts and write the schemas of each version anew.

    They go where this package keeps them, or to OUTPUT/<version>/objects.
    """
    from ...schemas import derive as deriving
    from ...schemas import library

    for version in _versions(spec_dir, ocpi_version):
        with _told(version):
            schemas = deriving.derive(spec_dir, version)
        folder = (output or library.HOME) / version / "objects"
        try:
            deriving.write(schemas, folder)
            deriving.prune(schemas, folder)
        except OSError as error:
            _fail(f"{folder} can't be written: {error.strerror or error}; name another folder with --output")
        typer.echo(f"{version}: {len(schemas)} schemas in {folder}")


@app.command()
def census(spec_dir: SpecDir, *, ocpi_version: Only = None) -> None:
    """Compare the schemas with a second reading of the texts. Exits 1 on any difference."""
    from ...schemas.census import census as take

    differ = 0
    for version in _versions(spec_dir, ocpi_version):
        with _told(version):
            result = take(spec_dir, version)
        for difference in result.differences:
            typer.echo(str(difference))
        differ += len(result.differences)
        typer.echo(
            f"{version}: {result.definitions} classes and enums, {result.fields} fields, "
            f"{result.values} values, {len(result.differences)} differences"
        )
    if differ:
        raise typer.Exit(1)


@app.command()
def export(
    *,
    ocpi_version: Annotated[str, typer.Option(help="The version to export.")] = "2.2.1",
    openapi: Annotated[
        bool,
        typer.Option(
            "--openapi", help="An OpenAPI 3.1 document of the endpoints too, for tools that know it."
        ),
    ] = False,
    role: Annotated[str, typer.Option(help="With --openapi: only what a cpo or an emsp serves.")] = "",
    output: Annotated[
        Path | None, typer.Option(help="A folder (with --openapi a file), else standard output.")
    ] = None,
) -> None:
    """Hand out the schemas of a version: one bundle to standard output, or one file each to a folder."""
    from ...schemas import derive as deriving
    from ...schemas import library
    from ...schemas import openapi as documenting

    if role and not openapi:
        _fail("--role chooses what an OpenAPI document describes; add --openapi")
    try:
        if openapi:
            _hand_out(documenting.as_text(documenting.document(ocpi_version, role.upper())), output)
            return
        schemas = library.stored(ocpi_version)
    except LookupError as error:
        _fail(str(error))
    if output is None:
        typer.echo(deriving.as_text(library.bundle(ocpi_version)), nl=False)
        return
    try:
        deriving.write(schemas, output)
    except OSError as error:
        _fail(f"{output} can't be written: {error.strerror or error}")
    typer.echo(f"{ocpi_version}: {len(schemas)} schemas in {output}")


def _hand_out(text: str, output: Path | None) -> None:
    """To standard output, or into a file."""
    from ...reports import files

    if output is None:
        typer.echo(text, nl=False)
        return
    if output.is_dir():
        _fail(f"{output} is a folder; name the file that --output shall write, as {output / 'openapi.json'}")
    try:
        files.write(output, text)
    except OSError as error:
        _fail(f"{output} can't be written: {error.strerror or error}")


def _versions(spec_dir: Path, chosen: list[str] | None) -> tuple[str, ...]:
    """The versions asked for, else all whose texts are in `spec_dir`."""
    from ...schemas.editions import versions
    from ..errors import nearest

    known = versions()
    for version in chosen or []:
        if version not in known:
            _fail(f"{version!r} is no OCPI version; {nearest(version, known)}")
    found = tuple(version for version in chosen or known if (spec_dir / version).is_dir())
    missing = [version for version in chosen or [] if version not in found]
    if not found or missing:
        _fail(f"{spec_dir} has no folder {', '.join(missing or known)} with the chapters of that version")
    return found


@contextmanager
def _told(version: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError, OSError) as error:
        _fail(f"the text of {version} can't be read: {error}")


def _fail(message: str) -> NoReturn:
    from ..errors import ExitCode

    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(ExitCode.USAGE)
