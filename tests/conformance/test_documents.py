"""The pages of the documentation that are written from the catalogue."""

from pathlib import Path

import pytest
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.documents import DOCUMENTS
from ocpi_conformance.conformance.listing import erratum_rows, interpretation_rows

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_page_is_up_to_date(name: str):
    """`ocpi-conformance catalogue document` writes it anew."""
    assert (DOCS / name).read_text(encoding="utf-8") == DOCUMENTS[name]()


def test_every_requirement_has_its_row():
    lines = DOCUMENTS["requirements.md"]().splitlines()
    rows = [line for line in lines if line.startswith("| `")]
    assert [row.partition("`<br>")[0].removeprefix("| `") for row in rows] == [row.slug for row in load()]
    assert {row.replace("\\|", "").count("|") for row in rows} == {7}


def test_every_reading_and_every_erratum_has_its_part():
    page = DOCUMENTS["interpretations.md"]()
    heads = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert heads == [row["slug"] for row in interpretation_rows()] + [row["id"] for row in erratum_rows()]


def test_readings_are_several_and_lead_upstream():
    """A reading that stands alone is no contest; what isn't a thread can't be followed."""
    for row in interpretation_rows():
        assert len(row["readings"]) > 1, row["slug"]
        assert all(name.partition("#")[2].isdigit() for name in row["discussion"]), row["slug"]
