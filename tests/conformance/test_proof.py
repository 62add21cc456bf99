"""What judges each requirement, and what proves it."""

from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.proof import Proof, proofs


def test_scenarios_are_named_by_their_files_once():
    proof = Proof(scenarios=("tokens/a::test_x", "tokens/a::test_y", "tokens/b::test_z"), wire=True)
    assert proof.judges == ("tokens/a", "tokens/b", "wire judge")


def test_each_kind_of_judge_is_found():
    """One that a scenario names, one that the wire judge names, one by its class, one of errors."""
    found = proofs()
    assert "credentials/iut_is_registered_with" in found["credentials-post-new-token"].judges
    assert found["tokens-push-never-deletes"].wire
    assert found["tokens-token-fields"].wire
    assert found["transport-request-id-echoed-on-error"].wire
    assert "returns-token-b" in found["credentials-post-new-token"].flaws


def test_every_scored_requirement_is_judged_and_proven():
    """What isn't scored may be for a person to look at."""
    scored = [row.slug for row in load() if row.scored and not row.not_observable]
    assert [slug for slug in scored if not proofs()[slug].judges] == []
    assert [slug for slug in scored if not proofs()[slug].flaws] == []


def test_what_is_made_of_parts_is_found_too():
    """`commands-{verb}-token-own` names two requirements."""
    assert proofs()["commands-start-token-own"].wire
    assert proofs()["commands-reserve-token-own"].wire
    assert not proofs()["tokens-put-stored"].wire
