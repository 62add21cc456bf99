"""What a run has found so far, on disk now and then: a run that is killed leaves more than nothing."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from ..reports.files import write
from ..reports.result import Result, Verdict
from ..reports.store import RESULT, render
from .evidence import Evidence
from .plugin import Watcher

__all__ = ["Checkpoints"]

FIRST_S = 1.0
SHARE = 20
"""A checkpoint may take a twentieth of the time: the next one is due when that holds."""


class Checkpoints:
    """Told of a run's progress as `inner` is; keeps the evidence after each scenario, and after some the result.

    `told` makes the result of what was played until then, without its exchanges; it says of itself that it isn't
    complete. What can't be written is left: the end of the run will tell.
    """

    def __init__(self, inner: Watcher, told: Callable[[], Result], evidence: Evidence, folder: Path) -> None:
        self._inner = inner
        self._told = told
        self._evidence = evidence
        self._folder = folder
        self._due = monotonic() + FIRST_S

    def started(self, total: int) -> None:
        self._evidence.begin()
        self._inner.started(total)

    def scenario(self, id: str, title: str) -> None:
        self._inner.scenario(id, title)

    def finished(self, id: str, verdict: Verdict) -> None:
        self._inner.finished(id, verdict)
        self._evidence.keep()
        begin = monotonic()
        if begin < self._due:
            return
        with contextlib.suppress(OSError):
            write(self._folder / RESULT, render(self._told()))
        spent = monotonic() - begin
        self._due = monotonic() + max(FIRST_S, SHARE * spent)
