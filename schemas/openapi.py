"""An OpenAPI document of a version: its endpoints and schemas, for tools that know OpenAPI and not OCPI.

OCPI leaves the URLs of modules to the version details of each platform. The document has them as the reference
parties do: `/versions`, `/2.2.1`, `/2.2.1/credentials`, `/2.2.1/sender/locations`, ...
"""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from .editions import editions, within
from .endpoints import Endpoint, endpoints
from .library import DIALECT, Schema, patchable, stored
from .parameters import (
    HEADERS,
    ROUTED_SINCE,
    ROUTING,
    header_parameters,
    path_parameters,
    query_parameters,
    response_headers,
)
from .roles import INTERFACES, has

OPENAPI = "3.1.0"
RESPONSE = "Response"
TEXT_URL = "https://github.com/ocpi/ocpi/blob/{edition}/{anchor}"

_DID = {
    "GET": "Fetch",
    "POST": "Send",
    "PUT": "Send or replace",
    "PATCH": "Change fields of",
    "DELETE": "Remove",
}
_REACHED = "Reached the OCPI layer: status_code says how it went"
_ERRORS = {
    "400": "The body is no JSON",
    "401": "The credentials token is missing, unknown, or not for this module",
    "404": "There is no such object, or none that this client may see",
    "405": "Not possible in this state of the registration",
}
_LOCATED = frozenset({"cdrs.receiver.post"})
_OUTCOMES = {
    "commands.receiver.": "commands.sender.result",
    "chargingprofiles.receiver.get": "chargingprofiles.sender.active_result",
    "chargingprofiles.receiver.set": "chargingprofiles.sender.set_result",
    "chargingprofiles.receiver.clear": "chargingprofiles.sender.clear_result",
}
"""Endpoints whose outcome is posted to a response_url, by the beginning of their id."""


def document(version: str, role: str = "") -> Schema:
    """The OpenAPI document of a version; with `role` (CPO, EMSP) of the interfaces that this role usually has.

    Raises LookupError for a version or role that it can't be made for; the message names those that it can.
    """
    return _Maker(version, role).document()


def as_text(made: Schema) -> str:
    """The one way in which a document is written, so that the same data gives the same bytes."""
    return json.dumps(made, indent=2, ensure_ascii=True) + "\n"


def path_of(version: str, endpoint: Endpoint) -> str:
    """The path of an endpoint in the document, below the server's URL."""
    if endpoint.module == "versions":
        return f"/{version}" if endpoint.segments else "/versions"
    side = (endpoint.interface.lower(),) if endpoint.interface else ()
    return "/".join(["", version, *side, endpoint.module, *endpoint.segments])


