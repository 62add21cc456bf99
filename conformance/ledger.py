"""The ledger: every judgement of a run, few enough to keep and to read."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..reports.plain import clip
from ..reports.result import Verdict

WIRE = "wire"
KEPT_PER_PLACE = 10
"""Of many equal failures of one requirement in one place this many are kept; the rest are counted."""

LONGEST = 2_000
"""Characters of what was expected or found that are kept: the exchange has the whole."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one check said of one requirement. `exchanges` are the ids of the evidence."""

    slug: str
    verdict: Verdict
    scenario: str
    check: str = ""
    expected: str = ""
    found: str = ""
    reason: str = ""
    exchanges: tuple[int, ...] = ()


@dataclass
class _Place:
    passed: int = 0
    first: Judgement | None = None
    kept: list[Judgement] | None = None
    dropped: int = 0


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A judgement as it is reported: `count` equal ones, of which this is the first."""

    judgement: Judgement
    count: int


class Ledger:
    """Judgements by requirement and scenario. Threads may write to it."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], _Place] = {}
        self._lock = threading.Lock()

    def add(self, judgement: Judgement) -> None:
        judgement = _clipped(judgement)
        with self._lock:
            place = self._places.setdefault((judgement.slug, judgement.scenario), _Place())
            if judgement.verdict is Verdict.PASS:
                place.passed += 1
                place.first = place.first or judgement
                return
            place.kept = place.kept if place.kept is not None else []
            if len(place.kept) < KEPT_PER_PLACE:
                place.kept.append(judgement)
            else:
                place.dropped += 1

    def passed(self, slug: str, scenario: str, exchange: int) -> None:
        """Note a pass without making a judgement of it: the judge of every exchange passes most of the time."""
        place = self._places.get((slug, scenario))
        if place is not None and place.first is not None:
            place.passed += 1
            return
        self.add(Judgement(slug=slug, verdict=Verdict.PASS, scenario=scenario, exchanges=(exchange,)))

    def judged(self, slug: str, scenario: str) -> bool:
        """Whether a scenario has said anything of a requirement."""
        return (slug, scenario) in self._places

    def entries(self) -> Iterable[Entry]:
        """All that is reported: failures one by one, passes as one line per place."""
        with self._lock:
            places = list(self._places.values())
        for place in places:
            kept = place.kept or []
            for number, judgement in enumerate(kept):
                last = number == len(kept) - 1
                yield Entry(judgement=judgement, count=1 + (place.dropped if last else 0))
            if place.first is not None:
                yield Entry(judgement=place.first, count=place.passed)


def _clipped(judgement: Judgement) -> Judgement:
    expected, found, reason = judgement.expected, judgement.found, judgement.reason
    if max(len(expected), len(found), len(reason)) <= LONGEST:
        return judgement
    return replace(
        judgement, expected=clip(expected, LONGEST), found=clip(found, LONGEST), reason=clip(reason, LONGEST)
    )
