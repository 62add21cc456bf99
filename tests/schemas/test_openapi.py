"""The OpenAPI document of a version: valid, whole, and the same each time."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from ocpi_conformance.schemas import openapi
from ocpi_conformance.schemas.editions import versions
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.schemas.library import HOME
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.roles import ROLES

DESCRIBED = [version for version in versions() if (HOME / version / "endpoints.toml").is_file()]


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Operations by their id, each with its path."""
    return {
        operation["operationId"]: {"path": path, **operation}
        for path, methods in document["paths"].items()
        for operation in methods.values()
    }


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def led_to(document: dict[str, Any], reference: str) -> Any:
    part: Any = document
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


@pytest.mark.parametrize("role", ["", "CPO", "EMSP"])
@pytest.mark.parametrize("version", DESCRIBED)
def test_is_valid_openapi(version: str, role: str):
    """By the schema of OpenAPI 3.1 itself, as schemathesis ships it; each component by that of JSON Schema."""
    document = openapi.document(version, role)

    schemathesis.openapi.from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_what_is_no_openapi_is_found_out():
    """The validator that the test above trusts."""
    document = openapi.document("2.2.1")
    document["paths"]["/versions"]["get"]["responses"] = []

    with pytest.raises(Exception, match="responses"):
        schemathesis.openapi.from_dict(document).validate()


@pytest.mark.parametrize("version", DESCRIBED)
def test_every_reference_leads_to_a_component_and_every_component_is_used(version: str):
    """Nothing of the stored schemas' own names is left."""
    document = openapi.document(version)
    found = set(references(document))

    for reference in found:
        assert led_to(document, reference) is not None
    listed = {
        f"#/components/{kind}/{name}" for kind, parts in document["components"].items() for name in parts
    }
    assert {name for name in listed if "securitySchemes" not in name} == found


@pytest.mark.parametrize("version", DESCRIBED)
def test_every_endpoint_is_an_operation_with_all_parameters_of_its_path(version: str):
    """Each with its body, its answer, and the ids that every message has."""
    document = openapi.document(version)
    described = operations(document)

    assert described.keys() == {row.id for row in endpoints(version)}
    for row in endpoints(version):
        operation = described[row.id]
        inside = [part["name"] for part in operation["parameters"] if part.get("in") == "path"]
        assert operation["path"].count("{") == len(inside)
        assert all(f"{{{name}}}" in operation["path"] for name in inside)
        assert ("requestBody" in operation) == (row.body is not None)
        assert {"200", "401"} <= operation["responses"].keys()
        assert {"$ref": "#/components/parameters/X-Request-ID"} in operation["parameters"]


def test_the_same_bytes_each_time():
    """So that a difference is a difference of the data."""
    assert openapi.as_text(openapi.document("2.2.1")) == openapi.as_text(openapi.document("2.2.1"))


@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_the_document_of_a_role_is_what_the_reference_party_serves(role: str):
    """Paths included: they are its layout."""
    party = ROLES[role](
        name="party",
        roles=[Role(role=role, country_code="NL", party_id="ABC", name="P")],
        base_url="http://x",
    )
    described = operations(openapi.document("2.2.1", role))

    assert described.keys() == {row.id for row in party.endpoints if party.handler(row)}
    for row in party.endpoints:
        if row.id in described and row.interface:
            assert described[row.id]["path"].startswith(
                party.url(row.module, row.interface).removeprefix("http://x")
            )
    party.close()


def test_an_answer_is_an_envelope_whose_data_counts_with_success():
    """Judged by the engine that judges everything else."""
    document = openapi.document("2.2.1")
    judge = jsonschema.Draft202012Validator(
        {**document, "$ref": "#/components/schemas/CommandResponseResponse"}
    )
    envelope = {"timestamp": "2025-01-01T00:00:00Z"}

    assert judge.is_valid({**envelope, "status_code": 1000, "data": {"result": "ACCEPTED", "timeout": 30}})
    assert judge.is_valid({**envelope, "status_code": 2001})
    assert not judge.is_valid({**envelope, "status_code": 1000})
    assert not judge.is_valid({**envelope, "status_code": 1000, "data": {"result": "MAYBE", "timeout": 30}})


def test_a_patch_needs_only_what_the_text_wants_of_it():
    """last_updated, from 2.2 on."""
    schema = openapi.document("2.2.1")["components"]["schemas"]["LocationPatch"]

    assert schema["required"] == ["last_updated"]
    assert "allOf" not in schema


def test_parameters_have_the_types_of_the_text():
    """Lengths of ids, forms of times, what is required."""
    described = operations(openapi.document("2.2.1"))

    def parameter(operation: str, name: str) -> dict[str, Any]:
        return next(part for part in described[operation]["parameters"] if part.get("name") == name)

    assert parameter("locations.sender.location", "location_id")["schema"]["maxLength"] == 36
    assert parameter("locations.sender.list", "date_from")["required"] is False
    assert parameter("sessions.sender.list", "date_from")["required"] is True
    assert parameter("chargingprofiles.receiver.get", "response_url")["required"] is True
    assert parameter("tokens.receiver.get", "type")["schema"] == {"$ref": "#/components/schemas/TokenType"}


def test_an_outcome_that_comes_later_is_a_callback():
    """To the response_url, wherever the request has it."""
    described = operations(openapi.document("2.2.1", "CPO"))

    start = described["commands.receiver.start_session"]["callbacks"]["outcome"]
    look = described["chargingprofiles.receiver.get"]["callbacks"]["outcome"]
    assert "{$request.body#/response_url}" in start
    assert "{$request.query.response_url}" in look
    assert "CommandResult" in json.dumps(start)


@pytest.mark.parametrize(
    ("version", "role", "named"), [("2.2.2", "", "2.2.1"), ("2.2.1", "BANK", "CPO, EMSP")]
)
def test_what_there_is_no_document_of_is_refused_by_name(version: str, role: str, named: str):
    """The message says what there is."""
    with pytest.raises(LookupError, match=named):
        openapi.document(version, role)
