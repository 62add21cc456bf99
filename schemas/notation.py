"""What the cells of a table say: types with lengths, cardinalities, patterns and enum values."""

import re
from dataclasses import dataclass

BASES = {
    "string": "string",
    "cistring": "CiString",
    "datetime": "DateTime",
    "url": "URL",
    "number": "number",
    "decimal": "decimal",
    "int": "int",
    "integer": "int",
    "boolean": "boolean",
    "object": "any",
    "array or object or string": "any",
}

_ASCIIDOC_LINK = re.compile(r"<<([^,>]+),\s*([^>]+?)\s*>>")
_MARKDOWN_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_LENGTH = re.compile(r"^(.*?)\s*(?:[(\[](?:(\d+)\.\.)?(\d+)[)\]])?$")
_REGEX = re.compile(r"Regex: (?:`([^`]+)`|(\S+))")


@dataclass(frozen=True, kw_only=True)
class FieldType:
    """The type cell: `label` as printed, `link` the anchor behind it, lengths 0 when none is given."""

    label: str
    link: str = ""
    length: int = 0
    least: int = 0

    @property
    def base(self) -> str:
        """The base type (`CiString`, `int`, ...), "" if it is a class or an enum."""
        return BASES.get(self.label.lower(), "")

    def __str__(self) -> str:
        name = self.base or self.label
        if self.least:
            return f"{name}({self.least}..{self.length})"
        return f"{name}({self.length})" if self.length else name


def field_type(cell: str) -> FieldType:
    """Read `<<types.asciidoc#types_cistring_type,CiString>>(36)`, `[Image](#414-image-class)`, `int(5)`."""
    text, link = cell.strip(), ""
    if match := _ASCIIDOC_LINK.search(text):
        link, text = match[1], text.replace(match[0], match[2])
    elif match := _MARKDOWN_LINK.search(text):
        link, text = match[2], text.replace(match[0], match[1])
    match = _LENGTH.match(text)
    assert match is not None
    return FieldType(
        label=re.sub(r"\s", "", match[1]) if " or " not in match[1] else match[1],
        link=link.rpartition("#")[2],
        length=int(match[3] or 0),
        least=int(match[2] or 0),
    )


def cardinality(cell: str) -> str:
    """One of `?` `1` `*` `+`; the "* or ?" of the response format is `?`, its value being anything."""
    text = cell.replace("\\", "").strip()
    if text == "* or ?":
        return "?"
    if text not in ("?", "1", "*", "+"):
        raise ValueError(f"{cell!r} is no cardinality (? 1 * +)")
    return text


def regex(description: str) -> str:
    """The pattern that a description names, unescaped, or ""."""
    match = _REGEX.search(description)
    if not match:
        return ""
    return (match[1] or match[2].rstrip(".")).replace("\\{", "{").replace("\\}", "}").replace("\\|", "|")


def field_name(cell: str) -> str:
    """The property, without anchors and the mark of a choice. Raises ValueError if it can't be one."""
    name = re.sub(r"\[\[[^\]]*\]\]", "", cell).replace("&gt;", "").lstrip("> ").strip("`_* ")
    if not re.fullmatch(r"\w+", name):
        raise ValueError(f"{cell!r} is no field name")
    return name


def enum_value(cell: str) -> str:
    """The value of an enum. Raises ValueError if it can't be one."""
    value = cell.strip("` ")
    if not re.fullmatch(r"[\w./-]+", value):
        raise ValueError(f"{cell!r} is no enum value")
    return value
