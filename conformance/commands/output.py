"""What list, explain and doctor print: text that fits the terminal, or JSON."""

import shutil
import textwrap
from collections.abc import Iterable
from typing import Any

import typer

from ...reports.plain import visible
from ..errors import UsageError

__all__ = ["check_format", "columns", "print_json", "say", "wrapped"]

_NARROWEST = 40


def check_format(name: str) -> None:
    """Raise UsageError for a format that is neither text nor json."""
    if name not in ("text", "json"):
        raise UsageError(f"--format is {name!r}", hint="it takes text or json")


def print_json(value: Any) -> None:
    """Print one JSON value, indented."""
    import json

    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def say(text: str) -> None:
    """Print text, with control characters of foreign origin made visible."""
    typer.echo(visible(text))


def _width() -> int:
    return max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST)


def wrapped(text: str, *, first: str = "", indent: str | None = None) -> str:
    """Text in lines that fit the terminal; `first` stands before the first line, `indent` before others."""
    return textwrap.fill(
        text,
        _width(),
        initial_indent=first,
        subsequent_indent=" " * len(first) if indent is None else indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(rows: Iterable[tuple[str, str]]) -> str:
    """Names with their descriptions: beside each other where that fits, else the description below."""
    listed = list(rows)
    room = min(max((len(name) for name, _ in listed), default=0), 34) + 2
    lines = []
    for name, text in listed:
        if len(name) + 2 <= room:
            lines.append(wrapped(text, first=name.ljust(room)) if text else name)
        else:
            lines += [name, wrapped(text, first=" " * 4)]
    return "\n".join(line for line in lines if line)
