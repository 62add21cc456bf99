"""Registration, renewal and unregistration, from both sides."""

import pytest
from ocpi_conformance.simulators.answering import Reply
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.party import serves
from ocpi_conformance.simulators.roles import Cpo, Emsp


def credentials_url(party) -> str:
    return party.url("credentials")


@pytest.fixture(params=["emsp registers", "cpo registers"])
def pair(request, make_cpo, make_emsp):
    """The one that registers and the one that is registered with."""
    first, second = make_emsp(), make_cpo()
    return (first, second) if request.param == "emsp registers" else (second, first)


def test_after_registration_both_sides_know_each_other(pair):
    client, server = pair
    token_a = server.connections.invite().token_in
    outcome = client.register(server.versions_url, token_a)
    assert outcome.succeeded
    assert outcome.failure == ""
    there, here = server.connections.registered()[0], outcome.connection
    assert (there.token_in, there.token_out) == (here.token_out, here.token_in)
    assert token_a not in (there.token_in, there.token_out)
    assert (there.roles, here.roles) == (client.roles, server.roles)
    assert (there.version, here.version) == ("2.2.1", "2.2.1")
    assert there.endpoints
    assert here.endpoints


def test_the_one_that_is_registered_with_fetches_the_endpoints_with_the_new_token(pair):
    client, server = pair
    outcome = client.register(server.versions_url, server.connections.invite().token_in)
    fetched = client.journal.all(endpoint="versions.*", direction="received")
    assert [exchange.endpoint.id for exchange in fetched] == ["versions.list", "versions.details"]
    tokens = {token_of(exchange.request.header("Authorization")) for exchange in fetched}
    posted = client.journal.all(endpoint="credentials.post", direction="sent")[0].request.json
    assert tokens == {posted["token"]} == {outcome.connection.token_in}


def test_token_a_is_of_no_use_after_registration(pair):
    client, server = pair
    token_a = server.connections.invite().token_in
    client.register(server.versions_url, token_a)
    assert client.get_versions(server.versions_url, token=token_a).http_status == 401


def test_registering_twice_is_refused_with_405(world):
    body = world.emsp.credentials(world.to_cpo.token_in)
    answer = world.emsp.call("POST", credentials_url(world.cpo), to=world.to_cpo, body=body)
    assert answer.http_status == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_before_registration_there_is_nothing_to_change_or_delete(make_cpo, make_emsp, method: str):
    cpo, emsp = make_cpo(), make_emsp()
    token = cpo.connections.invite().token_in
    body = emsp.credentials("new") if method == "PUT" else None
    assert emsp.call(method, credentials_url(cpo), token=token, body=body).http_status == 405


def test_credentials_can_be_read(world):
    answer = world.emsp.call("GET", credentials_url(world.cpo), to=world.to_cpo, endpoint="credentials.get")
    assert answer.data["token"] == world.to_emsp.token_in
    assert answer.data["url"] == world.cpo.versions_url
    assert answer.data["roles"] == [world.cpo.me.as_json()]


@pytest.mark.parametrize("who", ["emsp", "cpo"])
def test_an_update_renews_the_tokens_of_both_directions(world, who: str):
    client, here, there = (
        (world.emsp, world.to_cpo, world.to_emsp)
        if who == "emsp"
        else (world.cpo, world.to_emsp, world.to_cpo)
    )
    old = here.token_in, here.token_out
    answer = client.update_credentials(here)
    assert answer.accepted
    assert {here.token_in, here.token_out}.isdisjoint(old)
    assert (there.token_in, there.token_out) == (here.token_out, here.token_in)
    assert client.get_versions(here.versions_url, token=old[1]).http_status == 401
    assert client.get_versions(here.versions_url, token=here.token_out).accepted


def test_a_refused_update_leaves_the_old_tokens_in_force(world):
    world.to_emsp.registered = False
    before = world.to_cpo.token_in, world.to_cpo.token_out
    assert world.emsp.update_credentials(world.to_cpo).http_status == 405
    assert (world.to_cpo.token_in, world.to_cpo.token_out) == before
    assert world.emsp.connections.by_token(before[0]) is world.to_cpo
    world.to_emsp.registered = True


