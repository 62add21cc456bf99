"""The baselines of the field: each finding is one of the catalogue, has its clause, and is in the notes."""

import re

import pytest
from ocpi_conformance.conformance.catalogue import load as load_catalogue
from ocpi_conformance.conformance.deviations import load as load_baseline

from .cases import BASELINES, CASES, Case
from .notes import PAGE, written

CLAUSE = re.compile(r"\((\w+\.asciidoc#\w+|https://\S+)\)$")


def test_each_case_has_its_baseline():
    assert {path.stem for path in BASELINES.glob("*.toml")} == {case.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_finding_is_of_the_catalogue_and_has_its_clause(case: Case):
    catalogue = load_catalogue()
    for entry in load_baseline(case.baseline, catalogue).deviations:
        clause = CLAUSE.search(entry.reason)
        assert clause, f"{entry.requirement}: the reason names no clause"
        assert clause[1] == catalogue[entry.requirement].anchor


def test_the_notes_hold_each_finding():
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "python -m tests.field --notes writes it"
