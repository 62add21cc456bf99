"""Judging values: what is wrong gives one finding, what the text allows gives none."""

from typing import Any

import pytest
from ocpi_conformance.schemas.library import UnknownSchemaError
from ocpi_conformance.schemas.validation import Finding, objects_in, validator

from .objects import cdr, location, put

CONNECTOR = "/evses/0/connectors/1"


@pytest.mark.parametrize(
    ("pointer", "value", "rule", "object_", "format_"),
    [
        ("/id", None, "null", "Location", "CiString"),
        ("/evses/0/uid", None, "null", "EVSE", "CiString"),
        ("/evses/0/connectors", None, "null", "EVSE", ""),
        ("/coordinates", None, "null", "Location", ""),
        ("/evses/0/status", None, "null", "EVSE", ""),
        ("/id", 12, "type", "Location", "CiString"),
        ("/publish", "true", "type", "Location", ""),
        ("/coordinates", "51.0", "type", "Location", ""),
        ("/evses", {}, "type", "Location", ""),
        ("/evses/0", "3256", "type", "Location", ""),
        (f"{CONNECTOR}/max_voltage", 220.5, "type", "Connector", ""),
        (f"{CONNECTOR}/max_voltage", "220", "type", "Connector", ""),
        ("/coordinates/latitude", 51.047599, "type", "GeoLocation", "latitude"),
        ("/id", "x" * 37, "length", "Location", "CiString"),
        ("/city", "é" * 46, "length", "Location", "string"),
        ("/last_updated", "2015-06-29T20:39:09.12345Z", "length", "Location", "DateTime"),
        (f"{CONNECTOR}/standard", "IEC_62196_T9", "enum", "Connector", ""),
        (f"{CONNECTOR}/standard", "iec_62196_t2", "enum", "Connector", ""),
        ("/evses/0/status", 3, "type", "EVSE", ""),
        ("/evses/0/last_updated", "2015-06-29T22:39:09+02:00", "format", "EVSE", "DateTime"),
        ("/coordinates/latitude", "51.0476", "format", "GeoLocation", "latitude"),
        ("/country_code", "BEL", "format", "Location", "country-alpha-2"),
        ("/country", "BE", "format", "Location", "country-alpha-3"),
        ("/city", "Gent\n", "format", "Location", "string"),
        ("/id", "LÖC", "format", "Location", "CiString"),
        ("/time_zone", "Europe /Brussels", "format", "Location", "time-zone"),
        (f"{CONNECTOR}/terms_and_conditions", "terms.html", "format", "Connector", "URL"),
        ("/evses/0/connectors", [], "cardinality", "EVSE", ""),
        (
            "/images",
            [{"url": "https://a.b/c", "category": "OTHER", "type": "png", "width": 100000}],
            "length",
            "Image",
            "",
        ),
    ],
)
def test_one_wrong_value_is_one_finding(
    pointer: str, value: Any, rule: str, object_: str, format_: str
) -> None:
    """With its place, its rule, the class it lies in, the form of the field and an anchor."""
    judge = validator("2.2.1", "Location")
    wrong = put(location(), pointer, value)

    (found,) = judge.findings(wrong)

    where = "/images/0/width" if pointer == "/images" else pointer
    assert (found.pointer, found.rule, found.object, found.format) == (where, rule, object_, format_)
    assert found.anchor.startswith(("mod_locations.asciidoc#", "types.asciidoc#"))
    assert found.expected
    assert found.found
    assert not judge.is_valid(wrong)