def test_after_unregistration_nothing_opens(world):
    assert world.emsp.unregister(world.to_cpo).accepted
    assert world.emsp.connections.registered() == world.cpo.connections.registered() == []
    answer = world.emsp.get_versions(world.cpo.versions_url, token=world.to_cpo.token_out)
    assert answer.http_status == 401


def test_a_client_whose_versions_cannot_be_reached_is_told_3001(make_cpo, make_emsp):
    cpo, emsp = make_cpo(), make_emsp()
    token = cpo.connections.invite().token_in
    body = emsp.credentials("new") | {"url": "http://127.0.0.1:1/versions"}
    answer = emsp.call("POST", credentials_url(cpo), token=token, body=body)
    assert (answer.http_status, answer.status_code) == (200, 3001)
    assert cpo.connections.registered() == []


class Stranger(Emsp):
    """An eMSP with other versions and endpoints."""

    versions: object = ()
    listed: object = ()
    details_code = 1000

    @serves("versions.list")
    def list_versions(self, visit) -> Reply:
        return Reply(data=self.versions)

    @serves("versions.details")
    def version_details(self, visit) -> Reply:
        return Reply(data={"version": "2.2.1", "endpoints": self.listed}, status_code=self.details_code)


@pytest.mark.parametrize(
    ("versions", "details_code", "code"),
    [(("2.3.0",), 1000, 3002), (("2.2.1",), 2000, 3001), (("2.2.1",), 1000, 3003)],
)
def test_a_client_that_does_not_match_is_told_why(server, make_cpo, versions, details_code: int, code: int):
    cpo = make_cpo()
    emsp = Stranger(name=f"stranger-{cpo.name}", roles=cpo.roles)
    server.add(emsp)
    emsp.versions = [{"version": version, "url": f"{emsp.base_url}/2.2.1"} for version in versions]
    emsp.details_code = details_code
    own = emsp.connections.invite().token_in
    answer = emsp.call(
        "POST",
        credentials_url(cpo),
        token=cpo.connections.invite().token_in,
        body=emsp.credentials(own),
    )
    assert answer.status_code == code
    emsp.close()


def test_a_failed_registration_names_the_step(make_cpo, make_emsp):
    cpo, emsp = make_cpo(), make_emsp()
    wrong_token = emsp.register(cpo.versions_url, "wrong")
    assert wrong_token.failure == "GET versions: HTTP 401, status_code 2000: Unknown credentials token"
    emsp.version = "2.1.1"
    other = emsp.register(cpo.versions_url, cpo.connections.invite().token_in)
    assert other.failure == "GET versions lists ['2.2.1'], not the wanted version"
    assert emsp.connections.registered() == []


def test_a_registration_that_the_other_side_refuses_leaves_no_connection(server, make_emsp):
    class Refusing(Cpo):
        @serves("credentials.post", blocking=True)
        def post_credentials(self, visit) -> Reply:
            return Reply(status_code=3000)

    emsp = make_emsp()
    cpo = Refusing(name=f"refusing-{emsp.name}", roles=emsp.roles)
    server.add(cpo)
    outcome = emsp.register(cpo.versions_url, cpo.connections.invite().token_in)
    assert outcome.failure == "POST credentials: HTTP 200, status_code 3000"
    assert list(emsp.connections) == []
    cpo.close()


def test_actions_issue_tokens_and_register(make_cpo, make_emsp):
    cpo, emsp = make_cpo(), make_emsp()
    token = cpo.act("issue-token", None, {})["token"]
    emsp.act("register", None, {"versions_url": cpo.versions_url, "token": token})
    connection = emsp.connections.registered()[0]
    assert emsp.act("update-credentials", connection, {}) == {"accepted": True}
    assert emsp.act("unregister", connection, {}) == {"accepted": True}


def test_the_register_action_says_why_it_failed(make_cpo, make_emsp):
    with pytest.raises(RuntimeError, match="GET versions: HTTP 401"):
        make_emsp().act("register", None, {"versions_url": make_cpo().versions_url, "token": "wrong"})
