"""traffic.har: every exchange as HAR 1.2, which the network panel of a browser and many tools read."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .encoding import to_json
from .result import ExchangeRecord, Result

__all__ = ["render"]

Headers = list[tuple[str, str]]


def render(result: Result) -> bytes:
    """The log. What HAR has no name for is in members that begin with an underscore, as its text provides."""
    creator = {"name": "ocpi-conformance", "version": result.run.suite_version}
    entries = [_entry(exchange) for exchange in result.exchanges]
    return to_json({"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}})


def _entry(exchange: ExchangeRecord) -> dict[str, Any]:
    elapsed = round(exchange.elapsed_s * 1000, 3)
    return {
        "startedDateTime": exchange.started,
        "time": elapsed,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": elapsed, "receive": 0},
        "comment": exchange.scenario,
        "_id": exchange.id,
        "_direction": exchange.direction,
        "_peer": exchange.peer,
        "_scenario": exchange.scenario,
        "_endpoint": exchange.endpoint,
        "_truncated": exchange.truncated,
    }


def _request(exchange: ExchangeRecord) -> dict[str, Any]:
    body = exchange.request_body
    request = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.request_headers),
        "queryString": _pairs(_query(exchange.url)),
        "headersSize": -1,
        "bodySize": _size(body),
    }
    if body:
        request["postData"] = {"mimeType": _header(exchange.request_headers, "content-type"), "text": body}
    return request


def _response(exchange: ExchangeRecord) -> dict[str, Any]:
    headers = exchange.response_headers
    response = {
        "status": exchange.status or 0,
        "statusText": _phrase(exchange.status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers),
        "content": {
            "size": _size(exchange.response_body),
            "mimeType": _header(headers, "content-type") or "x-unknown",
            "text": exchange.response_body,
        },
        "redirectURL": _header(headers, "location"),
        "headersSize": -1,
        "bodySize": _size(exchange.response_body),
    }
    if exchange.fault:
        response["_error"] = exchange.fault
    return response


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _query(url: str) -> Headers:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:  # a URL such as "http://[" has no parts
        return []


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _phrase(status: int | None) -> str:
    try:
        return HTTPStatus(status).phrase if status else ""
    except ValueError:
        return ""


def _size(body: str) -> int:
    return len(body.encode("utf-8", "replace"))
