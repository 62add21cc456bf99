"""Checks: one judgement inside a scenario, which names the requirement it judges.

check("credentials-get-returns-own-token", expected=token, found=answer.data["token"], evidence=answer)
check("locations-removed-evse-stays", sighting.seen, evidence=sighting)
check.requires(answer.accepted, "the CPO declined, so no outcome is due")
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..reports.result import Verdict
from ..simulators.calling import Answer
from ..simulators.exchange import Exchange
from ..simulators.journal import Sighting
from .ledger import Judgement, Ledger
from .requirement import Requirement

Evidence = Answer | Exchange | Sighting | None
_UNSET: Any = object()
_SHOWN = 300


class NonConformance(AssertionError):
    """At least one duty was shown to be broken in a scenario that has now ended."""


class Stop(Exception):
    """The scenario can't go on. What it would still have judged gets this verdict and this reason."""

    def __init__(self, verdict: Verdict, reason: str) -> None:
        super().__init__(reason)
        self.verdict = verdict
        self.reason = reason


class Check:
    """The checks of one scenario.

    A failed check doesn't end the scenario. Slugs outside of the selection are judged by nobody: a check on them is
    silent. A slug that the catalogue doesn't know is a mistake of ours and raises KeyError.
    """

    def __init__(
        self,
        *,
        scenario: str,
        ledger: Ledger,
        selected: Mapping[str, Requirement],
        known: Callable[[str], bool],
    ) -> None:
        self.scenario = scenario
        self.failures: list[Judgement] = []
        self.spoken: set[str] = set()
        self._ledger = ledger
        self._selected = selected
        self._known = known

    def __call__(
        self,
        slug: str,
        holds: bool | None = None,
        *,
        expected: Any = _UNSET,
        among: Iterable[Any] | None = None,
        found: Any = _UNSET,
        evidence: Evidence | Iterable[Evidence] = None,
        check: str = "",
    ) -> bool:
        """Judge one requirement and say whether it was met.

        Without `holds` the judgement is that `found` equals `expected` or is `among` the legal ones. Where the
        evidence is a call that got no response the verdict is INCONCLUSIVE: a lost connection accuses nobody.
        """
        if not self._known(slug):
            raise KeyError(f"{slug} is not in the catalogue")
        legal = list(among) if among is not None else None
        if holds is None:
            holds = found in legal if legal is not None else bool(found == expected)
        exchanges, fault = _read(evidence)
        verdict = Verdict.PASS if holds else self._verdict(slug)
        if fault and not holds:
            verdict = Verdict.INCONCLUSIVE
        judgement = Judgement(
            slug=slug,
            verdict=verdict,
            scenario=self.scenario,
            check=check,
            expected=_expected(expected, legal),
            found="" if found is _UNSET else _found(found, evidence),
            reason=f"no response came: {fault}" if verdict is Verdict.INCONCLUSIVE else "",
            exchanges=exchanges,
        )
        self._note(judgement)
        return bool(holds)

    def requires(self, condition: object, reason: str) -> None:
        """Go on only if a precondition holds; otherwise what is left can't be shown."""
        if not condition:
            raise Stop(Verdict.INCONCLUSIVE, reason)

    def applies(self, condition: object, reason: str) -> None:
        """Go on only if the case is given at all; otherwise what is left doesn't apply."""
        if not condition:
            raise Stop(Verdict.NOT_APPLICABLE, reason)

    def inconclusive(self, slug: str, reason: str, *, evidence: Evidence | Iterable[Evidence] = None) -> None:
        """Say that one requirement couldn't be shown, and go on."""
        self._note(
            Judgement(
                slug=slug,
                verdict=Verdict.INCONCLUSIVE,
                scenario=self.scenario,
                reason=reason,
                exchanges=_read(evidence)[0],
            )
        )

    def not_applicable(self, slug: str, reason: str) -> None:
        """Say that the case of one requirement isn't given, and go on."""
        self._note(
            Judgement(slug=slug, verdict=Verdict.NOT_APPLICABLE, scenario=self.scenario, reason=reason)
        )

    def _verdict(self, slug: str) -> Verdict:
        requirement = self._selected.get(slug)
        return Verdict.FAIL if requirement is None or requirement.level == "MUST" else Verdict.WARN

    def _note(self, judgement: Judgement) -> None:
        self.spoken.add(judgement.slug)
        if judgement.slug not in self._selected:
            return
        self._ledger.add(judgement)
        if judgement.verdict is not Verdict.PASS:
            self.failures.append(judgement)


def _read(evidence: Evidence | Iterable[Evidence]) -> tuple[tuple[int, ...], str]:
    """Ids of the exchanges in the evidence, and the fault of the last call that got no response."""
    parts = (
        [evidence]
        if evidence is None or isinstance(evidence, (Answer, Exchange, Sighting))
        else list(evidence)
    )
    ids: list[int] = []
    fault = ""
    for part in parts:
        if isinstance(part, Sighting):
            ids += [part.exchange.id] if part.exchange else [near.id for near in part.near]
        elif part is not None:
            exchange = part.exchange if isinstance(part, Answer) else part
            ids.append(exchange.id)
            fault = exchange.fault if exchange.direction == "sent" else ""
    return tuple(ids), fault


def _expected(expected: Any, legal: list[Any] | None) -> str:
    if legal is not None:
        return " or ".join(_shown(value) for value in legal)
    return "" if expected is _UNSET else _shown(expected)


def _found(found: Any, evidence: Evidence | Iterable[Evidence]) -> str:
    """What was found; where an answer lacks it the answer itself says more than None."""
    if found is None and isinstance(evidence, Answer):
        return f"none: {evidence}"
    return "none" if found is None else _shown(found)


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False, default=str)
    else:
        text = str(value) if isinstance(value, (str, Answer, Exchange)) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}… ({len(text)} characters)"
