"""Mishaps of a peer, and what our own parties make of them."""

import pytest
from ocpi_conformance.simulators.mishaps import (
    LATE_S,
    MISHAPS,
    at,
    circling,
    is_late,
    mishap_of,
    once,
    only_accepts,
    spoils,
)
from ocpi_conformance.simulators.peculiar import peculiar

LIST = "tokens.sender.list"


def _lists(world):
    """What a list request of the CPO gets."""
    return world.cpo.call("GET", world.to_emsp.url("tokens", "SENDER"), to=world.to_emsp, endpoint=LIST)


@pytest.mark.parametrize("name", MISHAPS)
def test_each_mishap_is_told_by_its_answer(world, name):
    with peculiar(world.emsp, at(LIST, MISHAPS[name])):
        answer = _lists(world)
    assert mishap_of(answer.exchange.response) == name
    usual = _lists(world)
    assert (usual.accepted, mishap_of(usual.exchange.response)) == (True, "")


def test_a_cut_connection_is_a_fault_of_the_call_and_told_of_in_the_journal(world):
    with peculiar(world.emsp, MISHAPS["cut"]):
        answer = _lists(world)
    assert "without sending complete message body" in answer.fault
    served = world.emsp.journal.all("GET", endpoint=LIST, direction="received")[-1]
    assert served.fault.startswith("we cut the connection")


def test_a_mishap_strikes_where_it_is_told_to(world):
    with peculiar(world.emsp, at("tokens.*", MISHAPS["server-error"])):
        assert _lists(world).http_status == 500
        assert world.cpo.get_versions(world.emsp.versions_url, token=world.to_emsp.token_out).accepted


def test_a_mishap_may_strike_once(world):
    with peculiar(world.emsp, at(LIST, once(MISHAPS["server-error"]))):
        assert [_lists(world).http_status for _ in range(2)] == [500, 200]


def test_the_first_page_may_be_spared(world):
    for _ in range(3):
        world.emsp.add_token()
    with peculiar(world.emsp, at(LIST, MISHAPS["server-error"], beyond_first_page=True)):
        pages = world.cpo.pull_tokens(world.to_emsp, {"limit": "2"})
    assert [page.http_status for page in pages] == [200, 500]


def test_a_push_may_be_done_although_its_answer_is_lost(world):
    token = world.emsp.add_token()
    with peculiar(world.cpo, at("tokens.receiver.put", MISHAPS["cut"])):
        assert world.emsp.push_token(world.to_cpo, token).fault
    assert world.emsp.get_copy(world.to_cpo, token).accepted


def test_a_late_answer_is_right(world):
    with peculiar(world.emsp, at(LIST, is_late)):
        answer = _lists(world)
    assert answer.accepted
    assert answer.exchange.elapsed_s >= LATE_S


def test_our_own_crawl_leaves_a_circle_of_pages(world):
    for _ in range(3):
        world.emsp.add_token()
    total = len(world.emsp.store.own("tokens"))
    with peculiar(world.emsp, at(LIST, circling(most=100))):
        pages = world.cpo.pull_tokens(world.to_emsp, {"limit": "2"})
    assert all(page.accepted for page in pages)
    assert total / 2 <= len(pages) <= total


def test_a_circle_of_pages_ends_for_who_walks_it_for_ever(world):
    with peculiar(world.emsp, at(LIST, circling(most=3))):
        links = [_lists(world).header("Link") for _ in range(3)]
    assert links[2] is None
    assert None not in links[:2]


def test_one_object_of_a_list_is_spoilt(world):
    token = world.emsp.add_token()
    other = spoils(lambda item: item["uid"] == token["uid"], lambda item: {**item, "issuer": "Another"})
    with peculiar(world.emsp, at(LIST, other)):
        items = [item for page in world.cpo.pull_tokens(world.to_emsp) for item in page.items]
    assert [item["uid"] for item in items if item["issuer"] == "Another"] == [token["uid"]]
    assert token["issuer"] != "Another"


def test_a_command_is_accepted_and_nothing_comes_of_it(world):
    place = world.cpo.free_place()
    where = {"location_id": place.location["id"], "evse_uid": place.evse["uid"]}
    with peculiar(world.cpo, at("commands.receiver.*", only_accepts(7))):
        url = world.emsp.new_response_url("START_SESSION")
        token = world.emsp.add_token(type="APP_USER")
        answer = world.emsp.start_session(world.to_cpo, token, response_url=url, **where)
    world.cpo.settle()
    assert answer.data == {"result": "ACCEPTED", "timeout": 7}
    assert world.emsp.results(url) == ()
