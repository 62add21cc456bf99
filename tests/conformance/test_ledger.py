from ocpi_conformance.conformance.ledger import KEPT_PER_PLACE, LONGEST, Judgement, Ledger
from ocpi_conformance.reports.result import Verdict


def a_judgement(verdict: Verdict, **values) -> Judgement:
    return Judgement(slug="a", verdict=verdict, scenario="wire", **values)


def test_passes_are_one_line():
    """Many passes of one requirement in one place are one entry with their number."""
    ledger = Ledger()
    for number in range(5):
        ledger.passed("a", "wire", number)
    (entry,) = ledger.entries()
    assert (entry.count, entry.judgement.exchanges) == (5, (0,))


def test_failures_are_kept_up_to_a_bound_and_counted():
    """The record stays small, and says how many there were."""
    ledger = Ledger()
    for number in range(KEPT_PER_PLACE + 3):
        ledger.add(a_judgement(Verdict.FAIL, found=str(number)))
    entries = list(ledger.entries())
    assert len(entries) == KEPT_PER_PLACE
    assert sum(entry.count for entry in entries) == KEPT_PER_PLACE + 3


def test_failures_and_passes_stand_side_by_side():
    """A pass doesn't wipe out a failure."""
    ledger = Ledger()
    ledger.add(a_judgement(Verdict.FAIL))
    ledger.passed("a", "wire", 1)
    assert [entry.judgement.verdict for entry in ledger.entries()] == [Verdict.FAIL, Verdict.PASS]


def test_knows_who_has_spoken():
    ledger = Ledger()
    ledger.add(a_judgement(Verdict.PASS))
    assert ledger.judged("a", "wire")
    assert not ledger.judged("a", "elsewhere")


def test_long_texts_are_kept_in_part():
    """A value of a megabyte says no more than its beginning does; the exchange has the whole."""
    ledger, text = Ledger(), "x" * 1_000_000
    for verdict in (Verdict.PASS, Verdict.FAIL):
        ledger.add(a_judgement(verdict, expected=text, found=text, reason=text))
    for entry in ledger.entries():
        judgement = entry.judgement
        assert {len(part) for part in (judgement.expected, judgement.found, judgement.reason)} == {LONGEST}
