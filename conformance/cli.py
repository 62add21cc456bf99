"""The command line: commands, and what becomes of errors."""

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

import typer

from .errors import ConformanceError, ExitCode
from .signals import handling

__all__ = ["application", "main"]

PROGRAM = "ocpi-conformance"
COMMANDS = (
    "demo",
    "run",
    "doctor",
    "claim",
    "list",
    "explain",
    "serve",
    "judge",
    "price",
    "report",
    "catalogue",
    "schemas",
)
_CLICK: type[Exception] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException"
)


def application(wanted: str | None = None) -> typer.Typer:
    """The commands: in `commands/NAME.py` the function of that name, or a group `app`.

    Where `wanted` names one of them, only that one is imported.
    """
    app = typer.Typer(
        name=PROGRAM,
        help="Conformance tests and peers for OCPI, the Open Charge Point Interface.",
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_common)
    for name in COMMANDS if wanted not in COMMANDS else (wanted,):
        module = importlib.import_module(f".commands.{name}", __package__)
        group = getattr(module, "app", None)
        if group is not None:
            app.add_typer(group, name=name)
        else:
            app.command(name)(getattr(module, name, None) or getattr(module, f"{name}_"))
    return app


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"{PROGRAM} {version(PROGRAM)}")
        raise typer.Exit


def _common(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every error is one message on stderr."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with handling(_interrupt, signal.SIGTERM):
            return _invoke(given)
    except KeyboardInterrupt:
        return _say("interrupted", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # The reader went away: nothing more can be said, and Python must not try at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.INTERRUPTED
    except ConformanceError as error:
        return _say(str(error), error.exit_code, error.hint)
    except Exception as error:
        if _is_the_users(error):
            return _say(str(error), ExitCode.USAGE)
        if os.environ.get("OCPI_CONFORMANCE_DEBUG"):
            import traceback

            typer.echo(_clean(traceback.format_exc()), err=True)
        return _say(
            f"the suite itself failed: {type(error).__name__}: {error}",
            ExitCode.SUITE_ERROR,
            "OCPI_CONFORMANCE_DEBUG=1 shows where; please report it",
        )


def _interrupt(*_: object) -> None:
    """Let SIGTERM end a command as Ctrl-C does, so that what it started is stopped."""
    raise KeyboardInterrupt


def _invoke(given: list[str]) -> int:
    command = typer.main.get_command(
        application(next((part for part in given if not part.startswith("-")), None))
    )
    try:
        with command.make_context(PROGRAM, given) as context:
            found: Any = command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort:
        return _say("interrupted", ExitCode.INTERRUPTED)
    except _CLICK as error:
        return _misused(error)
    return int(found) if isinstance(found, int) else ExitCode.CONFORMANT


def _is_the_users(error: Exception) -> bool:
    """Whether it is about what the user asked for, though raised below where users are known."""
    from ..reports.errors import ResultError
    from ..simulators.certificates import CertificateError
    from ..simulators.serving import ServingError

    return isinstance(error, ResultError | CertificateError | ServingError)


def _misused(error: Any) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return ExitCode.USAGE
    path = context.command_path if context is not None else PROGRAM
    return _say(error.format_message(), ExitCode.USAGE, f"`{path} --help` shows what there is")


def _say(message: str, code: ExitCode, hint: str = "") -> int:
    typer.echo(_clean(f"{PROGRAM}: {message}" + (f"\n  {hint}" if hint else "")), err=True)
    return code


def _clean(text: str) -> str:
    """A text without the secrets that this process has known: errors may be made of what others said."""
    from .redaction import of_everything

    return of_everything().text(text)
