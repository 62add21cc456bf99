"""Which versions there are, and which text each was read from."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One text of the specification: a branch or tag of `ocpi/ocpi` at a commit."""

    version: str
    name: str
    commit: str
    date: date

    def __str__(self) -> str:
        return f"{self.name}@{self.commit[:12]}"


@cache
def editions() -> dict[str, Edition]:
    """Editions by version, oldest first."""
    rows = tomllib.loads((Path(__file__).parent / "editions.toml").read_text("utf-8"))["edition"]
    return {row["version"]: Edition(**row) for row in rows}


def versions() -> tuple[str, ...]:
    """All versions, oldest first: `2.0` ... `2.3.0-bookings`."""
    return tuple(editions())


def core(version: str) -> tuple[int, ...]:
    """The numbers of a version, side branches counted as their core: `2.3.0-payments` is (2, 3, 0)."""
    return tuple(int(part) for part in version.partition("-")[0].split("."))


def within(version: str, *, since: str = "", until: str = "") -> bool:
    """Does `version` lie in the range (both ends included, "" is open)?"""
    return (not since or core(version) >= core(since)) and (not until or core(version) <= core(until))
