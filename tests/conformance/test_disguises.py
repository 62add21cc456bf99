"""A secret is found in whatever form it stands, and a text without it is left as it is."""

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocpi_conformance.conformance.disguises import Secret, held, spans

TOKEN = "s3cret/Token+of a-party"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS = {
    "plain": lambda text: text,
    "upper case": str.upper,
    "escaped in JSON": lambda text: json.dumps(text).replace("/", "\\/")[1:-1],
    "escaped to the last letter": lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    "percent-encoded": lambda text: quote(text, safe=""),
    "percent-encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "as a form has it": lambda text: quote(text, safe=" ").replace(" ", "+"),
    "in HTML": html.escape,
    "as references of HTML": lambda text: "".join(f"&#x{ord(one):x};" for one in text),
    "hexadecimal": lambda text: text.encode().hex(),
    "Base64": b64,
    "Base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "Base64 twice": lambda text: b64(b64(text)),
    "Base64 with more before it": lambda text: b64(f"user:{text}"),
    "Base64 over two lines": lambda text: f"{b64(text)[:12]}\r\n {b64(text)[12:]}",
    "Base64 with a line end inside": lambda text: b64(f"{text}\n"),
    "Base64, percent-encoded": lambda text: quote(b64(text), safe=""),
}


def found_in(text: str, secret: str = TOKEN) -> bool:
    known = Secret(secret)
    plain = [(form, known) for form in known.plain]
    encoded = [(form, known) for form in known.encoded]
    return held(text, plain, encoded, known.least)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_it_is_found_and_cut_out_in_every_form(form):
    """What stands around it stays."""
    text = f"before: {form(TOKEN)} :behind"
    assert found_in(text)
    (begin, end), *more = spans(text, [Secret(TOKEN)])
    assert not more
    rest = text[:begin] + text[end:]
    assert not found_in(rest)
    assert (rest.startswith("before: "), rest.endswith(" :behind")) == (True, True)


@pytest.mark.parametrize(
    "text", ["", "before and behind", TOKEN[:-1], b64(TOKEN)[2:-6], "%zz \\u12 &nothing;"]
)
def test_what_does_not_hold_it_is_left(text):
    assert not found_in(text)
    assert spans(text, [Secret(TOKEN)]) == []


SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=64)


@given(SECRETS, st.sampled_from(sorted(FORMS)), st.text(max_size=30), st.text(max_size=30))
def test_no_neighbour_hides_it(secret, form, before, behind):
    """Spaces keep a neighbour from being a part of what is written."""
    assert found_in(f"{before} {FORMS[form](secret)} {behind}", secret)


@given(st.text(max_size=200))
def test_any_text_can_be_looked_through(text):
    """Places lie inside of the text, in order."""
    places = spans(text, [Secret(TOKEN)])
    assert all(0 <= begin < end <= len(text) for begin, end in places)
    assert places == sorted(places)
