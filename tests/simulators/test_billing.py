"""Billing: what a CDR carries of a place and of costs."""

from datetime import timedelta
from decimal import Decimal

from ocpi_conformance.schemas.breakdown import Cost
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.billing import as_price, cdr_location, hours_of
from ocpi_conformance.simulators.samples import Samples


def test_a_place_without_evse_id_says_so():
    location = Samples(3).location()
    evse = Samples(3).evse(minimal=True)
    place = cdr_location(location, evse, evse["connectors"][0])

    assert place["evse_id"] == "#NA"
    assert validator("2.2.1", "CdrLocation").findings(place) == ()


def test_costs_without_vat_have_none():
    assert as_price(Cost(Decimal("1.50"))) == {"excl_vat": 1.5}
    assert as_price(Cost(Decimal(0), Decimal(0))) == {"excl_vat": 0, "incl_vat": 0}
    assert as_price(Cost()) == {"excl_vat": 0, "incl_vat": 0}, "before any line is priced"


def test_hours_are_exact():
    assert hours_of(timedelta(minutes=90)) == Decimal("1.5")
