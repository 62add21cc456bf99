"""What a run found beside what its baseline lists."""

from .comparing import differences, findings


def row(requirement: str, verdict: str, **more: str) -> dict[str, str]:
    return {
        "requirement": requirement,
        "verdict": verdict,
        "expected": "one",
        "found": "two",
        "reason": "",
        "anchor": "types.asciidoc#x",
        **more,
    }


def result(*rows: dict[str, str], complete: bool = True) -> dict:
    return {"verdicts": list(rows), "run": {"complete": complete}}


def test_equal_findings_differ_in_nothing():
    """However often a finding was made, and whatever passed besides."""
    found = result(row("a", "FAIL"), row("a", "FAIL"), row("a", "PASS"), row("b", "WARN"), row("c", "PASS"))
    assert list(findings(found)) == ["a", "b"]
    assert list(differences(found, ["a", "b"])) == []


def test_a_new_finding_is_told_with_its_clause():
    [told] = differences(result(row("a", "WARN")), [])
    assert told == "new: WARN a: expected one, found two (types.asciidoc#x)"


def test_what_is_listed_and_not_found_is_told_with_what_became_of_it():
    """That it could not be shown any more is no less a change than that it passes."""
    found = result(row("a", "PASS"), row("b", "INCONCLUSIVE", reason="no push came"))
    assert list(differences(found, ["a", "b", "c"])) == [
        "listed and not found: a (PASS)",
        "listed and not found: b (INCONCLUSIVE no push came)",
        "listed and not found: c (not judged)",
    ]


def test_errors_and_interruptions_are_no_equality():
    found = result(row("a", "ERROR", reason="KeyError"), complete=False)
    assert list(differences(found, [])) == ["ERROR a: KeyError", "the run is not complete"]
