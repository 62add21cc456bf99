"""Flags of a command, derived from the table of a settings class."""

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from ..options import Row, rows

__all__ = ["settable"]

Command = Callable[..., Any]


def settable(cls: type, *, without: Iterable[str] = ()) -> Callable[[Command], Command]:
    """Give a command the flags of `cls`, but for some; it receives what was given as the mapping `flags`."""

    def decorate(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True).parameters
        derived = [
            _parameter(row) for row in rows(cls) if row.kind.shape != "table" and row.key not in without
        ]
        names = [parameter.name for parameter in derived]

        def wrapped(**values: Any) -> Any:
            given = {name: values.pop(name) for name in names}
            return command(**values, flags={name: _plain(value) for name, value in given.items()})

        kept = [parameter for parameter in own.values() if parameter.name != "flags"]
        wrapped.__name__ = command.__name__
        wrapped.__doc__ = command.__doc__
        parameters = [
            parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in (*kept, *derived)
        ]
        wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return wrapped

    return decorate


def _parameter(row: Row) -> inspect.Parameter:
    panel = row.panel or None
    if row.kind.shape == "switch":
        # What is off unless it is said needs no flag that says it isn't.
        flags = f"{row.flag}/--no-{row.flag[2:]}" if row.default else row.flag
        annotation: Any = Annotated[bool | None, typer.Option(flags, help=_help(row), rich_help_panel=panel)]
    else:
        info = typer.Option(row.flag, help=_help(row), metavar=row.kind.metavar, rich_help_panel=panel)
        annotation = (
            Annotated[list[str] | None, info] if row.kind.shape == "many" else Annotated[str | None, info]
        )
    return inspect.Parameter(row.key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _help(row: Row) -> str:
    default = row.default
    if isinstance(default, bool) or not default or isinstance(default, Path):
        return row.help
    return f"{row.help} ({default:g})" if isinstance(default, float) else f"{row.help} ({default})"


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
