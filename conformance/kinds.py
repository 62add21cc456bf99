"""The kinds of value a setting can have: how each is read, from text or from TOML, and what would work."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

__all__ = [
    "ADDRESS",
    "COMMAND",
    "DURATION",
    "FILE",
    "FLAG",
    "FLAWS",
    "LIST",
    "NUMBER",
    "RATE",
    "SECONDS",
    "TABLE",
    "TEXT",
    "URL",
    "VARIABLE",
    "Kind",
    "choice",
    "several",
]

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_TEXT_LIMIT = 4096


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`from_text` reads a flag or a variable, `from_toml` a value of a file.

    Both raise a ValueError that says what would work.
    """

    metavar: str
    from_text: Callable[[str], Any]
    from_toml: Callable[[Any], Any]
    shape: str = "one"  # one, many, switch, table


def _text(value: str) -> str:
    if not value.isprintable() or len(value) > _TEXT_LIMIT:
        raise ValueError(f"one line of at most {_TEXT_LIMIT} printable characters")
    return value


def _only_text(read: Callable[[str], Any]) -> Callable[[Any], Any]:
    def from_toml(value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError("a text in quotes")
        return read(value)

    return from_toml


def _url(value: str) -> str:
    wanted = "an absolute URL, as https://cpo.example/ocpi/versions"
    try:
        parts = urlsplit(value)
        usable = (
            parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
        )
    except ValueError as error:
        raise ValueError(wanted) from error
    if not usable or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(wanted)
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{wanted}, without a user name or password in it")
    return value


def _command(value: str) -> str:
    try:
        words = shlex.split(_text(value))
    except ValueError:
        words = []
    if not words:
        raise ValueError("a command with its arguments, its quotes closed, as 'python hook.py'")
    return value


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise ValueError("HOST:PORT, as 127.0.0.1:8000, with port 0 for any free one")
    return value


def _flag(value: str) -> bool:
    if value.casefold() in _TRUE:
        return True
    if value.casefold() in _FALSE:
        return False
    raise ValueError("true or false")


def _flag_of_toml(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false, without quotes")
    return value


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise ValueError("a whole number from 0 on")
    return int(value)


def _whole_of_toml(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**18:
        raise ValueError("a whole number from 0 on, without quotes")
    return value


def _seconds(value: str) -> float:
    try:
        return _seconds_of_toml(float(value))
    except ValueError as error:
        raise ValueError("a number of seconds above 0 and up to 3600") from error


def _seconds_of_toml(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 3600:
        raise ValueError("a number of seconds above 0 and up to 3600, without quotes")
    return float(value)


def _duration(value: str) -> float:
    try:
        return _duration_of_toml(float(value))
    except ValueError as error:
        raise ValueError("a number of seconds up to 604800, 0 for no end") from error


def _duration_of_toml(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 604800:
        raise ValueError("a number of seconds up to 604800, 0 for no end, without quotes")
    return float(value)


def _rate(value: str) -> float:
    try:
        return _rate_of_toml(float(value))
    except ValueError as error:
        raise ValueError("a number of calls a second, 0 for any number, up to 10000") from error


def _rate_of_toml(value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not (value == 0 or 0.01 <= value <= 10000)
    ):
        raise ValueError("a number of calls a second, 0 for any number, up to 10000, without quotes")
    return float(value)


def _list(value: str) -> tuple[str, ...]:
    return tuple(_text(part.strip()) for part in value.split(",") if part.strip())


def _flaws(value: str) -> tuple[str, ...]:
    """Names with parameters: what follows a comma as `key=value` belongs to the name before."""
    found: list[str] = []
    for part in _list(value):
        if found and "=" in part and ":" not in part.partition("=")[0]:
            found[-1] += f",{part}"
        else:
            found.append(part)
    return tuple(found)


def _list_of_toml(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValueError('a list of texts, as ["one", "two"]')
    return tuple(_text(part.strip()) for part in value)


def _table_of_toml(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("a table")
    return value


def _no_table(value: str) -> Any:  # noqa: ARG001
    raise ValueError("a table of the configuration file")


def choice(*names: str, metavar: str = "NAME") -> Kind:
    """One of some names, whose case doesn't matter."""

    def read(value: str) -> str:
        found = next((name for name in names if name.casefold() == value.casefold()), None)
        if found is None:
            raise ValueError(" or ".join(repr(name) for name in names))
        return found

    return Kind(metavar=metavar, from_text=read, from_toml=_only_text(read))


def several(*names: str) -> Kind:
    """Some of a few names."""
    one = choice(*names)

    def from_text(value: str) -> tuple[str, ...]:
        return tuple(one.from_text(part) for part in _list(value))

    def from_toml(value: Any) -> tuple[str, ...]:
        return tuple(one.from_text(part) for part in _list_of_toml(value))

    return Kind(metavar="NAME", from_text=from_text, from_toml=from_toml, shape="many")


def _path(value: str) -> Path:
    return Path(_text(value)).expanduser()


TEXT = Kind(metavar="TEXT", from_text=_text, from_toml=_only_text(_text))
VARIABLE = Kind(metavar="NAME", from_text=_text, from_toml=_only_text(_text))
URL = Kind(metavar="URL", from_text=_url, from_toml=_only_text(_url))
ADDRESS = Kind(metavar="HOST:PORT", from_text=_address, from_toml=_only_text(_address))
FILE = Kind(metavar="PATH", from_text=_path, from_toml=_only_text(_path))
NUMBER = Kind(metavar="N", from_text=_whole, from_toml=_whole_of_toml)
SECONDS = Kind(metavar="SECONDS", from_text=_seconds, from_toml=_seconds_of_toml)
DURATION = Kind(metavar="SECONDS", from_text=_duration, from_toml=_duration_of_toml)
RATE = Kind(metavar="N", from_text=_rate, from_toml=_rate_of_toml)
FLAG = Kind(metavar="", from_text=_flag, from_toml=_flag_of_toml, shape="switch")
LIST = Kind(metavar="NAME", from_text=_list, from_toml=_list_of_toml, shape="many")
FLAWS = Kind(metavar="NAME[:KEY=VALUE,...]", from_text=_flaws, from_toml=_list_of_toml, shape="many")
COMMAND = Kind(metavar="COMMAND", from_text=_command, from_toml=_only_text(_command))
TABLE = Kind(metavar="", from_text=_no_table, from_toml=_table_of_toml, shape="table")
