"""CDRs: made and posted by the CPO, kept for good by the eMSP."""

from decimal import Decimal

import pytest
from ocpi_conformance.schemas.pricing import price
from ocpi_conformance.simulators.cdrs import cdr_key


@pytest.fixture
def cdr(world):
    """A CDR that has not been sent."""
    session = world.cpo.charged(world.to_emsp, {})
    return world.cpo.bill(session["id"])


def received(world, cdr):
    return world.emsp.store.received("cdrs").get(cdr_key(cdr))


def test_a_posted_cdr_is_found_where_the_answer_says(world, cdr):
    answer = world.cpo.post_cdr(world.to_emsp, cdr)
    url = answer.header("Location")
    assert answer.http_status == 201
    assert url.startswith(f"{world.emsp.base_url}/")
    assert world.cpo.check_cdr(world.to_emsp, url).data == cdr
    assert received(world, cdr) == cdr


def test_the_same_cdr_twice_is_no_second_one(world, cdr):
    first = world.cpo.post_cdr(world.to_emsp, cdr)
    second = world.cpo.post_cdr(world.to_emsp, cdr)
    assert (first.http_status, second.http_status) == (201, 200)
    assert second.accepted
    assert first.header("Location") == second.header("Location")


def test_a_cdr_cannot_be_changed(world, cdr):
    world.cpo.post_cdr(world.to_emsp, cdr)
    answer = world.cpo.post_cdr(world.to_emsp, {**cdr, "total_energy": 999})
    assert (answer.http_status, answer.status_code) == (200, 2001)
    assert answer.header("Location") is None
    assert received(world, cdr) == cdr


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_cdrs_are_not_put_patched_or_deleted(world, cdr, method: str):
    url = world.cpo.post_cdr(world.to_emsp, cdr).header("Location")
    assert world.cpo.call(method, url, to=world.to_emsp, body=cdr).http_status == 405


def test_a_cdr_of_another_party_is_2001(world, cdr):
    assert world.cpo.post_cdr(world.to_emsp, {**cdr, "party_id": "XXX"}).status_code == 2001


def test_cdrs_that_are_not_there_or_not_theirs_are_404(world, cdr):
    world.emsp.store.received("cdrs").put(cdr_key({**cdr, "party_id": "XXX"}), {**cdr, "party_id": "XXX"})
    for name in ("NL*CPO*none", "none", f"NL*XXX*{cdr['id']}"):
        url = world.to_emsp.below("cdrs", "RECEIVER", name)
        assert world.cpo.call("GET", url, to=world.to_emsp).http_status == 404


def test_ids_with_any_character_have_a_url(world, cdr):
    odd = {**cdr, "id": "A/B*C #1?%"}
    url = world.cpo.post_cdr(world.to_emsp, odd).header("Location")
    assert world.cpo.check_cdr(world.to_emsp, url).data == odd


def test_a_pull_keeps_what_is_new_and_changes_nothing(world, cdr):
    kept = {**cdr, "remark": "as it was sent"}
    world.cpo.post_cdr(world.to_emsp, kept)
    assert world.emsp.act("pull-cdrs", world.to_cpo, {}) == {"pages": 1, "objects": 3}
    assert len(world.emsp.store.received("cdrs")) == 3
    assert received(world, cdr) == kept


def test_a_session_is_billed_once(world, cdr):
    assert world.cpo.bill(cdr["session_id"]) is cdr


def test_the_money_of_a_cdr_follows_its_tariff(world, cdr):
    zone = world.cpo.own_location(cdr["cdr_location"]["id"])["time_zone"]
    cost = price(cdr, tariffs=cdr["tariffs"], time_zone=zone, end=cdr["end_date_time"]).total
    assert Decimal(str(cdr["total_cost"]["excl_vat"])) == cost.price()["excl_vat"]
    assert cdr["total_energy"] == 2.5


def test_a_credit_cdr_takes_the_money_back(world):
    made = world.cpo.act("push-credit-cdr", world.to_emsp, {})
    credit, original = (world.cpo.own_cdr(made[name]) for name in ("cdr_id", "credit_reference_id"))
    assert (credit["credit"], credit["credit_reference_id"]) == (True, original["id"])
    assert credit["total_cost"]["excl_vat"] == -original["total_cost"]["excl_vat"]
    assert received(world, credit) == credit
    assert received(world, original) == original


def test_actions_post_named_cdrs_and_those_of_named_sessions(world):
    session_id = world.cpo.act("complete-session", world.to_emsp, {})["session_id"]
    made = world.cpo.act("push-cdr", world.to_emsp, {"session_id": session_id})
    assert made["session_id"] == session_id
    assert world.cpo.act("push-cdr", world.to_emsp, {"cdr_id": made["cdr_id"]}) == made
    assert world.cpo.act("check-cdr", world.to_emsp, {"cdr_id": made["cdr_id"]})["same"] is True
    with pytest.raises(ValueError, match="cdr_id is 'none'"):
        world.cpo.act("push-cdr", world.to_emsp, {"cdr_id": "none"})


def test_a_whole_session_is_told_in_order(world):
    made = world.cpo.act("simulate-session", world.to_emsp, {"steps": 2})
    told = [
        exchange
        for exchange in world.cpo.journal.all(direction="sent")
        if exchange.endpoint.module in ("sessions", "cdrs")
    ]
    assert [exchange.endpoint.id for exchange in told] == [
        "sessions.receiver.put",
        *["sessions.receiver.patch"] * 4,
        "cdrs.receiver.post",
    ]
    cdr = world.cpo.own_cdr(made["cdr_id"])
    session = next(s for s in world.emsp.store.received("sessions") if s["id"] == made["session_id"])
    assert (session["status"], session["kwh"]) == ("COMPLETED", cdr["total_energy"])
    assert session["total_cost"] == cdr["total_cost"]
    assert cdr["cdr_token"]["party_id"] == "MSP"


def test_a_cdr_is_looked_at_where_it_was_said_to_be_and_sent_once(world, cdr):
    looked = world.cpo.act("check-cdr", world.to_emsp, {"cdr_id": cdr["id"]})
    assert looked["same"]
    assert world.cpo.act("check-cdr", world.to_emsp, {"cdr_id": cdr["id"]}) == looked
    assert len(world.sent(world.cpo, "cdrs.receiver.post")) == 1
    assert world.cpo.place_of_cdr(world.to_emsp, cdr) == looked["url"]


def test_the_fullest_cdr_of_the_stock_has_all_that_one_may_have(make_cpo):
    party = make_cpo()
    party.furnish()
    (fullest,) = [cdr for cdr in party.store.own("cdrs") if "signed_data" in cdr]
    dimensions = {part["type"] for period in fullest["charging_periods"] for part in period["dimensions"]}
    assert len(fullest["charging_periods"]) == 3
    assert {"ENERGY", "TIME", "PARKING_TIME"} <= dimensions
    assert price(fullest).total.price()["excl_vat"] == Decimal(str(fullest["total_cost"]["excl_vat"]))
