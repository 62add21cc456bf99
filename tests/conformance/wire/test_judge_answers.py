"""The whole judge on answers of the IUT: each duty met in all legal forms, and broken by one fault."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.connection import Role

from tests.conformance.builders import IDS, THEM, US, Wire, routing

GET = "locations.sender.list"
ONE = "locations.sender.location"
ROUTING = dict.fromkeys(routing(US, THEM))


def at(form: str, seconds: float = 0) -> Callable[[], str]:
    """A moment seen from that of the test: the whole of the tests takes minutes."""
    return lambda: (clock.now() + timedelta(seconds=seconds)).strftime(form)


def of_now(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with its moments written out."""
    envelope = {
        name: value() if callable(value) else value for name, value in answer.get("envelope", {}).items()
    }
    return {**answer, "envelope": envelope} if envelope else answer


def link(value: str | None) -> dict[str, Any]:
    return {"headers": {"Link": value}}


LEGAL: list[tuple[str, dict[str, Any]]] = [
    (GET, {"headers": {"Content-Type": "application/json; charset=utf-8"}}),
    (GET, {"headers": {"Content-Type": "Application/JSON;charset=UTF-8"}}),
    (GET, {"headers": {"Content-Type": None, "content-type": "application/json"}}),
    (GET, {"headers": {"X-Request-ID": None, "x-request-id": IDS["X-Request-ID"]}}),
    (GET, {"headers": {"X-Limit": None, "x-limit": "1000", "X-Total-Count": None, "x-total-count": "0"}}),
    (GET, {"headers": {"OCPI-to-party-id": "ts1", "OCPI-from-country-code": "de"}}),
    (GET, {"envelope": {"status_message": None}}),
    (GET, {"envelope": {"status_message": ""}}),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%SZ")}}),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%S")}}),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%S.1")}}),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%S.1234Z")}}),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%SZ", -200)}}),
    (GET, {"envelope": {"status_code": 2001}}),
    (GET, {"envelope": {"status_code": 3000}, "data": {"why": "anything"}}),
    (GET, {"envelope": {"status_code": 2003}, "data": None}),
    (GET, {}),
    (GET, {"data": None}),
    (GET, {"data": []}),
    (GET, link('<https://iut.test/l?offset=1&limit=1>; rel="next"')),
    (GET, link("<https://iut.test/l?a=1,2>; rel=next")),
    (GET, link('<http://iut.test/1>; title="x"; Rel="last Next", <http://iut.test/2>; rel=first')),
    ("locations.receiver.put_location", {}),
    ("locations.receiver.put_location", {"data": None, "status": 201}),
    ("credentials.delete", {}),
    ("commands.receiver.start_session", {"data": {"result": "ACCEPTED", "timeout": 30}}),
    (ONE, {"status": 404, "envelope": {"status_code": 2003}}),
    (ONE, {"status": 302, "raw": b"moved", "headers": {"Content-Type": "text/html", **dict.fromkeys(IDS)}}),
    (ONE, {"status": 404, "envelope": {"status_code": 2000}, "headers": ROUTING}),
    ("versions.list", {"data": [{"version": "2.2.1", "url": "https://iut.test/2.2.1"}]}),
]


