"""The IUT as scenarios see it."""

from collections.abc import Iterator

import pytest
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.iut import Iut
from ocpi_conformance.conformance.trigger import NoTrigger
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.roles import Cpo

from tests.conformance.builders import a_bench


@pytest.fixture(scope="module")
def known() -> Iterator[tuple[Iut, Cpo]]:
    """A CPO behind its facade, registered on first need."""
    with a_bench() as (bench, party):
        assert isinstance(party, Cpo)
        yield Iut(bench), party


def test_it_says_who_it_is(known: tuple[Iut, Cpo]) -> None:
    """The claimed role, and the party that plays it."""
    iut, party = known

    assert (iut.role, iut.party.party_id) == ("CPO", "IUT")
    assert iut.registration.succeeded
    assert iut.versions_url == party.versions_url
    assert iut.claim.covers("locations", "SENDER")


def test_a_version_that_it_does_not_list(known: tuple[Iut, Cpo]) -> None:
    """It is a published one where there is any."""
    iut, _ = known

    assert iut.other_version not in iut.discovery.offered
    assert iut.other_version == "2.0"


def test_urls_are_those_that_it_lists(known: tuple[Iut, Cpo]) -> None:
    """Where it lists none the scenario stops, which accuses nobody."""
    iut, party = known

    assert iut.url("locations", "SENDER") == party.url("locations", "SENDER")
    assert iut.url("credentials") == party.url("credentials")
    with pytest.raises(Stop, match="list no tokens SENDER") as stop:
        iut.url("tokens", "SENDER")
    assert stop.value.verdict is Verdict.INCONCLUSIVE


def test_probes_change_nothing(known: tuple[Iut, Cpo]) -> None:
    """Each is a GET that a party of ours can send."""
    iut, _ = known

    probes = iut.probes

    assert probes
    answers = [probe.send(iut._bench.peer, to=iut.connection) for probe in probes]
    assert {answer.exchange.request.method for answer in answers} == {"GET"}
    assert all(answer.http_status in (200, 404) for answer in answers)


def test_what_it_sends_is_waited_for(known: tuple[Iut, Cpo]) -> None:
    """Since the scenario began; an older call is not seen."""
    iut, party = known
    assert iut.connection
    (_, location), *_ = party.store.own("locations").items()

    iut.act("push-location", location_id=location["id"])
    seen = iut.sends("PUT", endpoint="locations.receiver.put_location")
    iut._bench.begin("later")
    later = iut.sends("PUT", endpoint="locations.receiver.put_location", within=0.01)

    assert seen.exchange is not None
    assert seen.exchange.request.json["id"] == location["id"]
    assert not later.seen
    assert iut.sends("PUT", since=0, within=0.01).seen


def test_silence_is_what_was_asked_for(known: tuple[Iut, Cpo]) -> None:
    """A call that matches breaks it, another does not."""
    iut, _ = known
    assert iut.connection
    iut._bench.begin("quiet")

    assert not iut.stays_quiet().seen
    assert iut.speaks()
    assert iut.stays_quiet("GET", endpoint="tokens.sender.list").seen
    assert not iut.stays_quiet("DELETE").seen


def test_calls_to_a_guest_are_its_own(known: tuple[Iut, Cpo]) -> None:
    """The main peer doesn't hear them."""
    iut, _ = known
    bench = iut._bench
    guest = bench.new_peer(furnished=False)
    bench.begin("guest")
    token = guest.connections.invite().token_in

    iut.act("register", peer=guest, versions_url=guest.versions_url, token=token)

    assert iut.sends("POST", endpoint="credentials.post", peer=guest, within=0.01).seen
    assert not iut.sends("POST", endpoint="credentials.post", within=0.01).seen


def test_it_is_asked_until_it_settles(known: tuple[Iut, Cpo]) -> None:
    """The last answer comes back, right or wrong."""
    iut, _ = known
    asked = []

    def ask():
        asked.append(iut._bench.peer.get_versions(iut.versions_url, token=iut.connection.token_out))
        return asked[-1]

    answer = iut.settles(ask, lambda _: len(asked) > 1)

    assert answer is asked[-1]
    assert len(asked) == 2


def test_without_a_trigger_nothing_is_tried() -> None:
    """Neither acting nor speaking."""
    with a_bench(trigger=NoTrigger()) as (bench, _):
        for attempt in (lambda: Iut(bench).act("x"), lambda: Iut(bench).tries("x"), Iut(bench).speaks):
            with pytest.raises(Stop, match="Set trigger_url"):
                attempt()


def test_an_emsp_has_a_facade_too() -> None:
    """It speaks by a pull of its own role."""
    with a_bench("EMSP") as (bench, _):
        iut = Iut(bench)
        assert iut.connection
        assert iut.speaks()
        assert iut.sends("GET", endpoint="locations.sender.list").seen
