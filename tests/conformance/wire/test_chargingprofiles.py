"""The judge of charging profiles: of a CPO that tells outcomes and changes, of an eMSP that asks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from ocpi_conformance.conformance.wire.chargingprofiles import ChargingProfiles, response_url, same
from ocpi_conformance.conformance.wire.ruling import View
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import endpoint_of
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.roles import Cpo, Emsp

from tests.conformance.wire.views import IUT, broken, met

ROLE = IUT[0]
PROFILE = {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": 8.5}]}
ACTIVE = {"start_date_time": "2024-06-01T10:00:00Z", "charging_profile": {**PROFILE, "duration": 900}}


@pytest.fixture
def emsp() -> Iterator[Emsp]:
    party = Emsp(name="emsp", roles=[ROLE], base_url="http://peer", verify=False)
    yield party
    party.close()


@pytest.fixture
def cpo() -> Iterator[Cpo]:
    party = Cpo(name="cpo", roles=[ROLE], base_url="http://peer", verify=False)
    party.store.own("sessions").put(("S1",), {"id": "S1"})
    yield party
    party.close()


def exchange(party, request: Request, answer: Any = None, *, direction: Any = "received", later: float = 0):
    """One exchange of a party, `later` seconds from now, with its `data` and HTTP 200."""
    envelope = {"status_code": 1000} if answer is None else {"status_code": 1000, "data": answer}
    return Exchange(
        id=party.journal.claim_id(),
        direction=direction,
        party=party.name,
        scenario="s",
        started=clock.now() + timedelta(seconds=later),
        elapsed_s=0.0,
        request=request,
        response=Response(headers=(), body=orjson.dumps(envelope), status=200),
        endpoint=request.endpoint or endpoint_of(party, request),
    )


def a_request(method: str, url: str, body: Any = None, *, endpoint: str = "") -> Request:
    row = endpoints("2.2.1").get(endpoint) if endpoint else None
    content = b"" if body is None else orjson.dumps(body)
    return Request(method=method, url=url, headers=(), body=content, endpoint=row)


def asked(party: Emsp, kind: str, *, result: str = "ACCEPTED", timeout: int = 30, session: str = "S1") -> str:
    """What the eMSP has asked of the IUT before; the response URL."""
    url, at = party.new_profile_url(kind), f"http://iut/cp/{session}"
    name = {"active": "get"}.get(kind, kind)
    if kind == "set":
        request = a_request("PUT", at, {"response_url": url}, endpoint="chargingprofiles.receiver.set")
    else:
        query = f"duration=900&response_url={url.replace('?', '%3F').replace('&', '%26')}"
        method = "GET" if kind == "active" else "DELETE"
        request = a_request(method, f"{at}?{query}", endpoint=f"chargingprofiles.receiver.{name}")
    answer = {"result": result, "timeout": timeout}
    party.journal.record(exchange(party, request, answer, direction="sent"))
    return url


def judged(party, found: Exchange) -> list:
    return list(ChargingProfiles().requested(View(found, party, "2.2.1", IUT)))


def names(slugs: set[str]) -> set[str]:
    return {slug.removeprefix("chargingprofiles-") for slug in slugs}


@pytest.mark.parametrize("kind", ["set", "clear", "active"])
def test_an_outcome_as_it_should_be(emsp: Emsp, kind: str) -> None:
    url = asked(emsp, kind)
    rulings = judged(emsp, exchange(emsp, a_request("POST", url, {"result": "REJECTED"}), later=1))
    assert names(met(rulings)) == {"outcome-to-given-url", "outcome-only-if-accepted", "outcome-in-time"}


def test_an_outcome_that_goes_elsewhere(emsp: Emsp) -> None:
    """A query that is left off is a different URL; a stranger's is no outcome of anything."""
    url = asked(emsp, "set").partition("?")[0]
    for target in (url, f"{url}x"):
        rulings = judged(emsp, exchange(emsp, a_request("POST", target, {"result": "ACCEPTED"})))
        assert names(broken(rulings)) == {"outcome-to-given-url"}


def test_an_outcome_that_is_late_or_not_due(emsp: Emsp) -> None:
    late = a_request("POST", asked(emsp, "clear", timeout=5), {"result": "ACCEPTED"})
    assert names(broken(judged(emsp, exchange(emsp, late, later=6)))) == {"outcome-in-time"}
    undue = a_request("POST", asked(emsp, "clear", result="REJECTED"), {"result": "ACCEPTED"})
    assert names(broken(judged(emsp, exchange(emsp, undue)))) == {"outcome-only-if-accepted"}


@pytest.mark.parametrize(("duration", "legal"), [(900, True), (60, True), (None, True), (901, False)])
def test_an_active_profile_is_no_longer_than_asked_for(emsp: Emsp, duration: int | None, legal: bool) -> None:
    active = {**ACTIVE, "charging_profile": {**PROFILE, "duration": duration}}
    request = a_request("POST", asked(emsp, "active"), {"result": "ACCEPTED", "profile": active})
    rulings = judged(emsp, exchange(emsp, request))
    assert ("active-length" in names(broken(rulings))) is not legal
    assert ("active-length" in names(met(rulings))) is legal


