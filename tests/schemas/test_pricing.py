"""Pricing: the amounts that the worked examples of the tariffs chapter state, and the rules behind them."""

from decimal import Decimal

import pytest
from ocpi_conformance.schemas.pricing import Cost, PricingError, price

from .money import WEEKDAYS, cdr, component, element, tariff


def amounts(*periods, of, **options):
    """The total in cents, rounded half up, as the text prints it."""
    zone = options.pop("time_zone", "UTC")
    cost = price(cdr(*periods, tariffs=[of], **options), time_zone=zone).rounded()
    return str(cost.excl_vat), None if cost.incl_vat is None else str(cost.incl_vat)


ENERGY = component("ENERGY", 0.25, vat=10.0)
START = component("FLAT", 0.50, vat=20.0)


def test_energy_only():
    assert amounts((60, {"ENERGY": 20}), of=tariff(element(ENERGY))) == ("5.00", "5.50")


def test_energy_and_start_fee():
    assert amounts((60, {"ENERGY": 20}), of=tariff(element(START, ENERGY))) == ("5.50", "6.10")


@pytest.mark.parametrize(
    ("kwh", "total"), [(20, ("5.00", "5.50")), (1.5, ("0.50", "0.55")), (2, ("0.50", "0.55"))]
)
def test_minimum_price(kwh, total):
    least = tariff(element(ENERGY), min_price={"excl_vat": 0.50, "incl_vat": 0.55})

    assert amounts((60, {"ENERGY": kwh}), of=least) == total


def test_parking_is_billed_in_its_steps():
    prices = tariff(element(START, ENERGY, component("PARKING_TIME", 2.00, vat=20.0, step=900)))

    assert amounts((60, {"ENERGY": 20, "TIME": True}), (40, {"PARKING_TIME": True}), of=prices) == (
        "7.00",
        "7.90",
    )


@pytest.mark.parametrize(("kwh", "total"), [(50, ("10.00", "11.00")), (30, ("8.00", "8.85"))])
def test_maximum_price(kwh, total):
    most = tariff(element(START, ENERGY), max_price={"excl_vat": 10.00, "incl_vat": 11.00})

    assert amounts((60, {"ENERGY": kwh}), of=most) == total


def test_time_only_leaves_parking_free():
    hourly = tariff(element(component("TIME", 2.00, vat=10.0, step=60)))

    assert amounts((150, {"TIME": True}), (30, {"PARKING_TIME": True}), of=hourly) == ("5.00", "5.50")


def test_time_and_parking():
    prices = tariff(
        element(
            component("TIME", 3.00, vat=10.0, step=60), component("PARKING_TIME", 5.00, vat=20.0, step=300)
        )
    )

    assert amounts((150, {"TIME": True}), (42, {"PARKING_TIME": True}), of=prices) == ("11.25", "12.75")


def test_odd_vat():
    prices = tariff(element(component("TIME", 1.90, vat=5.2, step=300)))

    assert amounts((150, {"TIME": True}), of=prices) == ("4.75", "5.00")


def test_energy_is_billed_in_its_steps():
    prices = tariff(element(START, component("ENERGY", 0.25, vat=10.0, step=100)))
    breakdown = price(cdr((60, {"ENERGY": 20.45}), tariffs=[prices]))

    assert breakdown.rounded() == Cost(Decimal("5.63"), Decimal("6.24"))
    assert breakdown.fixed == Cost(Decimal("0.50"), Decimal("0.60"))
    assert breakdown.energy.price(decimals=2) == {"excl_vat": Decimal("5.13"), "incl_vat": Decimal("5.64")}
    assert [line.surplus for line in breakdown.lines] == [0, Decimal("0.05")]


COMPLEX = tariff(
    element(component("FLAT", 2.50, vat=15.0)),
    element(component("TIME", 1.00, vat=20.0, step=900), max_current=32.0),
    element(component("TIME", 2.00, vat=20.0, step=600), min_current=32.0, day_of_week=WEEKDAYS),
    element(
        component("TIME", 1.25, vat=20.0, step=600), min_current=32.0, day_of_week=["SATURDAY", "SUNDAY"]
    ),
    element(
        component("PARKING_TIME", 5.00, vat=10.0, step=300),
        start_time="09:00",
        end_time="18:00",
        day_of_week=WEEKDAYS,
    ),
    element(
        component("PARKING_TIME", 6.00, vat=10.0, step=300),
        start_time="10:00",
        end_time="17:00",
        day_of_week=["SATURDAY"],
    ),
)


