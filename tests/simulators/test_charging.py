"""Charging: a simulated session from PENDING to its CDR, consistent in every step."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ocpi_conformance.schemas.pricing import price
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.billing import as_price
from ocpi_conformance.simulators.charging import Charging, ChargingError
from ocpi_conformance.simulators.clock import parse
from ocpi_conformance.simulators.samples import Samples

# Half past four in the afternoon in Amsterdam.
BEGIN = datetime(2024, 3, 4, 15, 30, tzinfo=UTC)
NO_DELAY = timedelta(0)

draw = Samples(11, now=lambda: BEGIN)
LOCATION = draw.location(full=True)
EVSE = LOCATION["evses"][0]
TOKEN = draw.token(country_code="NL", party_id="MSP")


def energy(amount, **restrictions):
    parts = {"price_components": [{"type": "ENERGY", "price": amount, "step_size": 1}]}
    return {**parts, "restrictions": restrictions} if restrictions else parts


def tariff(*elements):
    return draw.tariff(kind="energy", minimal=True, elements=list(elements))


def charging(of=None, **options) -> Charging:
    return Charging(LOCATION, EVSE["uid"], "1", TOKEN, of, **({"started": BEGIN} | options))


def volumes(record, kind):
    return [
        part["volume"]
        for period in record["charging_periods"]
        for part in period["dimensions"]
        if part["type"] == kind
    ]


def starts(record):
    return [period["start_date_time"][11:19] for period in record["charging_periods"]]


def valid(name, value, **shape):
    judge = validator("2.2.1", name, **shape)
    return judge.findings(value) == () == judge.unknown_fields(value)


def test_a_session_from_pending_to_its_cdr():
    session = charging(tariff(energy(0.3)), session_id="S1", authorization_reference="A1", meter_id="M1")
    assert (session.status, session.session["kwh"]) == ("PENDING", 0)
    assert valid("Session", session.session)

    active = session.start(after=timedelta(minutes=1))
    assert (active["status"], active["start_date_time"]) == ("ACTIVE", "2024-03-04T15:31:00.000Z")
    assert valid("Session", active)

    patch = session.advance(minutes=30, kwh=6)
    assert set(patch) == {"kwh", "charging_periods", "total_cost", "last_updated"}
    assert (patch["kwh"], patch["total_cost"]) == (6, {"excl_vat": 1.8})
    assert valid("Session", patch, shape="patch")

    session.advance(minutes=15)
    completed = session.stop()
    assert (completed["status"], completed["end_date_time"]) == ("COMPLETED", "2024-03-04T16:16:00.000Z")
    assert valid("Session", completed)

    cdr = session.cdr()
    assert valid("CDR", cdr)
    assert (cdr["total_energy"], cdr["total_time"], cdr["total_parking_time"]) == (6, 0.75, 0.25)
    shared = ("start_date_time", "end_date_time", "cdr_token", "auth_method", "currency", "total_cost")
    for name in (*shared, "authorization_reference", "meter_id", "country_code", "party_id"):
        assert cdr[name] == completed[name], name
    assert cdr["session_id"] == "S1"
    place = cdr["cdr_location"]
    assert (place["id"], place["evse_uid"], place["connector_id"]) == (LOCATION["id"], EVSE["uid"], "1")


def test_patches_hold_only_what_was_added():
    session = charging(tariff(energy(0.3)))
    session.start()
    patches = [session.advance(minutes=10, kwh=2) for _ in range(3)]

    assert [patch["kwh"] for patch in patches] == [2, 4, 6]
    assert [len(patch["charging_periods"]) for patch in patches] == [1, 1, 1]
    added = [period for patch in patches for period in patch["charging_periods"]]
    assert added == session.session["charging_periods"]
    assert patches[0]["last_updated"] < patches[1]["last_updated"] < patches[2]["last_updated"]


def test_what_was_given_out_does_not_change():
    session = charging(tariff(energy(0.3)))
    session.start()
    patch, before = session.advance(minutes=10, kwh=2), session.session
    patch["charging_periods"][0]["dimensions"].clear()
    session.advance(minutes=10, kwh=2)

    assert len(before["charging_periods"]) == 1
    assert volumes(session.session, "ENERGY") == [2, 2]


def test_a_period_ends_when_the_price_changes_by_the_clock():
    """At 17:00 local, which is 16:00 UTC."""
    session = charging(tariff(energy(0.2, end_time="17:00"), energy(0.5)))
    session.start(after=NO_DELAY)
    patch = session.advance(minutes=90, kwh=9)

    assert starts(patch) == ["15:30:00", "16:00:00"]
    assert volumes(patch, "ENERGY") == [3, 6]
    assert patch["total_cost"] == {"excl_vat": 3.6}


def test_a_period_ends_when_the_price_changes_by_energy_or_duration():
    by_energy = charging(tariff(energy(0.2, max_kwh=4), energy(0.5)))
    by_energy.start(after=NO_DELAY)
    by_energy.advance(minutes=60, kwh=12)
    by_duration = charging(tariff(energy(0.2, max_duration=1800), energy(0.5)))
    by_duration.start(after=NO_DELAY)
    by_duration.advance(minutes=60, kwh=12)

    assert (starts(by_energy.session), volumes(by_energy.session, "ENERGY")) == (
        ["15:30:00", "15:50:00"],
        [4, 8],
    )
    assert (starts(by_duration.session), volumes(by_duration.session, "ENERGY")) == (
        ["15:30:00", "16:00:00"],
        [6, 6],
    )


def test_a_period_ends_at_local_midnight_when_days_count():
    weekend = charging(
        tariff(energy(0.2, day_of_week=["SATURDAY"]), energy(0.5)),
        started=datetime(2024, 3, 8, 22, tzinfo=UTC),
    )
    weekend.start(after=NO_DELAY)

    assert starts(weekend.advance(minutes=120, kwh=10)) == ["22:00:00", "23:00:00"]


def test_a_cdr_has_no_dimensions_that_are_for_sessions_alone():
    session = charging(tariff(energy(0.3)))
    session.start()
    session.advance(minutes=10, kwh=2)
    session.stop()

    assert volumes(session.session, "ENERGY_IMPORT") == [2]
    assert volumes(session.cdr(), "ENERGY_IMPORT") == []


def test_without_a_tariff_nothing_is_priced():
    session = charging(None)
    session.start()
    session.advance(minutes=10, kwh=2)
    completed, cdr = session.stop(), session.cdr()

    assert "total_cost" not in completed
    assert "tariffs" not in cdr
    assert cdr["total_cost"] == {"excl_vat": 0, "incl_vat": 0}
    assert "tariff_id" not in cdr["charging_periods"][0]
    assert valid("CDR", cdr)


def test_a_session_that_took_no_energy_has_a_valid_cdr():
    session = charging(tariff(energy(0.3)))
    session.start()
    session.stop()

    assert valid("CDR", session.cdr())
    assert session.cdr()["total_energy"] == 0


def test_last_updated_is_not_before_the_wall_clock():
    later = BEGIN + timedelta(days=1)
    session = charging(tariff(energy(0.3)), now=lambda: later)
    session.start()

    assert session.advance(minutes=10, kwh=1)["last_updated"] == "2024-03-05T15:30:00.000Z"
    assert session.session["charging_periods"][0]["start_date_time"].startswith("2024-03-04")


def test_what_a_cdr_has_no_room_for_is_cut():
    location = {**LOCATION, "address": "x" * 255, "state": "y" * 45}
    session = Charging(location, EVSE["uid"], "1", TOKEN, tariff(energy(0.3)), started=BEGIN)
    session.start()
    session.stop()

    assert valid("CDR", session.cdr())


steps = st.lists(
    st.tuples(st.integers(1, 300), st.decimals(0, 60, places=3, allow_nan=False, allow_infinity=False)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(draw.tariff_kinds), steps=steps, hour=st.integers(0, 23))
def test_energy_time_and_money_always_add_up(kind, steps, hour):
    rates = draw.tariff(kind=kind)
    session = charging(rates, started=BEGIN.replace(hour=hour))
    session.start()
    for minutes, kwh in steps:
        session.advance(minutes=minutes, kwh=kwh)
    session.stop()
    cdr = session.cdr()

    assert valid("CDR", cdr)
    assert sum(Decimal(str(kwh)) for kwh in volumes(cdr, "ENERGY")) == Decimal(str(cdr["total_energy"]))
    assert cdr["total_energy"] == pytest.approx(float(sum(kwh for _, kwh in steps)))
    hours = sum(volumes(cdr, "TIME")) + sum(volumes(cdr, "PARKING_TIME"))
    assert hours == pytest.approx(cdr["total_time"], abs=0.0001 * len(cdr["charging_periods"]))
    assert sum(volumes(cdr, "PARKING_TIME")) == pytest.approx(cdr["total_parking_time"], abs=0.001)
    moments = [parse(period["start_date_time"]) for period in cdr["charging_periods"]]
    assert moments == sorted(set(moments))
    costs = price(cdr, time_zone=LOCATION["time_zone"])
    assert as_price(costs.total) == cdr["total_cost"]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda c: c.advance(minutes=1), "PENDING, and has to be ACTIVE"),
        (lambda c: c.stop(), "PENDING, and has to be ACTIVE"),
        (lambda c: c.cdr(), "PENDING, and has to be COMPLETED"),
        (lambda c: (c.start(), c.start()), "ACTIVE, and has to be PENDING"),
        (lambda c: (c.start(), c.stop(), c.invalidate()), "it is COMPLETED"),
    ],
)
def test_steps_out_of_order_are_refused(act, message):
    with pytest.raises(ChargingError, match=message):
        act(charging(tariff(energy(0.3))))


def test_an_invalid_session_is_final():
    session = charging(tariff(energy(0.3)))

    assert session.invalidate()["status"] == "INVALID"
    assert valid("Session", session.session)
    with pytest.raises(ChargingError):
        session.start()


def test_wrong_arguments_are_explained():
    with pytest.raises(ChargingError, match="has no EVSE 'nowhere'; it has EVSE"):
        Charging(LOCATION, "nowhere", "1", TOKEN, started=BEGIN)
    with pytest.raises(ChargingError, match="has no connector '9'"):
        Charging(LOCATION, EVSE["uid"], "9", TOKEN, started=BEGIN)
    with pytest.raises(ValueError, match="use UTC"):
        charging(started=datetime(2024, 1, 1))  # noqa: DTZ001
    session = charging()
    session.start()
    for minutes, kwh in ((0, 1), (-1, 0), (5, -1)):
        with pytest.raises(ValueError, match="no less than 0 kWh"):
            session.advance(minutes=minutes, kwh=kwh)


def test_a_reservation_comes_before_charging_and_belongs_to_the_session():
    reserved = {"price_components": [{"type": "TIME", "price": 6, "step_size": 1}]}
    session = charging(tariff({**reserved, "restrictions": {"reservation": "RESERVATION"}}, energy(0.5)))

    session.reserve(minutes=13)
    session.start()
    session.advance(minutes=30, kwh=10)
    session.stop()
    record = session.cdr()

    assert starts(record) == ["15:30:00", "15:43:00"]
    assert record["start_date_time"][11:19] == "15:30:00"
    assert volumes(record, "RESERVATION_TIME") == [0.2167]
    assert record["total_reservation_cost"] == {"excl_vat": 1.3}
    assert record["total_cost"] == {"excl_vat": 6.3}
    assert valid("CDR", record)


def test_only_a_pending_session_can_be_reserved():
    session = charging(tariff(energy(0.3)))
    session.start()

    with pytest.raises(ChargingError, match="can't reserve"):
        session.reserve(minutes=5)
