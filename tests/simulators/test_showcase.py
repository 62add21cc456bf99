"""The showcase: a past CDR for each kind of price, all of them valid and right."""

import pytest
from ocpi_conformance.schemas.auditing import audit
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.party import Limits
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.showcase import EXHIBITS


@pytest.fixture(scope="module")
def cpo() -> Cpo:
    owner = Role(role="CPO", country_code="DE", party_id="CPO", name="Chargers")
    none = dict.fromkeys(("sessions", "cdrs", "tariffs", "locations"), 0)
    party = Cpo(name="cpo", roles=[owner], limits=Limits(showcase=True, **none))
    party.furnish()
    return party


def test_each_exhibit_has_its_tariff_connector_and_cdr(cpo: Cpo) -> None:
    (location,) = cpo.store.own("locations")
    tariffs = {tariff["id"] for tariff in cpo.store.own("tariffs")}
    named = {name for evse in location["evses"] for name in evse["connectors"][0]["tariff_ids"]}

    assert len(location["evses"]) == len(cpo.store.own("cdrs")) == len(EXHIBITS)
    assert named == tariffs
    assert len(tariffs) == sum(len(exhibit.types) or 1 for exhibit in EXHIBITS)
    assert len(cpo.store.own("sessions")) == 0


def test_all_of_it_is_valid(cpo: Cpo) -> None:
    for module, name in (("locations", "Location"), ("tariffs", "Tariff"), ("cdrs", "CDR")):
        for value in cpo.store.own(module):
            assert validator("2.2.1", name).findings(value) == ()


def test_all_of_it_costs_what_it_says(cpo: Cpo) -> None:
    (location,) = cpo.store.own("locations")

    for cdr in cpo.store.own("cdrs"):
        found = audit(cdr, time_zone=location["time_zone"])
        assert found.wrong == ()
        assert found.ranges is None


def test_a_reservation_is_part_of_the_session(cpo: Cpo) -> None:
    cdr = next(cdr for cdr in cpo.store.own("cdrs") if "total_reservation_cost" in cdr)

    assert cdr["charging_periods"][0]["start_date_time"] == cdr["start_date_time"]
    assert cdr["charging_periods"][0]["dimensions"][0]["type"] == "RESERVATION_TIME"
    assert cdr["total_reservation_cost"] == {"excl_vat": 3.3, "incl_vat": 3.96}
