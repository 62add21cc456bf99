"""The line repeats the request when a shell reads it, and holds no secret."""

import subprocess

import pytest
from ocpi_conformance.reports.curl import BODY_LIMIT, curl

from .conftest import SECRET, an_exchange


def arguments(line: str) -> list[str]:
    """What a shell hands to curl."""
    script = 'curl() { printf "%s\\0" "$@"; }\n' + line
    environment = {"OCPI_TOKEN_BASE64": "T0tFTg==", "OCPI_AUTHORIZATION": "whole", "COOKIE": "jar"}
    run = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, check=True)
    return run.stdout.decode().split("\0")[:-1]


def test_request_is_repeated_with_its_headers() -> None:
    exchange = an_exchange()

    assert arguments(curl(exchange)) == [
        "-i",
        "-H",
        "Authorization: Token T0tFTg==",
        "-H",
        "X-Request-ID: r-1",
        exchange.url,
    ]


def test_body_and_method_survive_the_shell() -> None:
    body = '{"name": "O\'Neill $HOME `id` \\"x\\"\n!"}'
    exchange = an_exchange(method="PUT", request_body=body, request_headers=[])

    assert arguments(curl(exchange)) == ["-i", "-X", "PUT", "--data-raw", body, exchange.url]


def test_broken_lines_say_the_same() -> None:
    exchange = an_exchange(method="POST", request_body="{}")

    assert arguments(curl(exchange, joint=" \\\n  ")) == arguments(curl(exchange))


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (("authorization", f"Token {SECRET}"), "Authorization: Token T0tFTg=="),
        (("Authorization", SECRET), "Authorization: whole"),
        (("Authorization", f"Bearer {SECRET}"), "Authorization: whole"),
        (("Cookie", SECRET), "cookie: jar"),
        (("X-Empty", ""), "X-Empty;"),
    ],
)
def test_secrets_become_variables(header: tuple[str, str], shown: str) -> None:
    line = curl(an_exchange(request_headers=[header]))

    assert SECRET not in line
    assert shown in arguments(line)


def test_headers_that_curl_makes_are_left_to_it() -> None:
    made = [
        ("Host", "h"),
        ("Content-Length", "2"),
        ("Connection", "close"),
        ("User-Agent", "u"),
        ("Accept", "*/*"),
    ]

    assert "-H" not in arguments(curl(an_exchange(request_headers=made)))


def test_password_in_a_url_is_left_out() -> None:
    assert arguments(curl(an_exchange(url="https://me:secret@host/x", request_headers=[]))) == [
        "-i",
        "https://host/x",
    ]


def test_url_is_taken_as_it_was_sent() -> None:
    line = curl(an_exchange(url="https://host/a/../[x]?q={1}", request_headers=[]))

    assert arguments(line) == ["-i", "--globoff", "--path-as-is", "https://host/a/../[x]?q={1}"]


def test_long_body_is_cut_and_the_exchange_named() -> None:
    exchange = an_exchange(7, method="PUT", request_body="é" * (BODY_LIMIT + 1))

    line = curl(exchange)

    assert line.endswith(f"# body cut, {BODY_LIMIT + 1} characters in exchange x7")
    assert len(line) < BODY_LIMIT + 500
    assert arguments(line)[-1] == exchange.url


def test_unchecked_certificates_stay_unchecked() -> None:
    assert arguments(curl(an_exchange(), insecure=True))[:2] == ["-i", "--insecure"]


def test_no_control_character_reaches_the_terminal() -> None:
    line = curl(an_exchange(method="GET\x1b[2J", url="https://h/\x1b]0;t\x07", request_body="\x1b[31m"))

    assert "\x1b" not in line
    assert "\x07" not in line


def test_a_made_up_token_is_not_replaced_by_the_good_one() -> None:
    """Where a wrong token was sent to be refused, the line sends a wrong one too."""
    exchange = an_exchange(request_headers=[("Authorization", "Token ***wrong")])

    (header,) = [found for found in arguments(curl(exchange)) if found.startswith("Authorization")]

    assert header.startswith("Authorization: Token ")
    assert "T0tFTg==" not in header
    assert "*" not in header


@pytest.mark.parametrize("path", ["/a/%2E%2e/x?limit=1", "/a/.?limit=1", "/a/..#b"])
def test_a_path_in_disguise_stays_so(path: str) -> None:
    found = arguments(curl(an_exchange(url=f"https://host{path}", request_headers=[])))

    assert "--path-as-is" in found
    assert found[-1] == f"https://host{path}"
    assert ("--request-target" in found) == ("#" in path)
    assert "#" not in path or path in found


def test_of_a_body_that_was_not_kept_the_length_is_told() -> None:
    headers = [("Content-Length", "50000000")]
    line = curl(an_exchange(method="PUT", request_body='{"x":"', request_headers=headers))

    assert line.endswith("# the beginning of a body of 50000000 bytes")
