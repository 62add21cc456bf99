import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from ocpi_conformance.conformance.redaction import MASK, WRONG, Redaction, of_everything, remember

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


def written(secret: str) -> dict[str, str]:
    """Some of the ways in which a secret is written."""
    data = secret.encode()
    encoded = base64.b64encode(data).decode()
    return {
        "in JSON": json.dumps(secret)[1:-1],
        "in JSON in JSON": json.dumps(json.dumps(secret))[3:-3],
        "with a slash escaped": secret.replace("/", "\\/"),
        "by code points": "".join(f"\\u{ord(letter):04X}" for letter in secret),
        "in a URL": quote(secret, safe=""),
        "in a URL, in small letters": "".join(f"%{byte:02x}" for byte in data),
        "in a URL in a URL": quote(quote(secret, safe=""), safe=""),
        "in a form": quote_plus(secret),
        "in HTML": html.escape(secret),
        "in numbers of HTML": "".join(f"&#{ord(letter)};" for letter in secret),
        "in the other case": secret.upper(),
        "in hexadecimal": data.hex(),
        "unpadded": encoded.rstrip("="),
        "in the alphabet of URLs": base64.urlsafe_b64encode(data).decode(),
        "broken": f"{encoded[:9]}\r\n {encoded[9:]}",
        "broken in JSON": f"{encoded[:9]}\\n{encoded[9:]}",
        "twice encoded": base64.b64encode(encoded.encode()).decode(),
        "with a user": base64.b64encode(b"user:" + data).decode(),
        "encoded in a URL": quote(encoded, safe=""),
    }


WITH_EVERYTHING = 's3cret/token&of "a" party+ü'


@pytest.mark.parametrize("way", written(WITH_EVERYTHING))
def test_a_token_is_cut_out_however_it_is_written(way):
    """What stands beside it stays."""
    form = written(WITH_EVERYTHING)[way]
    shown = Redaction([WITH_EVERYTHING]).text(f"before {form}, after")

    assert shown.startswith("before ")
    assert shown.endswith(", after")
    assert MASK in shown
    assert len(shown) < len(f"before {MASK}, after") + 8


def test_what_holds_no_secret_stays_as_it_is():
    """Escapes and Base64 of others are nobody's business."""
    text = 'a \\u00fc %20 &amp; dG9rZW4tb2Ytc29tZWJvZHktZWxzZQ== "LOC-1" https://example.com/a?limit=5'
    assert Redaction([TOKEN, WITH_EVERYTHING]).text(text) == text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@example.com/x", "https://***@example.com/x"),
        ("https://example.com/x?a=1&api_key=abc&b=2", "https://example.com/x?a=1&api_key=***&b=2"),
        ("https://example.com/x?access_token=abc", "https://example.com/x?access_token=***"),
        ("https://example.com/x?type=RFID", "https://example.com/x?type=RFID"),
    ],
)
def test_urls_lose_passwords_and_keys(url, shown):
    """Whether anybody knew them or not."""
    assert Redaction().text(url) == shown


def test_what_a_url_held_is_known_from_then_on():
    redaction = Redaction()
    redaction.learn_url("https://example.com/?key=a%2Fb-and-more")
    assert redaction.text("a/b-and-more") == MASK


def test_token_fields_of_credentials_are_masked_although_nobody_knows_the_token():
    assert Redaction().body('{"token": "abc", "url": "x"}') == '{"token": "***", "url": "x"}'
    assert Redaction().body('{"token": {"uid": "1"}}') == '{"token": {"uid": "1"}}'
    assert Redaction().body('{"token": "cut of') == '{"token": "***'


def test_values_are_cleaned_all_the_way_down():
    redaction = Redaction([TOKEN])
    assert redaction.value({"a": [TOKEN, 1], TOKEN: (None, f"x{TOKEN}")}) == {
        "a": [MASK, 1],
        MASK: (None, f"x{MASK}"),
    }


def test_a_long_text_made_of_escapes_takes_little_time():
    """Its length counts once, not squared; here by what it must not do: hang."""
    text = "\\" * 20_000 + "%25" * 20_000 + "A" * 60_000 + "".join(written(TOKEN).values())
    shown = Redaction([TOKEN]).text(text)
    assert TOKEN not in shown
    assert MASK in shown


def test_what_the_process_has_known_is_known_in_the_end():
    remember("a-secret-of-some-command")
    assert of_everything().text("failed with a-secret-of-some-command") == f"failed with {MASK}"
