"""The exchanges of a run on disk while it goes on: one that is killed leaves what was said until then."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from ..reports import ndjson
from ..reports.folder import clear
from ..reports.store import EXCHANGES
from ..simulators.journal import Journal
from .record import exchange_record
from .redaction import Redaction

__all__ = ["Evidence"]


class Evidence:
    """Appends to the `exchanges.ndjson` of a folder. The end of a run writes it anew, whole.

    `redaction` is to know every secret that was given by then. What can't be written is left: the end of the run will
    tell.
    """

    def __init__(self, journal: Journal, redaction: Callable[[], Redaction], folder: Path) -> None:
        self._journal = journal
        self._redaction = redaction
        self._folder = folder
        self._mark = 0

    def begin(self) -> None:
        """Take away what an earlier run left in the folder: it would be taken for what this one found."""
        with contextlib.suppress(OSError):
            clear(self._folder)
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / EXCHANGES).touch()

    def keep(self) -> None:
        """Append what has been recorded since the last time."""
        since, self._mark = self._mark, self._journal.mark()
        fresh = self._journal.all(since=since)[: self._mark - since]
        if not fresh:
            return
        redaction = self._redaction()
        lines = ndjson.lines(exchange_record(exchange, redaction) for exchange in fresh)
        with contextlib.suppress(OSError), (self._folder / EXCHANGES).open("ab") as file:
            file.write(lines)
