"""Guessing: how much at most there is in tokens that somebody who has seen others would have to guess."""

import math
import string
from collections.abc import Sequence

__all__ = ["most_bits"]

ALPHABETS = (string.digits, string.hexdigits, string.ascii_letters + string.digits)
PRINTABLE = 94


def most_bits(tokens: Sequence[str]) -> float:
    """The bits that differ from token to token, at most: places that are the same in all tell nothing.

    An upper bound, so that nobody is accused of less than he has: every place that differs counts as if it were
    drawn at random from the whole alphabet of the tokens.
    """
    longest = max(map(len, tokens), default=0)
    places = ({token[place : place + 1] for token in tokens} for place in range(longest))
    each = math.log2(_size_of("".join(tokens)))
    return each * sum(len(found) > 1 for found in places)


def _size_of(text: str) -> int:
    """How many characters the smallest usual alphabet has that has all of a text."""
    fits = (len(alphabet) for alphabet in ALPHABETS if set(text) <= set(alphabet))
    return min(fits, default=PRINTABLE)
