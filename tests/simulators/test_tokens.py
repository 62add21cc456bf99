"""Tokens: served, pushed and authorized by the eMSP, received by the CPO."""

import pytest
from ocpi_conformance.simulators.tokens import token_key

LATER = "2035-01-01T00:00:00Z"


def received(world, token):
    return world.cpo.store.received("tokens").get(token_key(token))


def to_receiver(world, method: str, token, *, type_: str | None = None, body=None, party: str = "MSP"):
    url = world.to_cpo.below("tokens", "RECEIVER", "DE", party, token["uid"])
    params = {"type": type_} if type_ else None
    return world.emsp.call(method, url, to=world.to_cpo, params=params, body=body)


def test_a_pull_keeps_every_token(world):
    world.cpo.act("pull-tokens", world.to_emsp, {})
    own = list(world.emsp.store.own("tokens"))
    assert list(world.cpo.store.received("tokens")) == own
    assert own


def test_a_push_is_new_once_and_then_known(world):
    token = world.emsp.add_token()
    assert world.emsp.push_token(world.to_cpo, token).http_status == 201
    assert world.emsp.push_token(world.to_cpo, {**token, "issuer": "New"}).http_status == 200
    assert received(world, token)["issuer"] == "New"
    assert to_receiver(world, "GET", token).data["issuer"] == "New"


def test_tokens_of_one_uid_and_two_types_are_two_tokens(world):
    card = world.emsp.add_token(uid="SAME")
    app = world.emsp.add_token(type="APP_USER", uid="SAME")
    for token in (card, app):
        assert world.emsp.push_token(world.to_cpo, token).http_status == 201
    assert to_receiver(world, "GET", card).data == card
    assert to_receiver(world, "GET", card, type_="APP_USER").data == app
    urls = [exchange.request.query for exchange in world.sent(world.emsp, "tokens.receiver.put")]
    assert urls == [{}, {"type": "APP_USER"}]


def test_a_patch_changes_what_it_names(world):
    token = world.emsp.add_token()
    world.emsp.push_token(world.to_cpo, token)
    changes = {"valid": False, "last_updated": LATER}
    assert world.emsp.push_token(world.to_cpo, token, changes, method="PATCH").http_status == 200
    assert received(world, token) == {**token, **changes}


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_unknown_tokens_are_404(world, method: str):
    body = {"valid": False, "last_updated": LATER} if method == "PATCH" else None
    assert to_receiver(world, method, {"uid": "none"}, body=body).http_status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_tokens_of_other_parties_are_404(world, method: str):
    token = world.emsp.samples.token(party_id="XXX")
    body = {"PUT": token, "PATCH": {"valid": False, "last_updated": LATER}}.get(method)
    assert to_receiver(world, method, token, body=body, party="XXX").http_status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH"])
def test_a_type_that_is_none_is_2001(world, method: str):
    token = world.emsp.samples.token()
    body = {"PUT": token, "PATCH": {"valid": False, "last_updated": LATER}}.get(method)
    assert to_receiver(world, method, token, type_="CARD", body=body).status_code == 2001


@pytest.mark.parametrize(
    "change", [{"uid": "other"}, {"party_id": "XXX"}, {"country_code": "NL"}, {"type": "OTHER"}]
)
def test_a_token_that_differs_from_its_url_is_2001(world, change):
    token = world.emsp.samples.token()
    assert to_receiver(world, "PUT", token, body={**token, **change}).status_code == 2001
    assert received(world, token) is None


def test_a_valid_token_is_allowed_with_a_reference(world):
    token = world.emsp.add_token()
    answer = world.cpo.ask(world.to_emsp, token["uid"])
    assert answer.data["allowed"] == "ALLOWED"
    assert answer.data["token"] == token
    assert answer.data["authorization_reference"]
    assert "location" not in answer.data


def test_the_location_comes_back_with_the_authorization(world):
    token = world.emsp.add_token(type="APP_USER")
    place = {"location_id": "LOC1", "evse_uids": ["E1"]}
    answer = world.cpo.ask(world.to_emsp, token["uid"], type_="APP_USER", place=place)
    assert answer.data["location"] == place


