"""The judge that remembers CDRs and Sessions."""

from dataclasses import replace
from typing import Any

import pytest
from ocpi_conformance.conformance.wire.cdrs import Cdrs
from ocpi_conformance.simulators.samples import Samples

from .bills import CDR
from .views import PEER, answered, asked, broken, met

SAMPLES = Samples(7)
URL = PEER.url("cdrs", "RECEIVER")
PLACE = f"{URL}/NL*CPO*1"
SESSIONS = PEER.url("sessions", "RECEIVER")
SESSION = {
    "country_code": "NL",
    "party_id": "CPO",
    "id": CDR["session_id"],
    "status": "ACTIVE",
    "auth_method": "COMMAND",
    "last_updated": "2024-05-06T10:00:00Z",
}


def post(judge: Cdrs, cdr: Any, *, url: str = URL, place: str | None = PLACE) -> Any:
    view = asked("POST", url, body=cdr)
    headers = (("Location", place),) if place else ()
    exchange = replace(view.exchange, response=replace(view.response, headers=headers))
    return list(judge.requested(replace(view, exchange=exchange)))


def listed(judge: Cdrs, *values: Any, endpoint: str = "cdrs.sender.list") -> Any:
    return list(judge.answered(answered({"data": list(values)}, endpoint=endpoint)))


def test_a_cdr_that_is_posted_and_listed_breaks_nothing():
    judge = Cdrs()
    found = [*post(judge, CDR), *listed(judge, CDR)]
    assert broken(found) - {"cdrs-push-only-relevant"} == set()
    assert {"cdrs-post-url", "cdrs-push-never-replaces", "cdrs-never-changed"} <= met(found)


def test_a_cdr_that_is_listed_otherwise_has_changed():
    judge = Cdrs()
    post(judge, CDR)
    assert broken(listed(judge, {**CDR, "remark": "Sent"})) == {"cdrs-never-changed"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_cdrs_are_never_replaced(method):
    assert broken(list(Cdrs().requested(asked(method, PLACE, body=CDR, status=405)))) == {
        "cdrs-push-never-replaces"
    }


@pytest.mark.parametrize(("url", "holds"), [(URL, True), (f"{URL}/", True), (f"{URL}/NL/CPO", False)])
def test_cdrs_are_posted_to_the_endpoint_itself(url, holds):
    found = post(Cdrs(), CDR, url=url)
    assert ("cdrs-post-url" in met(found), "cdrs-post-url" in broken(found)) == (holds, not holds)


def test_a_cdr_is_looked_at_where_we_said_that_it_is():
    judge = Cdrs()
    post(judge, CDR, place=f"{URL}/NL%2ACPO%2A1")
    assert "cdrs-check-at-location-url" in met(list(judge.requested(asked("GET", PLACE))))
    assert "cdrs-check-at-location-url" in broken(list(judge.requested(asked("GET", f"{URL}/1"))))


def test_a_second_cdr_of_a_session_needs_a_credit_before():
    second = {**CDR, "id": "SECOND"}
    judge = Cdrs()
    post(judge, CDR)
    assert "cdrs-session-billed-once" in broken(post(judge, second))
    judge = Cdrs()
    post(judge, CDR)
    post(judge, SAMPLES.credit_cdr(CDR))
    assert "cdrs-session-billed-once" in met(post(judge, second))


def test_a_cdr_that_was_refused_may_come_corrected():
    judge = Cdrs()
    refused = asked("POST", URL, body=CDR, status=500)
    list(judge.requested(refused))
    assert "cdrs-never-changed" not in broken(post(judge, {**CDR, "remark": "Corrected"}))


def test_a_credit_is_held_against_its_original():
    judge = Cdrs()
    post(judge, CDR)
    credit = {**SAMPLES.credit_cdr(CDR), "total_cost": CDR["total_cost"]}
    assert "cdrs-credit-total-cost-negative" in broken(post(judge, credit))


def test_a_credit_of_what_was_never_seen_is_not_compared():
    assert not {ruling.slug for ruling in post(Cdrs(), SAMPLES.credit_cdr(CDR))} & {"cdrs-credit-same-data"}


def test_a_session_that_is_over_says_how_it_was_authorized():
    judge = Cdrs()
    url = f"{SESSIONS}/NL/CPO/{SESSION['id']}"
    list(judge.requested(asked("PUT", url, body=SESSION)))
    assert "cdrs-auth-method-last" not in broken(post(judge, CDR))
    judge = Cdrs()
    list(judge.requested(asked("PUT", url, body=SESSION)))
    list(judge.requested(asked("PATCH", url, body={"status": "COMPLETED"})))
    assert "cdrs-auth-method-last" in broken(post(judge, CDR))


def test_a_token_of_another_provider_is_reported():
    assert "cdrs-push-only-relevant" in broken(post(Cdrs(), CDR))
    ours = {**CDR, "cdr_token": {**CDR["cdr_token"], "country_code": "de", "party_id": "TS1"}}
    assert "cdrs-push-only-relevant" in met(post(Cdrs(), ours))


@pytest.mark.parametrize(
    ("url", "slugs"),
    [
        (None, {"cdrs-post-location-header"}),
        ("/cdrs/1", {"cdrs-post-location-url"}),
        (f"https://emsp.example/{'x' * 255}", {"cdrs-post-location-url"}),
        ("https://emsp.example/cdrs/1", set()),
    ],
)
def test_the_answer_to_a_cdr_says_where_it_is(url, slugs):
    headers = {"Location": url} if url else {}
    view = answered({}, endpoint="cdrs.receiver.post", headers=headers)
    assert broken(list(Cdrs().answered(view))) == slugs


def test_a_refused_cdr_needs_no_place():
    view = answered({"status_code": 2001}, endpoint="cdrs.receiver.post")
    assert list(Cdrs().answered(view)) == []


@pytest.mark.parametrize("mess", [None, 7, "x", [], {}, {"id": []}, {"cdr_token": 1, "credit": "x"}])
def test_any_json_is_survived(mess):
    judge = Cdrs()
    post(judge, mess)
    listed(judge, mess)
    listed(judge, mess, endpoint="sessions.sender.list")
    listed(judge, mess, endpoint="locations.sender.list")
    assert "cdrs-post-url" in met(post(judge, CDR))
