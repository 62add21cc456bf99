"""docs/kill-matrix.md: every flaw in each role as it is declared now, and all of them caught."""

import pytest
from ocpi_conformance.conformance import matrix_page as page
from ocpi_conformance.conformance.field_deviations import field_deviations
from ocpi_conformance.conformance.kills import Kill, Pair, pairs
from ocpi_conformance.simulators.flaws import flaws, get


def rows() -> list[list[str]]:
    """The cells of the tables of flaws."""
    lines = page.matrix_page().partition("## Parameters")[0].splitlines()
    return [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]


def test_every_flaw_is_listed_in_each_role_with_what_it_declares_now():
    listed = {
        (name.strip("`"), role, broken) for name, told, _, broken, _ in rows() for role in told.split(", ")
    }
    declared = {
        (name, role, ", ".join(f"`{slug}`" for slug in flaw.declared(role)) or "–")
        for name, flaw in flaws().items()
        for role in flaw.roles
    }
    assert listed == declared


def test_every_flaw_was_caught_by_exactly_that():
    """`python tests/kill_matrix.py --record NAME ...` plays what isn't, `catalogue document` writes the page anew."""
    assert [f"{pair.role} {pair.flaw.name}" for pair in pairs() if not pair.caught] == []


def test_parameters_are_told():
    told = page.matrix_page().partition("## Parameters")[2].partition("## Seen")[0]
    for name, flaw in flaws().items():
        for key, parameter in flaw.parameters.items():
            assert f"| `{name}` | `{key}` | {parameter.default} | {parameter.takes} |" in told


def test_what_the_field_shows_is_told():
    told = page.matrix_page().partition("## Seen in the field")[2]
    assert all(row.seen in told for row in field_deviations())
    assert len([line for line in told.splitlines() if line.startswith("| ")]) == len(field_deviations()) + 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "caught"),
        ({"declared": ("another",)}, "changed since"),
        ({"holds": False, "survived": ("a",), "collateral": ("b",)}, "**missed a; accused b**"),
        ({"holds": False, "exit_code": 3}, "**exit code 3**"),
    ],
)
def test_the_last_pass_is_told(monkeypatch: pytest.MonkeyPatch, changes: dict, said: str):
    flaw = get("no-link")
    last = Kill(**{"flaw": flaw.name, "role": "CPO", "declared": flaw.declared("CPO"), **changes})
    never = Pair(flaw=flaw, role="EMSP", last=None)
    monkeypatch.setattr(page, "pairs", lambda: [Pair(flaw=flaw, role="CPO", last=last), never])
    lines = page.matrix_page().splitlines()
    (cpo,) = [line for line in lines if line.startswith("| `no-link` | CPO |")]
    assert cpo.endswith(f"| {said} |")
    assert any(line.endswith("| not played |") for line in lines if line.startswith("| `no-link` | EMSP |"))


def test_totals_count_what_was_played_as_declared(monkeypatch: pytest.MonkeyPatch):
    """Detection is of all pairs: what wasn't played wasn't caught."""
    one, other = get("no-link"), get("no-x-limit")

    def played(flaw, role: str, **changes: object) -> Pair:
        told = {"flaw": flaw.name, "role": role, "declared": flaw.declared(role), **changes}
        return Pair(flaw=flaw, role=role, last=Kill(**told))

    found = [
        played(one, "CPO"),
        Pair(flaw=one, role="EMSP", last=None),
        played(other, "CPO", holds=False, collateral=("b",)),
        played(other, "EMSP", holds=False, survived=other.declared("EMSP")),
    ]
    monkeypatch.setattr(page, "pairs", lambda: found)
    lines = page.matrix_page().splitlines()
    assert "| CPO | 2 | 2 | 100 % | 1 | 0 |" in lines
    assert "| eMSP | 2 | 2 | 0 % | 0 | 1 |" in lines
    assert "| all | 2 | 4 | 50 % | 1 | 1 |" in lines