@pytest.mark.parametrize(("endpoint", "answer"), LEGAL)
def test_legal_answers_break_nothing(endpoint: str, answer: dict[str, Any]) -> None:
    """Whatever the text allows is met, and something is said of it."""
    spoken = Wire().answered(endpoint, **of_now(answer))

    assert spoken.broken == set()
    assert spoken.met or answer.get("status") == 302


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    (GET, {"headers": {"Content-Type": "text/html"}}, "transport-response-content-type"),
    (GET, {"headers": {"Content-Type": None}}, "transport-response-content-type"),
    (GET, {"headers": {"Content-Type": "application/jsonp"}}, "transport-response-content-type"),
    (GET, {"raw": b"[]"}, "transport-envelope-present"),
    (GET, {"raw": b"<html>"}, "transport-envelope-present"),
    (GET, {"raw": b'{"id": 1}'}, "transport-envelope-present"),
    (GET, {"status": 204, "raw": b""}, "transport-response-returned"),
    (GET, {"raw": b""}, "transport-response-returned"),
    (GET, {"envelope": {"status_code": "1000"}}, "transport-status-code-four-digits"),
    (GET, {"envelope": {"status_code": 200}}, "transport-status-code-four-digits"),
    (GET, {"envelope": {"status_code": True}}, "transport-status-code-four-digits"),
    (GET, {"envelope": {"status_code": 1000.5}}, "transport-status-code-four-digits"),
    (ONE, {"envelope": {"status_code": 404}, "status": 404}, "transport-status-code-four-digits"),
    (GET, {"envelope": {"status_code": 2042}}, "transport-status-code-known"),
    (GET, {"envelope": {"status_code": 5000}}, "transport-status-code-known"),
    (GET, {"envelope": {"status_code": 2901}}, "transport-status-code-not-custom"),
    (GET, {"envelope": {"status_message": {"en": "no"}}}, "transport-status-message-string"),
    (GET, {"envelope": {"timestamp": None}}, "transport-timestamp-present"),
    (GET, {"envelope": {"timestamp": "2015-06-29T20:39:09Z"}}, "transport-timestamp-is-now"),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%SZ", 900)}}, "transport-timestamp-is-now"),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%S+00:00")}}, "types-datetime-utc"),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%dT%H:%M:%S.123456Z")}}, "types-datetime-length"),
    (GET, {"envelope": {"timestamp": at("%Y-%m-%d %H:%M:%S")}}, "types-datetime-format"),
    (GET, {"envelope": {"timestamp": 1700000000}}, "types-datetime-format"),
    (GET, {"data": {"id": "L1"}}, "transport-data-list"),
    (GET, {"data": "none"}, "transport-data-list"),
    ("versions.list", {}, "versions-list-is-array"),
    ("versions.list", {"data": []}, "versions-list-is-array"),
    ("versions.details", {"data": [{"version": "2.2.1", "endpoints": []}]}, "versions-details-valid"),
    (ONE, {"data": [{"id": "L1"}]}, "transport-data-object"),
    (ONE, {"data": None}, "transport-data-object"),
    ("locations.receiver.put_location", {"data": {"id": "L1"}}, "transport-data-unset-where-undefined"),
    ("locations.receiver.patch_evse", {"data": []}, "transport-data-unset-where-undefined"),
    (GET, {"headers": {"X-Request-ID": None}}, "transport-request-id-echoed"),
    (GET, {"headers": {"X-Request-ID": "another"}}, "transport-request-id-echoed"),
    (GET, {"headers": {"X-Correlation-ID": "another"}}, "transport-correlation-id-echoed"),
    (GET, {"headers": {"X-Request-ID": None}, "status": 401}, "transport-request-id-echoed-on-error"),
    (GET, {"headers": {"X-Correlation-ID": None}, "envelope": {"status_code": 2001}},
     "transport-correlation-id-echoed-on-error"),
    (GET, {"headers": ROUTING}, "transport-response-routing-present"),
    (GET, {"headers": {"OCPI-to-party-id": None}}, "transport-response-routing-present"),
    (GET, {"headers": routing(US, THEM)}, "transport-response-routing-reversed"),
    (GET, {"headers": {"OCPI-to-party-id": "TS2"}}, "transport-response-routing-reversed"),
    ("credentials.get", {"status": 401, "envelope": {"status_code": 2000}, "headers": {"OCPI-to-party-id": "TS1"}},
     "transport-response-routing-absent-configuration"),
    (GET, {"headers": {"X-Total-Count": None}}, "paging-total-count-present"),
    (GET, {"headers": {"X-Total-Count": "-1"}}, "paging-total-count-present"),
    (GET, {"headers": {"X-Limit": "many"}}, "paging-x-limit-present"),
    (GET, link('</locations?offset=1>; rel="next"'), "paging-link-absolute"),
    (GET, link("<https://iut.test/l>"), "paging-link-rel-next"),
    (GET, link('https://iut.test/l; rel="next"'), "paging-link-rel-next"),
]  # fmt: skip


