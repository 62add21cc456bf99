"""Makes the JSON Schemas of a version from the tables of its text, the errata and the overlay."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import formats
from .chapters import ClassText, EnumText, FieldText, VersionText, read_version
from .editions import core, editions
from .errata import errata
from .library import DIALECT
from .notation import FieldType, field_type
from .overlay import FormatEntry, Overlay, overlay

Schema = dict[str, Any]


def derive(spec_dir: Path, version: str) -> dict[str, Schema]:
    """The schemas of `version` by name, from the chapters in `spec_dir/<version>`.

    Raises ValueError where a table cannot be read, LookupError where it names a type that no table defines.
    """
    return schemas_of(read_version(spec_dir / version), version)


def schemas_of(text: VersionText, version: str) -> dict[str, Schema]:
    """The schemas of a version whose tables have been read."""
    maker = _Maker(text, version)
    made = {name: maker.of_class(definition) for name, definition in text.classes.items()}
    made |= {name: maker.of_enum(definition) for name, definition in text.enums.items()}
    return dict(sorted(made.items()))


def write(schemas: dict[str, Schema], folder: Path) -> None:
    """Put one file per schema into `folder`, each written beside its place and then renamed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        target = folder / f"{name}.json"
        beside = target.with_suffix(".new")
        beside.write_text(as_text(schema), "utf-8")
        beside.replace(target)


def prune(schemas: dict[str, Schema], folder: Path) -> None:
    """Remove from `folder` the OCPI schemas that are none of `schemas`; other files stay."""
    for path in folder.glob("*.json"):
        if path.stem not in schemas and '"$id": "ocpi:' in path.read_text("utf-8"):
            path.unlink()


def as_text(schema: Schema) -> str:
    """The one way a schema is written, so that deriving again gives the same bytes."""
    return json.dumps(schema, indent=1, ensure_ascii=True) + "\n"


class _Maker:
    """Makes schemas for one version."""

    def __init__(self, text: VersionText, version: str) -> None:
        self.text = text
        self.version = version
        self.overlay: Overlay = overlay(version)
        self.errata = errata(version)

    def of_enum(self, enum: EnumText) -> Schema:
        opened = next((entry for entry in self.overlay.opens if entry.enum == enum.name), None)
        made = self._head(enum.name, "enum", enum.anchor)
        made["x-open"] = enum.open or opened is not None
        if opened:
            made["x-open-anchor"] = opened.anchor or enum.anchor
        made["type"] = "string"
        made["x-values" if made["x-open"] else "enum"] = list(enum.values)
        return made

    def of_class(self, text: ClassText) -> Schema:
        made = self._head(text.name, "class", text.anchor)
        made["type"] = "object"
        made["properties"] = {field.name: self._field(text, field) for field in text.fields}
        required = [field.name for field in text.fields if field.cardinality in "1+" and not field.choice]
        if required:
            made["required"] = required
        conditions = list(self._conditions(text))
        if conditions:
            made["allOf"] = conditions
        for entry in self.overlay.patches:
            if text.name in entry.objects:
                made["x-patch"] = {"required": entry.requires, "x-anchor": entry.anchor}
        return made

    def _head(self, name: str, kind: str, anchor: str) -> Schema:
        return {
            "$schema": DIALECT,
            "$id": f"ocpi:{self.version}/{name}",
            "title": name,
            "x-kind": kind,
            "x-anchor": anchor,
            "x-edition": str(editions()[self.version]),
        }

    def _conditions(self, text: ClassText) -> Iterator[Schema]:
        for entry in self.overlay.conditions:
            if entry.object == text.name:
                yield {
                    "x-condition": entry.id,
                    "x-anchor": entry.anchor or text.anchor,
                    "x-field": entry.field,
                    "x-expected": entry.expected,
                    **entry.as_schema(),
                }

    def _field(self, owner: ClassText, field: FieldText) -> Schema:
        erratum = self.errata.get((owner.name, field.name))
        type_ = field_type(erratum.taken) if erratum else field.type
        if type_.base == "any":
            return {"x-type": "any"}
        if type_.base:
            one = {"x-type": str(type_), **self._base(owner, field, type_)}
        else:
            one = {"$ref": f"ocpi:{self.version}/{self.text.named(type_)}"}
        if erratum:
            one["x-erratum"] = erratum.id
        if field.cardinality in "*+":
            array = ["array", "null"] if field.cardinality == "*" else "array"
            return {"type": array, "items": one} | ({"minItems": 1} if field.cardinality == "+" else {})
        if field.cardinality == "1" and not field.choice:
            return one
        return {**one, "type": [one["type"], "null"]} if "type" in one else {"anyOf": [one, {"type": "null"}]}

    def _base(self, owner: ClassText, field: FieldText, type_: FieldType) -> Schema:
        if type_.base == "boolean":
            return {"type": "boolean"}
        if type_.base in ("number", "int"):
            return self._number(owner, field, type_)
        length = {"DateTime": 25, "URL": 255}.get(type_.base, type_.length)
        made: Schema = {"type": "string"}
        if type_.least:
            made["minLength"] = type_.least
        if length:
            made["maxLength"] = length
        form, entry = self._format(owner, field, type_)
        body = form.body
        if (
            field.cardinality == "1"
            and type_.base in ("string", "CiString")
            and core(self.version) >= (2, 2)
            and not formats.Format("", body, "")(formats.NOT_AVAILABLE)
        ):
            body = f"{body}|{formats.NOT_AVAILABLE}"
        made["pattern"] = f"^(?:{body})$"
        made["x-format"] = form.name
        if entry and entry.anchor:
            made["x-anchor"] = entry.anchor
        return made

    def _format(
        self, owner: ClassText, field: FieldText, type_: FieldType
    ) -> tuple[formats.Format, FormatEntry | None]:
        base = formats.of_base(type_.base, version=self.version)
        for entry in self.overlay.formats:
            if entry.field == field.name and entry.object in ("", owner.name):
                form = formats.NAMED[entry.format]
                pattern = field.pattern or next(
                    (other.pattern for other in owner.fields if other.name == entry.like), ""
                )
                if pattern:
                    form = formats.Format(form.name, pattern, form.expected)
                elif type_.base == "CiString":
                    form = formats.ANY_CASE.get(form.name, form)
                return form, entry
        if field.pattern:
            raise ValueError(f"{owner.anchor}: {field.name} has a regex that no [[format]] names")
        return base, None

    def _number(self, owner: ClassText, field: FieldText, type_: FieldType) -> Schema:
        made: Schema = {"type": "integer" if type_.base == "int" else "number"}
        bounds: dict[str, int] = {}
        if type_.length:
            largest = 10**type_.length - 1
            bounds = {"minimum": -largest, "maximum": largest}
        for entry in self.overlay.ranges:
            if (entry.object, entry.field) == (owner.name, field.name):
                made["x-format"] = "range"
                bounds |= {"minimum": entry.minimum} if entry.minimum is not None else {}
                bounds |= {"maximum": entry.maximum} if entry.maximum is not None else {}
        return made | bounds
