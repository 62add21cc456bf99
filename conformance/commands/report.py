"""`report RESULT`: render a stored result again, in another form or for another reader."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ...reports import Result

__all__ = ["Format", "report"]

_USAGE_ERROR = 4


class Format(StrEnum):
    """What a result can be made into."""

    CONSOLE = "console"
    HTML = "html"
    JUNIT = "junit"
    ALLURE = "allure"
    MD = "md"
    HAR = "har"
    JSON = "json"
    NDJSON = "ndjson"
    COVERAGE = "coverage"
    ALL = "all"


_FOLDERS = (Format.ALLURE, Format.ALL)


def report(
    result: Annotated[
        Path, typer.Argument(help="A result.json, or the folder that holds it.", metavar="RESULT")
    ],
    form: Annotated[Format, typer.Option("--format", help="What to make of it.")] = Format.CONSOLE,
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write, or the folder for allure and all. Default: standard output."),
    ] = None,
) -> None:
    """Render a stored result: for the terminal, a browser, a CI service or another tool."""
    from ...reports import ResultError, load

    if form in _FOLDERS and output is None:
        _stop(f"--format {form} writes a folder: name it with --output DIR")
    try:
        _write(load(result), form, output)
    except ResultError as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"{output}: can't be written ({error.strerror or error})")


def _write(result: "Result", form: Format, output: Path | None) -> None:
    if form is Format.CONSOLE:
        _print(result, output)
    elif output is None:
        sys.stdout.buffer.write(_rendered(result, form))
        sys.stdout.buffer.flush()
    elif form is Format.ALL:
        from ...reports.folder import write_all

        write_all(result, output)
    elif form is Format.ALLURE:
        from ...reports import allure

        allure.write(result, output)
    else:
        from ...reports.files import write

        write(output, _rendered(result, form))


def _print(result: "Result", output: Path | None) -> None:
    from io import StringIO

    from rich.console import Console

    from ...reports.console import print_result
    from ...reports.files import write

    if output is None:
        print_result(result, Console())
        return
    text = StringIO()
    print_result(result, Console(file=text, width=100))
    write(output, text.getvalue())


def _rendered(result: "Result", form: Format) -> bytes:
    from ...reports import coverage, har, html, junit, ndjson, store, summary

    renderings = {
        Format.HTML: html.render,
        Format.JUNIT: junit.render,
        Format.MD: summary.render,
        Format.HAR: har.render,
        Format.JSON: store.render,
        Format.NDJSON: lambda result: ndjson.lines(result.exchanges),
        Format.COVERAGE: coverage.render,
    }
    rendered = renderings[form](result)
    return rendered if isinstance(rendered, bytes) else rendered.encode("utf-8", "replace")


def _stop(message: str) -> None:
    typer.echo(f"ocpi-conformance report: {message}", err=True)
    raise typer.Exit(_USAGE_ERROR)
