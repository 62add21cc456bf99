"""Bearing: an IUT is sent every oddity of an object that it receives, and has to bear with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..reports.result import Verdict
from ..schemas.oddities import Oddity, oddities, together
from ..simulators.calling import Answer
from .check import Stop
from .comparing import differences
from .offering import Offer, postponed, renewed
from .shrinking import fewest

__all__ = ["Borne", "offer_oddities"]

IN_PATCH = ("longest", "unicode", "decimals", "fraction", "bare", "unknown")
"""What a null or an empty list in a PATCH does is left open by the text."""
TOO_LARGE = 413


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
    def withheld(self) -> bool:
        """The IUT, or what stands before it, has not judged the body at all."""
        return _withheld(self.answer)

    @property
    def holds(self) -> bool:
        return not self.culprits and not self.lost

    def __str__(self) -> str:
        if self.culprits:
            return f"{self.offer.title} with {', '.join(map(str, self.culprits))}: {self.answer}"
        return f"{self.offer.title}: {self.lost}" if self.lost else f"{self.offer.title}: {self.answer}"


def offer_oddities(offer: Offer) -> list[Borne]:
    """Send all oddities, those of a kind in one body; where that is refused, the fewest that are refused too.

    Where the whole object is refused as it is, as much is asked of the small one. Raises Stop where that is refused,
    too: who refuses anything says nothing of what is unusual.
    """
    plain = _plain(offer)
    if plain.http_status is not None and not offer.bears(plain):
        offer = replace(offer, whole=offer.begin())
        plain = _plain(offer)
        if not offer.bears(plain):
            raise Stop(Verdict.INCONCLUSIVE, f"{offer.title} that is right was refused: {plain}")
    every = oddities(offer.version, offer.name, offer.whole, shape=offer.shape, fixed=offer.fixed)
    kinds = [kind for kind in offer.kinds if offer.shape != "patch" or kind in IN_PATCH]
    return [
        _offer_kind(offer, kind, chosen)
        for kind in kinds
        if (chosen := tuple(each for each in every if each.kind == kind))
    ]


def _plain(offer: Offer) -> Answer:
    return offer.send(renewed(offer.fresh(offer.whole)))


def _withheld(answer: Answer) -> bool:
    return postponed(answer) or answer.http_status == TOO_LARGE


def _refused(offer: Offer, answer: Answer) -> bool:
    return answer.http_status is not None and not _withheld(answer) and not offer.bears(answer)


def _offer_kind(offer: Offer, kind: str, chosen: tuple[Oddity, ...]) -> Borne:
    before = offer.seen() if offer.shape == "patch" else None
    body, answer = _send_odd(offer, chosen)
    if _refused(offer, answer):
        # Once may be a moment's trouble.
        body, answer = _send_odd(offer, chosen)
    borne = Borne(offer=offer, kind=kind, sent=chosen, answer=answer)
    if _refused(offer, answer):
        return _blamed(borne)
    if not offer.bears(answer):
        return borne
    return replace(borne, lost=_lost(offer, body, answer, before))


def _send_odd(offer: Offer, chosen: Sequence[Oddity]) -> tuple[Any, Answer]:
    whole = together(offer.whole, chosen, version=offer.version, name=offer.name, shape=offer.shape)
    body = renewed(offer.fresh(whole))
    return body, offer.send(body)


def _blamed(borne: Borne) -> Borne:
    """The fewest oddities that are refused together, with the answer to them; in the small body if that is enough."""
    last = borne.answer

    def fails(some: Sequence[Oddity]) -> bool:
        nonlocal last
        answer = _send_odd(borne.offer, some)[1]
        failed = _refused(borne.offer, answer)
        if failed:
            last = answer
        return failed

    culprits = fewest(borne.sent, fails)
    small = replace(borne.offer, whole=borne.offer.begin())
    answer = _send_odd(small, culprits)[1]
    if _refused(small, answer):
        last = answer
    return replace(borne, culprits=tuple(culprits), answer=last)


def _lost(offer: Offer, body: Any, answer: Answer, before: Answer | None) -> str:
    """What of a body that was taken is not to be seen afterwards; empty where all is, or nothing can be seen."""
    if offer.look is None:
        return ""
    copy = offer.look(answer)
    if not copy.accepted:
        unseen = copy.http_status is None or _withheld(copy)
        return "" if unseen else f"what was taken can't be read back: {copy}"
    known = before.data if before is not None and isinstance(before.data, dict) else {}
    found = differences(offer.version, offer.name, {**known, **body}, copy.data)
    return "; ".join(map(str, found[:3]))
