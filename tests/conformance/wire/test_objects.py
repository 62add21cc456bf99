"""The judge of objects: one requirement is blamed for each finding."""

from typing import Any

import pytest
from ocpi_conformance.conformance.wire.objects import Objects
from ocpi_conformance.simulators.samples import Samples

from .views import PEER, answered, asked, broken, met

TARIFF = Samples(3, country_code="NL", party_id="CPO").tariff(minimal=True)


def served(**changes: Any) -> set[str]:
    """What is found broken in a tariff that the IUT serves; a value of ... takes a field out."""
    tariff = {name: value for name, value in {**TARIFF, **changes}.items() if value is not ...}
    return broken(Objects().answered(answered({"data": [tariff]}, endpoint="tariffs.sender.list")))


def test_a_sound_object_is_blamed_for_nothing():
    assert served() == set()


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"currency": ...}, "tariffs-tariff-fields"),
        ({"currency": None}, "tariffs-tariff-fields"),
        ({"elements": []}, "tariffs-tariff-fields"),
        ({"elements": {}}, "tariffs-tariff-values"),
        ({"id": "T" * 37}, "tariffs-tariff-values"),
        ({"type": "regular"}, "tariffs-tariff-values"),
        ({"currency": "Eu"}, "types-currency"),
        ({"country_code": "N1"}, "types-country-alpha2"),
        ({"party_id": "CPÖ"}, "types-cistring"),
        ({"tariff_alt_url": "example.com"}, "types-url"),
        ({"tariff_alt_url": "https://example.com/".ljust(256, "x")}, "types-url-length"),
        ({"last_updated": "2024-01-01T00:00:00+00:00"}, "types-datetime-utc"),
        ({"last_updated": "2024-01-01T00:00:00.123456Z"}, "types-datetime-length"),
        ({"last_updated": "2024-01-01"}, "types-datetime-format"),
        ({"min_price": {"excl_vat": "1.5"}}, "types-number"),
        ({"min_price": {}}, "types-required-fields"),
        ({"min_price": {"excl_vat": None}}, "types-null-only-optional"),
        (
            {"elements": [{"price_components": [{"type": "TIME", "price": 1, "step_size": "1"}]}]},
            "tariffs-price-component-values",
        ),
        ({"vendor": 1}, "types-no-unknown-fields"),
    ],
)
def test_each_finding_has_one_name(changes: dict[str, Any], slug: str):
    assert served(**changes) == {slug}


def test_only_what_the_fields_could_break_is_shown():
    price = {"data": [{**TARIFF, "min_price": {"excl_vat": 1.5}}]}
    found = met(Objects().answered(answered(price, endpoint="tariffs.sender.list")))
    assert {"types-required-fields", "types-number", "tariffs-tariff-fields"} <= found
    assert "types-latitude" not in found


def test_data_of_the_wrong_kind_is_left_to_the_judge_of_answers():
    for data in ({}, "x", None):
        assert broken(Objects().answered(answered({"data": data}, endpoint="tariffs.sender.list"))) == set()


def test_a_put_without_required_fields_is_incomplete():
    url = f"{PEER.url('tariffs', 'RECEIVER')}/NL/CPO/{TARIFF['id']}"
    whole = Objects().requested(asked("PUT", url, body=TARIFF))
    assert "transport-client-put-complete" in met(whole)
    bare = {name: value for name, value in TARIFF.items() if name != "currency"}
    assert broken(Objects().requested(asked("PUT", url, body=bare))) == {"transport-client-put-complete"}


def test_an_unknown_field_draws_one_warning():
    judge = Objects()
    view = answered({"data": [{**TARIFF, "vendor": 1}]}, endpoint="tariffs.sender.list")
    assert broken(judge.answered(view)) == {"types-no-unknown-fields"}
    assert broken(judge.answered(view)) == set()
