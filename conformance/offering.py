"""Offering: an IUT is sent every mutant and every oddity of an object that it receives, and what it makes of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from ..reports.result import Verdict
from ..schemas.exemplars import root_of
from ..schemas.mutants import Mutant, mutants
from ..schemas.oddities import KINDS, Oddity, oddities, together
from ..simulators.calling import Answer
from .check import Stop
from .comparing import differences
from .shrinking import fewest, least_body

__all__ = ["Borne", "Offer", "Trial", "Tried", "offer_mutants", "offer_oddities"]

AT_ONCE = 50
"""After so many refusals it is looked whether anything has changed."""
SILENT_CALLS = 5
TRACED = 3
"""So many bodies are named that changed what is stored although they were refused."""
IN_PATCH = ("longest", "unicode", "decimals", "fraction", "bare", "unknown")
"""What a null or an empty list in a PATCH does is left open by the text."""


def accepted(answer: Answer) -> bool:
    """Both layers report success."""
    return answer.accepted


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One object as an IUT receives it.

    `begin` brings about what is to stay as it is and returns a valid body that is as small as may be: mutants are
    made of it. `whole` is a valid body with all there is, of which oddities are made. `send` sends a body. `look`
    reads what is stored, after the answer to what was sent last, where that can be seen. `takes` says of an answer
    that a wrong body was taken, `bears` that a right one was. `fixed` are JSON Pointers of what oddities leave alone;
    `fresh` gives a body an id that wasn't used yet, where each is good only once. `families` are the thousands of the
    status codes that refuse a body; with `optional` there need not be one, so that null is as good as none.
    """

    version: str
    name: str
    begin: Callable[[], Any]
    whole: Any
    send: Callable[[Any], Answer]
    shape: str = "full"
    look: Callable[[Answer | None], Answer] | None = None
    takes: Callable[[Answer], bool] = accepted
    bears: Callable[[Answer], bool] = accepted
    fixed: frozenset[str] = frozenset()
    fresh: Callable[[Any], Any] = lambda body: body
    kinds: tuple[str, ...] = KINDS
    families: tuple[int, ...] = (2,)
    optional: bool = False

    @property
    def title(self) -> str:
        """What is sent, for people."""
        return f"PATCH of {self.name}" if self.shape == "patch" else self.name


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
        """The IUT asked us to come later: it has not judged the body at all."""
        return self.answer.http_status in (429, 503) and self.answer.header("Retry-After") is not None

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
    def amiss(self) -> bool:
        """It was answered, and neither refused nor withheld; of what broke the server another duty speaks."""
        seen = self.answer.http_status is not None
        return seen and not (self.refused or self.broke or self.withheld)

    def __str__(self) -> str:
        return f"{self.offer.title} with {self.mutant}: {self.answer}"


@dataclass
class Tried:
    """All mutants that were sent, and those that changed what is stored although they were refused."""

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


@dataclass(frozen=True, kw_only=True)
class Borne:
    """Oddities of one kind in one body, and what came of them: `lost` is what was not kept."""

    offer: Offer
    kind: str
    sent: tuple[Oddity, ...]
    answer: Answer
    culprits: tuple[Oddity, ...] = ()
    lost: str = ""

    @property
    def holds(self) -> bool:
        return not self.culprits and not self.lost

    def __str__(self) -> str:
        if self.culprits:
            return f"{self.offer.title} with {', '.join(map(str, self.culprits))}: {self.answer}"
        return f"{self.offer.title}: {self.lost}" if self.lost else f"{self.offer.title}: {self.answer}"


def offer_mutants(offer: Offer) -> Tried:
    """Send every mutant. Raises Stop where the IUT falls silent, and where it takes the right body no more."""
    tried = Tried(watched=offer.look is not None)
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
    before = _seen(offer)
    quiet: list[Mutant] = []
    for mutant in some:
        trial = _offer_one(offer, mutant, base, tried)
        if trial.refused:
            quiet.append(mutant)
        elif trial.amiss:
            base = offer.begin()
            before = _seen(offer)
    if before is None or not _changes(offer, before):
        return base
    for mutant in quiet:
        if len(tried.leaked) >= TRACED:
            break
        base = offer.begin()
        before = _seen(offer)
        trial = Trial(offer=offer, mutant=mutant, answer=offer.send(mutant.within(base)))
        if before is not None and _changes(offer, before):
            tried.leaked.append(trial)
    return offer.begin()


