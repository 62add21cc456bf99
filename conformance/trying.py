"""Trying: an IUT is sent every mutant of an object that it receives, and what it makes of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from ..reports.result import Verdict
from ..schemas.exemplars import root_of
from ..schemas.mutants import Mutant, mutants
from ..simulators.calling import Answer
from .check import Stop
from .comparing import differences
from .offering import Offer, postponed, renewed
from .shrinking import least_body

__all__ = ["Trial", "Tried", "offer_mutants", "smallest"]

AT_ONCE = 50
"""After so many refusals it is looked whether anything has changed."""
SILENT_CALLS = 5
GONE = (404, 410)
TRACED = 3
"""So many bodies are named that changed what is stored although they were refused."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One mutant, and the answer to it."""

    offer: Offer
    mutant: Mutant
    answer: Answer

    @property
    def rule(self) -> str:
        return self.mutant.rule

    @property
    def body(self) -> Any:
        """What was sent."""
        return self.answer.exchange.request.json

    @property
    def withheld(self) -> bool:
        """The IUT has not judged the body at all."""
        return postponed(self.answer)

    @property
    def broke(self) -> bool:
        """An HTTP status that says that the server failed."""
        return not self.withheld and (self.answer.http_status or 0) >= 500

    @property
    def refused(self) -> bool:
        """It says that the client was wrong, or declines in the words of the module."""
        if self.answer.http_status is None or self.broke or self.withheld:
            return False
        family = (self.answer.status_code or 0) // 1000
        if self.answer.http_status // 100 == 4 or family in self.offer.families:
            return True
        return family == 1 and self.answer.accepted and not self.offer.takes(self.answer)

    @property
    def taken(self) -> bool:
        """It was answered as if it were right."""
        return self.offer.takes(self.answer)

    @property
    def amiss(self) -> bool:
        """It was answered, and neither refused nor withheld; of what broke the server another duty speaks."""
        seen = self.answer.http_status is not None
        return seen and not (self.refused or self.broke or self.withheld)

    def __str__(self) -> str:
        return f"{self.offer.title} with {self.mutant}: {self.answer}"


@dataclass
class Tried:
    """All mutants that were sent, and those that changed what is stored although they were refused.

    `watched` says whether what is stored could be seen at all.
    """

    trials: list[Trial] = field(default_factory=list)
    leaked: list[Trial] = field(default_factory=list)
    watched: bool = False

    def __add__(self, other: "Tried") -> "Tried":
        return Tried(
            [*self.trials, *other.trials], [*self.leaked, *other.leaked], self.watched or other.watched
        )

    def of(self, rules: Iterable[str]) -> list[Trial]:
        """The trials of some rules that the IUT answered."""
        wanted = frozenset(rules)
        return [
            each
            for each in self.trials
            if each.rule in wanted and each.answer.http_status is not None and not each.withheld
        ]


def offer_mutants(offer: Offer) -> Tried:
    """Send every mutant. Raises Stop where the IUT falls silent, and where it takes the right body no more."""
    tried = Tried()
    base = offer.begin()
    every = [
        mutant
        for mutant in mutants(offer.version, offer.name, base, shape=offer.shape)
        if not (offer.optional and mutant.rule == "null" and not mutant.path)
    ]
    for begin in range(0, len(every), AT_ONCE):
        base = _offer_some(offer, every[begin : begin + AT_ONCE], base, tried)
    offer.begin()
    return tried


def _offer_some(offer: Offer, some: Sequence[Mutant], base: Any, tried: Tried) -> Any:
    """Send some mutants, and look whether what was refused changed anything; the right body of then."""
    before = offer.seen()
    tried.watched |= before is not None and before.accepted
    quiet: list[Mutant] = []
    for mutant in some:
        trial = _offer_one(offer, mutant, base, tried)
        if trial.refused:
            quiet.append(mutant)
        elif trial.amiss:
            base = offer.begin()
            before = offer.seen()
    if before is None or not _changes(offer, before):
        return base
    for mutant in quiet:
        if len(tried.leaked) >= TRACED:
            break
        base = offer.begin()
        before = offer.seen()
        trial = Trial(offer=offer, mutant=mutant, answer=offer.send(renewed(mutant.within(base))))
        if trial.refused and before is not None and _changes(offer, before):
            tried.leaked.append(trial)
    return offer.begin()


def _offer_one(offer: Offer, mutant: Mutant, base: Any, tried: Tried) -> Trial:
    trial = Trial(offer=offer, mutant=mutant, answer=offer.send(renewed(mutant.within(base))))
    if trial.broke:
        # Once may be a gateway's or a moment's trouble: it is the body that breaks the server if it does so again.
        trial = replace(trial, answer=offer.send(renewed(mutant.within(base))))
    tried.trials.append(trial)
    last = tried.trials[-SILENT_CALLS:]
    if len(last) == SILENT_CALLS and all(each.answer.http_status is None for each in last):
        raise Stop(
            Verdict.INCONCLUSIVE,
            f"it stopped answering: the last {SILENT_CALLS} bodies got no response ({trial.answer})",
        )
    return trial


def _changes(offer: Offer, before: Answer) -> bool:
    after = offer.seen()
    if after is None or not before.accepted:
        return False
    if not after.accepted:
        return after.http_status in GONE or (after.status_code or 0) // 1000 == 2
    return bool(differences(offer.version, offer.name, before.data, after.data))


def smallest(trials: Sequence[Trial], *, by: Callable[[Trial], bool]) -> Trial:
    """The failing trial with the smallest body, after all has been left off that it fails without."""
    found = min(trials, key=lambda trial: len(orjson.dumps(trial.body)))
    offer, mutant = found.offer, found.mutant
    least = found

    def fails(body: Any) -> bool:
        nonlocal least
        trial = replace(found, answer=offer.send(renewed(body)))
        failed = by(trial)
        if failed:
            least = min(least, trial, key=lambda each: len(orjson.dumps(each.body)))
            offer.begin()
        return failed

    if isinstance(found.body, dict):
        least_body(root_of(offer.version, offer.name, offer.shape), found.body, mutant.path, fails)
    return least
