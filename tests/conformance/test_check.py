import pytest
from ocpi_conformance.conformance.check import Check, Stop
from ocpi_conformance.conformance.ledger import Ledger
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.journal import Sighting

from tests.conformance.builders import a_requirement, an_answer


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def check(ledger: Ledger) -> Check:
    selected = {"locations-a": a_requirement(), "locations-b": a_requirement("locations-b", level="SHOULD")}
    known = {*selected, "locations-unselected"}
    return Check(scenario="s", ledger=ledger, selected=selected, known=known.__contains__)


def only(ledger: Ledger):
    (entry,) = ledger.entries()
    return entry.judgement


def test_equal_values_pass(check, ledger):
    """What is found as expected is a PASS, with the exchange as evidence."""
    assert check("locations-a", expected=1000, found=1000, evidence=an_answer())
    assert (only(ledger).verdict, only(ledger).exchanges) == (Verdict.PASS, (7,))


def test_a_broken_must_fails(check, ledger):
    """A difference breaks a MUST, and both values are kept."""
    assert not check("locations-a", expected=1000, found=2001, evidence=an_answer())
    judgement = only(ledger)
    assert (judgement.verdict, judgement.expected, judgement.found) == (Verdict.FAIL, "1000", "2001")


def test_a_broken_should_warns(check, ledger):
    """A recommendation that isn't followed is a warning."""
    check("locations-b", False)
    assert only(ledger).verdict is Verdict.WARN


def test_any_legal_value_passes(check):
    """Where several answers are legal each of them is."""
    assert check("locations-a", among=(200, 201), found=201)
    assert not check("locations-a", among=(200, 201), found=204)


def test_no_response_accuses_nobody(check, ledger):
    """A call that got no response is INCONCLUSIVE, with its fault."""
    check("locations-a", expected=404, found=None, evidence=an_answer(status=None, fault="timed out"))
    judgement = only(ledger)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "timed out" in judgement.reason


def test_an_unselected_requirement_is_not_judged(check, ledger):
    """What the selection leaves out is judged by nobody."""
    check("locations-unselected", False)
    assert list(ledger.entries()) == []


def test_an_unknown_slug_is_our_mistake(check):
    """A slug that the catalogue doesn't have can't pass unnoticed."""
    with pytest.raises(KeyError, match="locations-typo"):
        check("locations-typo", True)


def test_requires_stops_inconclusive(check):
    """A missing precondition ends the scenario without a verdict on the IUT."""
    with pytest.raises(Stop) as stopped:
        check.requires([], "no locations")
    assert (stopped.value.verdict, stopped.value.reason) == (Verdict.INCONCLUSIVE, "no locations")


def test_applies_stops_not_applicable(check):
    """Where the case isn't given nothing applies."""
    with pytest.raises(Stop) as stopped:
        check.applies(False, "has no EVSE")
    assert stopped.value.verdict is Verdict.NOT_APPLICABLE


def test_a_sighting_shows_its_near_misses(check, ledger):
    """Where a request didn't come, those that came instead are the evidence."""
    near = (an_answer(number=3).exchange, an_answer(number=4).exchange)
    check("locations-a", False, evidence=Sighting("PUT", None, near))
    assert only(ledger).exchanges == (3, 4)


def test_evaluation_continues_after_a_failure(check, ledger):
    """A failed check doesn't hide the next."""
    check("locations-a", False)
    check("locations-b", True)
    assert {entry.judgement.verdict for entry in ledger.entries()} == {Verdict.FAIL, Verdict.PASS}


def test_long_values_are_cut(check, ledger):
    """What an IUT sends can't fill the report."""
    check("locations-a", False, found="x" * 5000)
    assert len(only(ledger).found) < 400


def test_what_an_answer_lacks_is_told_by_the_answer(check, ledger):
    """A status code that isn't there is shown with what came instead."""
    check("locations-a", expected=2001, found=None, evidence=an_answer(status=422))
    assert only(ledger).found.startswith("none: HTTP 422")


def test_objects_are_shown_as_json(check, ledger):
    """What came over the wire is shown as it came, not in the words of our language."""
    check("locations-a", expected={"valid": True}, found=[{"valid": None}])
    assert (only(ledger).expected, only(ledger).found) == ('{"valid": true}', '[{"valid": null}]')


def test_an_exchange_is_shown_in_a_line(check, ledger):
    """Its whole content is in the evidence."""
    check("locations-a", False, found=an_answer().exchange)
    assert "Exchange(" not in only(ledger).found
