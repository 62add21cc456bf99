"""Exchanges as values."""

from datetime import UTC, datetime

import pytest
from ocpi_conformance.simulators.exchange import Exchange, Request, Response


def a_request(url: str = "http://a.test/x", *, headers=(), body: bytes = b"") -> Request:
    return Request(method="GET", url=url, headers=tuple(headers), body=body)


def test_headers_are_found_without_regard_to_case():
    assert a_request(headers=[("X-Request-ID", "1")]).header("x-request-id") == "1"


def test_a_missing_header_is_none():
    assert a_request().header("Authorization") is None


@pytest.mark.parametrize(
    ("body", "value", "is_json"),
    [(b'{"a": 1}', {"a": 1}, True), (b" null ", None, True), (b"<html>", None, False), (b"", None, False)],
)
def test_a_json_null_differs_from_no_json(body: bytes, value, is_json: bool):
    request = a_request(body=body)
    assert (request.json, request.has_json) == (value, is_json)


def test_segments_are_decoded_after_the_path_is_split():
    assert a_request("http://a.test/sessions/A%2FB/x%20y?z=1").segments == ("sessions", "A/B", "x y")


def test_of_a_repeated_query_parameter_the_last_counts():
    assert a_request("http://a.test/?limit=1&limit=2&empty=").query == {"limit": "2", "empty": ""}


@pytest.mark.parametrize("body", [b"[]", b"nothing", b'"text"'])
def test_an_envelope_that_is_no_object_reads_as_empty(body: bytes):
    assert Response(headers=(), body=body, status=200).envelope == {}


def test_with_header_replaces_adds_and_leaves_out():
    request = a_request(headers=[("A", "1"), ("b", "2")])
    assert request.with_header("a", "3").headers == (("b", "2"), ("a", "3"))
    assert request.with_header("B", None).headers == (("A", "1"),)
    assert request.headers == (("A", "1"), ("b", "2"))


def test_with_json_changes_what_json_reads():
    request = a_request(body=b"{}")
    assert request.json == {}
    assert request.with_json([1]).json == [1]


@pytest.mark.parametrize(("response", "fault", "end"), [(None, "refused", "refused"), (404, "", "404")])
def test_an_exchange_prints_as_one_line(response, fault: str, end: str):
    answer = Response(headers=(), body=b"", status=response) if response else None
    exchange = Exchange(
        id=1,
        direction="sent",
        party="cpo",
        scenario="",
        started=datetime.now(UTC),
        elapsed_s=0.1,
        request=a_request(),
        response=answer,
        fault=fault,
    )
    assert str(exchange) == f"GET http://a.test/x → {end}"
