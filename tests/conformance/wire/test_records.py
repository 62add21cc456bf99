"""The judge of one CDR by itself."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.wire import records
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.connection import Role

from .bills import CDR
from .views import answered, broken, met

VIEW = answered({"data": []}, endpoint="cdrs.sender.list")
ALL = {
    "cdrs-normal-id-short",
    "cdrs-owner-among-roles",
    "cdrs-end-not-before-start",
    "cdrs-sent-after-session-ended",
    "cdrs-session-id-set",
    "cdrs-evse-named",
    "cdrs-evse-id-emi3",
    "cdrs-total-energy-sum",
    "cdrs-dimensions-cover-costs",
    "cdrs-energy-and-time-told",
    "cdrs-total-time-is-duration",
    "cdrs-total-parking-time-within-total",
    "cdrs-parking-time-covers-periods",
    "cdrs-charging-time-excludes-parking",
    "cdrs-signed-data-base64",
}


def judged(cdr: dict[str, Any], view: Any = VIEW) -> Any:
    return list(records.judge(cdr, view, None))


def placed(**fields: str) -> dict[str, Any]:
    return {**CDR, "cdr_location": {**CDR["cdr_location"], **fields}}


def unused() -> dict[str, Any]:
    """The CDR of a reservation that was never used."""
    reserved = {
        "start_date_time": CDR["start_date_time"],
        "dimensions": [{"type": "RESERVATION_TIME", "volume": 0.5}],
    }
    nowhere = dict.fromkeys(("evse_uid", "evse_id", "connector_id"), "#NA")
    cdr = {**placed(**nowhere), "charging_periods": [reserved], "total_energy": 0, "total_time": 0}
    return {
        name: value
        for name, value in cdr.items()
        if name not in ("session_id", "total_parking_time") and "_cost" not in name
    }


def signed(text: str) -> dict[str, Any]:
    cdr = deepcopy(CDR)
    cdr["signed_data"]["signed_values"][0]["signed_data"] = text
    return cdr


def test_a_good_cdr_meets_all():
    assert met(judged(CDR)) >= ALL
    assert broken(judged(CDR)) == set()


@pytest.mark.parametrize(
    ("cdr", "slug"),
    [
        ({**CDR, "id": "C" * 37}, "cdrs-normal-id-short"),
        ({**CDR, "credit": False, "id": "C" * 39}, "cdrs-normal-id-short"),
        ({**CDR, "credit": True}, "cdrs-credit-reference-set"),
        ({**CDR, "credit_reference_id": "C1"}, "cdrs-credit-flag-set"),
        ({**CDR, "credit": True, "credit_reference_id": CDR["id"].lower()}, "cdrs-credit-id-differs"),
        ({**CDR, "party_id": "XXX"}, "cdrs-owner-among-roles"),
        ({**CDR, "end_date_time": "2020-01-01T00:00:00Z"}, "cdrs-end-not-before-start"),
        ({**CDR, "session_id": None}, "cdrs-session-id-set"),
        (placed(evse_uid="#NA"), "cdrs-evse-named"),
        (placed(connector_id="#NA"), "cdrs-evse-named"),
        (placed(evse_id="1"), "cdrs-evse-id-emi3"),
        ({**CDR, "total_energy": 14}, "cdrs-total-energy-sum"),
        ({**CDR, "total_time_cost": {"excl_vat": 1}, "charging_periods": []}, "cdrs-dimensions-cover-costs"),
        ({**CDR, "total_time": 2}, "cdrs-total-time-is-duration"),
        ({**CDR, "total_parking_time": 2}, "cdrs-total-parking-time-within-total"),
        ({**CDR, "total_parking_time": 0.1}, "cdrs-parking-time-covers-periods"),
        ({**CDR, "total_parking_time": 0.5}, "cdrs-charging-time-excludes-parking"),
        (signed("not coded!"), "cdrs-signed-data-base64"),
    ],
)
def test_each_duty_is_broken_by_itself(cdr, slug):
    assert broken(judged(cdr)) == {slug}


def test_a_session_that_has_not_ended_makes_no_cdr():
    late = clock.stamp(clock.now() + timedelta(days=1))
    assert "cdrs-sent-after-session-ended" in broken(judged({**CDR, "end_date_time": late}))


@pytest.mark.parametrize(
    "cdr",
    [
        {**CDR, "credit": True, "credit_reference_id": "C1", "id": "C" * 39},
        {**CDR, "total_energy": 15.005, "total_time": 1.34},
        {**CDR, "total_parking_time": None},
        {**CDR, "start_date_time": "1970-01-01T00:00:00Z"},
        placed(evse_id="#NA"),
        signed("QUJD\nREVG"),
        signed("QUJ-_w"),
        unused(),
    ],
)
def test_what_the_text_leaves_open_accuses_nobody(cdr):
    assert broken(judged(cdr)) == set()


def test_periods_may_leave_their_energy_out():
    """The first period says nothing of it: then the whole may be more than what is told, and not less."""
    cdr = deepcopy(CDR)
    first = cdr["charging_periods"][0]
    first["dimensions"] = [part for part in first["dimensions"] if part["type"] != "ENERGY"]
    assert broken(judged(cdr)) == set()
    assert broken(judged({**cdr, "total_energy": 1})) == {"cdrs-total-energy-sum"}


def test_each_period_may_be_rounded():
    """Ten periods of parking, each rounded up to hundredths of an hour."""
    cdr = deepcopy(CDR)
    parking = {"dimensions": [{"type": "PARKING_TIME", "volume": 0.04}]}
    start = clock.parse(cdr["charging_periods"][-1]["start_date_time"])
    assert start is not None
    times = [clock.stamp(start + timedelta(minutes=2 * index)) for index in range(10)]
    last = [{**cdr["charging_periods"][-1], **parking, "start_date_time": time} for time in times]
    cdr["charging_periods"][-1:] = last
    assert broken(judged(cdr)) == set()


def test_a_reservation_of_which_no_period_tells_is_no_part_of_the_session():
    early = {**CDR, "start_date_time": "2024-05-06T09:00:00Z"}
    assert "cdrs-total-time-is-duration" in met(judged(early))


def test_energy_that_went_back_is_not_summed():
    cdr = deepcopy(CDR)
    cdr["charging_periods"][2]["dimensions"].append({"type": "ENERGY", "volume": -4})
    assert not {ruling.slug for ruling in judged(cdr)} & {"cdrs-total-energy-sum"}


def test_of_a_hub_no_owner_is_wrong():
    hub = Role(role="HUB", country_code="NL", party_id="HUB", name="Hub")
    assert broken(judged({**CDR, "party_id": "XXX"}, replace(VIEW, iut_roles=(hub,)))) == set()


@pytest.mark.parametrize("field", sorted(CDR))
@pytest.mark.parametrize("mess", [None, 7, "x", [], {}, [None], True, [[]], {"x": []}])
def test_any_json_is_survived(field, mess):
    assert {ruling.slug for ruling in judged({**CDR, field: mess})} <= {row.slug for row in load()}
