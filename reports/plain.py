"""Text of foreign origin made harmless: what steers a terminal or turns reading order is shown instead."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

__all__ = ["clip", "one_line", "visible", "without_surrogates"]

# C0 and C1 controls without tab and newline, marks that turn reading direction, what XML can't hold.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """`text` with each control or direction mark written as its escape; CRLF becomes a newline."""
    if text.isprintable():  # the quick way for nearly all texts: nothing printable steers
        return text
    return _STEERING.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """`text` made visible and run together into one line."""
    return " ".join(visible(text).split())


def clip(text: str, length: int) -> str:
    """At most `length` characters, the last of them an ellipsis when something was cut."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"


def without_surrogates(value: T) -> T:
    """The same value, dataclasses and containers inside included, with U+FFFD for what UTF-8 can't hold."""
    return _mended(value)


def _mended(value: Any) -> Any:
    if isinstance(value, str) and type(value) is str:
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_mended(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _mended(getattr(value, field.name)) for field in fields(value)})
    return value


def _escape(match: re.Match[str]) -> str:
    point = ord(match.group())
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"
