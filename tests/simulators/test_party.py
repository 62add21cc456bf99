"""A party: its routes, its calls, what it puts off, and how it misbehaves on request."""

import threading

import pytest
from ocpi_conformance.simulators.exchange import Request
from ocpi_conformance.simulators.party import Misbehaviour


def test_a_party_offers_what_its_classes_serve(make_cpo, make_emsp):
    assert make_cpo().interfaces() == [
        ("cdrs", "SENDER"),
        ("chargingprofiles", "RECEIVER"),
        ("commands", "RECEIVER"),
        ("credentials", ""),
        ("hubclientinfo", "RECEIVER"),
        ("locations", "SENDER"),
        ("sessions", "SENDER"),
        ("tariffs", "SENDER"),
        ("tokens", "RECEIVER"),
    ]
    assert make_emsp().interfaces() == [
        ("cdrs", "RECEIVER"),
        ("chargingprofiles", "SENDER"),
        ("commands", "SENDER"),
        ("credentials", ""),
        ("hubclientinfo", "RECEIVER"),
        ("locations", "RECEIVER"),
        ("sessions", "RECEIVER"),
        ("tariffs", "RECEIVER"),
        ("tokens", "SENDER"),
    ]


def test_functional_calls_are_routed_and_others_are_not(world):
    world.emsp.pull_locations(world.to_cpo)
    (listed,) = world.sent(world.emsp, "locations.sender.list")
    names = ("OCPI-from-country-code", "OCPI-from-party-id", "OCPI-to-country-code", "OCPI-to-party-id")
    assert [listed.request.header(name) for name in names] == ["DE", "MSP", "NL", "CPO"]
    (posted,) = world.sent(world.emsp, "credentials.post")
    assert [posted.request.header(name) for name in names] == [None] * 4


def test_each_call_has_ids_of_its_own(world):
    for _ in range(2):
        world.emsp.get_versions(world.cpo.versions_url, token=world.to_cpo.token_out)
    sent = world.emsp.journal.all(direction="sent")
    for name in ("X-Request-ID", "X-Correlation-ID"):
        values = [exchange.request.header(name) for exchange in sent]
        assert None not in values
        assert len(set(values)) == len(values)


def test_headers_of_a_call_can_be_set_and_left_out(world):
    headers = {"X-Request-ID": None, "X-Correlation-ID": "mine"}
    answer = world.emsp.call("GET", world.cpo.versions_url, to=world.to_cpo, headers=headers)
    request = answer.exchange.request
    assert (request.header("X-Request-ID"), request.header("X-Correlation-ID")) == (None, "mine")


def test_only_calls_with_a_body_have_a_content_type(world):
    without = world.emsp.call("GET", world.cpo.versions_url, to=world.to_cpo)
    with_one = world.emsp.call("POST", world.cpo.versions_url, to=world.to_cpo, body={})
    assert without.exchange.request.header("Content-Type") is None
    assert with_one.exchange.request.header("Content-Type") == "application/json"


def test_both_sides_record_the_same_exchange(world):
    world.emsp.call("GET", f"{world.cpo.versions_url}?x=1", to=world.to_cpo, endpoint="versions.list")
    sent = world.emsp.journal.all(direction="sent")[-1]
    received = world.cpo.journal.all(direction="received")[-1]
    assert sent.request.url == received.request.url
    assert sent.endpoint == received.endpoint
    assert sent.response.body == received.response.body
    assert (sent.party, received.party) == (world.emsp.name, world.cpo.name)


def test_a_call_that_fails_is_recorded_too(make_cpo):
    cpo = make_cpo()
    cpo.call("GET", "http://127.0.0.1:1/")
    (exchange,) = cpo.journal.all()
    assert exchange.response is None
    assert exchange.fault


def test_work_put_off_while_answering_waits_for_the_answer(make_cpo, world):
    """The work reads the journal: the exchange that asked for it has to be over."""
    seen: list[int] = []
    original = world.cpo.own_location

    def watching(location_id: str):
        before = len(world.cpo.journal.all())
        world.cpo.later(lambda: seen.append(len(world.cpo.journal.all()) - before))
        return original(location_id)

    world.cpo.own_location = watching
    world.emsp.call("GET", world.to_cpo.below("locations", "SENDER", "x"), to=world.to_cpo)
    world.cpo.settle()
    assert seen == [1]


def test_work_put_off_at_other_times_begins_at_once(make_cpo):
    cpo = make_cpo()
    done = threading.Event()
    cpo.later(done.set)
    assert done.wait(5)
    cpo.settle()


def test_settle_waits_for_work_that_makes_more_work(make_cpo):
    cpo = make_cpo()
    done: list[str] = []
    cpo.later(lambda: cpo.later(lambda: done.append("second")))
    cpo.settle()
    assert done == ["second"]


def test_settle_gives_up_in_time(make_cpo):
    cpo = make_cpo()
    release = threading.Event()
    cpo.later(lambda: release.wait(10))
    with pytest.raises(TimeoutError):
        cpo.settle(within=0.05)
    release.set()
    cpo.settle()


def test_a_failure_in_the_background_is_kept(make_cpo):
    cpo = make_cpo()

    def fail() -> None:
        raise RuntimeError("out of order")

    cpo.later(fail)
    cpo.settle()
    assert cpo.faults == ["RuntimeError: out of order"]
    cpo.faults.clear()


def test_an_unknown_action_is_a_key_error(world):
    with pytest.raises(KeyError):
        world.cpo.act("dance", world.to_emsp, {})


def test_misbehaviours_stand_around_what_is_served(make_cpo):
    def teapot(party, request, proceed):
        return proceed(request).with_header("X-Flaw", party.name)

    cpo = make_cpo(misbehaviours=[Misbehaviour("teapot", serving=teapot)])
    token = cpo.connections.invite().token_in
    assert cpo.call("GET", cpo.versions_url, token=token).header("X-Flaw") == cpo.name


def test_misbehaviours_stand_around_what_is_called(make_cpo):
    def forgetful(party, request: Request, proceed):
        return proceed(request.with_header("Authorization", None))

    cpo = make_cpo(misbehaviours=[Misbehaviour("forgetful", calling=forgetful)])
    token = cpo.connections.invite().token_in
    assert cpo.call("GET", cpo.versions_url, token=token).http_status == 401
