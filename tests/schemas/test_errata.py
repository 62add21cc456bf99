"""The errata, one by one."""

from pathlib import Path

import pytest
from ocpi_conformance.schemas import errata as errata_module
from ocpi_conformance.schemas import library
from ocpi_conformance.schemas.census import census
from ocpi_conformance.schemas.editions import versions
from ocpi_conformance.schemas.errata import Erratum, errata


@pytest.mark.parametrize("version", versions())
def test_each_is_in_the_schema(version: str) -> None:
    """A schema field that departs from its table names the erratum."""
    for (name, field), erratum in errata(version).items():
        assert library.one(version, name)["properties"][field]["x-erratum"] == erratum.id
        assert library.one(version, name)["properties"][field]["x-type"] == erratum.taken


def test_deleting_one_shows_in_the_census(spec_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its erratum, the departure from the text is a difference."""
    monkeypatch.setattr(errata_module, "_all", lambda: ())

    (difference,) = census(spec_dir, "2.2.1").differences

    assert str(difference) == "2.2.1 Image.type: text CiString(4) 1, schema string(4) 1"


def test_one_that_the_text_has_mended_shows_in_the_census(
    spec_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An erratum about something the text does not say is named as a difference."""
    (real,) = errata("2.2.1").values()
    stale = Erratum(id="stale", object="Image", field="url", text="string(9)", taken="URL", anchor="", why="")
    monkeypatch.setattr(errata_module, "_all", lambda: (real, stale))

    (difference,) = census(spec_dir, "2.2.1").differences

    assert "URL 1 (erratum stale)" in difference.text
