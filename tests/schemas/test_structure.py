"""Fields and classes of a value, whatever the values are worth."""

from ocpi_conformance.schemas import library, structure

SCHEMA = library.flat("2.2.1", "EVSE")


def test_count_looks_at_shapes_only() -> None:
    """Objects that are wrong inside count too; what is no object does not."""
    skeleton = structure.skeleton(SCHEMA)

    assert structure.count(skeleton, {"uid": 1, "connectors": [{}, {}, None, 3]}) == {
        "EVSE": 1,
        "Connector": 2,
    }
    assert structure.count(skeleton, "EVSE") == {}


def test_skeleton_leaves_out_plain_fields() -> None:
    """Only what holds classes is walked."""
    assert structure.skeleton(SCHEMA).fields.keys() == {
        "status_schedule",
        "connectors",
        "coordinates",
        "directions",
        "images",
    }


def test_unknown_fields_have_escaped_pointers() -> None:
    """Names with a slash or a tilde are escaped as RFC 6901 says."""
    (found,) = structure.unknown_fields(SCHEMA, {"a/b~c": "secret"})

    assert found.pointer == "/a~1b~0c"
    assert "secret" not in found.found


def test_closed_schema_refuses_nothing_else() -> None:
    """It has no types, so a wrong value passes and an unknown name does not."""
    closed = structure.closed(SCHEMA)

    assert closed["additionalProperties"] is False
    assert closed["properties"]["uid"] == {}
    assert closed["properties"]["connectors"]["items"]["additionalProperties"] is False
