"""What tokens hold for somebody who has seen others of them."""

import math
import secrets
import uuid

import pytest
from ocpi_conformance.conformance.guessing import most_bits

NOW = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def drawn(make, count: int = 4) -> list[str]:
    return [make() for _ in range(count)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: secrets.token_hex(10),
        lambda: secrets.token_urlsafe(32),
        lambda: str(uuid.uuid4()),
        lambda: f"prefix-{secrets.token_hex(16)}",
        lambda: "".join(secrets.choice("0123456789") for _ in range(24)),
    ],
)
def test_what_is_drawn_at_random_is_never_called_little(make):
    assert all(most_bits(drawn(make)) >= 64 for _ in range(200))


def test_numbers_that_go_up_hold_next_to_nothing():
    assert most_bits([f"a-long-token-of-our-company-{number}" for number in range(1000, 1004)]) < 8


def test_what_is_made_of_the_time_holds_little():
    made = [
        str(uuid.UUID(fields=(NOW.time_low + step, *NOW.fields[1:])))
        for step in (0, 7_000, 90_000, 1_000_000)
    ]
    assert most_bits(made) < 64


def test_one_token_again_and_again_holds_nothing():
    assert most_bits(["secret"] * 4) == 0
    assert most_bits([]) == 0


def test_a_place_counts_as_the_alphabet_allows():
    assert most_bits(["11", "12"]) == pytest.approx(math.log2(10))
    assert most_bits(["a1", "a2"]) == pytest.approx(math.log2(22))
    assert most_bits(["z1", "z2"]) == pytest.approx(math.log2(62))
    assert most_bits(["-1", "-2"]) == pytest.approx(math.log2(94))
    assert most_bits(["1", "12"]) == pytest.approx(math.log2(10))
