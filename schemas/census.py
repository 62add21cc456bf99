"""Proves that the committed schemas say what the tables say.

It reads the texts by line patterns of its own and shares no reading with the derivation, so that a misreading
there shows here as a difference. Compared are every class and enum, field, base type, length, cardinality,
pattern, enum value and the open or closed mark.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errata import errata
from .library import stored

_HEADING = re.compile(r"^(?:=+|#+)\s+(?:[\d.]+\s+)?(.*?)\s*$")
_DEFINES = re.compile(r"^[_*]*([A-Z][\w ]*?)[_*]*\s+[_*]*(class|object|enum|openenum)[_*]*$", re.IGNORECASE)
_MARK = r"(?P<choice>(?:&gt;|>)\s*)?"
_FIELD = re.compile(
    rf"^\|?\s*(?:\[\[[^\]]*\]\]\s*)?{_MARK}(?P<name>[a-z]\w*)\s*\|\s*(?P<type>[^|]+?)\s*\|"
    r"\s*\\?(?P<card>[?1*+]|\* or \?)\s*\|"
)
_VALUE = re.compile(r"^\|\s*(?P<value>\w[\w./-]*)\s*a?\|")
_MODULE = re.compile(r"^\|\s*(?:<<|\[)[^|]+\|\s*(?P<value>\w+)\s*\|")
_REGEX = re.compile(r"Regex: `?(?P<regex>(?:\\\||[^`|\s])+)")
_TYPE = re.compile(
    r"^(?:<<[^,>]*,\s*|\[)?(?P<label>[A-Za-z][A-Za-z ]*?)\s*(?:>>|\]\([^)]*\))?\s*"
    r"(?:[(\[](?:(?P<least>\d+)\.\.)?(?P<length>\d+)[)\]])?$"
)
_PLAIN = {
    "string": "string",
    "cistring": "CiString",
    "datetime": "DateTime",
    "url": "URL",
    "number": "number",
    "decimal": "decimal",
    "int": "int",
    "integer": "int",
    "boolean": "boolean",
}
_ANYTHING = ("object", "array or object or string")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One place where text and schema do not say the same. "" means that one side has nothing."""

    version: str
    object: str
    field: str
    text: str
    schema: str

    def __str__(self) -> str:
        place = f"{self.object}.{self.field}" if self.field else self.object
        return f"{self.version} {place}: text {self.text or 'nothing'}, schema {self.schema or 'nothing'}"


@dataclass(frozen=True, kw_only=True)
class Census:
    """The comparison of one version: how many facts were compared and which differ."""

    version: str
    definitions: int
    fields: int
    values: int
    differences: tuple[Difference, ...]


Facts = dict[str, dict[str, str]]
"""By class or enum, by field or value: what is said of it. The entry "" is about the whole definition."""


def census(spec_dir: Path, version: str, *, schemas: dict[str, dict[str, Any]] | None = None) -> Census:
    """Compare the text in `spec_dir/<version>` with `schemas`, which are the committed ones unless given."""
    said = text_facts(spec_dir / version)
    schemas = stored(version) if schemas is None else schemas
    held = _schema_facts(schemas)
    for name, patterns in _pattern_facts(schemas, said).items():
        held[name] |= patterns
    for (name, field), erratum in errata(version).items():
        if field in said.get(name, {}):
            card = said[name][field].rpartition(" ")[2]
            agreed = said[name][field] == f"{erratum.text} {card}"
            said[name][field] = (
                f"{erratum.taken} {card}" if agreed else f"{said[name][field]} (erratum {erratum.id})"
            )
    differences = [
        Difference(
            version=version,
            object=name,
            field=field,
            text=said.get(name, {}).get(field, ""),
            schema=held.get(name, {}).get(field, ""),
        )
        for name in sorted(said.keys() | held.keys())
        for field in sorted(said.get(name, {}).keys() | held.get(name, {}).keys())
        if _differ(said.get(name, {}).get(field, ""), held.get(name, {}).get(field, ""))
    ]
    entries = [(facts[""], field) for facts in said.values() for field in facts if field]
    return Census(
        version=version,
        definitions=len(said),
        fields=sum(kind == "class" and not field.endswith(" pattern") for kind, field in entries),
        values=sum(kind != "class" for kind, _ in entries),
        differences=tuple(differences),
    )


def _differ(text: str, schema: str) -> bool:
    """Names of classes may be printed in plural or other case (`TimeSlot`, `BookingTokens`)."""
    if text == schema:
        return False
    said, _, card = text.partition(" ")
    held, _, held_card = schema.partition(" ")
    return card != held_card or said.lower().rstrip("s") != held.lower().rstrip("s")


