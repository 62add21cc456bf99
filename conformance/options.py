"""Options: a dataclass whose fields are settable by file, by variable and by flag, all three from one table.

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        role: str = option("CPO", "What the implementation is", kind=choice("CPO", "EMSP"))
        token: str = secret("The token that opens its versions endpoint")

`role` is then the key `role` of the file, the variable `OCPI_CONFORMANCE_ROLE` and the flag `--role`. Of a
secret the flags and keys are `token_env` (names a variable) and `token_file`, so that it stands in no argv.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .errors import SettingError, UsageError, nearest
from .kinds import FILE, TEXT, VARIABLE, Kind

__all__ = ["PREFIX", "Loaded", "Row", "load", "option", "read_toml", "rows", "secret", "variables"]

PREFIX = "OCPI_CONFORMANCE_"
FILE_LIMIT = 1024 * 1024
SECRET_LIMIT = 16 * 1024
_DEBUG = f"{PREFIX}DEBUG"
_NAME = re.compile("[A-Z_][A-Z0-9_]{0,63}")
"""Names of variables that are repeated in a message. Anything else may be a token given by mistake."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One settable thing. `secret` is the key of the secret that it leads to."""

    key: str
    kind: Kind
    help: str
    panel: str
    secret: str = ""
    default: Any = None

    @property
    def flag(self) -> str:
        return "--" + self.key.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.key.upper()


@dataclass(frozen=True)
class Loaded:
    """Values by key, and for each that was given where it came from."""

    values: dict[str, Any]
    sources: dict[str, str]


@dataclass(frozen=True)
class _Layer:
    name: str
    values: dict[str, Any]

    def where(self, row: Row) -> str:
        if self.name == "flag":
            return row.flag
        return f"variable {row.variable}" if self.name == "environment" else f"{row.key} in {self.name}"


def option(default: Any, help: str, *, kind: Kind = TEXT, panel: str = "") -> Any:
    """A dataclass field that is settable."""
    return field(default=default, metadata={"option": (kind, help, panel)})


def secret(help: str, *, panel: str = "") -> Any:
    """A dataclass field for a secret: never shown, settable by the name of a variable or by a file."""
    return field(default="", repr=False, metadata={"secret": (help, panel)})


def rows(cls: type) -> Iterator[Row]:
    """What can be set of `cls`, in the order of its fields."""
    for item in fields(cls):
        if "option" in item.metadata:
            kind, help, panel = item.metadata["option"]
            yield Row(key=item.name, kind=kind, help=help, panel=panel, default=item.default)
        elif "secret" in item.metadata:
            help, panel = item.metadata["secret"]
            name = f"{item.name}_env"
            yield Row(key=name, kind=VARIABLE, help=f"Variable with {help}", panel=panel, secret=item.name)
            name = f"{item.name}_file"
            yield Row(key=name, kind=FILE, help=f"File with {help}", panel=panel, secret=item.name)


def secrets(cls: type) -> list[str]:
    """The keys of the secrets of `cls`."""
    return [item.name for item in fields(cls) if "secret" in item.metadata]


def variables(cls: type) -> set[str]:
    """The variables that set something of `cls`."""
    return {row.variable for row in rows(cls) if row.kind.shape != "table"} | {
        PREFIX + key.upper() for key in secrets(cls)
    }


def load(
    cls: type,
    *,
    config: Path | None,
    environ: Mapping[str, str],
    flags: Mapping[str, Any],
    also: Iterable[str] = (),
) -> Loaded:
    """Read what is set of `cls`: a flag goes before a variable, a variable before the file.

    `flags` maps keys to text, a tuple of texts or a bool; None and () are not given. `also` are variables of
    other commands, which are no mistake here.

    Raises:
        SettingError: a key is unknown, or a value is of no use; the text names where it stands, the hint says
            what would work.
    """
    known = {row.key: row for row in rows(cls)}
    given = _Layer("flag", {key: value for key, value in flags.items() if value is not None and value != ()})
    file = _file(cls, known, config)
    named = {
        source.get(name)
        for row in known.values()
        if row.secret
        for source, name in ((given.values, row.key), (file.values, row.key), (environ, row.variable))
    }
    layers = [
        given,
        _environment(cls, known, environ, {*also, *(name for name in named if isinstance(name, str))}),
        file,
    ]
    loaded = Loaded({}, {})
    for layer in reversed(layers):
        for key, value in layer.values.items():
            if key in known and not known[key].secret:
                loaded.values[key] = _read(known[key], value, layer, config)
                loaded.sources[key] = layer.where(known[key])
    for key in secrets(cls):
        _secret(key, known, layers, environ, config, loaded)
    return loaded