def test_complex_tariff_on_a_monday():
    charging = {"TIME": True, "MIN_CURRENT": 10, "MAX_CURRENT": 16}

    assert amounts((165, charging), (42, {"PARKING_TIME": True}), of=COMPLEX) == ("9.00", "10.30")


def test_complex_tariff_on_a_saturday():
    """The text prints 2.28 for 114 minutes at 1.25 an hour, hence 12.28 and 13.861: that is 1.20 an hour."""
    charging = {"TIME": True, "MIN_CURRENT": 43, "MAX_CURRENT": 43}
    breakdown = price(
        cdr((114, charging), (71, {"PARKING_TIME": True}), start="2024-03-09T13:30:00", tariffs=[COMPLEX])
    )

    assert (breakdown.fixed.excl_vat, breakdown.parking.excl_vat) == (Decimal("2.50"), Decimal("7.50"))
    assert breakdown.time.excl_vat == Decimal("2.375")
    assert breakdown.total == Cost(Decimal("12.375"), Decimal("13.975"))


def test_free_of_charge():
    assert amounts((60, {"ENERGY": 20}), of=tariff(element(component("FLAT", 0.00, step=0)))) == (
        "0.00",
        None,
    )


RESERVED = {"RESERVATION_TIME": True}
CHARGED = (60, {"ENERGY": 20, "TIME": True})


def reservation_tariff(*elements):
    return tariff(*elements, element(START, ENERGY))


PER_HOUR = reservation_tariff(element(component("TIME", 5.00, vat=20.0, step=60), reservation="RESERVATION"))
WITH_FEE = reservation_tariff(
    element(
        component("FLAT", 2.00, vat=20.0),
        component("TIME", 5.00, vat=20.0, step=300),
        reservation="RESERVATION",
    )
)
EXPIRE_FEE = reservation_tariff(
    element(component("FLAT", 4.00, vat=20.0), reservation="RESERVATION_EXPIRES"),
    element(component("TIME", 2.00, vat=20.0, step=600), reservation="RESERVATION"),
)
EXPIRE_TIME = reservation_tariff(
    element(component("TIME", 6.00, vat=20.0, step=600), reservation="RESERVATION_EXPIRES"),
    element(component("TIME", 3.00, vat=20.0, step=600), reservation="RESERVATION"),
)


@pytest.mark.parametrize(
    ("of", "periods", "total"),
    [
        (PER_HOUR, [(15, RESERVED), CHARGED], ("6.75", "7.60")),
        (WITH_FEE, [(13, RESERVED), CHARGED], ("8.75", "10.00")),
        (EXPIRE_FEE, [(22, RESERVED), CHARGED], ("6.50", "7.30")),
        (EXPIRE_FEE, [(60, RESERVED)], ("6.00", "7.20")),
        (EXPIRE_TIME, [(22, RESERVED), CHARGED], ("7.00", "7.90")),
        (EXPIRE_TIME, [(90, RESERVED)], ("9.00", "10.80")),
    ],
)
def test_reservations(of, periods, total):
    assert amounts(*periods, of=of) == total


def test_expiry_comes_first_wherever_its_element_stands():
    """Where both price TIME, expired time is priced by RESERVATION_EXPIRES (mod_tariffs)."""
    *reservations, charging = EXPIRE_TIME["elements"]

    assert amounts((90, RESERVED), of=tariff(*reversed(reservations), charging)) == ("9.00", "10.80")


STEPS = tariff(
    element(
        component("TIME", 1.20, step=1800),
        component("PARKING_TIME", 1.00, step=900),
        start_time="00:00",
        end_time="17:00",
    ),
    element(
        component("TIME", 2.40, step=900),
        component("PARKING_TIME", 1.00, step=900),
        start_time="17:00",
        end_time="20:00",
    ),
    element(component("TIME", 2.40, step=900), start_time="20:00", end_time="00:00"),
)


@pytest.mark.parametrize(
    ("start", "periods", "total"),
    [
        ("16:55", [(5, {"TIME": True}), (5, {"TIME": True}), (2, {"PARKING_TIME": True})], "0.55"),
        ("16:35", [(25, {"TIME": True}), (10, {"TIME": True})], "1.30"),
        ("19:40", [(12, {"TIME": True}), (8, {"PARKING_TIME": True}), (12, {"PARKING_TIME": True})], "0.73"),
    ],
)
def test_steps_when_elements_change(start, periods, total):
    assert amounts(*periods, of=STEPS, start=f"2024-03-04T{start}:00") == (total, None)


