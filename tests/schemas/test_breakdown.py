"""Breakdowns: amounts with and without VAT, and how they read."""

from decimal import Decimal

from ocpi_conformance.schemas.breakdown import Cost, Line, plain


def line(vat=None, dimension="TIME", surplus=0):
    return Line("time", dimension, 0, "T", Decimal(2400), Decimal(surplus), Decimal(3), vat)


def test_time_is_priced_by_the_hour_exactly():
    assert line().excl_vat == line().incl_vat == 2
    assert line(vat=Decimal(10)).incl_vat == Decimal("2.2")


def test_a_line_reads_as_its_sum():
    assert (
        str(line(surplus=60))
        == "time, period 1, tariff T: 2400 s x 3/h (60 s of it by step_size) = 2 excl., no VAT"
    )


def test_a_price_is_rounded_half_up():
    assert Cost(Decimal("0.12345")).price() == {"excl_vat": Decimal("0.1235")}
    assert Cost(Decimal("5.125"), Decimal("5.6375")).price(decimals=2) == {
        "excl_vat": Decimal("5.13"),
        "incl_vat": Decimal("5.64"),
    }


def test_plain_decimals():
    assert [plain(Decimal(text)) for text in ("5.00", "0.2500", "100", "-0.5", "1E+2")] == [
        "5",
        "0.25",
        "100",
        "-0.5",
        "100",
    ]