def _environment(cls: type, known: Mapping[str, Row], environ: Mapping[str, str], also: set[str]) -> _Layer:
    keys = {row.variable: row.key for row in known.values() if row.kind.shape != "table"} | {
        PREFIX + key.upper(): key for key in secrets(cls)
    }
    values: dict[str, Any] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name == _DEBUG:
            continue
        if name in keys:
            values[keys[name]] = value
        elif name not in also:
            raise SettingError(f"variable {name} sets nothing that is known", hint=nearest(name, keys))
    return _Layer("environment", {key: value for key, value in values.items() if value != ""})


def _file(cls: type, known: Mapping[str, Row], config: Path | None) -> _Layer:
    if config is None:
        return _Layer("file", {})
    values = read_toml(config)
    for key in values:
        if key in secrets(cls):
            raise SettingError(
                f"{key} in {config}: a secret doesn't stand in the file",
                hint=f'write {key}_env = "NAME_OF_A_VARIABLE" or {key}_file = "path"',
            )
        if key not in known:
            raise SettingError(f"{key} in {config} is no setting", hint=nearest(key, known))
    return _Layer(str(config), values)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of bounded size. Raises UsageError."""
    data = _bytes(path, FILE_LIMIT)
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no TOML: {error}") from error


def _bytes(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file") from error
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from error
    if len(data) > limit:
        raise UsageError(f"{path} is larger than {limit} bytes, the most that is read")
    return data


def _read(row: Row, value: Any, layer: _Layer, config: Path | None) -> Any:
    """One value, converted; paths of the file count from the file's folder."""
    from_file = layer.name not in ("flag", "environment")
    try:
        if from_file:
            found = row.kind.from_toml(value)
            return config.parent / found if config is not None and isinstance(found, Path) else found
        if isinstance(value, tuple | list):
            return tuple(part for text in value for part in row.kind.from_text(str(text)))
        return value if isinstance(value, bool) else row.kind.from_text(str(value))
    except ValueError as error:
        shown = repr(value) if len(repr(value)) <= 120 else f"{repr(value)[:120]}…"
        raise SettingError(f"{layer.where(row)} is {shown}", hint=f"it takes {error}") from error


def _secret(
    key: str,
    known: Mapping[str, Row],
    layers: list[_Layer],
    environ: Mapping[str, str],
    config: Path | None,
    loaded: Loaded,
) -> None:
    """Find a secret in the first layer that says where it is."""
    for layer in layers:
        given = [name for name in (key, f"{key}_env", f"{key}_file") if name in layer.values]
        if len(given) > 1:
            raise SettingError(
                f"{' and '.join(given)} are both given ({layer.name})", hint="keep one of them"
            )
        if not given:
            continue
        if given[0] == key:
            text, source = layer.values[key], f"variable {PREFIX}{key.upper()}"
        elif given[0].endswith("_env"):
            text, source = _of_variable(
                _read(known[given[0]], layer.values[given[0]], layer, config), environ, layer, known[given[0]]
            )
        else:
            path = _read(known[given[0]], layer.values[given[0]], layer, config)
            text, source = _of_file(path), f"file {path}"
        if not text.strip() or not text.isprintable():
            raise SettingError(
                f"the {key} of {source} is empty or has control characters", hint="give the token as one line"
            )
        from .redaction import remember

        remember(text)
        loaded.values[key], loaded.sources[key] = text, source
        return


def _of_variable(name: str, environ: Mapping[str, str], layer: _Layer, row: Row) -> tuple[str, str]:
    if name not in environ:
        shown = (
            f"the variable {name}, which is not set"
            if _NAME.fullmatch(name)
            else "what is no name of a variable"
        )
        raise SettingError(
            f"{layer.where(row)} names {shown}",
            hint="it takes the name of a variable that holds the token, as IUT_TOKEN; never the token itself",
        )
    return environ[name], f"variable {name}"


def _of_file(path: Path) -> str:
    try:
        return _bytes(path, SECRET_LIMIT).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} holds no text") from error