@pytest.mark.parametrize(("endpoint", "answer", "slug"), BROKEN)
def test_each_fault_breaks_one_duty(endpoint: str, answer: dict[str, Any], slug: str) -> None:
    """One fault, one duty, and no other is blamed with it."""
    assert Wire().answered(endpoint, **of_now(answer)).broken == {slug}


def test_a_page_is_within_its_limit() -> None:
    """More objects than X-Limit break the duty; as many as it meet it."""
    one = Wire().samples.location(minimal=True)

    full = Wire().answered(GET, [one], headers={"X-Limit": "1"})
    over = Wire().answered(GET, [one, {**one, "id": "L2", "evses": []}], headers={"X-Limit": "1"})

    assert "paging-page-within-x-limit" in full.met
    assert over.broken == {"paging-page-within-x-limit"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"{}",
        b"{",
        b"null",
        b'{"title": "no", "status": 404}',
        b'{"status_code": 404, "message": "Not Found"}',
    ],
)
def test_an_http_error_without_envelope_is_a_warning_only(raw: bytes) -> None:
    """What a gateway or a framework of the web says is not judged as OCPI."""
    answer = {"status": 404, "raw": raw, "headers": {"Content-Type": "text/plain", **ROUTING}}

    assert Wire().answered(ONE, **answer).verdicts == {"transport-http-error-envelope": Verdict.WARN}


@pytest.mark.parametrize("endpoint", ["locations.receiver.put_location", "credentials.delete", GET])
def test_no_body_at_all_is_a_warning_only(endpoint: str) -> None:
    """A 204 is no broken envelope."""
    spoken = Wire().answered(endpoint, status=204, raw=b"", headers={"Content-Type": None})

    assert spoken.verdicts == {"transport-response-returned": Verdict.WARN}


@pytest.mark.parametrize("name", ["X-Request-ID", "X-Correlation-ID"])
def test_what_we_did_not_send_is_not_asked_back(name: str) -> None:
    """A request of ours without an id says nothing of its echo."""
    spoken = Wire().answered(GET, asked={name: None}, headers={name: None})

    assert spoken.broken == set()
    assert f"transport-{name[2:].lower()}-echoed" not in spoken.all


@pytest.mark.parametrize("left_out", [ROUTING, {"OCPI-to-party-id": None}])
def test_a_request_of_ours_without_routing_asks_for_none(left_out: dict[str, None]) -> None:
    """The answer can't turn round what was not there."""
    spoken = Wire().answered(GET, asked=left_out, headers=ROUTING)

    assert not {slug for slug in spoken.all if "routing" in slug}


@pytest.mark.parametrize("data", [None, {"id": 7}, [1], "x"])
def test_data_of_a_failure_is_free(data: Any) -> None:
    """Outside of success nothing is said of data."""
    assert Wire().answered(GET, data, envelope={"status_code": 2001}).broken == set()


def test_between_two_platforms_of_one_party_each_routing_may_be_left_out() -> None:
    """The text's one exception; a second role on either side ends it."""
    second = Role(role="EMSP", country_code="DE", party_id="IUT", name="Theirs")
    alone = Wire(parties=1)
    both = Wire(parties=1, iut_roles=(*alone.judge.iut_roles, second))

    assert "transport-response-routing-present" not in alone.answered(GET, headers=ROUTING).all
    assert both.answered(GET, headers=ROUTING).broken == {"transport-response-routing-present"}
