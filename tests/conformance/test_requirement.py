import pytest
from ocpi_conformance.conformance.requirement import CatalogueError, Requirement

from tests.conformance.builders import a_requirement

ROW = {"slug": "a", "level": "MUST", "keyword": "SHALL", "anchor": "f#a", "duty": "Does it."}


def test_a_row_is_read():
    """What a row leaves out has its default."""
    read = Requirement.from_row({**ROW, "objects": ["EVSE"]}, module="locations", where="x.toml")
    assert (read.module, read.role, read.scored, read.objects) == ("locations", "any", True, ("EVSE",))


@pytest.mark.parametrize("change", [{"level": "HAVE TO"}, {"role": "HUB"}, {"side": "BOTH"}, {"sluggish": 1}])
def test_a_wrong_row_is_named(change):
    """A mistake in a row names file and slug."""
    with pytest.raises(CatalogueError, match=r"x\.toml: a"):
        Requirement.from_row({**ROW, **change}, module="locations", where="x.toml")


@pytest.mark.parametrize(
    ("since", "until", "version", "expected"),
    [
        ("2.2", "", "2.2.1", True),
        ("2.2.1", "", "2.2", False),
        ("2.0", "2.2", "2.1.1", True),
        ("2.0", "2.2", "2.2", False),
        ("2.2.1", "", "2.3.0-payments", True),
    ],
)
def test_versions(since, until, version, expected):
    assert a_requirement(since=since, until=until).in_version(version) is expected


def test_the_link_leads_to_the_anchor():
    assert (
        a_requirement(anchor="mod_tokens.asciidoc#t")
        .url("2.2.1")
        .endswith("2.2.1-bugfixes/mod_tokens.asciidoc#t")
    )
