"""Probes of functional modules."""

from ocpi_conformance.conformance.probing import probes
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.roles import Emsp

PARTY = Emsp(name="emsp", roles=[Role(role="EMSP", country_code="DE", party_id="MSP", name="Drivers")])
LISTED = {
    ("credentials", "SENDER"): "https://cpo.example/credentials",
    ("commands", "RECEIVER"): "https://cpo.example/commands",
    ("tokens", "RECEIVER"): "https://cpo.example/tokens/",
    ("locations", "SENDER"): "https://cpo.example/locations",
}


def test_lists_come_before_objects_and_what_has_no_get_is_left_out() -> None:
    assert [probe.endpoint for probe in probes(PARTY, LISTED)] == [
        "locations.sender.list",
        "tokens.receiver.get",
    ]


def test_an_object_is_asked_for_below_our_own_party() -> None:
    probe = probes(PARTY, LISTED)[1]
    assert probe.url.startswith("https://cpo.example/tokens/DE/MSP/")


def test_nothing_listed_is_nothing_to_ask() -> None:
    assert probes(PARTY, {}) == []
