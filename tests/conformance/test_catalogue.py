import os
import re
import tomllib
from pathlib import Path

import pytest
from ocpi_conformance.conformance import catalogue as module
from ocpi_conformance.conformance.catalogue import Catalogue, load, why_not
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.requirement import CatalogueError

from tests.conformance.builders import a_requirement

TEXTS = Path(os.environ.get("OCPI_SPEC_DIR", Path(__file__).parents[3] / "shared" / "ocpi-spec"))
CPO = Claim.default("CPO", "2.2.1")


def test_no_slug_stands_twice():
    with pytest.raises(CatalogueError, match="twice"):
        Catalogue([a_requirement(), a_requirement()])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"role": "EMSP"}, "role EMSP"),
        ({"side": "RECEIVER"}, "locations RECEIVER"),
        ({"not_observable": "inside"}, "not observable"),
        ({"side": "SENDER", "role": "CPO"}, ""),
    ],
)
def test_what_does_not_apply_says_why(values, expected):
    """The reason names what decides."""
    reason = why_not(a_requirement(**values), CPO)
    assert (expected in reason) if expected else reason == ""


def test_a_feature_that_is_not_claimed_takes_its_duties_out():
    claim = Claim.from_table("CPO", "2.2.1", {"features": {"push": False}})
    assert "push" in why_not(a_requirement(feature="push"), claim)


def test_a_module_that_a_duty_also_needs_takes_it_out_where_it_is_not_claimed():
    claim = Claim.from_table("CPO", "2.2.1", {"modules": ["locations", "sessions"]})
    assert "cdrs" in why_not(a_requirement(needs=("sessions", "cdrs")), claim)
    assert why_not(a_requirement(needs=("sessions",)), claim) == ""


def test_every_requirement_is_either_applicable_or_excluded():
    selection = load().select(CPO)
    assert set(selection.applicable) | set(selection.excluded) == {found.slug for found in load()}
    assert not set(selection.applicable) & set(selection.excluded)


def test_slugs_begin_with_their_chapter():
    assert [found.slug for found in load() if not found.slug.startswith(f"{found.module}-")] == []


def test_interpretations_are_explained():
    """A row that names an interpretation finds it, and none is left over."""
    path = Path(module.__file__).parent / "interpretations.toml"
    known = {row["slug"] for row in tomllib.loads(path.read_text(encoding="utf-8"))["interpretation"]}
    named = {found.interpretation for found in load() if found.interpretation}
    assert named - known == set()


@pytest.mark.skipif(not TEXTS.is_dir(), reason=f"the specification's texts are not at {TEXTS}")
def test_anchors_exist():
    """Every anchor of a row stands in the text of 2.2.1; advice stands on a page in full, and is no more than that."""
    anchors = {
        f"{path.name}#{name}"
        for path in (TEXTS / "2.2.1").glob("*.asciidoc")
        for name in re.findall(r"^\[\[([^\]]+)\]\]", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    elsewhere = [found for found in load() if found.anchor not in anchors]
    assert [found.slug for found in elsewhere if not found.anchor.startswith("https://")] == []
    assert [
        found.slug for found in elsewhere if (found.keyword, found.level != "MUST") != ("advice", True)
    ] == []