@pytest.mark.parametrize(
    ("step", "kwh", "cost"),
    [(1, 0.1152, "0.029"), (25, 0.101, "0.03125"), (25, 0.125, "0.03125"), (500, 0.001, "0.125")],
)
def test_energy_steps_of_the_price_component(step, kwh, cost):
    """The second amount is printed with three decimals in the text."""
    prices = tariff(element(component("ENERGY", 0.25, step=step)))

    assert price(cdr((5, {"ENERGY": kwh}), tariffs=[prices])).total.excl_vat == Decimal(cost)


def test_power_decides_the_price():
    prices = tariff(
        element(component("ENERGY", 0.20, vat=20.0), max_power=16.0),
        element(component("ENERGY", 0.35, vat=20.0), max_power=32.0),
        element(component("ENERGY", 0.50, vat=20.0)),
    )
    stated = [(10, {"ENERGY": kwh, "MAX_POWER": kw}) for kwh, kw in ((1, 6), (40, 48), (0.5, 4))]
    implied = [(10, {"ENERGY": 1}), (50, {"ENERGY": 40}), (7.5, {"ENERGY": 0.5})]

    assert amounts(*stated, of=prices)[0] == "20.30"
    assert amounts(*implied, of=prices)[0] == "20.30"


def test_duration_decides_the_price():
    prices = tariff(
        element(component("ENERGY", 0.00, vat=20.0), max_duration=1800),
        element(component("ENERGY", 0.25, vat=20.0), max_duration=3600),
        element(component("ENERGY", 0.40, vat=20.0)),
    )

    assert amounts((30, {"ENERGY": 5}), (10, {"ENERGY": 1.2}), of=prices)[0] == "0.30"


def test_energy_steps_count_over_elements():
    """mod_cdrs: 4.3 and 1.1 kWh at two prices, in steps of 500 Wh, are 5.5 kWh."""
    prices = tariff(
        element(component("ENERGY", 0.20, step=500), end_time="17:00"),
        element(component("ENERGY", 0.27, step=500)),
    )
    breakdown = price(
        cdr((30, {"ENERGY": 4.3}), (30, {"ENERGY": 1.1}), start="2024-03-04T16:30:00", tariffs=[prices])
    )

    assert [line.quantity for line in breakdown.lines] == [Decimal("4.3"), Decimal("1.2")]


def test_time_steps_count_over_elements():
    """mod_cdrs: 6 and 22 minutes in steps of ten are 30, of which 24 at the second price."""
    prices = tariff(
        element(component("TIME", 5, step=600), end_time="17:00"), element(component("TIME", 7, step=600))
    )
    breakdown = price(
        cdr((6, {"TIME": True}), (22, {"TIME": True}), start="2024-03-04T16:54:00", tariffs=[prices])
    )

    assert [line.quantity for line in breakdown.lines] == [360, 24 * 60]


def test_charging_is_not_rounded_when_parking_follows():
    """mod_cdrs: 21 minutes of charging and 16 of parking in steps of ten are 41 minutes."""
    prices = tariff(element(component("TIME", 1, step=600), component("PARKING_TIME", 2, step=600)))
    breakdown = price(cdr((21, {"TIME": True}), (16, {"PARKING_TIME": True}), tariffs=[prices]))

    assert [line.quantity for line in breakdown.lines] == [21 * 60, 20 * 60]


def test_four_decimals_of_an_hour_are_not_pushed_over_a_step():
    """Forty minutes are written 0.6667 hours, which is 2400.12 seconds."""
    prices = tariff(element(component("TIME", 3.00, step=60)))

    assert price(cdr((40, {"TIME": True}), tariffs=[prices])).total.excl_vat == 2
    assert price(cdr((40, {"TIME": 0.6667}), tariffs=[prices], end_date_time=None)).total.excl_vat == 2


def test_the_first_matching_element_counts_for_each_dimension():
    prices = tariff(
        element(component("ENERGY", 0.10), max_kwh=5),
        element(component("ENERGY", 0.30), component("FLAT", 1)),
        element(component("ENERGY", 0.90), component("FLAT", 9)),
    )
    breakdown = price(cdr((10, {"ENERGY": 5}), (10, {"ENERGY": 2}), tariffs=[prices]))

    assert breakdown.energy.excl_vat == Decimal("1.10")
    assert breakdown.fixed.excl_vat == 1


