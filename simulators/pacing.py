"""Pace: how fast calls may follow one another."""

import threading
import time

__all__ = ["Pace"]


class Pace:
    """At most `per_s` calls a second, evenly spread, for all who share it; 0 is as fast as they come."""

    def __init__(self, per_s: float = 0.0) -> None:
        self._gap_s = 1 / per_s if per_s else 0.0
        self._next = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when the next call may go out."""
        if not self._gap_s:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap_s
        time.sleep(turn - now)