def _offer_one(offer: Offer, mutant: Mutant, base: Any, tried: Tried) -> Trial:
    trial = Trial(offer=offer, mutant=mutant, answer=offer.send(mutant.within(base)))
    tried.trials.append(trial)
    last = tried.trials[-SILENT_CALLS:]
    if len(last) == SILENT_CALLS and all(each.answer.http_status is None for each in last):
        raise Stop(
            Verdict.INCONCLUSIVE,
            f"it stopped answering: the last {SILENT_CALLS} bodies got no response ({trial.answer})",
        )
    return trial


def _seen(offer: Offer) -> Answer | None:
    return offer.look(None) if offer.look else None


def _changes(offer: Offer, before: Answer) -> bool:
    after = _seen(offer)
    if after is None or after.http_status is None:
        return False
    if before.accepted != after.accepted:
        return True
    return bool(differences(offer.version, offer.name, before.data, after.data))


def smallest(trials: Sequence[Trial], *, by: Callable[[Trial], bool]) -> Trial:
    """The failing trial with the smallest body, after all has been left off that it fails without."""
    found = min(trials, key=lambda trial: len(orjson.dumps(trial.body)))
    offer, mutant = found.offer, found.mutant
    least = found

    def fails(body: Any) -> bool:
        nonlocal least
        trial = replace(found, answer=offer.send(body))
        failed = by(trial)
        if failed:
            least = min(least, trial, key=lambda each: len(orjson.dumps(each.body)))
            offer.begin()
        return failed

    if isinstance(found.body, dict):
        least_body(root_of(offer.version, offer.name, offer.shape), found.body, mutant.path, fails)
    return least


def offer_oddities(offer: Offer) -> list[Borne]:
    """Send all oddities, those of a kind in one body; where that is refused, the fewest that are refused too.

    Where the whole object is refused as it is, as much is asked of the small one.
    """
    plain = offer.send(offer.fresh(offer.whole))
    if plain.http_status is not None and not offer.bears(plain):
        offer = replace(offer, whole=offer.begin())
    every = oddities(offer.version, offer.name, offer.whole, shape=offer.shape, fixed=offer.fixed)
    kinds = [kind for kind in offer.kinds if offer.shape != "patch" or kind in IN_PATCH]
    return [
        _offer_kind(offer, kind, chosen)
        for kind in kinds
        if (chosen := tuple(each for each in every if each.kind == kind))
    ]


def _offer_kind(offer: Offer, kind: str, chosen: tuple[Oddity, ...]) -> Borne:
    before = _seen(offer) if offer.shape == "patch" else None
    body, answer = _send_odd(offer, chosen)
    borne = Borne(offer=offer, kind=kind, sent=chosen, answer=answer)
    if answer.http_status is None:
        return borne
    if not offer.bears(answer):
        return _blamed(borne)
    return replace(borne, lost=_lost(offer, body, answer, before))


def _send_odd(offer: Offer, chosen: Sequence[Oddity]) -> tuple[Any, Answer]:
    whole = together(offer.whole, chosen, version=offer.version, name=offer.name, shape=offer.shape)
    body = offer.fresh(whole)
    return body, offer.send(body)


def _blamed(borne: Borne) -> Borne:
    """The fewest oddities that are refused together, with the answer to them; in the small body if that is enough."""
    last = borne.answer

    def fails(some: Sequence[Oddity]) -> bool:
        nonlocal last
        answer = _send_odd(borne.offer, some)[1]
        failed = answer.http_status is not None and not borne.offer.bears(answer)
        if failed:
            last = answer
        return failed

    culprits = fewest(borne.sent, fails)
    small = replace(borne.offer, whole=borne.offer.begin())
    answer = _send_odd(small, culprits)[1]
    if answer.http_status is not None and not small.bears(answer):
        last = answer
    return replace(borne, culprits=tuple(culprits), answer=last)


def _lost(offer: Offer, body: Any, answer: Answer, before: Answer | None) -> str:
    """What of a body that was taken is not to be seen afterwards; empty where all is, or nothing can be seen."""
    if offer.look is None:
        return ""
    copy = offer.look(answer)
    if not copy.accepted:
        return f"what was taken can't be read back: {copy}" if copy.http_status is not None else ""
    known = before.data if before is not None and isinstance(before.data, dict) else {}
    found = differences(offer.version, offer.name, {**known, **body}, copy.data)
    return "; ".join(map(str, found[:3]))
