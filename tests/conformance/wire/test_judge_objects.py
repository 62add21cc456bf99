"""The whole judge on objects that the IUT writes: legal forms, one fault for each duty, and what is ours."""

from typing import Any

import pytest
from ocpi_conformance.simulators.connection import Role

from tests.conformance.builders import Wire

SAMPLES = Wire().samples
LOCATION = SAMPLES.location(full=True)
BARE = SAMPLES.location(minimal=True)
EVSE = LOCATION["evses"][0]
CONNECTOR = EVSE["connectors"][0]
TOKEN = Wire("EMSP").samples.token(type="RFID")
SESSION = SAMPLES.session()
TARIFF = SAMPLES.tariff()
CDR = SAMPLES.cdr()
CREDENTIALS = {
    "token": "theirs",
    "url": "https://iut.test/versions",
    "roles": [
        {"role": "CPO", "country_code": "DE", "party_id": "IUT", "business_details": {"name": "Theirs"}}
    ],
}
DETAILS = {
    "version": "2.2.1",
    "endpoints": [
        {"identifier": "credentials", "role": "SENDER", "url": "https://iut.test/credentials"},
        {"identifier": "locations", "role": "SENDER", "url": "https://iut.test/locations/"},
    ],
}
VERSION = {"version": "2.2.1", "url": "https://iut.test/2.2.1"}
LATER = "2999-01-01T00:00:00Z"
PAST = "2000-01-01T00:00:00Z"


def without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: inner for name, inner in value.items() if name not in names}


def hours(begin: str, end: str, **more: Any) -> dict[str, Any]:
    spans = [{"weekday": 1, "period_begin": begin, "period_end": end}]
    return {"opening_times": {"twentyfourseven": False, "regular_hours": spans, **more}}


def span(begin: str, end: str) -> list[dict[str, str]]:
    return [{"period_begin": f"2024-12-{begin}:00:00Z", "period_end": f"2024-12-{end}:00:00Z"}]


def mix(
    *shares: float, source: str = "WIND", green: bool = False, carbon: float | None = None
) -> dict[str, Any]:
    value: dict[str, Any] = {"is_green_energy": green}
    if shares:
        value["energy_sources"] = [{"source": source, "percentage": share} for share in shares]
    if carbon is not None:
        value["environ_impact"] = [{"category": "CARBON_DIOXIDE", "amount": carbon}]
    return {"energy_mix": value}


def served(kind: str, value: Any, role: str = "CPO", **options: Any) -> Any:
    return Wire(role, **options).answered(f"{kind}.sender.list", [value])


LEGAL_LOCATIONS: list[dict[str, Any]] = [
    {},
    {"name": None, "evses": None, "directions": [], "opening_times": None, "energy_mix": None},
    {"country_code": "de", "party_id": "iut"},
    {"last_updated": "2999-01-01T00:00:00"},
    {"last_updated": "2999-01-01T00:00:00.1234"},
    {"name": "Größe 東京 – “Parkhaus” №1", "address": "#NA"},
    {"coordinates": {"latitude": "-90.00000", "longitude": "180.0000000"}},
    {"time_zone": "America/Argentina/Buenos_Aires"},
    {"time_zone": "Etc/UTC"},
    {"directions": [{"language": "en", "text": "1 < 2 & 3 > 2; R&D"}]},
    hours("08:00", "20:00"),
    hours("20:00", "00:00"),
    hours("08:00", "20:00", exceptional_openings=span("24T08", "24T12"), exceptional_closings=span("24T12", "24T20")),
    {"opening_times": {"twentyfourseven": True, "regular_hours": None}},
    mix(33.3, 33.3, 33.4),
    mix(100, green=True, carbon=0),
    mix(100, source="COAL", carbon=372.5),
    mix(green=True),
    {"evses": [{**EVSE, "last_updated": LATER, "connectors": [{**CONNECTOR, "last_updated": LATER}]}]},
]  # fmt: skip


