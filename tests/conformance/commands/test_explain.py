"""explain: one requirement with all that belongs to it."""

import json

import pytest
from ocpi_conformance.conformance import cli
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.listing import scenario_rows


def test_text_tells_duty_place_and_judge(capsys: pytest.CaptureFixture[str]):
    """The duty in our words, the link into the text, who judges it."""
    requirement = next(iter(load()))

    assert cli.main(["explain", requirement.slug]) == 0

    text = " ".join(capsys.readouterr().out.split())
    assert " ".join(requirement.duty.split()) in text
    assert requirement.url("2.2.1") in text
    assert requirement.level in text


def test_contested_reading_is_told(capsys: pytest.CaptureFixture[str]):
    """Where the text can be read in two ways, both and the choice."""
    requirement = next(found for found in load() if found.interpretation)

    assert cli.main(["explain", requirement.slug]) == 0
    assert "contested" in capsys.readouterr().out


def test_scenarios_that_judge_it_are_named(capsys: pytest.CaptureFixture[str]):
    """Joined with the sources of the scenarios."""
    scenario = next(row for row in scenario_rows() if row["requirements"])

    assert cli.main(["explain", scenario["requirements"][0], "--format", "json"]) == 0
    assert scenario["id"] in json.loads(capsys.readouterr().out)["scenarios"]


def test_every_requirement_can_be_explained(capsys: pytest.CaptureFixture[str]):
    """No row lacks what explain needs, its reading included."""
    for requirement in list(load())[::40]:
        assert cli.main(["explain", requirement.slug]) == 0
    capsys.readouterr()


def test_misspelt_slug_finds_its_neighbour(capsys: pytest.CaptureFixture[str]):
    """The nearest slug is suggested."""
    slug = next(iter(load())).slug

    assert cli.main(["explain", slug[:-1]]) == 4
    assert slug in capsys.readouterr().err
