"""Charges of the IUT's own customers at a peer."""

from ocpi_conformance.conformance.charges import a_charge, a_customer, a_place, a_tariff
from ocpi_conformance.conformance.iut import Iut
from ocpi_conformance.schemas.validation import validator

from tests.conformance.builders import a_bench


def test_a_charge_is_of_a_token_and_at_a_place_that_the_iut_knows() -> None:
    """The customer is one that it lists, preferably with a card; the place has been PUT to it."""
    with a_bench("EMSP") as (bench, party):
        iut, cpo = Iut(bench), bench.peer
        charge = a_charge(iut, cpo)
        session = charge.session

        assert validator("2.2.1", "Session").is_valid(session)
        listed = {token["uid"]: token["type"] for token in party.store.own("tokens")}
        assert listed[session["cdr_token"]["uid"]] == "RFID"
        known = [location["id"] for location in party.store.received("locations")]
        assert session["location_id"] in known
        assert (session["country_code"], session["party_id"]) == (cpo.me.country_code, cpo.me.party_id)

        assert a_customer(iut, cpo) is a_customer(iut, cpo)
        assert a_place(iut, cpo) is a_place(iut, cpo)
        assert a_charge(iut, cpo).session["id"] != session["id"]


def test_without_a_list_of_tokens_a_customer_is_made_up() -> None:
    """The token is of the IUT's own party all the same."""
    with a_bench("EMSP") as (bench, _):
        bench.connection().endpoints.pop(("tokens", "SENDER"))
        token = a_customer(Iut(bench), bench.peer)
        own = Iut(bench).party
        assert (token["country_code"], token["party_id"]) == (own.country_code, own.party_id)


def test_a_charge_has_a_price_with_vat() -> None:
    """Not to take one without is a fault of its own, which must not make all else fail."""
    with a_bench("EMSP") as (bench, _):
        charge = a_charge(Iut(bench), bench.peer)
        charge.start()
        charge.advance(minutes=10, kwh=2)
        assert set(charge.session["total_cost"]) == {"excl_vat", "incl_vat"}
        assert a_tariff(bench.peer) is a_tariff(bench.peer)