@pytest.mark.parametrize("changes", LEGAL_LOCATIONS)
def test_legal_locations_break_nothing(changes: dict[str, Any]) -> None:
    """Served and pushed alike."""
    value = {**LOCATION, "last_updated": LATER, **changes}

    assert served("locations", value).broken == set()
    assert Wire().push("locations", f"DE/IUT/{value['id']}", value).broken == set()


WRONG_LOCATIONS: list[tuple[dict[str, Any], str]] = [
    ({"party_id": "XXX"}, "locations-owner-among-roles"),
    ({"last_updated": PAST}, "locations-last-updated-covers-parts"),
    ({"time_zone": "Europe/Atlantis"}, "locations-time-zone-known"),
    ({"time_zone": "Central European Time"}, "locations-time-zone-known"),
    ({"evses": [EVSE, {**EVSE, "uid": EVSE["uid"].swapcase()}]}, "locations-evse-uid-unique"),
    ({"evses": [{**EVSE, "connectors": [CONNECTOR, CONNECTOR]}]}, "locations-connector-id-unique"),
    ({"evses": [{**EVSE, "evse_id": "EVSE 7"}]}, "locations-evse-id-emi3"),
    ({"evses": [{**EVSE, "last_updated": PAST}]}, "locations-last-updated-covers-parts"),
    ({"evses": [{**EVSE, "connectors": []}]}, "locations-evse-fields"),
    ({"evses": [{**EVSE, "status": "available"}]}, "locations-evse-values"),
    ({"evses": [{**EVSE, "connectors": [without(CONNECTOR, "power_type")]}]}, "locations-connector-fields"),
    ({"evses": [{**EVSE, "connectors": [{**CONNECTOR, "format": "PLUG"}]}]}, "locations-connector-values"),
    ({"coordinates": {"latitude": "51.1", "longitude": "4.00000"}}, "types-latitude"),
    ({"coordinates": {"latitude": "90.00001", "longitude": "4.00000"}}, "types-latitude"),
    ({"coordinates": {"latitude": 51.12345, "longitude": "4.00000"}}, "types-latitude"),
    ({"coordinates": {"latitude": "51.12345", "longitude": "-180.00001"}}, "types-longitude"),
    ({"country": "DE"}, "types-country-alpha3"),
    ({"id": "Ä1"}, "types-cistring"),
    ({"city": "Köln\t"}, "types-string-printable"),
    ({"city": ""}, ""),
    ({"publish": "true"}, "locations-location-values"),
    ({"parking_type": "GARAGE"}, "locations-location-values"),
    ({"publish": None}, "locations-location-fields"),
    ({"last_updated": "2999-01-01T00:00:00+01:00"}, "types-datetime-utc"),
    ({"last_updated": "2999-01-01T00:00:00.123456Z"}, "types-datetime-length"),
    ({"last_updated": 1700000000}, "locations-location-values"),
    ({"name": "#NA"}, "types-not-available-only-strings"),
    ({"directions": [{"language": "en", "text": "<b>left</b>"}]}, "types-displaytext-plain"),
    ({"directions": [{"language": "EN", "text": "left"}]}, "types-language"),
    ({"operator": {"name": "x", "website": "www.example.com"}}, "types-url"),
    ({"operator": {"name": "x", "website": "https://example.com/".ljust(256, "x")}}, "types-url-length"),
    ({"colour": "red"}, "types-no-unknown-fields"),
    (hours("20:00", "08:00"), "locations-regular-hours-end-after-begin"),
    (hours("08:00", "08:00"), "locations-regular-hours-end-after-begin"),
    (hours("08:00", "20:00", exceptional_openings=span("24T08", "24T12"),
           exceptional_closings=span("24T10", "24T20")), "locations-closings-apart-from-openings"),
    (mix(50, 40), "locations-energy-sources-add-up"),
    (mix(100, source="COAL", green=True), "locations-green-energy-consistent"),
    (mix(green=True, carbon=5), "locations-green-energy-consistent"),
    (mix(33.333333, 66.666667), "types-number-decimals"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "slug"), WRONG_LOCATIONS)
