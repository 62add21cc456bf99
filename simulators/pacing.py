"""Pace: how fast calls may follow one another, and until when."""

import math
import threading
import time

__all__ = ["Pace"]


class Pace:
    """At most `per_s` calls a second, evenly spread, for all who share it; 0 is as fast as they come.

    `lasts_s` after it was made there is no more time for any; 0 is without end.
    """

    def __init__(self, per_s: float = 0.0, *, lasts_s: float = 0.0) -> None:
        self._end = time.monotonic() + lasts_s if lasts_s else math.inf
        self._gap_s = 1 / per_s if per_s else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    @property
    def left_s(self) -> float:
        """Seconds that are left; infinite where there is no end."""
        return max(0.0, self._end - time.monotonic())

    def wait(self) -> None:
        """Return when the next call may go out."""
        if not self._gap_s:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap_s
        time.sleep(turn - now)