@pytest.mark.parametrize(
    ("before", "legal"),
    [
        ((), False),
        (("REJECTED",), False),
        (("REJECTED", "ACCEPTED"), True),
        (("ACCEPTED", "TOO_OFTEN"), True),
    ],
)
def test_an_update_is_for_who_has_set_a_profile(emsp: Emsp, before: tuple[str, ...], legal: bool) -> None:
    for result in before:
        asked(emsp, "set", result=result)
    asked(emsp, "set", session="S2")
    url = f"{emsp.url('chargingprofiles', 'SENDER')}/s1"
    rulings = judged(emsp, exchange(emsp, a_request("PUT", url, ACTIVE), later=1))
    assert ("update-only-after-set" not in names(broken(rulings))) is legal


@pytest.mark.parametrize(("duration", "legal"), [(300, True), (3600, True), (None, True), (299, False)])
def test_an_update_looks_ahead(emsp: Emsp, duration: int | None, legal: bool) -> None:
    asked(emsp, "set")
    active = {**ACTIVE, "charging_profile": {**PROFILE, "duration": duration}}
    url = f"{emsp.url('chargingprofiles', 'SENDER')}/S1"
    rulings = judged(emsp, exchange(emsp, a_request("PUT", url, active), later=1))
    assert names(broken(rulings)) == (set() if legal else {"update-duration"})


@pytest.mark.parametrize(
    ("profile", "wrong"),
    [
        (PROFILE, set()),
        ({**PROFILE, "charging_profile_period": [{"start_period": 0, "limit": 8.55}]}, {"one-decimal"}),
        ({**PROFILE, "min_charging_rate": 6.25}, {"one-decimal"}),
        ({**PROFILE, "min_charging_rate": 1e30}, set()),
        ({**PROFILE, "charging_profile_period": [{"start_period": -1, "limit": 8}]}, {"periods-in-order"}),
        (
            {**PROFILE, "charging_profile_period": 2 * PROFILE["charging_profile_period"]},
            {"periods-in-order"},
        ),
        (
            {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": "0", "limit": "8"}]},
            set(),
        ),
    ],
)
def test_profiles_within_themselves(cpo: Cpo, profile: dict[str, Any], wrong: set[str]) -> None:
    body = {"charging_profile": profile, "response_url": "http://iut/results/1"}
    request = a_request("PUT", f"{cpo.url('chargingprofiles', 'RECEIVER')}/S1", body)
    assert names(broken(judged(cpo, exchange(cpo, request)))) == wrong


@pytest.mark.parametrize(
    ("method", "rest", "wrong"),
    [
        ("GET", "S1?duration=900&response_url=http%3A%2F%2Fa%2Fb%3Fc%3D1", set()),
        ("GET", "s1?duration=900&response_url=http://a/b?c=1", set()),
        ("GET", "S1?response_url=http://a/b", {"get-has-duration"}),
        ("GET", "S1?duration=soon&response_url=http://a/b", {"get-has-duration"}),
        ("GET", "S1?duration=900&response_url=/b", {"request-has-response-url"}),
        ("DELETE", "S1", {"request-has-response-url"}),
        ("DELETE", "S2?response_url=http://a/b", {"request-names-session"}),
    ],
)
def test_what_an_emsp_asks_for(cpo: Cpo, method: str, rest: str, wrong: set[str]) -> None:
    url = f"{cpo.url('chargingprofiles', 'RECEIVER')}/{rest}"
    assert names(broken(judged(cpo, exchange(cpo, a_request(method, url))))) == wrong


def test_response_urls_are_used_once(cpo: Cpo) -> None:
    url = f"{cpo.url('chargingprofiles', 'RECEIVER')}/S1?response_url=http://a/b"
    judge = ChargingProfiles()
    views = [View(exchange(cpo, a_request("DELETE", url)), cpo, "2.2.1", IUT) for _ in range(2)]
    assert [names(broken(judge.requested(view))) for view in views] == [set(), {"response-url-unique"}]


@pytest.mark.parametrize(
    ("endpoint", "slug"),
    [
        ("chargingprofiles.sender.set_result", "result-answer-without-data"),
        ("chargingprofiles.sender.update", "update-answer-without-data"),
    ],
)
def test_answers_to_results_and_updates_have_no_data(cpo: Cpo, endpoint: str, slug: str) -> None:
    request = a_request("POST", "http://iut/x", {}, endpoint=endpoint)
    silent, chatty = (exchange(cpo, request, data, direction="sent") for data in (None, {"ok": True}))
    assert names(met(ChargingProfiles().answered(View(silent, cpo, "2.2.1", IUT)))) == {slug}
    assert names(broken(ChargingProfiles().answered(View(chatty, cpo, "2.2.1", IUT)))) == {slug}


def test_other_modules_are_left_alone(cpo: Cpo) -> None:
    url = f"{cpo.url('tokens', 'RECEIVER')}/NL/CPO/1"
    assert judged(cpo, exchange(cpo, a_request("PUT", url, {}))) == []


def test_urls_are_compared_as_what_they_mean() -> None:
    assert same("http://a/b%20c?x=%31", "http://a/b c?x=1")
    assert not same("http://a/b?x=1", "http://a/b")
    assert not same("http://a/B", "http://a/b")


@pytest.mark.parametrize("body", [None, [], {"response_url": None}, {"response_url": ["http://a/"]}])
def test_a_body_without_response_url_names_none(body: Any) -> None:
    assert response_url(a_request("PUT", "http://iut/x", body)) == ""
