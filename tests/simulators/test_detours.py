"""Detours that a peer sends others on."""

from ocpi_conformance.simulators.canary import Canary
from ocpi_conformance.simulators.detours import AGAIN, leads_astray, lists_elsewhere
from ocpi_conformance.simulators.peculiar import peculiar


def test_a_redirect_within_the_host_leads_to_nothing_once(world):
    mark = world.emsp.journal.mark()
    with peculiar(world.emsp, leads_astray("tokens")):
        world.cpo.act("pull-tokens", world.to_emsp, {})
    urls = [call.request.url for call in world.emsp.journal.all("GET", direction="received", since=mark)]
    assert [AGAIN in url for url in urls] == [False, True]
    assert world.cpo.act("pull-tokens", world.to_emsp, {}) is not None


def test_a_redirect_to_another_host_is_not_followed_by_parties_of_ours(world):
    with Canary() as canary, peculiar(world.emsp, leads_astray("versions", to=canary.url("x"))):
        answer = world.cpo.get_versions(world.emsp.versions_url, token=world.to_emsp.token_out)
    assert (answer.http_status, answer.header("Location")) == (307, canary.url("x"))
    assert canary.calls == []


def test_strangers_are_led_nowhere(world):
    with peculiar(world.emsp, leads_astray("versions")):
        assert world.cpo.get_versions(world.emsp.versions_url, token="wrong").http_status == 401


def test_modules_are_listed_elsewhere_and_credentials_stay(world):
    with peculiar(world.emsp, lists_elsewhere("http://elsewhere.example/ocpi/")):
        found = world.cpo.discover(
            world.emsp.versions_url, token=world.to_emsp.token_out, version="2.2.1"
        ).endpoints
    assert found["tokens", "SENDER"] == "http://elsewhere.example/ocpi/sender/tokens"
    assert found["credentials", "SENDER"] == world.emsp.url("credentials")