def text_facts(folder: Path) -> Facts:
    """What the chapters in `folder` say, line by line. Raises ValueError if they say nothing."""
    facts: Facts = {}
    for path in sorted([*folder.glob("*.asciidoc"), *folder.glob("*.md")]):
        if not path.name.startswith(("changelog", "version_history")):
            for name, field, fact in _chapter_facts(path.read_text("utf-8")):
                facts.setdefault(name, {"": ""})[field] = fact
    if not facts:
        raise ValueError(f"{folder} holds no chapter of the specification (*.asciidoc or *.md)")
    return facts


def _chapter_facts(text: str) -> Iterator[tuple[str, str, str]]:
    name = mark = field = ""
    in_example = False
    for line in text.splitlines():
        if line.startswith(("----", "```")):
            in_example = not in_example and not line.startswith("-----")
        elif in_example:
            continue
        elif match := _HEADING.match(line):
            name, mark = _defined(match[1])
            field = ""
        elif mark in ("enum", "openenum"):
            pattern = _MODULE if name == "ModuleID" else _VALUE
            if (match := pattern.match(line)) and not _is_header(match["value"], line):
                yield name, "", "open" if mark == "openenum" else "closed"
                yield name, match["value"], "value"
        elif name and (match := _FIELD.match(line)):
            owner, field = _version_object(match["name"]) if name == "Data" else name, match["name"]
            yield owner, "", "class"
            yield owner, field, _field_fact(match)
        if field and (match := _REGEX.search(line)):
            yield name, f"{field} pattern", _plain_regex(match["regex"])


def _defined(heading: str) -> tuple[str, str]:
    if heading.lower() == "response format":
        return "Response", "class"
    if heading == "Data":
        return "Data", "class"
    match = _DEFINES.match(heading)
    if not match:
        return "", ""
    return match[1].replace(" ", ""), match[2].lower()


def _version_object(field: str) -> str:
    return "Versions" if field == "versions" else "VersionDetails"


def _is_header(value: str, line: str) -> bool:
    return value in ("Value", "Property") and ("Description" in line or "Session" in line)


def _field_fact(match: re.Match[str]) -> str:
    if match["type"].lower() in _ANYTHING:
        return "any"
    type_ = _TYPE.match(match["type"])
    if not type_:
        return f"unreadable {match['type']!r}"
    label = type_["label"].replace(" ", "")
    least = f"{type_['least']}.." if type_["least"] else ""
    length = f"({least}{type_['length']})" if type_["length"] else ""
    card = match["card"]
    if match["choice"]:
        card = {"1": "?", "+": "*"}.get(card, card)
    return f"{_PLAIN.get(label.lower(), label)}{length} {card}"


def _plain_regex(printed: str) -> str:
    return re.sub(r"\\([|{}])", r"\1", printed.rstrip("."))


def _schema_facts(schemas: dict[str, dict[str, Any]]) -> Facts:
    facts: Facts = {}
    for name, schema in schemas.items():
        if schema["x-kind"] == "enum":
            open_by_text = schema["x-open"] and "x-open-anchor" not in schema
            values = schema["x-values"] if schema["x-open"] else schema["enum"]
            facts[name] = {"": "open" if open_by_text else "closed"} | dict.fromkeys(values, "value")
        else:
            required = schema.get("required", [])
            facts[name] = {"": "class"} | {
                field: _schema_fact(part, field in required) for field, part in schema["properties"].items()
            }
    return facts


def _schema_fact(schema: dict[str, Any], required: bool) -> str:
    if schema.get("x-type") == "any":
        return "any"
    nullable = "null" in schema.get("type", []) or any(
        part == {"type": "null"} for part in schema.get("anyOf", [])
    )
    if nullable == required:
        return "null and absence are not allowed alike"
    if "items" in schema:
        card = ("+" if schema.get("minItems") == 1 else "?") if required else "*"
        return f"{_one_fact(schema['items'])} {card}"
    one = schema["anyOf"][0] if "anyOf" in schema else schema
    return f"{_one_fact(one)} {'1' if required else '?'}"


def _one_fact(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    printed = schema["x-type"]
    base, _, length = printed.rstrip(")").partition("(")
    allowed = {"DateTime": 25, "URL": 255}.get(base) or int(length.rpartition("..")[2] or 0) or None
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    kind = {"number": "number", "int": "integer", "boolean": "boolean"}.get(base, "string")
    if kind not in kinds or (kind == "string" and schema.get("maxLength") != allowed):
        return f"{printed} held as {kinds} of length {schema.get('maxLength')}"
    return printed


def _pattern_facts(schemas: dict[str, dict[str, Any]], said: Facts) -> Facts:
    """The patterns of the fields for which the text prints one."""
    return {
        name: {
            key: _pattern(schemas[name]["properties"].get(key.removesuffix(" pattern"), {}))
            for key in facts
            if key.endswith(" pattern")
        }
        for name, facts in said.items()
        if name in schemas
    }


def _pattern(schema: dict[str, Any]) -> str:
    return schema.get("pattern", "").removeprefix("^(?:").removesuffix(")$").removesuffix("|#NA")
