"""Sessions of drivers whose token has to be authorized in real time."""

from dataclasses import replace

import pytest
from ocpi_conformance.simulators.mishaps import at
from ocpi_conformance.simulators.peculiar import peculiar
from ocpi_conformance.simulators.tokens import ALLOWANCES, token_key


def pushed(world, **wishes):
    token = world.emsp.add_token(**wishes)
    world.emsp.push_token(world.to_cpo, token)
    return token


@pytest.mark.parametrize("whitelist", ["NEVER", "ALLOWED_OFFLINE"])
def test_the_emsp_is_asked_and_its_reference_kept(world, whitelist: str):
    token = pushed(world, whitelist=whitelist)
    made = world.cpo.act("push-session", world.to_emsp, {"token_uid": token["uid"]})
    (asked,) = world.sent(world.cpo, "tokens.sender.authorize")
    session = world.cpo.own_session(made["session_id"])
    told = asked.response.envelope["data"]["authorization_reference"]
    assert (session["authorization_reference"], session["auth_method"]) == (told, "AUTH_REQUEST")


@pytest.mark.parametrize("whitelist", ["ALWAYS", "ALLOWED"])
def test_nobody_is_asked_where_the_whitelist_allows(world, whitelist: str):
    token = pushed(world, whitelist=whitelist)
    made = world.cpo.act("push-session", world.to_emsp, {"token_uid": token["uid"]})
    assert world.sent(world.cpo, "tokens.sender.authorize") == []
    assert "authorization_reference" not in world.cpo.own_session(made["session_id"])


def test_a_token_that_may_not_charge_begins_no_session(world):
    token = pushed(world, whitelist="NEVER")
    world.emsp.store.own(ALLOWANCES).put(token_key(token), {"allowed": "EXPIRED"})
    with pytest.raises(ValueError, match="EXPIRED"):
        world.cpo.act("push-session", world.to_emsp, {"token_uid": token["uid"]})
    assert world.sent(world.cpo, "sessions.*") == []


def test_the_emsp_is_asked_about_a_token_of_an_unknown_kind_or_of_none(world):
    for changes in ({"whitelist": "ON_THE_MOON"}, {"whitelist": None}):
        token = world.emsp.add_token()
        world.cpo.store.received("tokens").put(token_key(token), {**token, **changes})
        world.cpo.act("push-session", world.to_emsp, {"token_uid": token["uid"]})
    assert len(world.sent(world.cpo, "tokens.sender.authorize")) == 2


def test_an_authorization_that_fails_allows_nothing_whatever_it_says(world):
    token = pushed(world, whitelist="NEVER")

    def fails(_party, _request, proceed):
        return replace(proceed(_request), status=500)

    with (
        peculiar(world.emsp, at("tokens.sender.authorize", fails)),
        pytest.raises(ValueError, match="doesn't allow"),
    ):
        world.cpo.act("push-session", world.to_emsp, {"token_uid": token["uid"]})
    assert world.sent(world.cpo, "sessions.*") == []
