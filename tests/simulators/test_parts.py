"""Parts of a Location, found and replaced without touching the one that is given."""

from ocpi_conformance.simulators.parts import location_key, part, with_connector, with_evse

LATER = "2026-01-01T00:00:00Z"


def test_changes_of_parts_leave_the_given_location_alone():
    location = {"id": "L", "last_updated": "2025-01-01T00:00:00Z", "evses": None}
    evse = {"uid": "E", "connectors": [], "last_updated": LATER}
    assert with_evse(location, evse)["evses"] == [evse]
    changed = with_connector(with_evse(location, evse), evse, {"id": "1", "last_updated": LATER})
    assert part(changed, "E", "1") == {"id": "1", "last_updated": LATER}
    assert location["evses"] is None
    assert part(location, "E") is None


def test_what_is_no_part_is_none():
    location = {"evses": [{"uid": "E", "connectors": None}]}
    assert part(location, "e") == location["evses"][0]
    assert part(location, "F") is None
    assert part(location, "E", "1") is None


def test_a_location_is_known_by_owner_and_id_whatever_their_case():
    known = location_key({"country_code": "NL", "party_id": "CPO", "id": "LOC1"})
    assert known == location_key({"country_code": "nl", "party_id": "cpo", "id": "loc1"})
