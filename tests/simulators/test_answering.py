"""The serving side: in which order duties apply, and what every answer carries."""

import orjson
import pytest
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import Reply
from ocpi_conformance.simulators.connection import Role, authorization
from ocpi_conformance.simulators.party import serves
from ocpi_conformance.simulators.roles import Cpo

LOCATION = "/NL/CPO/LOC1"


def ask(world, method: str = "GET", below: str = "", **options):
    """Call the eMSP's locations receiver."""
    url = (world.to_emsp.url("locations", "RECEIVER") or "") + below
    return world.cpo.call(method, url, **{"to": world.to_emsp, **options})


@pytest.mark.parametrize(
    "header", [None, "Token", "Bearer abc", "Token !!!", authorization("somebody else's")]
)
def test_without_a_known_token_nothing_opens(world, header: str | None):
    answer = ask(world, below=LOCATION, headers={"Authorization": header})
    assert answer.http_status == 401
    assert answer.header("WWW-Authenticate") == "Token"
    assert answer.status_code == 2000


def test_a_token_comes_before_the_resource(world):
    answer = world.cpo.call("GET", f"{world.emsp.base_url}/nowhere", token="wrong")
    assert answer.http_status == 401


def test_token_a_opens_versions_and_credentials_only(world):
    token = world.emsp.connections.invite().token_in
    url = world.to_emsp.url("locations", "RECEIVER") or ""
    assert world.cpo.call("GET", f"{url}{LOCATION}", token=token).http_status == 401
    assert world.cpo.call("GET", world.emsp.versions_url, token=token).accepted


@pytest.mark.parametrize(
    "path", ["/nowhere", "/2.2.1/nowhere", "/2.1.1", "/2.2.1/receiver/locations/a/b/c/d/e/f"]
)
def test_what_is_not_there_is_404(world, path: str):
    answer = world.cpo.call("GET", f"{world.emsp.base_url}{path}", to=world.to_emsp)
    assert (answer.http_status, answer.status_code) == (404, 2000)


def test_a_method_that_is_not_there_is_405_and_names_those_that_are(world):
    answer = ask(world, "DELETE", LOCATION)
    assert answer.http_status == 405
    assert answer.header("Allow") == "GET, PUT, PATCH"


def test_broken_json_is_400(world):
    answer = ask(world, "PUT", LOCATION, raw=b'{"id": ')
    assert (answer.http_status, answer.status_code) == (400, 2000)


@pytest.mark.parametrize("depth", [252, 1000, 10_000])
def test_what_could_not_be_written_again_is_not_taken(world, depth: int):
    location = {**world.cpo.samples.location(), "extra": "here"}
    raw = orjson.dumps(location).replace(b'"here"', b"[" * depth + b"]" * depth)
    url = f"/{location['country_code']}/{location['party_id']}/{location['id']}"
    answer = ask(world, "PUT", url, raw=raw)
    assert (answer.http_status, answer.status_code) == (400, 2000)
    assert ask(world, below=url).http_status == 404


@pytest.mark.parametrize("depth", [1, 200])
def test_what_is_nested_less_deeply_is_taken_and_given_back(world, depth: int):
    location = {**world.cpo.samples.location(), "extra": "here"}
    raw = orjson.dumps(location).replace(b'"here"', b"[" * depth + b"]" * depth)
    url = f"/{location['country_code']}/{location['party_id']}/{location['id']}"
    assert ask(world, "PUT", url, raw=raw).accepted
    assert ask(world, below=url).data["extra"] is not None


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'"text"', b'{"id": "LOC1"}'])
def test_a_body_that_is_no_such_object_is_2001_without_an_http_error(world, raw: bytes):
    answer = ask(world, "PUT", LOCATION, raw=raw, headers={"Content-Type": "application/json"})
    assert (answer.http_status, answer.status_code) == (200, 2001)


def test_a_refusal_says_what_is_wrong_with_the_body(world):
    location = world.cpo.samples.location(full=True) | {"id": "LOC1", "publish": "yes"}
    answer = ask(world, "PUT", LOCATION, body=location)
    assert "/publish" in answer.message


def test_a_patch_without_last_updated_is_2001(world):
    assert ask(world, "PATCH", LOCATION, body={"name": "New"}).status_code == 2001


def test_request_ids_come_back_also_with_errors(world):
    ids = {"X-Request-ID": "request", "X-Correlation-ID": "correlation"}
    for below, headers in (("", {}), ("", {"Authorization": None}), ("/a/b/c/d/e/f", {})):
        answer = ask(world, **({"below": below} if below else {}), headers={**headers, **ids})
        assert {name: answer.header(name) for name in ids} == ids


def test_an_answer_is_routed_back_to_whom_it_came_from(world):
    answer = ask(world, below=LOCATION, headers=world.cpo.routing(world.to_emsp))
    routing = ("from-country-code", "from-party-id", "to-country-code", "to-party-id")
    assert [answer.header(f"OCPI-{name}") for name in routing] == ["DE", "MSP", "NL", "CPO"]


def test_configuration_modules_are_not_routed(world):
    routing = world.cpo.routing(world.to_emsp)
    answer = world.cpo.call("GET", world.emsp.versions_url, to=world.to_emsp, headers=routing)
    assert answer.header("OCPI-to-party-id") is None


def test_every_answer_is_an_envelope_with_the_present_time(world):
    answer = ask(world, below=LOCATION)
    moment = clock.parse(answer.envelope["timestamp"])
    assert moment is not None
    assert abs((clock.now() - moment).total_seconds()) < 60
    assert answer.header("Content-Type") == "application/json"


def test_a_failure_of_a_module_is_3000_and_is_kept(server):
    class Broken(Cpo):
        @serves("locations.sender.list")
        def list_locations(self, visit) -> Reply:
            raise RuntimeError("no disk")

    broken = Broken(name="broken", roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="")])
    server.add(broken)
    connection = broken.connections.invite()
    connection.registered = True
    answer = broken.call("GET", broken.url("locations", "SENDER"), token=connection.token_in)
    assert (answer.http_status, answer.status_code) == (200, 3000)
    assert broken.faults == ["locations.sender.list: RuntimeError: no disk"]
    broken.close()


def test_a_message_never_repeats_control_characters(world):
    """They may come from the client; the envelope is valid all the same."""
    url = world.to_cpo.url("locations", "SENDER") or ""
    answer = world.emsp.call("GET", f"{url}?date_from=%17%0A", to=world.to_cpo)
    assert answer.status_code == 2001
    assert answer.message == "date_from is no DateTime: ??"