def test_times_of_day_are_local():
    night = tariff(
        element(component("ENERGY", 0.10), start_time="22:00", end_time="06:00"),
        element(component("ENERGY", 0.30)),
    )
    session = {"of": night, "start": "2024-07-01T20:30:00"}

    assert amounts((30, {"ENERGY": 10}), **session) == ("3.00", None)
    assert amounts((30, {"ENERGY": 10}), time_zone="Europe/Amsterdam", **session) == ("1.00", None)


@pytest.mark.parametrize(
    ("restrictions", "start", "applies"),
    [
        ({"start_date": "2024-03-04"}, "2024-03-04T00:00:00", True),
        ({"start_date": "2024-03-05"}, "2024-03-04T23:00:00", False),
        ({"end_date": "2024-03-04"}, "2024-03-04T00:00:00", False),
        ({"end_date": "2024-03-05"}, "2024-03-04T23:59:59", True),
        ({"day_of_week": ["MONDAY"]}, "2024-03-04T12:00:00", True),
        ({"day_of_week": ["TUESDAY"]}, "2024-03-04T12:00:00", False),
        ({"start_time": "12:00"}, "2024-03-04T12:00:00", True),
        ({"end_time": "12:00"}, "2024-03-04T12:00:00", False),
        ({"end_time": "00:00"}, "2024-03-04T12:00:00", True),
        ({"start_time": "23:00", "end_time": "01:00"}, "2024-03-04T00:59:00", True),
        ({"min_kwh": 0}, "2024-03-04T12:00:00", True),
        ({"max_kwh": 0}, "2024-03-04T12:00:00", False),
        ({"min_duration": 1}, "2024-03-04T12:00:00", False),
        ({"min_power": 6}, "2024-03-04T12:00:00", True),
        ({"max_power": 6}, "2024-03-04T12:00:00", False),
        ({"reservation": "RESERVATION"}, "2024-03-04T12:00:00", False),
        ({"start_time": "11:00", "day_of_week": ["SUNDAY"]}, "2024-03-04T12:00:00", False),
        ({"start_time": None, "day_of_week": None}, "2024-03-04T12:00:00", True),
    ],
)
def test_each_restriction(restrictions, start, applies):
    prices = tariff(element(component("ENERGY", 1), **restrictions))

    total = price(cdr((60, {"ENERGY": 6}), start=start, tariffs=[prices])).total.excl_vat

    assert total == (6 if applies else 0)


def test_tariffs_that_share_a_session():
    cheap, fast = tariff(element(component("ENERGY", 0.1))), tariff(element(component("ENERGY", 0.5)), id="F")
    record = cdr((30, {"ENERGY": 10}), (30, {"ENERGY": 10}), tariffs=[cheap, fast])
    record["charging_periods"][1]["tariff_id"] = "f"

    assert price(record).total.excl_vat == 6


def test_periods_without_tariff_cost_nothing_and_are_noted():
    record = cdr((30, {"ENERGY": 10}), tariffs=[tariff(element(ENERGY))])
    del record["charging_periods"][0]["tariff_id"]

    breakdown = price(record)

    assert breakdown.total.excl_vat == 0
    assert "period 1 names no tariff" in breakdown.notes[0]


def test_an_unknown_current_is_noted():
    breakdown = price(cdr((165, {"TIME": True}), tariffs=[COMPLEX]))

    assert breakdown.time.excl_vat == 0
    assert "has no current" in breakdown.notes[0]


def test_explanation_names_every_amount_and_the_total():
    lines = price(cdr((60, {"ENERGY": 20}), tariffs=[tariff(element(START, ENERGY))])).explanation()

    assert lines == (
        "fixed, period 1, tariff T: 0.5 = 0.5 excl., 20% VAT",
        "energy, period 1, tariff T: 20 kWh x 0.25/kWh = 5 excl., 10% VAT",
        "total 5.5 EUR excl. VAT, 6.1 incl. VAT",
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tariffs": []}, "names tariff 'T'; the tariffs at hand: none"),
        ({"charging_periods": [{}]}, "not a CDR or Session"),
        ({"charging_periods": 7}, "not a CDR or Session"),
        ({"end_date_time": "tomorrow"}, "not a CDR or Session"),
    ],
)
def test_what_cannot_be_priced_is_said(change, message):
    record = cdr((60, {"ENERGY": 20}), tariffs=[tariff(element(ENERGY))]) | change

    with pytest.raises(PricingError, match=message):
        price(record)


def test_an_unknown_time_zone_is_said():
    with pytest.raises(PricingError, match="Mars/Base"):
        price(cdr((60, {"ENERGY": 20}), tariffs=[tariff(element(ENERGY))]), time_zone="Mars/Base")