@pytest.mark.parametrize(
    ("pointer", "object_"),
    [("/id", "Location"), ("/evses/0/last_updated", "EVSE"), (f"{CONNECTOR}/power_type", "Connector")],
)
def test_missing_field_is_named_by_its_own_pointer(pointer: str, object_: str) -> None:
    """The pointer of a missing field is where it should be."""
    value: Any = location()
    *path, field = pointer.strip("/").split("/")
    at = value
    for part in path:
        at = at[int(part)] if isinstance(at, list) else at[part]
    del at[field]

    (found,) = validator("2.2.1", "Location").findings(value)

    assert (found.pointer, found.rule, found.object, found.field) == (pointer, "required", object_, field)
    assert found.found == "absent"


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/name", None),
        ("/evses", None),
        ("/evses", []),
        ("/operator", None),
        ("/parking_type", None),
        ("/charging_when_closed", None),
        ("/last_updated", "2015-06-29T20:39:09"),
        ("/last_updated", "2015-06-29T20:39:09.1234Z"),
        ("/coordinates/latitude", "-51.12345"),
        ("/coordinates/longitude", "3.1234567"),
        ("/country_code", "be"),
        ("/country", "#NA"),
        ("/city", "#NA"),
        ("/city", ""),
        ("/address", "東" * 255),
        ("/party_id", "be1"),
        (f"{CONNECTOR}/max_voltage", 220.0),
        ("/evses/0/connectors/0/tariff_ids", None),
        ("/extra", {"deep": [1]}),
    ],
)
def test_what_the_text_allows_is_no_finding(pointer: str, value: Any) -> None:
    """Nulls for ? and *, timestamps without Z, #NA in required strings, Unicode, unknown fields."""
    judge = validator("2.2.1", "Location")
    fine = put(location(), pointer, value)

    assert judge.findings(fine) == ()
    assert judge.is_valid(fine)


def test_not_available_is_for_required_strings_only() -> None:
    """An optional code is left out rather than set to #NA, and 2.1.1 knows no #NA."""
    (found,) = validator("2.2.1", "Token").findings(
        {
            "country_code": "DE",
            "party_id": "TNM",
            "uid": "1",
            "type": "RFID",
            "contract_id": "#NA",
            "issuer": "#NA",
            "valid": True,
            "whitelist": "ALLOWED",
            "language": "#N",
            "last_updated": "2015-06-29T22:39:09Z",
        }
    )
    assert (found.pointer, found.rule) == ("/language", "format")
    assert (
        validator("2.1.1", "Tariff")
        .findings({"id": "1", "currency": "#NA", "elements": [], "last_updated": "2015-06-29T22:39:09Z"})[0]
        .pointer
        == "/currency"
    )


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (cdr(credit=True), "/credit_reference_id"),
        (cdr(credit=True, credit_reference_id=None), "/credit_reference_id"),
        (cdr(id="x" * 37), "/id"),
        (
            put(cdr(), "/charging_periods/0/dimensions/0/type", "POWER"),
            "/charging_periods/0/dimensions/0/type",
        ),
        (location(publish_allowed_to=[{"group_id": "1"}]), "/publish_allowed_to"),
        (location(publish=False, publish_allowed_to=[{"uid": "1"}]), "/publish_allowed_to/0/type"),
        (
            location(publish=False, publish_allowed_to=[{"visual_number": "1"}]),
            "/publish_allowed_to/0/issuer",
        ),
        (location(publish=False, publish_allowed_to=[{"issuer": "1"}]), "/publish_allowed_to/0/uid"),
        (location(opening_times={"twentyfourseven": False}), "/opening_times/regular_hours"),
        (
            location(opening_times={"twentyfourseven": False, "regular_hours": []}),
            "/opening_times/regular_hours",
        ),
        (
            location(
                opening_times={
                    "twentyfourseven": True,
                    "regular_hours": [{"weekday": 1, "period_begin": "08:00", "period_end": "20:00"}],
                }
            ),
            "/opening_times/regular_hours",
        ),
    ],
)
def test_conditional_duties(value: dict[str, Any], pointer: str) -> None:
    """A duty that depends on another field is one finding at the field it is about."""
    judge = validator("2.2.1", "CDR" if "cdr_token" in value else "Location")

    (found,) = judge.findings(value)

    assert (found.pointer, found.rule) == (pointer, "condition")


@pytest.mark.parametrize(
    "value",
    [
        cdr(credit=True, credit_reference_id="1", id="x" * 39),
        cdr(credit=False),
        location(publish=False, publish_allowed_to=[{"uid": "1", "type": "RFID"}]),
        location(publish=True, publish_allowed_to=[]),
        location(publish=True, publish_allowed_to=None),
        location(opening_times={"twentyfourseven": True, "regular_hours": None}),
    ],
)
def test_conditional_duties_met(value: dict[str, Any]) -> None:
    """And none where the duty is met or does not apply."""
    assert validator("2.2.1", "CDR" if "cdr_token" in value else "Location").findings(value) == ()


