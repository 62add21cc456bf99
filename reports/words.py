"""How verdicts are called and explained where people read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .result import Run, Verdict

__all__ = ["VERDICTS", "Word", "duration", "moment", "share"]


@dataclass(frozen=True)
class Word:
    """A verdict for people: a name, a sign beside the colour, and what it says."""

    name: str
    sign: str
    meaning: str


VERDICTS = {
    Verdict.ERROR: Word("Error", "⚠", "The suite itself failed. It says nothing about the implementation."),
    Verdict.FAIL: Word("Fail", "✕", "A duty (MUST) was shown to be broken."),
    Verdict.INCONCLUSIVE: Word("Inconclusive", "?", "It applies, but could not be shown either way."),
    Verdict.DESELECTED: Word("Deselected", "–", "It applies, but was left out of this run by its settings."),
    Verdict.WARN: Word("Warn", "!", "A recommendation (SHOULD) was shown not to be followed."),
    Verdict.PASS: Word("Pass", "✓", "It was shown to be met at least once, and never shown to be broken."),
    Verdict.NOT_APPLICABLE: Word("Not applicable", "○", "The claim, or what was seen, puts it out of scope."),
}


def duration(run: Run) -> str:
    """How long the run took, such as `7.0 s` or `2 min 5 s`; empty when its times can't be read."""
    try:
        seconds = (datetime.fromisoformat(run.finished) - datetime.fromisoformat(run.started)).total_seconds()
    except (TypeError, ValueError):
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def moment(time: str) -> str:
    """A time of the record for people, such as `2026-05-04 10:00:00 UTC`; as it stands if it is no time."""
    try:
        read = datetime.fromisoformat(time)
    except ValueError:
        return time
    return f"{read:%Y-%m-%d %H:%M:%S} UTC" if read.utcoffset() == timedelta() else time


def share(part: int, whole: int) -> str:
    """`125 (66 %)`, rounded down, so that only all is 100 %."""
    return f"{part} ({100 * part // whole} %)" if whole else str(part)
