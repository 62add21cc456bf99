"""The wire judge as a whole: whom it blames, what it leaves alone, and what it notes."""

from dataclasses import replace
from typing import Any

import pytest
from ocpi_conformance.conformance.ledger import WIRE, Ledger
from ocpi_conformance.conformance.wire import WireJudge
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.connection import Connection, Role
from ocpi_conformance.simulators.exchange import Exchange, Response

from tests.conformance.builders import Wire, a_peer, a_requirement, an_answer

GET = "locations.sender.list"
PRESENT = "transport-envelope-present"
RETURNED = "transport-response-returned"


def judge_of(*slugs: str, level: str = "MUST") -> tuple[WireJudge, Ledger]:
    """A judge to whom only some requirements matter."""
    ledger, peer = Ledger(), a_peer("EMSP")
    selected = {slug: a_requirement(slug, level=level) for slug in slugs}
    return WireJudge(ledger=ledger, selected=selected, parties={"peer": peer}, version="2.2.1"), ledger


def with_body(body: bytes, **changes: Any) -> Exchange:
    response = Response(headers=(), body=body, status=200)
    return replace(an_answer().exchange, response=response, **changes)


def test_an_exchange_without_response_says_nothing() -> None:
    """A lost connection accuses nobody, whatever was sent over it."""
    assert Wire().answered(GET, status=None).all == set()


def test_a_request_that_we_left_unanswered_says_nothing() -> None:
    """Nor in the other direction."""
    judge, ledger = judge_of("transport-client-authorization-present")
    judge.judge(replace(an_answer(status=None).exchange, direction="received"))

    assert list(ledger.entries()) == []


def test_exchanges_of_others_say_nothing() -> None:
    """Only what our parties saw is judged."""
    judge, ledger = judge_of(PRESENT)
    judge.judge(with_body(b"[]", party="somebody"))

    assert list(ledger.entries()) == []


@pytest.mark.parametrize("endpoint", [GET, "credentials.get", None])
def test_faults_of_our_requests_are_not_the_iuts(endpoint: str | None) -> None:
    """No headers, a wrong token, a wrong body: who answers it well is not to blame."""
    names = ("Authorization", "Content-Type", "X-Request-ID", "X-Correlation-ID", "OCPI-to-party-id")
    bare = dict.fromkeys(names)
    left_out = {name: None for name in bare if name.startswith("X-")}
    refusal = {"envelope": {"status_code": 2001}, "headers": left_out}

    assert Wire().answered(endpoint, asked=bare, body={"id": 7, "x": "\n"}, **refusal).broken == set()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"status_code": 99, "timestamp": 7, "data": 7}'])
def test_faults_of_our_answers_are_not_the_iuts(body: bytes) -> None:
    """Of a request that came in, only the request is judged."""
    wire = Wire()
    asked = wire.asked("GET", "/sender/tokens")
    assert asked.broken == set()
    exchange = with_body(body, direction="received")
    right = {slug for slug in asked.met if slug.startswith("transport-client-")}

    wire.judge.judge(replace(exchange, endpoint=wire.peer.endpoints.get("tokens.sender.list")))

    found = wire.spoken
    assert right <= found.met
    assert not {slug for slug in found.broken if "-client-" not in slug}


LEVELS = {"MUST": Verdict.FAIL, "SHOULD": Verdict.WARN, "MAY": Verdict.WARN}


@pytest.mark.parametrize(("level", "verdict"), LEVELS.items())
def test_the_level_decides_what_a_fault_counts(level: str, verdict: Verdict) -> None:
    """Only a MUST fails."""
    judge, ledger = judge_of(PRESENT, level=level)
    judge.judge(with_body(b"[]"))

    (entry,) = ledger.entries()
    assert (entry.judgement.slug, entry.judgement.verdict) == (PRESENT, verdict)


def test_a_fault_is_noted_with_its_evidence() -> None:
    """The exchange, the endpoint, what was expected and what came."""
    judge, ledger = judge_of(PRESENT)
    judge.judge(with_body(b"[1]", endpoint=a_peer("EMSP").endpoints.get(GET)))

    (entry,) = ledger.entries()
    found = entry.judgement
    assert (found.scenario, found.check, found.exchanges, found.found) == (WIRE, GET, (7,), "[1]")
    assert found.expected


