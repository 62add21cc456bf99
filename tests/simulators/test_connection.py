"""Connections: tokens, roles and URLs."""

import pytest
from ocpi_conformance.simulators.connection import (
    Connection,
    Connections,
    Role,
    authorization,
    new_token,
    token_of,
)

ROLE = Role(role="EMSP", country_code="DE", party_id="MSP", name="Drivers")


@pytest.mark.parametrize("token", ["plain", "Ünïcode ☃", "d5pTuCpdglI0v7DI_myF88wLdDaeBWsJ612VHMvP-wY"])
def test_a_token_survives_the_header(token: str):
    assert token_of(authorization(token)) == token


@pytest.mark.parametrize("header", [None, "", "Token", "Token ", "Bearer YQ==", "Token %%%", "Token /w=="])
def test_a_header_without_a_readable_token_gives_none(header: str | None):
    assert token_of(header) is None


def test_new_tokens_differ_and_fit():
    made = {new_token() for _ in range(50)}
    assert len(made) == 50
    assert all(len(token) <= 64 and token.isprintable() and token.isascii() for token in made)


def test_a_role_reads_what_it_writes():
    assert Role.from_json(ROLE.as_json()) == ROLE


@pytest.mark.parametrize("value", [{}, {"business_details": "Drivers"}, {"role": 1, "business_details": {}}])
def test_a_broken_role_reads_as_far_as_it_goes(value):
    assert Role.from_json(value).name == ""


def test_a_connection_owns_the_parties_of_the_other_side_without_case():
    connection = Connection(token_in="a", roles=(ROLE,))
    assert connection.owns("de", "msp")
    assert not connection.owns("DE", "CPO")


def test_roles_are_found_by_kind():
    cpo = Role(role="CPO", country_code="DE", party_id="MSP", name="")
    connection = Connection(token_in="a", roles=(ROLE, cpo))
    assert connection.role("CPO") == cpo
    assert connection.role("HUB", "EMSP") == ROLE
    assert connection.role() == ROLE
    assert connection.role("HUB") is None


@pytest.mark.parametrize("base", ["http://a.test/x", "http://a.test/x/"])
def test_urls_below_a_module_have_one_slash_and_encoded_segments(base: str):
    connection = Connection(token_in="a", endpoints={("tokens", "SENDER"): base})
    assert (
        connection.below("tokens", "SENDER", "A B/1#2", "authorize")
        == "http://a.test/x/A%20B%2F1%232/authorize"
    )


def test_the_credentials_url_is_found_whatever_role_it_is_listed_with():
    connection = Connection(token_in="a", endpoints={("credentials", "RECEIVER"): "http://a.test/c"})
    assert connection.url("credentials") == "http://a.test/c"
    assert connection.url("tokens", "SENDER") is None


def test_an_invitation_is_opened_by_its_token_and_is_not_registered():
    connections = Connections()
    invited = connections.invite("secret")
    assert connections.by_header(authorization("secret")) is invited
    assert connections.by_header(authorization("other")) is None
    assert connections.by_header(None) is None
    assert connections.registered() == []


def test_replacing_a_token_closes_the_old_ones():
    connections = Connections()
    connection = connections.invite("old")
    connections.accept("further", connection)
    connections.replace_token(connection, "new")
    assert connections.by_token("new") is connection
    assert connections.by_token("old") is None
    assert connections.by_token("further") is None
    assert connection.token_in == "new"


def test_a_connection_with_two_tokens_is_listed_once_and_removed_whole():
    connections = Connections()
    connection = connections.invite("one")
    connections.accept("two", connection)
    assert list(connections) == [connection]
    connections.remove(connection)
    assert list(connections) == []


def test_parties_are_found_on_registered_connections_only():
    connections = Connections()
    connection = connections.invite()
    connection.roles = (ROLE,)
    assert connections.with_party("DE", "MSP") is None
    connection.registered = True
    assert connections.with_party("de", "msp") is connection
