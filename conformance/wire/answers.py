"""What every answer of the IUT must have: response format, ids, routing headers, paging headers."""

import re
from collections.abc import Iterator
from typing import Any

from ...schemas.validation import validator
from ...simulators import clock
from ...simulators.links import links, next_link
from .ruling import Ruling, View
from .values import datetime_forms

LISTED_CODES = frozenset({1000, *range(2000, 2005), *range(3000, 3004), *range(4000, 4004)})
SKEW_S = 300
"""Clocks may differ by this much before a timestamp is called wrong; the text names no bound."""
ABSOLUTE = re.compile(r"https?://[^/\s]+", re.IGNORECASE)
WITH_SECONDS = len("2015-06-29T20:39:09")
ROUTING = ("OCPI-to-country-code", "OCPI-to-party-id", "OCPI-from-country-code", "OCPI-from-party-id")


def response_format(view: View) -> Iterator[Ruling]:
    """Body, envelope and their types."""
    response = view.response
    if response.status >= 400:
        shown = _start(response.body)
        holds = _is_envelope(response.envelope)
        yield Ruling("transport-http-error-envelope", holds, "a JSON object with status_code", shown)
        if not holds:
            return
    elif response.status < 300:
        yield Ruling(
            "transport-response-returned", bool(response.body), "a body", f"HTTP {response.status}, no body"
        )
        if not response.body:
            return
        holds = "status_code" in response.envelope
        yield Ruling(
            "transport-envelope-present", holds, "a JSON object with status_code", _start(response.body)
        )
        if not holds:
            return
    else:
        return
    kind = (response.header("Content-Type") or "absent").partition(";")[0].strip().lower()
    yield Ruling("transport-response-content-type", kind == "application/json", "application/json", kind)
    yield from _codes(response.envelope)
    yield from _timestamp(view, response.envelope)


def _is_envelope(body: dict[str, Any]) -> bool:
    """Whether the body of an HTTP error is OCPI's: frameworks of the web repeat the HTTP status in theirs."""
    code = body.get("status_code")
    return "status_code" in body and ("timestamp" in body or not isinstance(code, int) or code >= 1000)


def _codes(envelope: dict[str, Any]) -> Iterator[Ruling]:
    code = envelope["status_code"]
    number = code if isinstance(code, int) and not isinstance(code, bool) else None
    four = number is not None and 1000 <= number <= 9999
    yield Ruling("transport-status-code-four-digits", four, "an integer of four digits", repr(code))
    if four and number is not None:
        custom = number // 1000 <= 4 and number % 1000 >= 900
        yield Ruling("transport-status-code-not-custom", not custom, "a listed code", str(number))
        if not custom:
            yield Ruling("transport-status-code-known", number in LISTED_CODES, "a listed code", str(number))
    message = envelope.get("status_message")
    holds = message is None or isinstance(message, str)
    yield Ruling("transport-status-message-string", holds, "a string", type(message).__name__)


def _timestamp(view: View, envelope: dict[str, Any]) -> Iterator[Ruling]:
    text = envelope.get("timestamp")
    yield Ruling("transport-timestamp-present", text is not None, "a timestamp", "none")
    if text is None:
        return
    yield from datetime_forms(text, "Response.timestamp")
    moment = clock.parse(text) if isinstance(text, str) and len(text) >= WITH_SECONDS else None
    if moment is not None:
        apart = abs((moment - view.exchange.started).total_seconds())
        near = apart <= SKEW_S + view.exchange.elapsed_s
        yield Ruling(
            "transport-timestamp-is-now", near, f"within {SKEW_S} s of now", f"{text}, {apart:.0f} s apart"
        )


def data_shape(view: View) -> Iterator[Ruling]:
    """A list, an object or nothing in `data`, as the endpoint defines."""
    endpoint = view.endpoint
    if endpoint is None or not view.succeeded:
        return
    data = view.response.envelope.get("data")
    if endpoint.answer is None:
        if view.request.method in ("PUT", "PATCH", "DELETE"):
            found = type(data).__name__
            yield Ruling("transport-data-unset-where-undefined", data is None, "no data", found)
    elif endpoint.many:
        if data is not None or endpoint.module == "versions":
            slug = "versions-list-is-array" if endpoint.module == "versions" else "transport-data-list"
            holds = isinstance(data, list) and (bool(data) or endpoint.module != "versions")
            yield Ruling(slug, holds, "a list", _kind(data))
    elif endpoint.answer == "VersionDetails":
        if not isinstance(data, dict):
            yield Ruling("versions-details-valid", False, "an object", _kind(data))
    elif validator(view.version, endpoint.answer).schema.get("x-kind") == "class":
        yield Ruling("transport-data-object", isinstance(data, dict), "an object", _kind(data))


