import base64

import pytest
from ocpi_conformance.conformance.redaction import MASK, WRONG, Redaction

TOKEN = "s3cret-token-of-a-party"


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_every_form_of_a_token_is_masked(ending):
    """Plain, Base64, and Base64 with a line end."""
    redaction = Redaction([TOKEN])
    encoded = base64.b64encode((TOKEN + ending).encode()).decode()
    shown = redaction.text(f"plain {TOKEN}, encoded {encoded}.")
    assert TOKEN not in shown
    assert encoded not in shown
    assert MASK in shown


def test_the_authorization_header_keeps_its_scheme():
    assert Redaction().headers([("authorization", "Token abc"), ("X-Request-ID", "1")]) == [
        ("authorization", f"Token {MASK}"),
        ("X-Request-ID", "1"),
    ]


def test_other_headers_are_searched_too():
    assert Redaction([TOKEN]).headers([("Location", f"http://x/{TOKEN}")]) == [
        ("Location", f"http://x/{MASK}")
    ]


def test_a_secret_learnt_late_counts():
    redaction = Redaction()
    redaction.learn(TOKEN)
    assert redaction.text(TOKEN) == MASK


def test_a_token_of_nobody_is_told_apart():
    """A made-up token was to be refused: the line that repeats the call must not use the good one."""
    redaction = Redaction([TOKEN])
    good = base64.b64encode(TOKEN.encode()).decode()
    assert redaction.headers([("Authorization", f"Token {good}")]) == [("Authorization", f"Token {MASK}")]
    assert redaction.headers([("Authorization", "Token eA==")]) == [("Authorization", f"Token {WRONG}")]
