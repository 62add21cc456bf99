"""Foreign text is shown, never obeyed."""

from dataclasses import replace

from ocpi_conformance.reports.plain import clip, one_line, visible, without_surrogates

from .conftest import an_exchange


def test_steering_characters_are_written_out() -> None:
    assert visible("\x1b[31m\x00\u202e\x9b\ud800\ufffe") == "\\x1b[31m\\x00\\u202e\\x9b\\ud800\\ufffe"


def test_ordinary_text_stays() -> None:
    text = "Zürich 東京 \U0001f50c\ttab\nline"

    assert visible(text) == text


def test_only_a_carriage_return_alone_is_shown() -> None:
    assert visible("a\r\nb\rc") == "a\nb\\x0dc"


def test_one_line_is_one_line() -> None:
    assert one_line(" a\n\tb  c ") == "a b c"


def test_clip_says_that_it_cut() -> None:
    assert clip("abcdef", 4) == "abc…"
    assert clip("abcd", 4) == "abcd"


def test_surrogates_are_replaced_however_deep() -> None:
    exchange = replace(an_exchange(), response_headers=[("a\ud800", "b")])

    assert without_surrogates({"k\udc00": [exchange]}) == {
        "k\ufffd": [replace(exchange, response_headers=[("a\ufffd", "b")])]
    }
