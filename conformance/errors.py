"""What can go wrong before and around a run, and the exit code of each.

ConformanceError            3  the suite's own failure
├── UsageError              4  a flag, a file or a variable of the user's
│   ├── SettingError           one setting, named
│   └── ClaimError             the claim
├── NothingSelectedError         5  the selection is empty
├── InterruptedRunError             2  a signal ended the run
└── UnreachableError            10  the implementation could not be tested
"""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum

__all__ = [
    "ClaimError",
    "ConformanceError",
    "ExitCode",
    "InterruptedRunError",
    "NothingSelectedError",
    "SettingError",
    "UnreachableError",
    "UsageError",
    "nearest",
]


class ExitCode(IntEnum):
    """What the process says to the one that called it. The numbers are a promise."""

    CONFORMANT = 0  # conformant, or failing only as the baseline lists
    NOT_CONFORMANT = 1  # a duty was shown to be broken, or a listed deviation is stale
    INTERRUPTED = 2  # ended by the user or by a signal
    SUITE_ERROR = 3  # the suite itself failed; says nothing about the implementation
    USAGE = 4  # a flag, a file or a variable is wrong
    NOTHING_SELECTED = 5  # the selection is empty, so nothing was judged
    INCONCLUSIVE = 10  # nothing was shown to be broken, but not all could be shown


class ConformanceError(Exception):
    """Ends the program with a message for its user. `hint` says what would work."""

    exit_code: ExitCode = ExitCode.SUITE_ERROR

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(ConformanceError):
    """The user asked for something that can't be done as asked."""

    exit_code = ExitCode.USAGE


class SettingError(UsageError):
    """One setting is unknown, or its value is of no use."""


class ClaimError(UsageError):
    """The claim names something that the version or the suite doesn't know."""


class NothingSelectedError(ConformanceError):
    """Profile, select and deselect leave no requirement."""

    exit_code = ExitCode.NOTHING_SELECTED


class InterruptedRunError(ConformanceError):
    """A signal came before there was anything to state."""

    exit_code = ExitCode.INTERRUPTED


class UnreachableError(ConformanceError):
    """The implementation can't be spoken with, so nothing can be shown."""

    exit_code = ExitCode.INCONCLUSIVE


def nearest(word: str, known: Iterable[str], *, most: int = 8) -> str:
    """A hint for an unknown word: the nearest known one, or the first few where none is near."""
    names = sorted(known)
    plain = {_plain(name): name for name in names}
    close = get_close_matches(_plain(word), plain, n=1, cutoff=0.55)
    if close:
        return f"did you mean {plain[close[0]]!r}?"
    shown = ", ".join(names[:most])
    return f"known are {shown}" + (f" and {len(names) - most} more" if len(names) > most else "")


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_")