def test_what_is_not_selected_is_not_noted() -> None:
    """Neither as met nor as broken."""
    judge, ledger = judge_of(RETURNED)
    judge.judge(with_body(b"[1]"))

    assert [entry.judgement.slug for entry in ledger.entries()] == [RETURNED]


def test_it_may_have_told_a_party_more_of_itself() -> None:
    """Roles of an update, or of a guest's registration, count as those of the first registration do."""
    wire = Wire()
    sent = {"OCPI-from-party-id": "NEW"}
    assert wire.asked("GET", "/sender/tokens", headers=sent).broken == {"transport-client-routing-from"}

    updated = Wire()
    role = Role(role="CPO", country_code="DE", party_id="NEW", name="Theirs")
    updated.peer.connections.add(Connection(token_in="another-token", roles=(role,)))
    assert updated.asked("GET", "/sender/tokens", headers=sent).broken == set()
    assert updated.asked("GET", "/sender/tokens").broken == set()


def test_the_journal_is_read_once() -> None:
    """Each exchange counts one time, however often the judge looks."""
    judge, ledger = judge_of(PRESENT)
    journal = a_peer("EMSP").journal
    for _ in range(2):
        journal.record(with_body(b'{"status_code":1000}'))
        judge.read(journal)
    judge.read(journal)

    (entry,) = ledger.entries()
    assert (entry.judgement.verdict, entry.count) == (Verdict.PASS, 2)


def test_unknown_fields_draw_one_warning_a_name() -> None:
    """Also over many messages."""
    wire = Wire()
    tariff = {**wire.samples.tariff(), "colour": "red"}

    wire.answered("tariffs.sender.list", [tariff, {**tariff, "id": "2"}])
    spoken = wire.answered("tariffs.sender.list", [{**tariff, "shape": "round"}])

    assert spoken.broken == {"types-no-unknown-fields"}
    warned = [entry for entry in wire.ledger.entries() if entry.judgement.verdict is Verdict.WARN]
    assert [entry.judgement.found.split(" at ")[0] for entry in warned] == ["colour", "shape"]


ODD = ("[null]", "[[]]", '[7,"x",{}]', '{"endpoints":[null,7]}', '{"roles":[[]]}', "{}", "7")
DEEP = ("[" * 900 + "]" * 900, '{"id":' * 900 + "7" + "}" * 900)


@pytest.mark.parametrize("data", [*ODD, *DEEP])
@pytest.mark.parametrize(
    "endpoint", [GET, "versions.list", "versions.details", "credentials.get", "tokens.sender.list"]
)
def test_whatever_comes_is_read_without_a_fault_of_ours(endpoint: str, data: str) -> None:
    """Deep, odd and empty values raise nothing."""
    raw = f'{{"status_code":1000,"data":{data}}}'.encode()

    assert Wire().answered(endpoint, raw=raw).all


@pytest.mark.parametrize(
    "value", [None, 7, "x", [], {}, [{}], {"evses": [7]}, {"last_updated": {}}, {"uid": 7}]
)
def test_odd_bodies_are_read_without_a_fault_of_ours(value: Any) -> None:
    """In requests too."""
    for module, path in (
        ("locations", "DE/IUT/L1"),
        ("locations", "DE/IUT/L1/E/1"),
        ("sessions", "DE/IUT/S1"),
    ):
        for method in ("PUT", "PATCH", "POST", "DELETE"):
            assert Wire().push(module, path, value, method=method).all


def test_a_judge_that_fails_is_our_own_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found before it stands, what comes after it is judged, and the failure is told with its place."""
    from ocpi_conformance.conformance.wire import answers

    def broken(_: object) -> Any:
        yield from ()
        raise KeyError("no such field")

    monkeypatch.setattr(answers, "JUDGES", (*answers.JUDGES, broken))
    judge, ledger = judge_of(PRESENT)
    for _ in range(2):
        judge.judge(with_body(b"[]", party="peer"))

    assert [found.judgement.slug for found in ledger.entries()] == [PRESENT, PRESENT]
    assert len(judge.troubles) == 2
    assert "KeyError: 'no such field' (test_judge.py:" in judge.troubles[0]
