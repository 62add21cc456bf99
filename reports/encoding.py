"""JSON of records: dataclasses as objects, and never a refusal because of what an implementation sent."""

from collections.abc import Callable
from typing import Any

import orjson

from .plain import without_surrogates

__all__ = ["to_json"]


def to_json(value: Any, *, indent: bool = False, default: Callable[[Any], Any] = str) -> bytes:
    """`value` as UTF-8 JSON, ending with a newline when it is indented.

    Values that JSON doesn't know become what `default` makes of them. A lone surrogate, which UTF-8 can't
    hold, becomes U+FFFD.
    """
    options = orjson.OPT_NON_STR_KEYS
    if indent:
        options |= orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    try:
        return orjson.dumps(value, default=default, option=options)
    except TypeError:
        return orjson.dumps(without_surrogates(value), default=default, option=options)
