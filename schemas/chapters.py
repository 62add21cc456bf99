"""The classes and enums of one version, as its tables define them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import asciidoc, markdown
from .notation import FieldType, cardinality, enum_value, field_name, field_type, regex
from .tables import Table

# Tables whose heading does not name what they define.
_NAMED_BY_ANCHOR = {
    "transport_and_format_response_format": "Response",
    "version_information_get_details_endpoint_data": "VersionDetails",
}
_NAMED_BY_MARKDOWN_PLACE = {
    "transport_and_format.md#response-format": "Response",
    "version_information_endpoint.md#data": "Versions",
    "version_information_endpoint.md#data-1": "VersionDetails",
}
_PROPERTY_HEADERS = ("property", "field name")
_SKIPPED = ("changelog", "version_history", "terminology", "topology", "status_codes", "copyright")


@dataclass(frozen=True, kw_only=True)
class FieldText:
    """One row of a class table. `pattern` is the regex its description names, "" if none."""

    name: str
    type: FieldType
    cardinality: str
    pattern: str = ""
    choice: bool = False


@dataclass(frozen=True, kw_only=True)
class ClassText:
    """A class or object and its fields in the order of the text."""

    name: str
    anchor: str
    fields: tuple[FieldText, ...]


@dataclass(frozen=True, kw_only=True)
class EnumText:
    """An enum and its values in the order of the text."""

    name: str
    anchor: str
    values: tuple[str, ...]
    open: bool


@dataclass(frozen=True, kw_only=True)
class VersionText:
    """Everything that the tables of one version define."""

    classes: dict[str, ClassText]
    enums: dict[str, EnumText]

    def named(self, type_: FieldType) -> str:
        """The class or enum that a type cell means: what its link leads to, else what its label says."""
        for text in (*self.classes.values(), *self.enums.values()):
            if (
                type_.link
                and text.anchor.rpartition("#")[2] == type_.link
                and type_.label.lower()
                in (
                    text.name.lower(),
                    text.name.lower() + "s",
                )
            ):
                return text.name
        if type_.label in self.classes or type_.label in self.enums:
            return type_.label
        raise LookupError(f"no table defines {type_.label!r} (link {type_.link!r})")


def read_version(folder: Path) -> VersionText:
    """Read every chapter in `folder`. Raises ValueError if it holds none or two tables define one name."""
    classes: dict[str, ClassText] = {}
    enums: dict[str, EnumText] = {}
    for table in _tables(folder):
        text = _definition(table)
        if text is None:
            continue
        if text.name in classes or text.name in enums:
            raise ValueError(f"{folder.name}: {table.place} defines {text.name} a second time")
        if isinstance(text, ClassText):
            classes[text.name] = text
        else:
            enums[text.name] = text
    if not classes:
        raise ValueError(f"{folder} holds no chapter of the specification (*.asciidoc or *.md)")
    return VersionText(classes=classes, enums=enums)


def _tables(folder: Path) -> Iterable[Table]:
    for path in sorted([*folder.glob("*.asciidoc"), *folder.glob("*.md")]):
        if not path.name.startswith(_SKIPPED):
            read = markdown.tables if path.suffix == ".md" else asciidoc.tables
            yield from read(path.read_text("utf-8"), path.name)


def _definition(table: Table) -> ClassText | EnumText | None:
    header: list[str] = [cell.lower() for cell in table.header]
    if len(header) > 2 and header[0] in _PROPERTY_HEADERS and header[2] == "card.":
        return ClassText(name=_name(table), anchor=table.place, fields=tuple(_fields(table)))
    if table.kind in ("enum", "open enum") and header[0] in ("value", "property", "module"):
        column = header.index(table.name.lower()) if table.name.lower() in header else 0
        values = tuple(enum_value(row[column]) for row in table.rows)
        return EnumText(name=table.name, anchor=table.place, values=values, open=table.kind == "open enum")
    return None


def _name(table: Table) -> str:
    return _NAMED_BY_ANCHOR.get(table.anchor) or _NAMED_BY_MARKDOWN_PLACE.get(table.place) or table.name


def _fields(table: Table) -> Iterable[FieldText]:
    for row in table.rows:
        property_, type_, card, description = [*row, ""][:4]
        if not type_:  # "Choice: one of two" introduces the rows marked with ">"
            continue
        yield FieldText(
            name=field_name(property_),
            type=field_type(type_),
            cardinality=cardinality(card),
            pattern=regex(description),
            choice=property_.startswith((">", "&gt;")),
        )