def test_each_fault_of_a_location_breaks_one_duty(changes: dict[str, Any], slug: str) -> None:
    """One fault, one duty, and no other is blamed with it."""
    value = {**LOCATION, "last_updated": LATER, **changes}

    assert served("locations", value).broken == ({slug} if slug else set())


OTHERS: list[tuple[str, str, dict[str, Any], str]] = [
    ("EMSP", "tokens", TOKEN, ""),
    ("EMSP", "tokens", {**TOKEN, "whitelist": "allowed"}, "tokens-token-values"),
    ("EMSP", "tokens", without(TOKEN, "issuer"), "tokens-token-fields"),
    ("EMSP", "tokens", {**TOKEN, "issuer": "#NA"}, ""),
    ("EMSP", "tokens", {**TOKEN, "language": "english"}, "types-language"),
    ("EMSP", "tokens", {**TOKEN, "visual_number": "x" * 65}, "tokens-token-values"),
    ("CPO", "sessions", SESSION, ""),
    ("CPO", "sessions", {**SESSION, "evse_uid": "#NA", "connector_id": "#NA"}, ""),
    ("CPO", "sessions", {**SESSION, "currency": "Euro"}, "types-currency"),
    ("CPO", "sessions", {**SESSION, "id": "x" * 37}, "sessions-session-values"),
    ("CPO", "sessions", {**SESSION, "country_code": "D1"}, "types-country-alpha2"),
    ("CPO", "sessions", {**SESSION, "kwh": "1.5"}, "sessions-session-values"),
    ("CPO", "sessions", {**SESSION, "kwh": 1.23456}, "types-number-decimals"),
    ("CPO", "sessions", {**SESSION, "status": "RESERVED"}, "sessions-session-values"),
    ("CPO", "sessions", {**SESSION, "charging_periods": None, "total_cost": None}, ""),
    ("CPO", "sessions", {**SESSION, "total_cost": {"excl_vat": "1.5"}}, "types-number"),
    ("CPO", "sessions", {**SESSION, "total_cost": {"incl_vat": 1.5}}, "types-required-fields"),
    ("CPO", "sessions", {**SESSION, "total_cost": {"excl_vat": None}}, "types-null-only-optional"),
    ("CPO", "sessions", without(SESSION, "kwh"), "sessions-session-fields"),
    ("CPO", "tariffs", TARIFF, ""),
    ("CPO", "tariffs", {**TARIFF, "elements": []}, "tariffs-tariff-fields"),
    ("CPO", "cdrs", CDR, ""),
    ("CPO", "cdrs", without(CDR, "total_cost"), "cdrs-cdr-fields"),
    ("CPO", "cdrs", {**CDR, "currency": None}, "cdrs-cdr-fields"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "kind", "value", "slug"), OTHERS)
def test_objects_of_other_modules(role: str, kind: str, value: dict[str, Any], slug: str) -> None:
    """One fault, one duty: that of the class, or that of the form of a value."""
    assert served(kind, value, role).broken == ({slug} if slug else set())


WHO: list[tuple[str, Any, str]] = [
    ("versions.list", [VERSION, {**VERSION, "version": "2.3.0"}], ""),
    ("versions.list", [{**VERSION, "version": "2.2.1-d2"}], "versions-number-known"),
    ("versions.list", [{**VERSION, "url": "/2.2.1"}], "versions-url-absolute"),
    ("versions.list", [without(VERSION, "url")], "versions-version-valid"),
    ("versions.details", DETAILS, ""),
    ("versions.details", {**DETAILS, "endpoints": []}, "versions-details-valid"),
    ("versions.details", {**DETAILS, "endpoints": [{**DETAILS["endpoints"][0], "identifier": "nltnm-tokens"}]},
     "versions-endpoint-identifier-known"),
    ("versions.details", {**DETAILS, "endpoints": [{**DETAILS["endpoints"][0], "url": "credentials"}]},
     "versions-endpoint-url-absolute"),
    ("versions.details", {**DETAILS, "endpoints": [without(DETAILS["endpoints"][0], "role")]},
     "versions-endpoint-valid"),
    ("credentials.get", CREDENTIALS, ""),
    ("credentials.post", CREDENTIALS, ""),
    ("credentials.get", {**CREDENTIALS, "token": "x" * 65}, "credentials-token-length"),
    ("credentials.get", {**CREDENTIALS, "token": "a b"}, "credentials-token-charset"),
    ("credentials.get", {**CREDENTIALS, "url": "iut.test/versions"}, "credentials-url-absolute"),
    ("credentials.get", {**CREDENTIALS, "roles": []}, "credentials-object-valid"),
    ("credentials.get", {**CREDENTIALS, "roles": CREDENTIALS["roles"] * 2}, "credentials-roles-unique"),
    ("credentials.get", {**CREDENTIALS, "roles": [without(CREDENTIALS["roles"][0], "business_details")]},
     "credentials-role-valid"),
]  # fmt: skip


