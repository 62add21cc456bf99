"""How findings show places and values."""

from ocpi_conformance.schemas.finding import LONGEST, pointer, shown


def test_pointers() -> None:
    """As RFC 6901 writes them; the whole value is the empty pointer."""
    assert pointer(["evses", 0, "a/b", "c~d"]) == "/evses/0/a~1b/c~0d"
    assert pointer([]) == ""


def test_values_are_shortened() -> None:
    """Containers by size, long texts cut with their length, the rest as JSON."""
    assert shown({"a": 1}) == "an object with 1 fields"
    assert shown([1, 2]) == "a list of 2"
    assert shown(None) == "null"
    assert shown(True) == "true"
    assert shown("é") == '"é"'
    assert shown("x" * 500).endswith("… (500 characters)")
    assert len(shown("x" * 500)) < LONGEST + 25


def test_secrets_are_not_shown() -> None:
    """Only strings can be secrets."""
    assert shown("token", secret=True) == "a string of 5 characters (not shown)"
    assert shown(5, secret=True) == "5"