def test_without_a_type_the_card_is_meant(world):
    token = world.emsp.add_token(type="APP_USER")
    answer = world.cpo.ask(world.to_emsp, token["uid"])
    assert (answer.http_status, answer.status_code, answer.data) == (404, 2004, None)


def test_an_authorization_with_a_type_that_is_none_is_2001(world):
    assert world.cpo.ask(world.to_emsp, "x", type_="CARD").status_code == 2001


@pytest.mark.parametrize("allowed", ["ALLOWED", "BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED"])
def test_a_prepared_token_is_answered_as_prepared(world, allowed: str):
    token = world.emsp.act("prepare-token", world.to_cpo, {"allowed": allowed, "type": "APP_USER"})
    answer = world.cpo.act("authorize-token", world.to_emsp, token)
    assert answer == {"allowed": allowed}


def test_a_token_may_need_the_location(world):
    token = world.emsp.act("prepare-token", world.to_cpo, {"allowed": "NEEDS_LOCATION"})
    without = world.cpo.ask(world.to_emsp, token["uid"])
    assert (without.http_status, without.status_code) == (200, 2002)
    place = {"location_id": "LOC1"}
    assert world.cpo.ask(world.to_emsp, token["uid"], place=place).data["allowed"] == "ALLOWED"


def test_an_invalidated_token_is_blocked_here_and_invalid_there(world):
    made = world.emsp.act("invalidate-token", world.to_cpo, {})
    assert world.cpo.ask(world.to_emsp, made["uid"]).data["allowed"] == "BLOCKED"
    kept = [token for token in world.cpo.store.received("tokens") if token["uid"] == made["uid"]]
    assert [token["valid"] for token in kept] == [False]


def test_the_push_action_makes_a_token_of_the_type(world):
    made = world.emsp.act("push-token", world.to_cpo, {"type": "OTHER"})
    assert made["type"] == "OTHER"
    assert received(world, {"country_code": "DE", "party_id": "MSP", **made}) is not None


@pytest.mark.parametrize(
    ("whitelist", "requests"), [("ALWAYS", 0), ("ALLOWED", 0), ("ALLOWED_OFFLINE", 2), ("NEVER", 2)]
)
def test_a_presented_token_is_asked_about_as_its_whitelist_wants(world, whitelist: str, requests: int):
    token = world.emsp.add_token(whitelist=whitelist)
    world.emsp.push_token(world.to_cpo, token)
    for _ in range(2):
        assert world.cpo.decide(world.to_emsp, token["uid"]) == "ALLOWED"
    assert len(world.sent(world.cpo, "tokens.sender.authorize")) == requests


def test_an_invalid_token_is_asked_about_too(world):
    token = world.emsp.add_token(whitelist="NEVER", valid=False)
    world.emsp.push_token(world.to_cpo, token)
    world.emsp.add_token({**token, "valid": True})
    assert world.cpo.decide(world.to_emsp, token["uid"]) == "ALLOWED"


def test_an_offline_token_is_allowed_while_nobody_answers(world):
    token = world.emsp.add_token(whitelist="ALLOWED_OFFLINE")
    world.emsp.push_token(world.to_cpo, token)
    world.to_emsp.endpoints["tokens", "SENDER"] = "http://127.0.0.1:1/tokens"
    assert world.cpo.decide(world.to_emsp, token["uid"]) == "ALLOWED"


def test_a_refusal_names_no_location(world):
    token = world.emsp.act("prepare-token", world.to_cpo, {"allowed": "NOT_ALLOWED"})
    answer = world.cpo.ask(world.to_emsp, token["uid"], place={"location_id": "LOC1"})
    assert answer.data["allowed"] == "NOT_ALLOWED"
    assert "location" not in answer.data


def test_a_known_token_is_invalidated_by_its_uid(world):
    made = world.emsp.act("push-token", world.to_cpo, {"type": "OTHER", "whitelist": "NEVER"})
    told = world.emsp.act("invalidate-token", world.to_cpo, made)
    assert told == made
    kept = received(world, {"country_code": "DE", "party_id": "MSP", **made})
    assert (kept["valid"], kept["whitelist"]) == (False, "NEVER")
