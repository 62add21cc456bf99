"""Costing of files: what each period costs, and where a CDR says otherwise."""

import json
from pathlib import Path
from typing import Any

import pytest
from ocpi_conformance.conformance.costing import cost_file
from ocpi_conformance.conformance.errors import UsageError
from ocpi_conformance.simulators.samples import Samples

SAMPLES = Samples(3)
TARIFF = SAMPLES.tariff(
    id="T",
    currency="EUR",
    elements=[
        {"price_components": [{"type": "ENERGY", "price": 0.5, "vat": 20, "step_size": 100}]},
    ],
    min_price=None,
    max_price=None,
)
PERIOD = {
    "start_date_time": "2024-03-04T09:30:00Z",
    "dimensions": [{"type": "ENERGY", "volume": 20.45}, {"type": "TIME", "volume": 1}],
    "tariff_id": "T",
}
CDR: dict[str, Any] = {
    "id": "C1",
    "currency": "EUR",
    "tariffs": [TARIFF],
    "start_date_time": "2024-03-04T09:30:00Z",
    "end_date_time": "2024-03-04T10:30:00Z",
    "charging_periods": [PERIOD],
    "total_cost": {"excl_vat": 10.25, "incl_vat": 12.3},
}


@pytest.fixture
def files(tmp_path: Path) -> Any:
    def write(value: Any, name: str = "cdr.json") -> str:
        path = tmp_path / name
        path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
        return str(path)

    return write


def test_each_period_is_explained(files: Any) -> None:
    """Dimension, volume, element, what step_size adds, price, VAT; and what costs nothing."""
    file = files(CDR)
    (found,) = cost_file(file)

    assert list(found.text()) == [
        f"{file}: C1, times of day as in UTC",
        "  period 1, from 2024-03-04T09:30:00Z",
        "    ENERGY 20.45, tariff T, element 1: 20.5 kWh (step_size 100, 0.05 of it added) x 0.5/kWh"
        " = 10.25 excl., 12.3 incl. (20% VAT)",
        "    TIME 1: no price, nothing due",
        "  total_cost excl. VAT: 10.25 stated, 10.25 recomputed: equal",
        "  total_cost incl. VAT: 12.3 stated, 12.3 recomputed: equal",
        "  EUR 10.25 excl. VAT, 12.3 incl. VAT",
    ]
    assert found.compared
    assert not found.differs


def test_where_it_differs_is_said_and_why_it_may(files: Any) -> None:
    (found,) = cost_file(files({**CDR, "total_cost": {"excl_vat": 10.22}}))

    lines = list(found.text())

    assert found.differs
    assert "  total_cost excl. VAT: 10.22 stated, 10.25 recomputed: DIFFERS by -0.03" in lines
    assert "  it comes out so as if step_size were not applied" in lines
    assert lines[-1] == "  DIFFERS: EUR 10.25 excl. VAT, 12.3 incl. VAT"


def test_what_is_open_is_said(files: Any) -> None:
    night = {**TARIFF["elements"][0], "restrictions": {"end_time": "10:00"}}
    tariff = {**TARIFF, "elements": [night]}
    (found,) = cost_file(files({**CDR, "tariffs": [tariff], "total_cost": {"excl_vat": 5}}), time_zone="UTC")

    assert "within the 0 to 10.28 that are open" in "\n".join(found.text())
    assert not found.differs


def test_json_has_exact_decimals(files: Any) -> None:
    (found,) = cost_file(files(CDR))
    record = found.as_json()

    assert record["total"] == {"excl_vat": "10.25", "incl_vat": "12.3"}
    assert record["lines"][0]["quantity"] == "20.5"
    assert [amount["equal"] for amount in record["amounts"]] == [True, True]


def test_lists_responses_and_sessions(files: Any) -> None:
    """A list of CDRs, a response around them, a Session whose tariffs are in files of their own."""
    session = {name: value for name, value in CDR.items() if name != "tariffs"}

    assert len(cost_file(files([CDR, CDR]))) == 2
    assert len(cost_file(files({"status_code": 1000, "data": [CDR]}))) == 1
    (found,) = cost_file(files(session), [files([TARIFF], "tariff.json")])
    assert found.compared
    assert not found.differs


@pytest.mark.parametrize(
    ("value", "options", "message"),
    [
        ("{", {}, "is no JSON"),
        ("7", {}, "is no CDR or Session"),
        ({**CDR, "tariffs": []}, {}, "has no tariffs"),
        ({**CDR, "charging_periods": [{**PERIOD, "tariff_id": "X"}]}, {}, "names tariff 'X'"),
        ({**CDR, "charging_periods": 7}, {}, "can't be priced"),
        ({**CDR, "total_cost": {"excl_vat": "much"}}, {}, "not an amount of money"),
        (CDR, {"time_zone": "Mars/Base"}, "Mars/Base"),
        (CDR, {"version": "9.9"}, "no OCPI version"),
    ],
)
def test_what_cannot_be_priced_is_said(files: Any, value: Any, options: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        cost_file(files(value), **options)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        cost_file(str(tmp_path / "none.json"))
