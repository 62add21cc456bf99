"""One thing that is wrong with a value, as a value itself."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST = 80


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A fault at `pointer` (JSON Pointer; of the absent field where one is missing).

    `rule` is one of `required` `null` `type` `length` `enum` `format` `cardinality` `condition` `unknown`;
    `object` is the class in which the fault lies, `field` its field ("" for the value as a whole), `format`
    the form the field has (`DateTime`, `CiString`, ... or ""); `expected` and `found` are for people,
    `anchor` is where the text says so.
    """

    pointer: str
    rule: str
    object: str
    field: str
    format: str
    expected: str
    found: str
    anchor: str


def pointer(path: Iterable[str | int]) -> str:
    """The JSON Pointer (RFC 6901) of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def shown(value: Any, *, secret: bool = False) -> str:
    """A value for people: containers by their size, long texts cut, secrets not at all."""
    if secret and isinstance(value, str):
        return f"a string of {len(value)} characters (not shown)"
    if isinstance(value, dict):
        return f"an object with {len(value)} fields"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) <= LONGEST:
        return text
    size = f" ({len(value)} characters)" if isinstance(value, str) else ""
    return f"{text[: LONGEST - 1]}…{size}"
