import pytest
from ocpi_conformance.conformance.verdict import by_requirement, counts, statement
from ocpi_conformance.reports.result import Outcome, Verdict

from tests.conformance.builders import a_row


def outcome(*rows, **values):
    made = statement(rows, **{"complete": True, "strict": False, **values})
    return made.outcome, made.exit_code


def test_the_worst_judgement_is_the_requirement_s():
    """One failure outweighs any number of passes; what doesn't apply gives way to what was shown."""
    rows = [
        a_row(verdict=Verdict.PASS),
        a_row(verdict=Verdict.FAIL),
        a_row("b", Verdict.NOT_APPLICABLE),
        a_row("b"),
    ]
    assert by_requirement(rows) == {"locations-a": Verdict.FAIL, "b": Verdict.PASS}


def test_counts_leave_out_what_does_not_occur():
    assert counts([Verdict.PASS, Verdict.FAIL, Verdict.PASS]) == {"FAIL": 1, "PASS": 2}


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.PASS, (Outcome.CONFORMANT, 0)),
        (Verdict.WARN, (Outcome.CONFORMANT, 0)),
        (Verdict.FAIL, (Outcome.NOT_CONFORMANT, 1)),
        (Verdict.INCONCLUSIVE, (Outcome.PARTIAL, 10)),
        (Verdict.DESELECTED, (Outcome.PARTIAL, 10)),
        (Verdict.ERROR, (Outcome.VOID, 3)),
        (Verdict.NOT_APPLICABLE, (Outcome.VOID, 5)),
    ],
)
def test_each_verdict_beside_passes(verdict, expected):
    """What one requirement of this verdict makes of a run."""
    rows = [a_row("b", verdict)] + ([a_row()] if verdict is not Verdict.NOT_APPLICABLE else [])
    assert outcome(*rows) == expected


def test_silence_is_no_pass():
    """A run that judged nothing states nothing."""
    assert outcome() == (Outcome.VOID, 5)


def test_an_interrupted_run_states_nothing():
    assert outcome(a_row(), complete=False) == (Outcome.VOID, 2)


def test_our_own_error_outweighs_a_failure():
    assert outcome(a_row(verdict=Verdict.FAIL), a_row("b", Verdict.ERROR)) == (Outcome.VOID, 3)


def test_strict_lets_a_warning_fail():
    assert outcome(a_row(verdict=Verdict.WARN), strict=True) == (Outcome.NOT_CONFORMANT, 1)


def test_a_listed_deviation_is_forgiven():
    """A failure of the baseline leaves the run conformant with deviations."""
    rows = [a_row(), a_row("b", Verdict.FAIL, deviation="known since March")]
    assert outcome(*rows) == (Outcome.CONFORMANT_WITH_DEVIATIONS, 0)


def test_a_stale_deviation_fails():
    assert outcome(a_row(), stale=["locations-a"]) == (Outcome.NOT_CONFORMANT, 1)


def test_an_informative_failure_does_not_count():
    """A check outside of the edition can't turn a product red."""
    assert outcome(a_row(), a_row("b", Verdict.FAIL, scored=False)) == (Outcome.CONFORMANT, 0)


def test_a_run_that_could_not_begin_says_why():
    made = statement([a_row(verdict=Verdict.INCONCLUSIVE)], complete=True, strict=False, reason="refused")
    assert (made.exit_code, made.text) == (10, "refused")
