"""What the objects of one message must have among themselves, beyond what a schema can say."""

from collections.abc import Iterator
from typing import Any

from .places import Places
from .pushing import pushes
from .ruling import Ruling, View


class Consistency:
    """Judges Credentials, and the Locations of a CPO, as wholes."""

    def __init__(self) -> None:
        self._places = Places()

    def answered(self, view: View) -> Iterator[Ruling]:
        """The `data` of an answer of the IUT."""
        endpoint = view.endpoint
        if endpoint is None or endpoint.answer is None or not view.succeeded:
            return
        data = view.response.envelope.get("data")
        for value in data if isinstance(data, list) else (data,):
            yield from self._judge(view, endpoint.answer, value, owner="SENDER")

    def requested(self, view: View) -> Iterator[Ruling]:
        """The body of a request of the IUT."""
        yield from pushes(view)
        endpoint = view.endpoint
        if endpoint is not None and endpoint.body is not None:
            yield from self._judge(view, endpoint.body, view.request.json, owner="RECEIVER")

    def _judge(self, view: View, name: str, value: Any, *, owner: str) -> Iterator[Ruling]:
        """`owner` is the interface at which the IUT writes objects of its own: it answers for those alone."""
        if not isinstance(value, dict) or view.endpoint is None:
            return
        if name == "Credentials":
            yield from _credentials(value)
        elif view.endpoint.interface == owner:
            yield from self._places.judge(name, value, view.iut_roles)


def _credentials(value: dict[str, Any]) -> Iterator[Ruling]:
    roles = [role for role in value.get("roles") or () if isinstance(role, dict)]
    names = [
        tuple(str(role.get(field)).casefold() for field in ("role", "country_code", "party_id"))
        for role in roles
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


__all__ = ["Consistency"]
