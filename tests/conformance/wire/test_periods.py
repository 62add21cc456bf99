"""The judge of the charging periods of a CDR."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from ocpi_conformance.conformance.wire import periods
from ocpi_conformance.simulators import clock

from .bills import CDR, START
from .views import broken, met

ALL = {
    "cdrs-session-only-dimensions-absent",
    "cdrs-period-tariff-listed",
    "cdrs-periods-in-order",
    "cdrs-periods-within-session",
    "cdrs-first-period-at-start",
    "cdrs-period-volumes-fit",
    "cdrs-period-per-price-change",
}


def judged(cdr: dict[str, Any], time_zone: str | None = None) -> Any:
    return list(periods.judge(cdr, time_zone))


def changed(*changes: dict[str, Any]) -> dict[str, Any]:
    """The CDR with other fields in its periods, one after the other."""
    cdr = deepcopy(CDR)
    for period, fields in zip(cdr["charging_periods"], changes, strict=False):
        period.update(fields)
    return cdr


def at(minutes: float) -> str:
    return clock.stamp(START + timedelta(minutes=minutes))


def volume(kind: str, amount: float) -> dict[str, Any]:
    return {"type": kind, "volume": amount}


def test_a_good_cdr_meets_all():
    assert met(judged(CDR)) == ALL
    assert broken(judged(CDR)) == set()


@pytest.mark.parametrize(
    ("changes", "slugs"),
    [
        ([{"dimensions": [volume("POWER", 11)]}], {"cdrs-session-only-dimensions-absent"}),
        ([{"tariff_id": "ELSEWHERE"}], {"cdrs-period-tariff-listed"}),
        ([{}, {}, {"start_date_time": at(300), "dimensions": []}], {"cdrs-periods-within-session"}),
        ([{"start_date_time": at(5), "dimensions": []}], {"cdrs-first-period-at-start"}),
        ([{"dimensions": [volume("TIME", 0.5), volume("PARKING_TIME", 0.5)]}], {"cdrs-period-volumes-fit"}),
        ([{"dimensions": [volume("TIME", 0.5), volume("ENERGY", 12)]}], {"cdrs-period-per-price-change"}),
    ],
)
def test_a_period_breaks_one_duty(changes, slugs):
    assert broken(judged(changed(*changes))) == slugs


def test_periods_in_another_order_are_read_all_the_same():
    backwards = {**CDR, "charging_periods": CDR["charging_periods"][::-1]}
    assert broken(judged(backwards)) == {"cdrs-periods-in-order"}


@pytest.mark.parametrize("minutes", [-0.01, 0.01])
def test_a_second_is_no_difference(minutes):
    assert broken(judged(changed({"start_date_time": at(minutes)}))) == set()


@pytest.mark.parametrize(
    "times",
    [
        {"start_date_time": "1970-01-01T00:00:00Z"},
        {"end_date_time": "1970-1-1T00:00:00Z"},
        {"end_date_time": at(-60)},
    ],
)
def test_unknown_times_accuse_nobody(times):
    assert broken(judged({**CDR, **times})) == set()


def test_a_price_that_changes_by_the_clock_needs_the_zone_of_the_place():
    """The second price begins ten minutes after the start, by the clock at the place."""
    clock_time = (START + timedelta(minutes=10)).strftime("%H:%M")
    element, *rest = CDR["tariffs"][0]["elements"]
    day = {**element, "restrictions": {"end_time": clock_time}}
    cdr = {**CDR, "tariffs": [{**CDR["tariffs"][0], "elements": [day, *rest]}]}
    assert broken(judged(cdr)) == set()
    assert "cdrs-period-per-price-change" not in met(judged(cdr))
    assert broken(judged(cdr, "UTC")) == {"cdrs-period-per-price-change"}


def test_a_price_that_changes_after_the_charging_is_none_of_it():
    """Another price ten minutes after the start; in the period there were nine minutes of charging, sometime."""
    clock_time = (START + timedelta(minutes=10)).strftime("%H:%M")
    element, *rest = CDR["tariffs"][0]["elements"]
    day = {**element, "restrictions": {"end_time": clock_time}}
    cdr = {**CDR, "tariffs": [{**CDR["tariffs"][0], "elements": [day, *rest]}]}
    first = {"dimensions": [volume("ENERGY", 10), volume("TIME", 0.15)]}
    cdr["charging_periods"] = [{**CDR["charging_periods"][0], **first}, *CDR["charging_periods"][1:]]
    assert broken(judged(cdr, "UTC")) == set()


def test_two_tariffs_of_one_id_show_nothing():
    spans = changed({"dimensions": [volume("TIME", 0.5), volume("ENERGY", 12)]})
    twice = {**spans, "tariffs": [*CDR["tariffs"], {**CDR["tariffs"][0], "currency": "SEK"}]}
    assert "cdrs-period-per-price-change" not in {ruling.slug for ruling in judged(twice)}


def test_where_energy_is_left_out_nothing_follows_from_it():
    cdr = changed({"dimensions": [volume("TIME", 0.6)]})
    assert "cdrs-period-per-price-change" not in {ruling.slug for ruling in judged(cdr)}


def test_a_meter_value_next_to_the_border_is_near_enough():
    first, second, _ = CDR["charging_periods"]
    energy = [volume("TIME", 0.5), volume("ENERGY", 10.05)]
    rest = [*second["dimensions"][:1], volume("ENERGY", 4.95)]
    assert first["dimensions"]
    assert broken(judged(changed({"dimensions": energy}, {"dimensions": rest}))) == set()


def test_prices_that_stay_the_same_show_nothing():
    flat = [{"price_components": CDR["tariffs"][0]["elements"][1]["price_components"]}]
    charging = CDR["charging_periods"][:2]
    cdr = {**CDR, "tariffs": [{**CDR["tariffs"][0], "elements": flat}], "charging_periods": charging}
    assert "cdrs-period-per-price-change" not in met(judged(cdr)) | broken(judged(cdr))


@pytest.mark.parametrize("broken_tariff", [{}, {"elements": None}, {"elements": [{"price_components": 7}]}])
def test_a_tariff_that_cannot_be_read_is_for_others(broken_tariff):
    cdr = {**CDR, "tariffs": [{"id": CDR["tariffs"][0]["id"], **broken_tariff}]}
    assert "cdrs-period-per-price-change" not in broken(judged(cdr))


@pytest.mark.parametrize(
    "mess", [None, 7, "x", [], [None], [{}], [{"dimensions": 1}], [{"dimensions": [1, {"type": []}]}]]
)
def test_any_json_is_survived(mess):
    assert broken(judged({**CDR, "charging_periods": mess})) == set()
