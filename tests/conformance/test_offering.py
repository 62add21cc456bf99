"""Offering an object to an IUT in every wrong and in every legal way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from ocpi_conformance.conformance.bearing import offer_oddities
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.offering import Offer, renewed
from ocpi_conformance.conformance.trying import Tried, offer_mutants, smallest
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.answering import invalid, written
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Request, Response
from ocpi_conformance.simulators.flaws import get
from ocpi_conformance.simulators.flaws.shaping import with_envelope
from ocpi_conformance.simulators.party import Misbehaviour, Party

from tests.conformance.builders import a_bench

IDENTITY = frozenset({"/country_code", "/party_id", "/uid"})


@contextmanager
def a_token_offered(*flaws: str, around: Any = None) -> Iterator[tuple[Offer, Party]]:
    """A Token, offered to a CPO of ours that may have flaws."""
    with a_bench("CPO") as (bench, party):
        connection, token = bench.connection(), bench.peer.samples.token(full=True, type="RFID")
        party.misbehaviours = tuple(get(name).misbehaviour for name in flaws)
        if around is not None:
            party.misbehaviours = (Misbehaviour(name="odd", serving=around),)
        url = connection.below("tokens", "RECEIVER", token["country_code"], token["party_id"], token["uid"])

        def begin() -> dict[str, Any]:
            answer = bench.peer.push_token(connection, token)
            if not answer.accepted:
                raise Stop(Verdict.INCONCLUSIVE, f"refused: {answer}")
            return {name: token[name] for name in token if name in REQUIRED}

        def send(body: Any) -> Answer:
            return bench.peer.call(
                "PUT", url, to=connection, endpoint="tokens.receiver.put", raw=orjson.dumps(body)
            )

        yield (
            Offer(
                version="2.2.1",
                name="Token",
                begin=begin,
                whole=token,
                send=send,
                look=lambda _: bench.peer.get_copy(connection, token),
                fixed=IDENTITY,
            ),
            party,
        )


REQUIRED = (
    *("country_code", "party_id", "uid", "type", "contract_id", "issuer"),
    *("valid", "whitelist", "last_updated"),
)


def wrong_ones(tried: Tried, holds: Callable[[Any], bool]) -> list[str]:
    """Where the mutants are of which something holds."""
    return [f"{trial.mutant.pointer} {trial.rule}" for trial in tried.trials if holds(trial)]


def test_a_party_that_is_right_refuses_all_and_keeps_what_it_has() -> None:
    """Every trial is refused, nothing leaks."""
    with a_token_offered() as (offer, party):
        tried = offer_mutants(offer)

        assert len(tried.trials) > 50
        assert wrong_ones(tried, lambda trial: not trial.refused) == []
        assert tried.leaked == []
        assert party.faults == []


def test_what_is_taken_is_found_and_made_as_small_as_can_be() -> None:
    """The smallest body has the required fields, and what is wrong."""
    with a_token_offered("token-wrong-value-taken") as (offer, _):
        tried = offer_mutants(offer)
        amiss = [trial for trial in tried.trials if trial.amiss]

        assert wrong_ones(tried, lambda trial: trial.amiss) == ["/visual_number length"]
        least = smallest(amiss, by=lambda trial: trial.amiss)
        assert set(least.body) == {*REQUIRED, "visual_number"}
        assert str(least).startswith("Token with /visual_number")


def test_what_is_not_needed_for_a_failure_is_left_off() -> None:
    """Even where it was sent with more."""
    with a_token_offered("token-wrong-value-taken") as (offer, _):
        rich = Offer(**{**vars(offer), "begin": lambda: (offer.begin(), offer.whole)[1]})
        amiss = [trial for trial in offer_mutants(rich).trials if trial.amiss]

        assert set(amiss[0].body) > {*REQUIRED, "visual_number", "group_id"}
        least = smallest(amiss, by=lambda trial: trial.amiss)
        assert set(least.body) == {*REQUIRED, "visual_number"}


def test_what_breaks_the_server_is_no_refusal() -> None:
    """It is told apart from what was taken."""
    with a_token_offered("token-breaks-server") as (offer, _):
        tried = offer_mutants(offer)

        assert wrong_ones(tried, lambda trial: trial.broke) == ["/group_id type"]
        assert wrong_ones(tried, lambda trial: trial.amiss) == []


def test_what_changes_although_it_was_refused_is_traced() -> None:
    """To the one body that did it."""
    with a_token_offered("token-half-kept") as (offer, _):
        tried = offer_mutants(offer)

        assert [f"{trial.mutant.pointer} {trial.rule}" for trial in tried.leaked] == ["/issuer null"]


def test_all_forms_are_accepted_and_kept() -> None:
    """By a party that is right."""
    with a_token_offered() as (offer, _):
        bornes = offer_oddities(offer)

        assert [str(borne) for borne in bornes if not borne.holds] == []
        assert {"null", "absent", "longest", "unicode", "unknown"} <= {borne.kind for borne in bornes}


def test_the_fewest_oddities_are_to_blame() -> None:
    """One text with a character of four bytes is enough."""
    with a_token_offered("token-characters-refused") as (offer, _):
        refused = [borne for borne in offer_oddities(offer) if borne.culprits]

        assert [(borne.kind, len(borne.culprits)) for borne in refused] == [("unicode", 1)]
        assert len(refused[0].sent) > 1
        odd = refused[0].culprits[0].path[0]
        assert set(refused[0].answer.exchange.request.json) == {*REQUIRED, odd}


def test_oddities_that_are_refused_together_only_are_both_to_blame() -> None:
    """Neither is refused alone."""

    def around(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        body = request.json if isinstance(request.json, dict) else {}
        if len(str(body.get("issuer"))) == 64 and len(str(body.get("visual_number"))) == 64:
            return written(request, invalid("too much text"))
        return proceed(request)

    with a_token_offered(around=around) as (offer, _):
        refused = [borne for borne in offer_oddities(offer) if borne.culprits]

        assert [culprit.pointer for culprit in refused[0].culprits] == ["/visual_number", "/issuer"]


def test_what_is_not_kept_is_named() -> None:
    """By the first places that differ."""
    with a_token_offered("token-characters-lost") as (offer, _):
        lost = {borne.kind: borne.lost for borne in offer_oddities(offer) if borne.lost}

        assert list(lost) == ["unicode"]
        assert "/issuer" in lost["unicode"]


def test_a_party_that_takes_the_right_body_no_more_is_not_judged() -> None:
    """Its refusals say nothing: it may refuse us, whatever we send."""
    answered: list[int] = []

    def around(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        answered.append(1)
        return proceed(request) if len(answered) < 20 else written(request, invalid("enough"))

    with a_token_offered(around=around) as (offer, _), pytest.raises(Stop, match="refused"):
        offer_mutants(offer)


def test_being_told_to_come_later_is_no_refusal() -> None:
    """The body wasn't looked at."""

    def around(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        response = proceed(request)
        if response.envelope.get("status_code") != 2001:
            return response
        return Response(response.headers, response.body, 503)

    with a_token_offered(around=around) as (offer, _):
        tried = offer_mutants(offer)

        assert wrong_ones(tried, lambda trial: trial.broke or trial.amiss or trial.refused) == []
        assert tried.of(("required",)) == []


def stumbling(times: int, status: int, *, method: str = "PUT", holds: Callable[[Any], bool]) -> Any:
    """Fails the first few of some requests."""
    failed: list[int] = []

    def around(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        response = proceed(request)
        if request.method != method or not holds(request.json) or len(failed) >= times:
            return response
        failed.append(1)
        return Response(response.headers, b"<html>", status)

    return around


def of_no_issuer(body: Any) -> bool:
    return isinstance(body, dict) and "issuer" not in body


def of_full_length(body: Any) -> bool:
    return isinstance(body, dict) and len(str(body.get("issuer"))) == 64


def test_a_gateway_that_fails_once_is_not_blamed_on_the_body() -> None:
    """Only a body that breaks the server again does break it."""
    for times, expected in ((1, []), (2, ["/issuer required"])):
        with a_token_offered(around=stumbling(times, 502, holds=of_no_issuer)) as (offer, _):
            assert wrong_ones(offer_mutants(offer), lambda trial: trial.broke) == expected


def test_a_look_that_fails_shows_no_change() -> None:
    """Too many requests, or a failure: nothing is known then."""
    seen: list[int] = []

    def around(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        seen.extend([1] * (request.method == "GET"))
        response = proceed(request)
        busy = request.method == "GET" and len(seen) % 2 == 0
        return Response(response.headers, b"", 429) if busy else response

    with a_token_offered(around=around) as (offer, _):
        tried = offer_mutants(offer)

        assert (tried.leaked, tried.watched) == ([], True)


def test_what_can_never_be_read_back_was_not_watched() -> None:
    """That nothing changed can't be said then."""
    with a_token_offered(around=stumbling(999, 404, method="GET", holds=lambda _: True)) as (offer, _):
        tried = offer_mutants(offer)

        assert (tried.leaked, tried.watched) == ([], False)


def test_an_odd_body_that_is_refused_only_once_is_borne() -> None:
    """A moment's trouble is no refusal, and neither is a limit of calls or of size."""
    for times, status, withheld in ((1, 500, False), (99, 429, True), (99, 413, True)):
        with a_token_offered(around=stumbling(times, status, holds=of_full_length)) as (offer, _):
            longest = next(borne for borne in offer_oddities(offer) if borne.kind == "longest")

            assert (longest.culprits, longest.withheld) == ((), withheld)


def test_who_refuses_the_full_object_is_asked_with_the_small_one() -> None:
    """And who refuses that too is not judged."""

    def around(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        body = request.json if isinstance(request.json, dict) else {}
        return written(request, invalid("no")) if body.get("group_id") else proceed(request)

    with a_token_offered(around=around) as (offer, _):
        small = Offer(**{**vars(offer), "begin": lambda: {n: offer.whole[n] for n in REQUIRED}})
        refused = {borne.kind: borne.culprits for borne in offer_oddities(small) if borne.culprits}

        assert {culprit.pointer for found in refused.values() for culprit in found} == {"/group_id"}

        never = Offer(**{**vars(offer), "begin": lambda: offer.whole})
        with pytest.raises(Stop, match="that is right was refused"):
            offer_oddities(never)


def test_what_is_sent_was_updated_just_now() -> None:
    """In the form it had; a time that is wrong stays as it is."""
    old = (
        "2020-01-01T00:00:00Z",
        "2020-01-01T00:00:00.2Z",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00+01:00",
    )
    new = [renewed({"parts": [{"last_updated": text}]})["parts"][0]["last_updated"] for text in old]

    assert [len(text) for text in new] == [len(text) for text in old]
    assert all(text > "2020-02" for text in new[:3])
    assert new[3] == old[3]
    assert [text.endswith("Z") for text in new[:3]] == [True, True, False]


def test_who_answers_with_an_error_of_its_own_has_taken_nothing() -> None:
    """It has not refused the body either: the report tells these apart."""

    def around(_: Party, request: Request, proceed: Callable[[Request], Response]) -> Response:
        response = proceed(request)
        own = request.method == "PUT" and of_no_issuer(request.json)
        return with_envelope(response, status_code=3000) if own else response

    with a_token_offered(around=around) as (offer, _):
        tried = offer_mutants(offer)

        assert wrong_ones(tried, lambda trial: trial.amiss) == ["/issuer required"]
        assert wrong_ones(tried, lambda trial: trial.taken) == []