def message_ids(view: View) -> Iterator[Ruling]:
    """X-Request-ID and X-Correlation-ID come back as they were sent."""
    if 300 <= view.response.status < 400:
        return
    for header, slug in (
        ("X-Request-ID", "transport-request-id-echoed"),
        ("X-Correlation-ID", "transport-correlation-id-echoed"),
    ):
        sent, back = view.request.header(header), view.response.values(header)
        if sent is not None:
            slug = f"{slug}-on-error" if view.refused else slug
            yield Ruling(slug, sent in back, f"{header}: {sent}", f"{header}: {', '.join(back) or 'absent'}")


def routing(view: View) -> Iterator[Ruling]:
    """Routing headers: turned round on functional modules, absent on configuration modules."""
    endpoint = view.endpoint
    if endpoint is None:
        return
    found = {name: view.response.header(name) for name in ROUTING}
    present = [name for name, value in found.items() if value is not None]
    if not endpoint.functional:
        yield Ruling(
            "transport-response-routing-absent-configuration",
            not present,
            "no routing headers",
            ", ".join(present),
        )
        return
    sent = {name: view.request.header(name) for name in ROUTING}
    if view.response.status >= 300 or any(value is None for value in sent.values()):
        return
    if not one_to_one(view):
        missing = [name for name in ROUTING if name not in present]
        yield Ruling(
            "transport-response-routing-present",
            not missing,
            "the four routing headers",
            f"missing: {', '.join(missing)}",
        )
    if len(present) == len(ROUTING):
        turned = all(
            (found[name] or "").casefold() == (sent[_turned(name)] or "").casefold() for name in ROUTING
        )
        yield Ruling(
            "transport-response-routing-reversed",
            turned,
            "to: who asked; from: who was asked",
            ", ".join(f"{name}: {value}" for name, value in found.items()),
        )


def one_to_one(view: View) -> bool:
    """Both platforms host one party only: then routing headers may be left out."""
    return len(view.party.roles) == 1 and len(view.iut_roles) <= 1


def paging(view: View) -> Iterator[Ruling]:
    """The headers of a page."""
    if view.endpoint is None or not view.endpoint.paged or not view.succeeded:
        return
    total, limit = view.response.header("X-Total-Count"), view.response.header("X-Limit")
    yield Ruling(
        "paging-total-count-present", _whole(total), "X-Total-Count, a whole number", total or "absent"
    )
    yield Ruling("paging-x-limit-present", _whole(limit), "X-Limit, a whole number", limit or "absent")
    data = view.response.envelope.get("data")
    number = len(data) if isinstance(data, list) else 0
    if limit is not None and _whole(limit):
        yield Ruling(
            "paging-page-within-x-limit", number <= int(limit), f"at most {limit} objects", f"{number}"
        )
    link = ", ".join(view.response.values("Link"))
    if not link:
        return
    target = next_link(link)
    if target is not None:
        yield Ruling("paging-link-absolute", bool(ABSOLUTE.match(target)), "an absolute URL", link)
    # Other relations beside or instead of next are legal; a Link without any relation is not.
    formed = all(relations for _, relations in links(link)) and bool(links(link))
    yield Ruling("paging-link-rel-next", formed, '<URL>; rel="next"', link)


def _turned(name: str) -> str:
    return name.replace("-to-", "-from-") if "-to-" in name else name.replace("-from-", "-to-")


def _whole(text: str | None) -> bool:
    return text is not None and re.fullmatch(r"[0-9]{1,18}", text.strip()) is not None


def _kind(value: Any) -> str:
    return (
        "nothing"
        if value is None
        else {list: "a list", dict: "an object"}.get(type(value), type(value).__name__)
    )


def _start(body: bytes) -> str:
    return body[:80].decode("utf-8", "replace") or "no body"


JUDGES = (response_format, data_shape, message_ids, routing, paging)
