"""What a platform says of itself."""

import pytest
from ocpi_conformance.conformance.wire.identity import judge

ROLE = {"role": "CPO", "country_code": "NL", "party_id": "ABC"}


def _broken(name: str, value: dict) -> list[str]:
    return [ruling.slug for ruling in judge(name, value) if not ruling.holds]


@pytest.mark.parametrize("label", ["2.0", "2.1.1", "2.2.1", "2.3.0"])
def test_published_versions_are_known(label: str) -> None:
    rulings = list(judge("Version", {"version": label, "url": "https://example.com"}))
    assert [(ruling.slug, ruling.holds) for ruling in rulings] == [("versions-number-known", True)]


@pytest.mark.parametrize("label", ["v2.2.1", "2.2.1-d2", "2.2.1 "])
def test_other_labels_are_not(label: str) -> None:
    assert _broken("Version", {"version": label}) == ["versions-number-known"]


def test_a_custom_module_is_told_from_those_of_the_text() -> None:
    rows = [{"identifier": "locations"}, {"identifier": "nltst-tokens"}]
    found = list(judge("VersionDetails", {"version": "2.2.1", "endpoints": rows}))
    assert [(ruling.found, ruling.holds) for ruling in found[1:]] == [
        ("locations", True),
        ("nltst-tokens", False),
    ]


def test_a_role_is_the_same_in_whatever_case() -> None:
    twice = {"token": "t", "roles": [ROLE, {**ROLE, "party_id": "abc"}]}
    assert _broken("Credentials", twice) == ["credentials-roles-unique"]
    assert not _broken("Credentials", {"token": "t", "roles": [ROLE, {**ROLE, "party_id": "abd"}]})


@pytest.mark.parametrize(
    ("token", "slug"),
    [
        ("", "credentials-token-length"),
        ("x" * 65, "credentials-token-length"),
        ("a b", "credentials-token-charset"),
        ("ä", "credentials-token-charset"),
    ],
)
def test_tokens_have_a_length_and_plain_characters(token: str, slug: str) -> None:
    assert _broken("Credentials", {"token": token, "roles": [ROLE]}) == [slug]


@pytest.mark.parametrize("value", [{}, {"version": 2}, {"endpoints": "none"}, {"roles": [7], "token": None}])
def test_what_has_another_shape_is_for_the_schemas(value: dict) -> None:
    assert not [
        slug for name in ("Version", "VersionDetails", "Credentials") for slug in _broken(name, value)
    ]
