"""The official examples against the schemas, and the list of those that are known to be wrong."""

import tomllib
from pathlib import Path

import pytest
from ocpi_conformance.schemas.editions import versions
from ocpi_conformance.schemas.validation import validator

from .examples import HERE, Example, examples

KNOWN_WRONG = {
    row["id"]: row for row in tomllib.loads((HERE / "known_wrong.toml").read_text("utf-8"))["wrong"]
}
FEWEST = {"2.0": 27, "2.1.1": 31}


def faults(example: Example) -> list[str]:
    judge = validator(example.version, example.object, example.shape, many=example.many)
    found = [*judge.findings(example.value), *judge.unknown_fields(example.value)]
    return sorted(
        [*(["json"] if example.broken else []), *(f"{finding.pointer} {finding.rule}" for finding in found)]
    )


@pytest.mark.parametrize("version", versions())
def test_each_example_has_exactly_its_known_faults(spec_dir: Path, version: str) -> None:
    """Right examples pass; wrong ones give the listed faults, no more, no fewer, no others."""
    found = {example.id: faults(example) for example in examples(spec_dir, version)}

    assert len(found) >= FEWEST.get(version, 55)
    assert {id_: wrong for id_, wrong in found.items() if wrong} == {
        id_: row["faults"] for id_, row in KNOWN_WRONG.items() if id_.startswith(f"{version}/")
    }
