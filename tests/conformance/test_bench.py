"""The bench: peers on real sockets, the registration, the trigger, and who owns what happens."""

from typing import Any

import pytest
from ocpi_conformance.conformance import bench as benches
from ocpi_conformance.conformance.bench import SILENT_CALLS
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.iut import Iut
from ocpi_conformance.conformance.ledger import WIRE
from ocpi_conformance.conformance.trigger import NoTrigger, Trigger, Triggered
from ocpi_conformance.reports.result import Verdict

from tests.conformance.builders import PartyTrigger, a_bench

NOWHERE = "http://127.0.0.1:1/versions"


@pytest.mark.parametrize(("role", "opposite"), [("CPO", "EMSP"), ("EMSP", "CPO")])
def test_the_peer_plays_the_other_side(role: str, opposite: str) -> None:
    """It hosts two parties, and no guest shares one with it or with another guest."""
    with a_bench(role) as (bench, _):
        guests = [bench.new_peer(furnished=False) for _ in range(2)]
        parties = [bench.peer, *guests]
        owners = [(found.country_code, found.party_id) for party in parties for found in party.roles]

        assert {found.role for party in parties for found in party.roles} == {opposite}
        assert len(bench.peer.roles) == 2
        assert len(set(owners)) == len(owners)
        assert len({party.base_url for party in parties}) == 3
        assert bench.parties() == parties


def test_the_registration_is_made_once_and_on_need() -> None:
    """The judge learns from it who the IUT is."""
    with a_bench() as (bench, iut):
        assert bench.registration is None
        connection = bench.connection()

        assert bench.connection() is connection
        assert bench.register() is bench.first_registration
        assert len(iut.journal.all(endpoint="credentials.post", direction="received")) == 1
        assert [found.party_id for found in bench.judge.iut_roles] == ["IUT"]
        assert ("locations", "SENDER") in bench.endpoints()


def test_versions_are_discovered_once_without_a_registration() -> None:
    """What the holder of token A sees."""
    with a_bench() as (bench, iut):
        assert bench.discover() is bench.discover()
        assert bench.endpoints() == bench.discover().endpoints
        assert len(iut.journal.all(endpoint="versions.list", direction="received")) == 1
        assert bench.registration is None


def test_a_failed_registration_is_tried_again_with_another_token() -> None:
    """The IUT gives a further token A; the first try stays to be judged."""
    with a_bench(token="a wrong one") as (bench, _):
        assert bench.register().succeeded
        assert bench.first_registration is not None
        assert not bench.first_registration.succeeded
        assert bench.connection().registered


def test_without_any_token_that_works_the_scenario_stops() -> None:
    """The reason says what failed, and what may be set where nobody ever called us."""
    with a_bench(token="a wrong one", trigger=NoTrigger()) as (bench, _):
        with pytest.raises(Stop, match=r"the registration failed: .*bind and public_url") as stop:
            bench.connection()

        assert stop.value.verdict is Verdict.INCONCLUSIVE


def test_the_trigger_is_told_of_the_peer() -> None:
    """Its party, its URL, and whether it is connected."""
    seen = []

    class Watching(PartyTrigger):
        def _act(self, action, asked):
            seen.append((action, asked["version"], asked["role"], asked["peer"], asked["parameters"]))
            return super()._act(action, asked)

    with a_bench("EMSP") as (bench, iut):
        bench.trigger = Watching(iut)
        bench.act("issue-token", bench.peer, {"a": 1})
        bench.connection()
        bench.act("pull-locations", bench.peer, {})

    told = {"role": "CPO", "country_code": "NL", "party_id": "TS1", "versions_url": bench.peer.versions_url}
    assert seen == [
        ("issue-token", "2.2.1", "EMSP", {**told, "registered": False}, {"a": 1}),
        ("pull-locations", "2.2.1", "EMSP", {**told, "registered": True}, {}),
    ]


