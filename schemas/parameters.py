"""The parameters of an endpoint as OpenAPI describes them: in the path, in the query, in headers."""

from typing import Any

from . import formats
from .endpoints import Endpoint
from .library import Schema, stored

IDENTIFIERS = {
    "location_id": ("Location", "id"),
    "evse_uid": ("EVSE", "uid"),
    "connector_id": ("Connector", "id"),
    "session_id": ("Session", "id"),
    "tariff_id": ("Tariff", "id"),
    "token_uid": ("Token", "uid"),
    "country_code": ("CredentialsRole", "country_code"),
    "party_id": ("CredentialsRole", "party_id"),
}
"""Segments of paths that hold what a field of an object holds, and so have its type."""

MEANINGS = {
    "date_from": "Only objects whose last_updated is this or later",
    "date_to": "Only objects whose last_updated is before this",
    "offset": "How many objects of the list to leave out at its beginning; 0 if absent",
    "limit": "At most so many objects; the server may have a lower limit of its own",
    "type": "The type of the Token; RFID if absent",
    "duration": "How far to look ahead, in seconds",
    "response_url": "Where the outcome is to be sent by POST",
    "command": "The command whose outcome this is",
    "cdr_id": "The last part of the URL that the answer to the POST of the CDR gave",
    "uid": "What the sender made up to tell its requests apart",
}
ALWAYS_REQUIRED = frozenset({"duration", "response_url"})
REQUIRED_BY = frozenset({("sessions", "date_from")})
"""Parameters that only the lists of some modules require (`mod_sessions.asciidoc#mod_sessions_cpo_get_method`)."""

HEADERS = {
    "X-Request-ID": "Unique for each request; the response has the same",
    "X-Correlation-ID": "Unique for each message, and kept where a hub passes it on; the response has the same",
}
ROUTING = {
    "OCPI-to-country-code": ("country_code", "Country code of the party that the message is for"),
    "OCPI-to-party-id": ("party_id", "Party id of the party that the message is for"),
    "OCPI-from-country-code": ("country_code", "Country code of the party that the message is from"),
    "OCPI-from-party-id": ("party_id", "Party id of the party that the message is from"),
}
ROUTED_SINCE = "2.2"
"""From here on messages of functional modules carry routing headers."""


def path_parameters(version: str, endpoint: Endpoint) -> list[Schema]:
    """The segments in braces, in their order."""
    names = [segment[1:-1] for segment in endpoint.segments if segment.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": MEANINGS.get(name, f"The {name} of the object"),
            "schema": _segment(version, name),
        }
        for name in names
        if name != "version"
    ]


def query_parameters(version: str, endpoint: Endpoint) -> list[Schema]:
    """What may or has to follow the question mark."""
    return [
        {
            "name": name,
            "in": "query",
            "required": name in ALWAYS_REQUIRED or (endpoint.module, name) in REQUIRED_BY,
            "description": MEANINGS[name],
            "schema": _query(version, name),
        }
        for name in endpoint.parameters
    ]


def header_parameters(version: str) -> dict[str, Schema]:
    """The headers that requests share, as components by name."""
    made = {
        name: {**_header(text, {"type": "string", "minLength": 1}), "required": True}
        for name, text in HEADERS.items()
    }
    for name, (field, text) in ROUTING.items():
        made[name] = {**_header(text, _segment(version, field)), "required": False}
    return {name: {"name": name, "in": "header", **parameter} for name, parameter in made.items()}


def response_headers() -> dict[str, Schema]:
    """The headers that responses share, as components by name."""
    count: Schema = {"type": "integer", "minimum": 0}
    link: Schema = {"type": "string"}
    return {
        **{
            name: {**_header(f"As in the request: {text}", {"type": "string"}), "required": True}
            for name, text in HEADERS.items()
        },
        **{name: _header(text, {"type": "string"}) for name, (_, text) in ROUTING.items()},
        "Link": _header("The URL of the next page, with rel=next, where this is not the last", link),
        "X-Total-Count": _header("How many objects the whole list has, with every page of it", count),
        "X-Limit": _header("How many objects the server puts into a page at most, with every page", count),
        "Location": _header("Where the new CDR can be had by GET", {"type": "string", "format": "uri"}),
        "WWW-Authenticate": _header("The scheme by which to authenticate (RFC 9110)", {"type": "string"}),
    }


def _header(text: str, schema: Schema) -> Schema:
    return {"description": text, "schema": schema}


def _segment(version: str, name: str) -> Schema:
    """A path can't have an empty segment, whatever the field may hold."""
    if name == "command":
        return {"$ref": "ocpi:CommandType"}
    found = IDENTIFIERS.get(name)
    owner = stored(version).get(found[0]) if found else None
    if found is None or owner is None or found[1] not in owner["properties"]:
        return {"type": "string", "minLength": 1}
    field = owner["properties"][found[1]]
    return {"type": "string", "minLength": 1, **{key: field[key] for key in _KEPT if key in field}}


_KEPT = ("maxLength", "pattern", "x-type", "x-format")


def _query(version: str, name: str) -> Schema:
    if name == "type":
        return {"$ref": "ocpi:TokenType"}
    if name == "response_url":
        return _formatted(formats.URL, maxLength=255)
    if name.startswith("date"):
        return _formatted(formats.of_base("DateTime", version=version))
    return {"type": "integer", "minimum": 0}


def _formatted(form: formats.Format, **more: Any) -> Schema:
    return {"type": "string", **more, "pattern": form.pattern, "x-format": form.name}