def test_start_session_connector_needs_its_evse() -> None:
    """`evse_uid` is needed with `connector_id`."""
    token = {
        "country_code": "DE",
        "party_id": "TNM",
        "uid": "1",
        "type": "RFID",
        "contract_id": "2",
        "issuer": "TNM",
        "valid": True,
        "whitelist": "ALLOWED",
        "last_updated": "2015-06-29T22:39:09Z",
    }
    body = {"response_url": "https://a.b/c", "token": token, "location_id": "LOC1", "connector_id": "1"}

    assert [finding.pointer for finding in validator("2.2.1", "StartSession").findings(body)] == ["/evse_uid"]
    assert validator("2.2.1", "StartSession").findings({**body, "evse_uid": "3256"}) == ()


def test_patch_bodies() -> None:
    """All fields are optional but last_updated, and what is sent is whole."""
    judge = validator("2.2.1", "Location", "patch")

    assert judge.findings({"name": "New", "last_updated": "2015-06-29T20:39:09Z"}) == ()
    assert [(found.pointer, found.rule) for found in judge.findings({"name": "New"})] == [
        ("/last_updated", "required")
    ]
    (found,) = judge.findings(
        {"coordinates": {"latitude": "51.047599"}, "last_updated": "2015-06-29T20:39:09Z"}
    )
    assert (found.pointer, found.object) == ("/coordinates/longitude", "GeoLocation")
    assert validator("2.1.1", "Location", "patch").findings({"name": "New"}) == ()


def test_no_patch_of_cdrs() -> None:
    """Where the protocol has no PATCH, asking for its shape names those that have one."""
    with pytest.raises(UnknownSchemaError, match="no PATCH of CDR; it has one of Connector, EVSE, Location"):
        validator("2.2.1", "CDR", "patch")


def test_responses() -> None:
    """Data is judged where the status code says success; a list may be left out, an object not."""
    one, many = (validator("2.2.1", "Location", "response", many=many) for many in (False, True))
    head = {"status_code": 1000, "timestamp": "2015-06-29T20:39:09Z"}

    assert one.findings({**head, "data": location()}) == ()
    assert many.findings({**head, "data": [location()]}) == ()
    assert many.findings(head) == ()
    assert [found.pointer for found in one.findings(head)] == ["/data"]
    assert [found.pointer for found in many.findings({**head, "data": [location(id=1)]})] == ["/data/0/id"]
    assert one.findings({**head, "status_code": 2001, "data": "anything"}) == ()
    assert [(f.pointer, f.object) for f in one.findings({"data": location(), "status_code": 1})] == [
        ("/status_code", "Response"),
        ("/timestamp", "Response"),
    ]


def test_response_without_status_code_is_no_success() -> None:
    """What is missing is the status code, not the data that success would need."""
    (found,) = validator("2.2.1", "Location", "response").findings({"timestamp": "2015-06-29T20:39:09Z"})

    assert (found.pointer, found.rule) == ("/status_code", "required")


def test_responses_are_looked_into() -> None:
    """Unknown fields of the envelope and of its data, and what the data hold."""
    judge = validator("2.2.1", "Location", "response", many=True)
    page = {"data": [location(x=1)], "status_code": 1000, "timestamp": "2015-06-29T20:39:09Z", "y": 2}

    assert [found.pointer for found in judge.unknown_fields(page)] == ["/data/0/x", "/y"]
    assert judge.objects_in(page)["Connector"] == 2


def test_lists_are_judged_in_one_call() -> None:
    """Pointers begin with the index of the object."""
    judge = validator("2.2.1", "Location", many=True)
    page = [location(), location(), put(location(), "/evses/0/uid", None)]

    assert not judge.is_valid(page)
    assert [found.pointer for found in judge.findings(page)] == ["/2/evses/0/uid"]
    assert [(found.pointer, found.rule) for found in judge.findings({})] == [("", "type")]