def test_what_cannot_be_triggered_is_inconclusive() -> None:
    """The action and the settings are named."""
    with a_bench() as (bench, _):
        with pytest.raises(Stop, match="needs the IUT to act: dance") as unknown:
            bench.act("dance", bench.peer, {})
        bench.trigger = NoTrigger()
        with pytest.raises(Stop, match=r"needs the IUT to act: push-location\. Set trigger_url") as none:
            bench.act("push-location", bench.peer, {})

    assert {unknown.value.verdict, none.value.verdict} == {Verdict.INCONCLUSIVE}


def test_a_trigger_that_fails_is_an_answer_or_an_end() -> None:
    """It may be asked without stopping."""
    with a_bench() as (bench, _):
        bench.connection()
        answer = bench.trigger_it("push-location", bench.peer, {"location_id": "none such"})

        assert not answer.done
        with pytest.raises(Stop, match="the trigger failed on push-location"):
            bench.act("push-location", bench.peer, {"location_id": "none such"})


def test_exchanges_belong_to_the_scenario_that_has_begun() -> None:
    """Of the peer, and of guests that come later; at its end all are judged."""
    with a_bench() as (bench, _):
        bench.begin("one")
        bench.discover()
        guest = bench.new_peer(furnished=False)
        guest.get_versions(bench.versions_url, token=bench.token_a)
        bench.begin("two")
        mark = bench.scenario_mark
        guest.get_versions(bench.versions_url, token=bench.token_a)
        bench.end()

        assert {found.scenario for found in bench.journal.all()[:mark]} == {"one"}
        assert [found.scenario for found in bench.journal.all(since=mark)] == ["two"]
        assert bench.ledger.judged("transport-envelope-present", WIRE)


def test_an_iut_that_is_silent_is_noticed() -> None:
    """After some calls without any response, not before, and not for ever."""
    with a_bench() as (bench, _):
        for _ in range(SILENT_CALLS - 1):
            bench.peer.call("GET", NOWHERE)
        assert bench.silence == ""
        bench.peer.call("GET", NOWHERE)
        assert f"the last {SILENT_CALLS} calls got no response" in bench.silence
        bench.peer.get_versions(bench.versions_url, token=bench.token_a)
        assert bench.silence == ""


class Remarking(Trigger):
    """A person who does as told and has something to say."""

    kind = "person"

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        return Triggered(outcome="done", data={"location_id": "L1"}, note="took a while")


def test_what_the_trigger_does_not_tell_leaves_nothing_to_show():
    """A scenario that needs it stops; a remark is kept with scenario and action."""
    with a_bench(trigger=Remarking()) as (bench, _):
        bench.begin("locations/x::test_y")
        told = bench.act("push-location", bench.peer, {})

        assert told["location_id"] == "L1"
        assert told.get("evse_uid") is None
        with pytest.raises(Stop, match="didn't tell evse_uid of the action push-location") as stopped:
            told["evse_uid"]
        assert stopped.value.verdict is Verdict.INCONCLUSIVE
        assert bench.notes == ["locations/x::test_y, push-location: took a while"]


def test_at_the_end_of_its_time_nothing_more_is_sent_or_waited_for():
    """What is cut short shows nothing: neither that something came nor that it didn't."""
    with a_bench(duration_s=1e-9) as (bench, _):
        iut = Iut(bench)
        assert "duration_s" in bench.silence
        for ask in (
            lambda: bench.act("push-location", bench.peer, {}),
            lambda: iut.sends("PUT"),
            lambda: iut.stays_quiet(),
            lambda: iut.settles(lambda: 0, bool),
        ):
            with pytest.raises(Stop, match="the time of the run was over") as stopped:
                ask()
            assert stopped.value.verdict is Verdict.INCONCLUSIVE
        assert bench.peer.call("GET", bench.versions_url).fault
        assert not bench.journal.all(direction="received")


def test_an_iut_that_sends_more_than_a_run_takes_is_left(monkeypatch):
    monkeypatch.setattr(benches, "MOST_REQUESTS", 2)
    with a_bench() as (bench, iut):
        assert [iut.call("GET", bench.peer.versions_url).http_status for _ in range(3)] == [401, 401, 503]
        assert "sent more than a run takes" in bench.silence
        with pytest.raises(Stop, match="sent more"):
            Iut(bench).sends("PUT")
