"""What the tables cannot say: formats, ranges, conditional duties and PATCH bodies, each with its anchor."""

import dataclasses
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .editions import within


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The versions an entry is for and where its fact stands ("" is the table of the class)."""

    since: str = ""
    until: str = ""
    anchor: str = ""

    def applies(self, version: str) -> bool:
        return within(version, since=self.since, until=self.until)


@dataclass(frozen=True, kw_only=True)
class FormatEntry(Entry):
    """A field has a form. `like` names the field whose pattern it shares; `object` "" means every class."""

    field: str
    format: str
    object: str = ""
    like: str = ""


@dataclass(frozen=True, kw_only=True)
class RangeEntry(Entry):
    """A number lies within bounds."""

    object: str
    field: str
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpenEntry(Entry):
    """An enum takes values that its table does not list."""

    enum: str


@dataclass(frozen=True, kw_only=True)
class PatchEntry(Entry):
    """These objects may be sent in part; `requires` names what each part must hold."""

    objects: list[str]
    requires: list[str] = dataclasses.field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ConditionEntry(Entry):
    """A duty that depends on other fields. A field is set if it is present and not null."""

    id: str
    object: str
    field: str
    expected: str
    when: dict[str, Any] = dataclasses.field(default_factory=dict)
    when_set: str = ""
    set: list[str] = dataclasses.field(default_factory=list)
    any_set: list[str] = dataclasses.field(default_factory=list)
    empty: list[str] = dataclasses.field(default_factory=list)
    filled: list[str] = dataclasses.field(default_factory=list)
    schema: str = ""

    def as_schema(self) -> dict[str, Any]:
        """The duty as a JSON Schema that a conforming object satisfies."""
        if self.schema:
            return json.loads(self.schema)
        duty = {
            **_all_of([_is_set(name) for name in self.set]),
            **({"anyOf": [_is_set(name) for name in self.any_set]} if self.any_set else {}),
            **_properties({name: {"type": ["array", "null"], "maxItems": 0} for name in self.empty}),
            **_filled(self.filled),
        }
        if self.when_set:
            return {"if": _is_set(self.when_set), "then": duty}
        if self.when:
            given = {name: {"const": value} for name, value in self.when.items()}
            return {"if": {"required": list(given), "properties": given}, "then": duty}
        return duty


@dataclass(frozen=True, kw_only=True)
class Overlay:
    """All entries that are for one version."""

    formats: list[FormatEntry]
    ranges: list[RangeEntry]
    opens: list[OpenEntry]
    patches: list[PatchEntry]
    conditions: list[ConditionEntry]


def overlay(version: str) -> Overlay:
    """The entries for `version`, in the order of the file."""
    everything = _everything()
    return Overlay(
        formats=[entry for entry in everything.formats if entry.applies(version)],
        ranges=[entry for entry in everything.ranges if entry.applies(version)],
        opens=[entry for entry in everything.opens if entry.applies(version)],
        patches=[entry for entry in everything.patches if entry.applies(version)],
        conditions=[entry for entry in everything.conditions if entry.applies(version)],
    )


@cache
def _everything() -> Overlay:
    rows = tomllib.loads((Path(__file__).parent / "overlay.toml").read_text("utf-8"))
    return Overlay(
        formats=[FormatEntry(**row) for row in rows["format"]],
        ranges=[RangeEntry(**row) for row in rows["range"]],
        opens=[OpenEntry(**row) for row in rows["open"]],
        patches=[PatchEntry(**row) for row in rows["patch"]],
        conditions=[ConditionEntry(**row) for row in rows["condition"]],
    )


def _is_set(name: str) -> dict[str, Any]:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


def _all_of(duties: list[dict[str, Any]]) -> dict[str, Any]:
    return {} if not duties else duties[0] if len(duties) == 1 else {"allOf": duties}


def _properties(properties: dict[str, Any]) -> dict[str, Any]:
    return {"properties": properties} if properties else {}


def _filled(names: list[str]) -> dict[str, Any]:
    if not names:
        return {}
    return {
        "required": names,
        "properties": {name: {"not": {"type": "null"}, "minItems": 1} for name in names},
    }