def test_unknown_fields_are_told_apart() -> None:
    """They break no rule and are found at any depth."""
    judge = validator("2.2.1", "Location")
    value = put(location(nltnm_x=1), "/evses/0/connectors/0/voltage", 220)

    assert judge.is_valid(value)
    assert [(f.pointer, f.rule, f.object, f.field) for f in judge.unknown_fields(value)] == [
        ("/evses/0/connectors/0/voltage", "unknown", "Connector", "voltage"),
        ("/nltnm_x", "unknown", "Location", "nltnm_x"),
    ]
    assert judge.unknown_fields(location()) == ()


def test_objects_are_counted_by_class() -> None:
    """How much was judged: no finding over nothing is no verdict."""
    counted = objects_in("2.2.1", "Location", [location(), location(evses=None)], many=True)

    assert counted == {"Location": 2, "EVSE": 1, "Connector": 2, "GeoLocation": 2, "Hours": 2}


def test_several_faults_are_several_findings() -> None:
    """Each place speaks once."""
    value = put(put(location(city=None), "/coordinates/latitude", "x"), "/evses/0/status", "GONE")

    assert {found.pointer: found.rule for found in validator("2.2.1", "Location").findings(value)} == {
        "/city": "null",
        "/coordinates/latitude": "format",
        "/evses/0/status": "enum",
    }


def test_open_enums_take_new_values() -> None:
    """From 2.3.0 where the text says so, and before where it lets an enum be extended."""
    endpoint = {"identifier": "nltnm-tokens", "role": "SENDER", "url": "https://a.b/c"}

    assert validator("2.2.1", "Endpoint").is_valid(endpoint)
    assert not validator("2.2.1", "Endpoint").is_valid({**endpoint, "role": "BOTH"})
    assert validator("2.3.0", "ConnectorType").is_valid("NLTNM_PLUG")
    assert not validator("2.2.1", "ConnectorType").is_valid("NLTNM_PLUG")
    assert not validator("2.3.0", "Status").is_valid("BROKEN")


def test_decimals_are_strings_in_2_0_and_numbers_after() -> None:
    """The type of amounts changed with 2.1.1."""
    component = {"type": "TIME", "price": "2.00", "step_size": 300}

    assert validator("2.0", "PriceComponent").is_valid(component)
    assert not validator("2.1.1", "PriceComponent").is_valid(component)
    assert validator("2.1.1", "PriceComponent").is_valid({**component, "price": 2.0})


def test_secrets_are_not_shown() -> None:
    """A token that is wrong is told by its length."""
    wrong = {"token": "s3cret\n" * 20, "url": "https://a.b/c", "roles": []}

    found = {finding.field: finding for finding in validator("2.2.1", "Credentials").findings(wrong)}

    assert "s3cret" not in found["token"].found
    assert found["token"].found == "a string of 140 characters (not shown)"


@pytest.mark.parametrize(
    ("version", "name", "shape", "says"),
    [
        ("2.2.2", "Location", "full", "'2.2.2' is no OCPI version; did you mean 2.2.1?"),
        ("2.2.1", "location", "full", "did you mean Location?"),
        ("2.2.1", "Qqqq", "full", "known: ActiveChargingProfile"),
        ("2.2.1", "Location", "ful", "did you mean full?"),
    ],
)
def test_unknown_names(version: str, name: str, shape: str, says: str) -> None:
    """The message names the nearest that exists."""
    with pytest.raises(LookupError) as caught:
        validator(version, name, shape)

    assert says in str(caught.value)


def test_validators_are_compiled_once() -> None:
    """The same asked twice is the same object."""
    assert validator("2.2.1", "Token") is validator("2.2.1", "Token")


def test_findings_are_values() -> None:
    """Equal findings are equal and can be counted in sets."""
    first, second = (validator("2.2.1", "Location").findings(location(id=1)) for _ in range(2))

    assert first == second
    assert isinstance(first[0], Finding)
    assert len({*first, *second}) == 1


def test_of_many_wrong_objects_so_many_are_told_as_are_asked_for():
    judge = validator("2.2.1", "GeoLocation", many=True)
    right = {"latitude": "50.770774", "longitude": "-126.104965"}
    value = [right, {}, right, {}, {}]
    assert {finding.pointer.split("/")[1] for finding in judge.findings(value)} == {"1", "3", "4"}
    assert {finding.pointer.split("/")[1] for finding in judge.findings(value, most=2)} == {"1", "3"}
    assert judge.findings([right] * 3, most=2) == ()
