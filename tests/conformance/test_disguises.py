"""How secrets are found in texts, and where."""

import base64

import pytest
from ocpi_conformance.conformance.disguises import Secret, held, spans

TOKEN = "token-of-a-party"


def found(text: str) -> list[str]:
    secret = Secret(TOKEN)
    plain = [(form, secret) for form in secret.plain]
    encoded = [(form, secret) for form in secret.encoded]
    cut = [text[begin:end] for begin, end in spans(text, [secret])]
    assert held(text, plain, encoded, secret.least) == bool(cut)
    return cut


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (f"a {TOKEN} b {TOKEN.upper()}.", [TOKEN, TOKEN.upper()]),
        ("a token%2Dof-a%2dparty b", ["token%2Dof-a%2dparty"]),
        ("a token\\u002Dof-a-party b", ["token\\u002Dof-a-party"]),
        ("a token&#45;of-a-party b", ["token&#45;of-a-party"]),
        ("a token-of-a-part b", []),
        ("", []),
    ],
)
def test_a_place_is_all_that_the_secret_is_written_with(text: str, places: list[str]):
    """Escapes included, and nothing beside it."""
    assert found(text) == places


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_base64_is_found_wherever_the_secret_begins(before: str):
    """With the characters that it shares with its neighbours."""
    text = base64.b64encode(f"{before}{TOKEN}zzzz".encode()).decode()
    assert len(found(f"x {text} y")) == 1


def test_one_place_within_another_is_one():
    """What overlaps is cut once."""
    assert found(TOKEN + "\\u002D" + TOKEN) == [TOKEN, TOKEN]
    assert found(TOKEN * 2) == [TOKEN * 2]
