"""Every worked example of the tariffs chapter in every version, priced by the tariff that the text gives for it."""

import json
import re
import tomllib
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.schemas.editions import versions, within
from ocpi_conformance.schemas.errata import example_errata
from ocpi_conformance.schemas.pricing import price

from .examples import examples

ROWS = tomllib.loads((Path(__file__).parent / "worked_examples.toml").read_text("utf-8"))["example"]
CHAPTER = "mod_tariffs.asciidoc"
CASES: list[tuple[str, dict[str, Any]]] = [
    (version, row)
    for row in ROWS
    for version in versions()
    if within(version, since=row["since"], until=row.get("until", ""))
    and version not in row.get("besides", ())
]
PAIRS = [pytest.param(version, row, id=f"{version} {row['name']}") for version, row in CASES]


@pytest.mark.parametrize(("version", "row"), PAIRS)
def test_the_amounts_are_those_of_the_text(spec_dir: Path, version: str, row: dict[str, Any]) -> None:
    """A row with an erratum names a text that is wrong: the erratum says so for this version."""
    breakdown = price(session(row, tariff_of(spec_dir, version, row)))

    assert_amount(breakdown.total.excl_vat, row["excl"])
    if "incl" in row:
        assert breakdown.total.incl_vat is not None
        assert_amount(breakdown.total.incl_vat, row["incl"])
    for kind, amounts in row.get("parts", {}).items():
        cost = getattr(breakdown, kind)
        for found, stated in zip((cost.excl_vat, cost.incl_vat), amounts, strict=False):
            assert_amount(found, stated)


@pytest.mark.parametrize(("version", "row"), PAIRS)
def test_the_text_states_them(spec_dir: Path, version: str, row: dict[str, Any]) -> None:
    """What a row says that the text states stands in its section; so does each amount that we give for it."""
    section = section_of((spec_dir / version / CHAPTER).read_text("utf-8"), row)

    missing = [amount for amount in row["states"] if amount not in section]
    given = {Decimal(row[name]) for name in ("excl", "incl") if name in row}
    stated = {Decimal(number) for number in re.findall(r"\d+\.\d+|\d+", section)}

    assert not missing
    if "erratum" in row:
        assert version in example_errata()[row["erratum"]].versions
    else:
        assert given <= stated


def test_each_erratum_has_its_example() -> None:
    """An erratum about an example that no row names, or of a version that no row covers, can go."""
    covered = {(row["erratum"], version) for version, row in CASES if "erratum" in row}

    assert covered == {(name, version) for name, one in example_errata().items() for version in one.versions}


@pytest.mark.parametrize("version", versions())
def test_the_official_cdr_example_adds_up(spec_dir: Path, version: str) -> None:
    """Its tariff gives the costs that it states: 1.973 hours are 118:23, in steps of five minutes two hours."""
    (cdr,) = [found.value for found in examples(spec_dir, version) if found.object == "CDR"]

    breakdown = price(cdr, unnamed=True)

    assert breakdown.total.excl_vat == Decimal("4.00") == stated(cdr["total_cost"])
    if "total_time_cost" in cdr:
        assert breakdown.time.excl_vat == stated(cdr["total_time_cost"])
        assert breakdown.time.incl_vat == breakdown.total.incl_vat == stated(cdr["total_cost"], taxed=True)


def stated(cost: Any, *, taxed: bool = False) -> Decimal:
    """The amount of a cost, in the form of any version; the text of 2.0 writes it with a comma."""
    if not isinstance(cost, dict):
        return Decimal(str(cost).replace(",", "."))
    before = cost["excl_vat"] if "excl_vat" in cost else cost["before_taxes"]
    if not taxed:
        return Decimal(str(before))
    taxes = sum(Decimal(str(tax["amount"])) for tax in cost.get("taxes", ()))
    return Decimal(str(cost["incl_vat"])) if "incl_vat" in cost else Decimal(str(before)) + taxes


def tariff_of(spec_dir: Path, version: str, row: dict[str, Any]) -> dict[str, Any]:
    """The tariff as it stands beside the text, with the prices or steps that the example takes instead."""
    tariff = json.loads((spec_dir / version / "examples" / row["tariff"]).read_text("utf-8"))
    for component in (part for element in tariff["elements"] for part in element["price_components"]):
        component["price"] = row.get("prices", {}).get(component["type"], component["price"])
        component["step_size"] = row.get("steps", {}).get(component["type"], component["step_size"])
    return tariff


def session(row: dict[str, Any], tariff: dict[str, Any]) -> dict[str, Any]:
    """The CDR of an example."""
    at = datetime.fromisoformat(row.get("start", "2024-03-04T09:30:00"))
    periods = []
    for minutes, volumes in row["periods"]:
        dimensions = [
            {"type": kind, "volume": round(minutes / 60, 4) if volume is True else volume}
            for kind, volume in volumes.items()
        ]
        periods.append(
            {"start_date_time": f"{at.isoformat()}Z", "dimensions": dimensions, "tariff_id": tariff["id"]}
        )
        at += timedelta(minutes=minutes)
    return {
        "currency": "EUR",
        "tariffs": [tariff],
        "charging_periods": periods,
        "end_date_time": f"{at.isoformat()}Z",
    }


def section_of(chapter: str, row: dict[str, Any]) -> str:
    """The text from an anchor to the next one, or to the next heading after `after`."""
    _, found, rest = chapter.partition(f"[[{row['anchor']}]]")
    assert found, row["anchor"]
    section = rest.partition("\n[[")[0]
    if "after" in row:
        _, found, section = section.partition(row["after"])
        assert found, row["after"]
        section = section.partition("\n======")[0]
    return section


def assert_amount(found: Decimal | None, stated: str) -> None:
    assert found is not None
    assert found.quantize(Decimal(stated), ROUND_HALF_UP) == Decimal(stated)