@pytest.mark.parametrize(("endpoint", "data", "slug"), WHO)
def test_what_a_platform_says_of_itself(endpoint: str, data: Any, slug: str) -> None:
    """In answers; one fault, one duty."""
    assert Wire().answered(endpoint, data).broken == ({slug} if slug else set())


def test_credentials_that_it_posts_are_judged_too() -> None:
    """In requests as in answers."""
    assert Wire().asked("POST", "/credentials", CREDENTIALS).broken == set()
    assert Wire().asked("POST", "/credentials", {**CREDENTIALS, "roles": []}).broken == {
        "credentials-object-valid"
    }


PUSHES: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("PUT", f"DE/IUT/{BARE['id']}", BARE, set()),
    ("PUT", f"de/iut/{BARE['id'].swapcase()}", BARE, set()),
    ("PUT", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}", EVSE, set()),
    ("PUT", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}/{CONNECTOR['id']}", CONNECTOR, set()),
    ("PATCH", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}", {"status": "CHARGING", "last_updated": LATER}, set()),
    ("PATCH", f"DE/IUT/{LOCATION['id']}", {"name": None, "last_updated": LATER}, set()),
    ("GET", f"DE/IUT/{LOCATION['id']}", {}, set()),
    ("PUT", f"DE/IUT/{LOCATION['id']}", BARE, {"locations-push-url-ids-equal-body"}),
    ("PUT", f"DE/IUT/{LOCATION['id']}/other", EVSE, {"locations-push-url-ids-equal-body"}),
    ("PUT", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}/other", CONNECTOR, {"locations-push-url-ids-equal-body"}),
    ("PUT", f"DE/XXX/{BARE['id']}", BARE, {"locations-push-url-own-party", "locations-push-url-owner-equals-body"}),
    ("PUT", f"DE/XXX/{LOCATION['id']}/{EVSE['uid']}", EVSE, {"locations-push-url-own-party"}),
    ("PUT", f"DE/IUT/{BARE['id']}", without(BARE, "city"), {"transport-client-put-complete"}),
    ("PUT", f"DE/IUT/{LOCATION['id']}", {**LOCATION, "last_updated": LATER, "evses": [without(EVSE, "status")]},
     {"locations-evse-fields"}),
    ("PUT", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}", {"status": "CHARGING", "last_updated": LATER},
     {"transport-client-put-complete"}),
    ("PATCH", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}", {"status": "CHARGING"},
     {"locations-push-patch-has-last-updated"}),
    ("PATCH", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}", {"status": "CHARGING", "last_updated": None},
     {"locations-push-patch-has-last-updated"}),
    ("DELETE", f"DE/IUT/{LOCATION['id']}/{EVSE['uid']}", {}, {"locations-push-never-deletes"}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "slugs"), PUSHES)
def test_pushes_of_locations(method: str, path: str, body: dict[str, Any], slugs: set[str]) -> None:
    """Each push breaks exactly the duties that it offends."""
    options = {"status": 405} if method == "DELETE" else {}

    assert Wire().push("locations", path, body, method=method, **options).broken == slugs


