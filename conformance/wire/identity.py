"""What a platform says of itself: its versions, its endpoints, its credentials."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..claim import MODULES
from .ruling import Ruling

PUBLISHED = frozenset({"2.0", "2.1", "2.1.1", "2.2", "2.2.1", "2.3.0", "3.0"})
"""Labels of published versions, later ones too (interpretation later-version-labels)."""


def judge(name: str, value: Mapping[str, Any]) -> Iterator[Ruling]:
    """Judge a Version, VersionDetails or Credentials object; nothing is said of any other."""
    if name == "Version":
        yield from _label(value.get("version"))
    elif name == "VersionDetails":
        yield from _label(value.get("version"))
        for row in _objects(value.get("endpoints")):
            identifier = row.get("identifier")
            if isinstance(identifier, str):
                known = identifier in MODULES
                yield Ruling(
                    "versions-endpoint-identifier-known", known, "a module of the specification", identifier
                )
    elif name == "Credentials":
        yield from _credentials(value)


def _label(label: Any) -> Iterator[Ruling]:
    if isinstance(label, str):
        yield Ruling("versions-number-known", label in PUBLISHED, "the number of a published version", label)


def _credentials(value: Mapping[str, Any]) -> Iterator[Ruling]:
    names = [
        tuple(str(role.get(field)).casefold() for field in ("role", "country_code", "party_id"))
        for role in _objects(value.get("roles"))
    ]
    twice = sorted({" ".join(name) for name in names if names.count(name) > 1})
    yield Ruling("credentials-roles-unique", not twice, "each role, country and party once", ", ".join(twice))
    token = value.get("token")
    if isinstance(token, str):
        plain = all("\x21" <= character <= "\x7e" for character in token)
        yield Ruling(
            "credentials-token-charset", plain, "characters U+0021 to U+007E only", "others among them"
        )
        yield Ruling("credentials-token-length", 1 <= len(token) <= 64, "1 to 64 characters", f"{len(token)}")


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
