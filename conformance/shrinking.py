"""Shrinking: the fewest parts that still show a failure, found by trying."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..schemas.exemplars import ABSENT, Path, Site, changed, found_at, sites

__all__ = ["fewest", "least_body"]

T = TypeVar("T")

MOST_TRIES = 40


def fewest(parts: Sequence[T], fails: Callable[[Sequence[T]], bool], *, tries: int = MOST_TRIES) -> list[T]:
    """The smallest selection of `parts` found that still fails, as all of them do.

    No single part of it can be left off, unless the tries ran out before that was seen.
    """
    left = list(parts)
    size = len(left)
    while size:
        begin = 0
        while begin < len(left):
            if tries <= 0:
                return left
            tries -= 1
            without = [*left[:begin], *left[begin + size :]]
            if fails(without):
                left = without
            else:
                begin += size
        size = min(size // 2, len(left)) if size > 1 else 0
    return left


def least_body(
    root: Site, body: Any, keep: Path, fails: Callable[[Any], bool], *, tries: int = MOST_TRIES
) -> Any:
    """The body with the fewest optional fields that still fails, as it does itself; `keep` stays what it is."""
    optional = [
        site.path
        for site in sites(root)
        if site.path
        and not site.required
        and site.path != keep[: len(site.path)]
        and site.path[: len(keep)] != keep
        and found_at(body, site.path) is not ABSENT
    ]
    every = [path for path in optional if not any(path[: len(o)] == o for o in optional if o != path)]

    def within(kept: Sequence[Path]) -> Any:
        value = body
        for path in every:
            if path not in kept:
                value = changed(root, value, path, ABSENT)
        return value

    return within(fewest(every, lambda kept: fails(within(kept)), tries=tries))
