"""The legal forms of an object are legal, and as far apart as they say."""

from typing import Any

import pytest
from ocpi_conformance.conformance.forms import optional_fields, values_of, with_nothing, without_optionals
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.samples import Samples

SAMPLES = Samples(7, country_code="NL", party_id="CPO")
FULL = SAMPLES.location(full=True)


def test_without_optionals_leaves_the_required() -> None:
    """A full Location without its optional fields is one with its required fields."""
    bare = without_optionals("2.2.1", "Location", FULL, besides=("evses",))

    assert set(bare) == set(validator("2.2.1", "Location").schema["required"]) | {"evses"}
    assert validator("2.2.1", "Location").is_valid(bare)


@pytest.mark.parametrize("lists", [None, []])
@pytest.mark.parametrize("name", ["Location", "EVSE", "Connector"])
def test_with_nothing_says_what_is_not_there(name: str, lists: Any) -> None:
    """Every field is there, the object is legal, and what it had is as it was."""
    value = {
        "Location": SAMPLES.location(minimal=True),
        "EVSE": SAMPLES.evse(minimal=True),
        "Connector": SAMPLES.connector(minimal=True),
    }[name]

    said = with_nothing("2.2.1", name, value, lists=lists)

    assert set(said) == set(validator("2.2.1", name).schema["properties"])
    assert validator("2.2.1", name).is_valid(said)
    assert {field: said[field] for field in value} == value
    assert all(said[field] in (None, lists) for field in optional_fields("2.2.1", name) if field not in value)


def test_values_of_an_enum() -> None:
    """All values of an enum, in the order of the text."""
    assert values_of("2.2.1", "ConnectorFormat") == ("SOCKET", "CABLE")