class _Maker:
    """Makes the document of one version and role."""

    def __init__(self, version: str, role: str) -> None:
        self.version = version
        self.role = role
        self.schemas = stored(version)
        if role and role not in INTERFACES:
            raise LookupError(
                f"{role!r} is no role that a document is made for; known: {', '.join(INTERFACES)}"
            )
        try:
            self.endpoints = endpoints(version)
        except KeyError:
            raise LookupError(f"the endpoints of OCPI {version} are not described yet") from None
        self.made: dict[str, Schema] = {}
        """Schemas that are not stored, by name: the envelopes around answers, and the bodies of PATCH."""
        self.responses: dict[str, Schema] = {}
        """What operations may answer, by name."""

    def document(self) -> Schema:
        paths: dict[str, Schema] = {}
        for endpoint in self.endpoints:
            if has(self.role, endpoint.module, endpoint.interface):
                operation = self._operation(endpoint)
                paths.setdefault(path_of(self.version, endpoint), {})[endpoint.method.lower()] = operation
        edition = editions()[self.version]
        tags = dict.fromkeys(operation["tags"][0] for path in paths.values() for operation in path.values())
        components = {
            "securitySchemes": {"credentials-token": _security(self.version)},
            "parameters": header_parameters(self.version),
            "headers": response_headers(),
            "responses": dict(sorted(self.responses.items())),
        }
        made: Schema = {
            "openapi": OPENAPI,
            "info": {
                "title": f"OCPI {self.version}" + (f", {self.role}" if self.role else ""),
                "version": self.version,
                "description": "Generated from the endpoints and schemas of ocpi-conformance. The URLs of modules "
                "are those of its reference parties; with any other platform they stand in the version details.",
                "x-edition": str(edition),
            },
            "jsonSchemaDialect": DIALECT,
            "servers": [{"url": "https://example.com/ocpi", "description": "The platform; put its own here"}],
            "security": [{"credentials-token": []}],
            "tags": [{"name": name} for name in tags],
            "paths": paths,
            "components": components,
        }
        made = _linked(made)
        components = made["components"]
        components["schemas"] = self._schemas_for(made)
        for kind in ("parameters", "headers"):
            used = set(_references(made, f"#/components/{kind}/"))
            components[kind] = {name: part for name, part in components[kind].items() if name in used}
        return made

    def _operation(self, endpoint: Endpoint) -> Schema:
        made: Schema = {
            "operationId": endpoint.id,
            "tags": [endpoint.module],
            "summary": _summary(endpoint),
            "externalDocs": {
                "url": TEXT_URL.format(edition=editions()[self.version].name, anchor=endpoint.anchor)
            },
            "parameters": [
                *path_parameters(self.version, endpoint),
                *query_parameters(self.version, endpoint),
                *({"$ref": f"#/components/parameters/{name}"} for name in self._headers(endpoint)),
            ],
        }
        if endpoint.body is not None:
            made["requestBody"] = {
                "required": not endpoint.body_optional,
                "content": _json_of(self._body(endpoint)),
            }
        made["responses"] = self._responses(endpoint)
        outcome = self._outcome(endpoint)
        if outcome is not None:
            made["callbacks"] = {"outcome": self._callback(endpoint, outcome)}
        return made

    def _headers(self, endpoint: Endpoint) -> tuple[str, ...]:
        routed = endpoint.functional and within(self.version, since=ROUTED_SINCE)
        return (*HEADERS, *(ROUTING if routed else ()))

    def _body(self, endpoint: Endpoint) -> str:
        """The component that a request body is an instance of."""
        name = endpoint.body or ""
        if not endpoint.patch:
            return name
        whole = self.schemas[name]
        part = {key: value for key, value in whole.items() if key not in ("required", "allOf")}
        required = whole["x-patch"]["required"] if name in patchable(self.version) else []
        self.made[f"{name}Patch"] = {**part, **({"required": required} if required else {})}
        return f"{name}Patch"

    def _responses(self, endpoint: Endpoint) -> Schema:
        envelope = self._envelope(endpoint)
        codes = {"200": (_REACHED, envelope), "401": (_ERRORS["401"], RESPONSE)}
        if endpoint.body is not None and endpoint.method in ("PUT", "POST"):
            codes["201"] = ("Taken as a new object", envelope)
        if endpoint.body is not None:
            codes["400"] = (_ERRORS["400"], RESPONSE)
        if path_parameters(self.version, endpoint):
            codes["404"] = (_ERRORS["404"], RESPONSE)
        if endpoint.module == "credentials" and endpoint.method != "GET":
            codes["405"] = (_ERRORS["405"], RESPONSE)
        return {
            code: self._response(endpoint, text, schema, code=code)
            for code, (text, schema) in sorted(codes.items())
        }

    def _response(self, endpoint: Endpoint, text: str, schema: str, *, code: str) -> Schema:
        """A reference to a response; what differs in nothing is described once."""
        names, succeeded = list(self._headers(endpoint)), code.startswith("2")
        kinds = ["routed"] if len(names) > len(HEADERS) else []
        if endpoint.paged and succeeded:
            names += ["Link", "X-Total-Count", "X-Limit"]
            kinds.append("paged")
        if endpoint.id in _LOCATED and succeeded:
            names.append("Location")
            kinds.append("located")
        if code == "401":
            names.append("WWW-Authenticate")
        key = "-".join([code, schema, *kinds])
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        self.responses[key] = {"description": text, "headers": headers, "content": _json_of(schema)}
        return {"$ref": f"#/components/responses/{key}"}

    def _envelope(self, endpoint: Endpoint) -> str:
        """The component of an answer: the envelope, whose data is judged where status_code says success."""
        if endpoint.answer is None:
            return RESPONSE
        one: Schema = {"$ref": f"ocpi:{endpoint.answer}"}
        asked: Schema = {"properties": {"data": one}, "required": ["data"]}
        if endpoint.many:
            asked = {"properties": {"data": {"type": ["array", "null"], "items": one}}}
        name = f"{endpoint.answer}{'List' if endpoint.many else ''}{RESPONSE}"
        code = {"type": "number", "minimum": 1000, "maximum": 1999}
        self.made[name] = {
            "title": name,
            "allOf": [{"$ref": f"ocpi:{RESPONSE}"}],
            "if": {"required": ["status_code"], "properties": {"status_code": code}},
            "then": asked,
        }
        return name

    def _outcome(self, endpoint: Endpoint) -> Endpoint | None:
        """The endpoint at which the client hears later what became of its request."""
        wanted = next((to for begin, to in _OUTCOMES.items() if endpoint.id.startswith(begin)), None)
        return next((row for row in self.endpoints if row.id == wanted), None)

    def _callback(self, endpoint: Endpoint, outcome: Endpoint) -> Schema:
        place = "$request.query.response_url" if "response_url" in endpoint.parameters else _IN_BODY
        made = self._operation(outcome)
        return {
            f"{{{place}}}": {
                "post": {
                    **made,
                    "operationId": f"{endpoint.id}.outcome",
                    "parameters": [part for part in made["parameters"] if part.get("in") != "path"],
                }
            }
        }

    def _schemas_for(self, made: Schema) -> dict[str, Schema]:
        """The components that something refers to, and those that they refer to."""
        found: dict[str, Schema] = {}
        wanted = list(_references(made, _SCHEMAS))
        while wanted:
            name = wanted.pop()
            if name in found:
                continue
            schema = self.made.get(name) or self.schemas[name]
            found[name] = _linked(
                {key: part for key, part in schema.items() if key not in ("$schema", "$id")}
            )
            wanted += _references(found[name], _SCHEMAS)
        return dict(sorted(found.items()))


