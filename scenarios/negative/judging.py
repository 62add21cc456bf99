"""Offering an object to the IUT, wrong in every way and right in every way, and judging what it makes of that."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from ocpi_conformance.conformance import Check
from ocpi_conformance.conformance.bearing import Borne, offer_oddities
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.offering import Offer, renewed
from ocpi_conformance.conformance.trying import Trial, Tried, offer_mutants, smallest
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.connection import Connection
from ocpi_conformance.simulators.party import Party

RULES = {
    "incomplete": ("required", "null", "cardinality"),
    "wrong type": ("type",),
    "wrong value": ("enum", "length", "format"),
    "invalid": ("required", "null", "cardinality", "type", "enum", "length", "format"),
    "opened": ("opened",),
}
"""What the rows of an object are about, in the rules of mutants."""
REFUSAL = "HTTP 4xx, or a status code 2xxx"

Rows = Mapping[str, str]
Object = dict[str, Any]


def sender(
    peer: Party, to: Connection, method: str, url: str, endpoint: str, **more: Any
) -> Callable[[Any], Answer]:
    """Sends any body, whatever it is, to one URL."""
    return lambda body: peer.call(method, url, to=to, endpoint=endpoint, raw=orjson.dumps(body), **more)


def first_taken(what: str, push: Callable[[Object], Answer], *objects: Object) -> Object:
    """The first of several right objects that is taken, updated just now. Raises Stop where none is."""
    answers: list[Answer] = []
    for candidate in map(renewed, objects):
        answers.append(push(candidate))
        if answers[-1].accepted:
            return candidate
    raise Stop(Verdict.INCONCLUSIVE, f"{what} that is right was refused: {answers[-1]}")


def must_take(answer: Answer, what: str) -> None:
    """Nothing can be told from refusals where the right body is refused, too. Raises Stop."""
    if not answer.accepted:
        raise Stop(Verdict.INCONCLUSIVE, f"{what} that is right was refused: {answer}")


def judge(check: Check, rows: Rows, *offers: Offer) -> Tried:
    """Offer objects in every wrong way, then in every right way; `rows` are the requirements of that."""
    tried = sum(map(offer_mutants, offers), Tried())
    for subject, rules in RULES.items():
        if subject in rows and any(trial.rule in rules for trial in tried.trials):
            judge_trials(check, rows[subject], tried.of(rules), amiss, expected=REFUSAL, told=unrefused)
    every = tried.of({rule for rules in RULES.values() for rule in rules})
    judge_trials(check, rows["crash"], every, broke, expected="no HTTP 5xx", told=broken)
    if "unchanged" in rows:
        judge_leaks(check, rows["unchanged"], tried)
    for offer in offers:
        judge_odd(check, rows, offer_oddities(offer))
    return tried


def unrefused(failing: list[Trial]) -> str:
    """What became of bodies that were not refused: that is no acceptance yet."""
    taken = sum(trial.taken for trial in failing)
    parts = (f"{taken} answered as a success", f"{len(failing) - taken} with neither success nor a refusal")
    return " and ".join(part for part in parts if not part.startswith("0 "))


def broken(failing: list[Trial]) -> str:
    """What became of bodies that broke the server."""
    return f"{len(failing)} broke the server"


def amiss(trial: Trial) -> bool:
    """A wrong body that was neither refused nor broke the server."""
    return trial.amiss


def broke(trial: Trial) -> bool:
    """A wrong body that broke the server."""
    return trial.broke


def judge_trials(
    check: Check,
    slug: str,
    trials: list[Trial],
    fails: Callable[[Trial], bool],
    *,
    expected: str,
    told: Callable[[list[Trial]], str],
) -> None:
    """One requirement over many mutants; of those that fail the smallest is shown."""
    if not trials:
        check.inconclusive(slug, "no body of this kind was answered")
        return
    failing = [trial for trial in trials if fails(trial)]
    if not failing:
        found = f"{len(trials)} bodies, all answered so"
        check(slug, True, expected=expected, found=found, evidence=trials[0].answer)
        return
    least = smallest([trial for trial in failing if trial.taken] or failing, by=fails)
    found = f"of {len(trials)} bodies {told(failing)}; the smallest: {least}"
    check(slug, False, expected=expected, found=found, evidence=least.answer, check=str(least.mutant))


def judge_leaks(check: Check, slug: str, tried: Tried) -> None:
    """Whether what was refused left all as it was."""
    refused = [trial for trial in tried.trials if trial.refused]
    if not refused:
        check.not_applicable(slug, "it refused nothing")
        return
    if not tried.watched:
        check.inconclusive(slug, "what it has can't be read back")
        return
    if tried.leaked:
        leak = min(tried.leaked, key=lambda trial: len(orjson.dumps(trial.body)))
        found = f"{leak}, and it is not as it was"
        check(slug, False, expected="as before", found=found, evidence=leak.answer, check=str(leak.mutant))
        return
    found = f"as before after {len(refused)} refusals"
    check(slug, True, expected="as before", found=found, evidence=refused[-1].answer)


def judge_odd(check: Check, rows: Rows, bornes: Iterable[Borne]) -> None:
    """Whether oddities were accepted, and kept; fields that the text doesn't have are a matter of their own."""
    for borne in bornes:
        unknown = borne.kind == "unknown"
        slug = rows["unknown"] if unknown else rows["odd"]
        if borne.withheld:
            check.inconclusive(
                slug, f"{borne.offer.title}, {borne.kind}: not judged by the IUT: {borne.answer}"
            )
            continue
        check(
            slug,
            not borne.culprits,
            expected=f"accepted: {borne.kind}",
            found=str(borne) if borne.culprits else f"accepted in {len(borne.sent)} places",
            evidence=borne.answer,
            check=f"{borne.offer.title}, {borne.kind}",
        )
        if "kept" in rows and not unknown and not borne.culprits:
            check(
                rows["kept"],
                not borne.lost,
                expected="as it was sent",
                found=borne.lost or "as it was sent",
                evidence=borne.answer,
                check=f"{borne.offer.title}, {borne.kind}",
            )
