"""traffic.har as a HAR reader sees it."""

import json
from dataclasses import replace

from ocpi_conformance.reports import Result, har

from .conftest import an_exchange

ENTRY = {"startedDateTime", "time", "request", "response", "cache", "timings"}
REQUEST = {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize"}
RESPONSE = {
    "status",
    "statusText",
    "httpVersion",
    "cookies",
    "headers",
    "content",
    "redirectURL",
    "headersSize",
    "bodySize",
}


def entries(result: Result) -> list[dict]:
    log = json.loads(har.render(result))["log"]
    assert log["version"] == "1.2"
    assert log["creator"] == {"name": "ocpi-conformance", "version": "0.1.0"}
    return log["entries"]


def test_every_exchange_is_an_entry_with_the_members_of_the_format(result: Result) -> None:
    found = entries(result)

    assert [entry["_id"] for entry in found] == ["x1", "x2", "x3"]
    for entry in found:
        assert set(entry) >= ENTRY
        assert set(entry["request"]) >= REQUEST
        assert set(entry["response"]) >= RESPONSE
        assert entry["time"] == sum(entry["timings"].values())


def test_bodies_headers_and_query_are_there(result: Result) -> None:
    first, second, _ = entries(result)

    assert first["request"]["queryString"] == [
        {"name": "offset", "value": "1"},
        {"name": "limit", "value": "10"},
    ]
    assert first["response"]["content"]["text"] == result.exchanges[0].response_body
    assert {"name": "X-Total-Count", "value": "42"} in first["response"]["headers"]
    assert second["request"]["postData"]["text"] == '{"id":"é"}'
    assert second["request"]["bodySize"] == 11


def test_missing_response_has_status_zero_and_the_fault(result: Result) -> None:
    response = entries(result)[2]["response"]

    assert (response["status"], response["_error"]) == (0, "connection refused")


def test_strange_urls_and_statuses_are_kept(result: Result) -> None:
    odd = [an_exchange(url="http://[", status=299), an_exchange(url="", status=999)]

    found = entries(replace(result, exchanges=odd))

    assert [(entry["request"]["url"], entry["response"]["status"]) for entry in found] == [
        ("http://[", 299),
        ("", 999),
    ]