_SCHEMAS = "#/components/schemas/"
_IN_BODY = "$request.body#/response_url"


def _security(version: str) -> Schema:
    encoded = "the credentials token in Base64" if within(version, since="2.2") else "the credentials token"
    return {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": f"The word Token, one space, {encoded}",
    }


def _summary(endpoint: Endpoint) -> str:
    what = endpoint.body or endpoint.answer or "what the URL names"
    if endpoint.method == "GET":
        what = f"a list of {endpoint.answer}" if endpoint.many else endpoint.answer or what
    return f"{_DID[endpoint.method]} {what}"


def _json_of(name: str) -> Schema:
    return {"application/json": {"schema": {"$ref": f"ocpi:{name}"}}}


def _linked(part: Any) -> Any:
    """A copy whose references lead to the components of the document."""
    if isinstance(part, dict):
        return {key: _link(value) if key == "$ref" else _linked(value) for key, value in part.items()}
    return [_linked(value) for value in part] if isinstance(part, list) else deepcopy(part)


def _link(reference: str) -> str:
    """`ocpi:2.2.1/Location` of the stored schemas, or `ocpi:Location` of this module, as a component."""
    if not reference.startswith("ocpi:"):
        return reference
    return _SCHEMAS + reference.removeprefix("ocpi:").rpartition("/")[2]


def _references(part: Any, begin: str) -> Iterator[str]:
    children: Iterable[Any] = ()
    if isinstance(part, dict):
        if str(part.get("$ref", "")).startswith(begin):
            yield part["$ref"].removeprefix(begin)
        children = part.values()
    elif isinstance(part, list):
        children = part
    for child in children:
        yield from _references(child, begin)
