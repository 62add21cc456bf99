"""What every request of the IUT must have: authorization, content type, ids, routing headers, its URL."""

import base64
import re
from collections.abc import Iterator
from uuid import UUID

from ...schemas.formats import DATE_TIME
from ...simulators.answering import locate
from ...simulators.detours import AGAIN
from .answers import ROUTING, one_to_one
from .ruling import Ruling, View
from .values import LONGEST_DATETIME

_SCHEME = re.compile(r"Token [^ ]+")
_BODIES = ("POST", "PUT", "PATCH")


def authorization(view: View) -> Iterator[Ruling]:
    """The Authorization header, its form and the token in it."""
    header = view.request.header("Authorization")
    yield Ruling(
        "transport-client-authorization-present", header is not None, "an Authorization header", "none"
    )
    if header is None:
        return
    formed = _SCHEME.fullmatch(header) is not None
    yield Ruling(
        "transport-client-authorization-scheme",
        formed,
        "Token, one space, the encoded token",
        _masked(header),
    )
    if not formed:
        return
    issued = view.party.connections.issued
    sent = header.partition(" ")[2]
    decoded = _decoded(sent)
    encoded = decoded is not None and (sent not in issued or decoded in issued)
    yield Ruling(
        "transport-client-authorization-encoded",
        encoded,
        "Base64 of the token (RFC 4648 section 4)",
        "the token as it is" if sent in issued else _masked(header),
    )
    if not encoded or decoded is None:
        return
    plain = decoded.rstrip("\r\n")
    yield Ruling(
        "transport-client-authorization-no-newline",
        plain == decoded,
        "Base64 of exactly the token",
        "Base64 of the token and a line end",
    )
    # Which of our tokens is in force at what stage is for the conversations of the credentials module.
    ours = plain in issued or plain in view.party.connections.named
    yield Ruling(
        "transport-client-authorization-right-token", ours, "a token of ours", "one that we never gave"
    )


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None


def _masked(header: str) -> str:
    scheme, space, secret = header.partition(" ")
    return f"{scheme}{space}({len(secret)} characters)"


def content_type(view: View) -> Iterator[Ruling]:
    """Bodies are announced as JSON."""
    if view.request.method in _BODIES and view.request.body:
        kind = (view.request.header("Content-Type") or "absent").partition(";")[0].strip().lower()
        yield Ruling("transport-client-content-type", kind == "application/json", "application/json", kind)


class MessageIds:
    """Ids are there, new each time, and UUIDs. Remembers the ids of the run."""

    def __init__(self) -> None:
        self._requests: set[str] = set()

    def __call__(self, view: View) -> Iterator[Ruling]:
        request_id = view.request.header("X-Request-ID")
        correlation_id = view.request.header("X-Correlation-ID")
        yield Ruling(
            "transport-client-request-id-present", bool(request_id), "X-Request-ID", "absent or empty"
        )
        yield Ruling(
            "transport-client-correlation-id-present",
            bool(correlation_id),
            "X-Correlation-ID",
            "absent or empty",
        )
        if request_id:
            new = request_id not in self._requests
            self._requests.add(request_id)
            # Whether a redirect is followed with the id of the redirected request is left open by the text.
            if new or AGAIN not in view.request.url:
                yield Ruling(
                    "transport-client-request-id-unique", new, "a new id", f"{request_id}, seen before"
                )
        for value in (request_id, correlation_id):
            if value:
                yield Ruling("transport-client-ids-are-uuids", _is_uuid(value), "a UUID", value)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36


def routing(view: View) -> Iterator[Ruling]:
    """Routing headers on functional modules, to one of ours, from one of theirs; none elsewhere."""
    place = locate(view.party, view.request)
    if place is None or view.response.status == 401:
        return
    sent = {name: view.request.header(name) for name in ROUTING}
    present = [name for name, value in sent.items() if value is not None]
    if place.module in ("versions", "credentials", "hubclientinfo"):
        yield Ruling(
            "transport-client-routing-absent-configuration",
            not present,
            "no routing headers",
            ", ".join(present),
        )
        return
    if view.endpoint is None:
        return
    if not one_to_one(view):
        missing = [name for name in ROUTING if name not in present]
        yield Ruling(
            "transport-client-routing-present",
            not missing,
            "the four routing headers",
            f"missing: {', '.join(missing)}",
        )
    for way, slug, roles in (
        ("to", "transport-client-routing-to", view.party.roles),
        ("from", "transport-client-routing-from", () if view.is_hub else view.iut_roles),
    ):
        country, party = sent[f"OCPI-{way}-country-code"], sent[f"OCPI-{way}-party-id"]
        if country is not None and party is not None and roles:
            legal = {(role.country_code.casefold(), role.party_id.casefold()) for role in roles}
            expected = " or ".join(f"{role.country_code} {role.party_id}" for role in roles)
            holds = (country.casefold(), party.casefold()) in legal
            yield Ruling(slug, holds, expected, f"{country} {party}")


def url(view: View) -> Iterator[Ruling]:
    """Calls go to URLs that we list, joined without doubled or missing slashes."""
    listed = view.endpoint is not None or view.response.status in (401, 405)
    place = locate(view.party, view.request)
    known = place is not None and (
        place.module in ("versions", "credentials")
        or (place.module, place.interface) in view.party.interfaces()
    )
    yield Ruling(
        "versions-client-uses-listed-urls",
        listed or known,
        "a URL that our version details list",
        view.request.url,
    )
    if place is not None and place.interface and place.rest:
        doubled = "//" in view.request.path
        yield Ruling(
            "transport-client-joins-urls", not doubled, "one slash between segments", view.request.path
        )


def parameters(view: View) -> Iterator[Ruling]:
    """Parameters of list requests are of the stated kinds."""
    query = view.request.query
    if view.endpoint is None or not view.endpoint.paged or not query.keys() & PARAMETERS:
        return
    wrong = [
        f"{name}={query[name]}" for name, formed in PARAMETERS.items() if not formed(query.get(name, ""))
    ]
    yield Ruling("paging-client-parameters-valid", not wrong, "whole numbers and DateTimes", ", ".join(wrong))


def _number(text: str) -> bool:
    return re.fullmatch(r"[0-9]*", text) is not None


def _moment(text: str) -> bool:
    return not text or (DATE_TIME(text) and len(text) <= LONGEST_DATETIME)


PARAMETERS = {"date_from": _moment, "date_to": _moment, "offset": _number, "limit": _number}


def pushes(view: View) -> Iterator[Ruling]:
    """Client owned objects are sent to a URL that tells who owns them."""
    place = locate(view.party, view.request)
    if place is None or place.interface != "RECEIVER" or view.request.method not in ("PUT", "PATCH"):
        return
    body = view.request.json
    if view.endpoint is None or place.module not in OWNER_IN_URL or not isinstance(body, dict):
        return
    named = [str(body[name]) for name in ("country_code", "party_id", "id") if name in body]
    if len(named) == 3:
        yield Ruling(
            "transport-client-owned-url",
            [part.casefold() for part in named] == [part.casefold() for part in place.rest],
            "/".join(named),
            "/".join(place.rest),
        )


OWNER_IN_URL = frozenset({"tariffs"})
"""Modules of client owned objects that have no requirements of their own on the URL."""


JUDGES = (authorization, content_type, routing, url, parameters, pushes)
