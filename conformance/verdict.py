"""From judgements to a statement: what a requirement, a profile and a run come to."""

from collections.abc import Iterable, Sequence

from ..reports.result import Outcome, Statement, Verdict, VerdictRow


def by_requirement(rows: Iterable[VerdictRow]) -> dict[str, Verdict]:
    """The worst verdict of each requirement. NOT_APPLICABLE gives way to anything that was shown.

    A failure that the baseline lists counts as a failure here; `statement` forgives it.
    """
    found: dict[str, list[Verdict]] = {}
    for row in rows:
        found.setdefault(row.requirement, []).append(row.verdict)
    return {slug: Verdict.worst(verdicts) for slug, verdicts in found.items()}


def counts(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How often each verdict occurs, in the order of the roll-up; verdicts that don't occur are left out."""
    listed = list(verdicts)
    return {verdict.value: listed.count(verdict) for verdict in Verdict if verdict in listed}


def statement(
    rows: Sequence[VerdictRow], *, complete: bool, strict: bool, stale: Sequence[str] = (), reason: str = ""
) -> Statement:
    """The run's one statement and its exit code.

    Worst first: our own error, interrupted, nothing selected, a broken duty or a stale deviation, something that
    could not be shown or was left out, and only then conformant. `reason` explains a run that never got to judge.
    """
    scored = [row for row in rows if row.scored]
    verdicts = by_requirement(row for row in scored if not row.deviation)
    judged = [verdict for verdict in verdicts.values() if verdict is not Verdict.NOT_APPLICABLE]
    listed = sorted({row.requirement for row in scored if row.deviation})
    number = counts(verdicts.values())
    if Verdict.ERROR in judged:
        return _state(
            Outcome.VOID, 3, f"The suite itself failed on {number['ERROR']} requirements: no statement."
        )
    if not complete:
        return _state(Outcome.VOID, 2, "Interrupted: the verdicts are what was known by then.")
    if reason:
        return _state(Outcome.PARTIAL, 10, reason)
    if not judged and not listed:
        return _state(Outcome.VOID, 5, "Nothing was selected, so nothing is stated.")
    if Verdict.FAIL in judged or stale or (strict and Verdict.WARN in judged):
        return _state(Outcome.NOT_CONFORMANT, 1, _broken(number, stale, strict))
    if Verdict.INCONCLUSIVE in judged or Verdict.DESELECTED in judged:
        return _state(
            Outcome.PARTIAL,
            10,
            f"No duty was shown to be broken, but {_open(number)}.",
        )
    warned = f", {number['WARN']} with a warning" if "WARN" in number else ""
    if listed:
        return _state(
            Outcome.CONFORMANT_WITH_DEVIATIONS,
            0,
            f"{len(judged)} requirements met{warned}; {len(listed)} deviate as listed.",
        )
    text = f"All {len(judged)} scored requirements that apply were shown to be met{warned}."
    return _state(Outcome.CONFORMANT, 0, text)


def _open(number: dict[str, int]) -> str:
    shown, left = number.get("INCONCLUSIVE", 0), number.get("DESELECTED", 0)
    parts = [f"{shown} could not be shown"] if shown else []
    parts += [f"{left} were left out" if left > 1 else "1 was left out"] if left else []
    return f"of {sum(number.values())} requirements {' and '.join(parts)}"


def _broken(number: dict[str, int], stale: Sequence[str], strict: bool) -> str:
    parts = []
    if "FAIL" in number:
        parts.append(
            f"{number['FAIL']} requirements are broken" if number["FAIL"] > 1 else "1 requirement is broken"
        )
    if strict and "WARN" in number:
        parts.append(
            f"{number['WARN']} warnings count as failures (strict)"
            if number["WARN"] > 1
            else "1 warning counts as a failure (strict)"
        )
    if stale:
        parts.append(f"listed as deviations but met or expired: {', '.join(stale)}")
    return "; ".join(parts) + "."


def _state(outcome: Outcome, exit_code: int, text: str) -> Statement:
    return Statement(outcome=outcome, exit_code=exit_code, text=text)
