"""Parameters of endpoints, as OpenAPI has them."""

from ocpi_conformance.schemas.endpoints import Endpoint, endpoints
from ocpi_conformance.schemas.parameters import (
    header_parameters,
    path_parameters,
    query_parameters,
    response_headers,
)


def test_no_segment_of_a_path_is_empty():
    """Whatever length the field may have that it stands for."""
    for row in endpoints("2.2.1"):
        for parameter in path_parameters("2.2.1", row):
            schema = parameter["schema"]
            assert "$ref" in schema or schema["minLength"] == 1
            assert parameter["required"] is True


def test_the_version_is_no_parameter():
    """A document is of one version."""
    assert path_parameters("2.2.1", endpoints("2.2.1").get("versions.details")) == []


def test_the_url_of_a_cdr_is_the_receivers_own():
    """OCPI says nothing of its form, so neither does the document."""
    (parameter,) = path_parameters("2.2.1", endpoints("2.2.1").get("cdrs.receiver.get"))

    assert parameter["schema"] == {"type": "string", "minLength": 1}


def test_numbers_and_times_in_a_query():
    """Each in its form."""
    row = Endpoint(
        id="x", module="tariffs", method="GET", segments=(), anchor="a", parameters=("date_from", "limit")
    )
    when, many = query_parameters("2.2.1", row)

    assert when["schema"]["x-format"] == "DateTime"
    assert many["schema"] == {"type": "integer", "minimum": 0}


def test_ids_of_messages_are_required_and_routing_is_not():
    """A message without a hub may name no parties."""
    sent = header_parameters("2.2.1")

    assert sent["X-Request-ID"]["required"] is True
    assert sent["OCPI-to-party-id"]["required"] is False
    assert response_headers()["X-Correlation-ID"]["required"] is True
