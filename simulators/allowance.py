"""How much a server takes from all who call it: a flood must not take the memory that a run needs to end."""

from collections.abc import Awaitable, Callable
from typing import Any

__all__ = ["Allowance", "Held", "TooMuchError"]

AT_A_TIME = 128 * 2**20
"""Bytes of bodies that are held at a time, over all connections."""


class Allowance:
    """`requests` are taken in all, and `size` bytes of bodies; None is any number.

    `refused` counts the requests that came beyond.
    """

    def __init__(self, *, requests: int | None = None, size: int | None = None) -> None:
        self._requests = requests
        self._size = size
        self._free = AT_A_TIME
        self.refused = 0

    def begin(self) -> bool:
        """Whether one more request is taken."""
        if self._requests == 0 or (self._size is not None and self._size <= 0):
            self.refused += 1
            return False
        if self._requests is not None:
            self._requests -= 1
        return True

    def hold(self, size: int) -> None:
        """Hold so many bytes more; they are to be released. Raises TooMuchError where too many are held already."""
        if size > self._free:
            self.refused += 1
            raise TooMuchError
        self._free -= size
        if self._size is not None:
            self._size -= size

    def release(self, size: int) -> None:
        """What was held is held no more."""
        self._free += size


class TooMuchError(Exception):
    """More is being sent than can be held at a time."""


class Held:
    """The messages of one request, each of which is held until the block ends."""

    def __init__(self, allowance: Allowance, receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._allowance = allowance
        self._receive = receive
        self._size = 0

    async def __call__(self) -> dict[str, Any]:
        message = await self._receive()
        size = len(message.get("body", b""))
        self._allowance.hold(size)
        self._size += size
        return message

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, *_: object) -> None:
        self._allowance.release(self._size)