def test_a_hub_serves_and_pushes_for_others() -> None:
    """Whose Locations it has can't be told from its roles."""
    roles = [Role(role=role, country_code="DE", party_id="HUB", name="Hub") for role in ("CPO", "HUB")]

    assert served("locations", BARE, iut_roles=roles).broken == set()
    assert Wire(iut_roles=roles).push("locations", f"DE/IUT/{BARE['id']}", BARE).broken == set()


def test_a_part_of_a_location_need_not_name_its_owner() -> None:
    """An EVSE that is seen in a PATCH without country and party is not seen elsewhere."""
    wire = Wire()
    part = {name: LOCATION[name] for name in ("id", "evses", "last_updated")}

    wire.answered("locations.sender.list", [LOCATION])

    assert wire.push("locations", f"DE/IUT/{LOCATION['id']}", part, method="PATCH").broken == set()


def test_an_evse_in_two_locations_breaks_its_duty() -> None:
    """Also in two messages; the same Location again does not."""
    wire = Wire()
    url = f"DE/IUT/{LOCATION['id']}"

    assert wire.answered("locations.sender.list", [LOCATION]).broken == set()
    assert wire.push("locations", url, LOCATION).broken == set()
    assert wire.answered("locations.sender.list", [{**LOCATION, "id": "L9"}]).broken == {
        "locations-evse-uid-unique"
    }


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_required_string_without_data_may_say_so(method: str) -> None:
    """In a PATCH too, where nothing is required."""
    body = {**TOKEN, "contract_id": "#NA"}

    spoken = Wire("EMSP").push("tokens", f"DE/IUT/{TOKEN['uid']}", body, method=method)

    assert spoken.broken == set()


def test_a_patch_of_an_optional_string_may_not() -> None:
    """Left off, it would say the same."""
    body = {"visual_number": "#NA", "last_updated": LATER}

    assert Wire("EMSP").push("tokens", f"DE/IUT/{TOKEN['uid']}", body, method="PATCH").broken == {
        "types-not-available-only-strings"
    }


def test_what_we_put_wrong_is_not_the_fault_of_who_gives_it_back() -> None:
    """A copy shows what was taken in; what was refused, or was right, excuses nothing."""
    ours = Wire().samples.location(full=True, party_id="TS1")
    wrong = {**ours, "parking_type": "NOWHERE", "vendor": 1, "name": "#NA"}
    taken, refused, right = Wire("EMSP"), Wire("EMSP"), Wire("EMSP")
    put, get = "locations.receiver.put_location", "locations.receiver.get_location"

    taken.answered(put, body=wrong)
    refused.answered(put, body=wrong, envelope={"status_code": 2001})
    right.answered(put, body=ours)

    assert taken.answered(get, wrong).broken == set()
    assert refused.answered(get, wrong).broken == {"locations-location-values"}
    assert right.answered(get, wrong).broken == {"locations-location-values"}
    assert "locations-location-values" in taken.answered("locations.sender.location", wrong).broken


def test_of_a_copy_only_its_form_is_the_receivers() -> None:
    """Owner, hours, zone and EVSEs of what we put are ours."""
    ours = {**LOCATION, "party_id": "TS1", "time_zone": "Europe/Atlantis", "last_updated": PAST, **mix(50)}

    assert Wire("EMSP").answered("locations.receiver.get_location", ours).broken == set()


@pytest.mark.parametrize("kind", ["locations", "tokens", "sessions", "tariffs", "cdrs"])
def test_our_own_objects_are_not_judged(kind: str) -> None:
    """What we answer with, and what we push, says nothing of the IUT."""
    put = {"locations": "put_location", "cdrs": "post"}.get(kind, "put")
    wire = Wire("CPO" if kind == "tokens" else "EMSP")

    wire.answered(f"{kind}.receiver.{put}", body={"id": 7})

    assert not {slug for slug in wire.spoken.all if not slug.startswith("transport-")} - {
        "types-datetime-format",
        "types-datetime-utc",
        "types-datetime-length",
        "cdrs-post-location-header",  # of the answer, which has none
    }
    assert wire.spoken.broken - {"cdrs-post-location-header"} == set()
