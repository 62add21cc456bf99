"""Authorization references: what we gave with commands and authorizations, and what Sessions make of it."""

from collections.abc import Iterator
from typing import Any

from ...simulators.store import Key, key_of
from .ruling import Ruling, View

KEPT = "sessions-authorization-reference-kept"
COMMANDS = frozenset({"commands.receiver.start_session", "commands.receiver.reserve_now"})
AUTHORIZE = "tokens.sender.authorize"

Object = dict[str, Any]


class References:
    """Remembers for each Token which references were given, by command and by real-time authorization."""

    def __init__(self) -> None:
        self._given: dict[tuple[Key, str], list[str | None]] = {}
        self._refused: dict[Key, set[str]] = {}

    def commanded(self, view: View) -> None:
        """A command of ours, which counts where the IUT has accepted it; where it hasn't, it may yet begin."""
        command, data = view.request.json, view.data
        if view.endpoint is None or view.endpoint.id not in COMMANDS or not isinstance(command, dict):
            return
        if isinstance(data, dict) and data.get("result") == "ACCEPTED":
            self._give(command.get("token"), "COMMAND", command.get("authorization_reference"))
        elif key := _token(command.get("token")):
            self._refused.setdefault(key, set()).add(str(command.get("authorization_reference")).casefold())

    def authorized(self, view: View) -> None:
        """An authorization of ours that the IUT has asked for."""
        info = view.data
        if view.endpoint is None or view.endpoint.id != AUTHORIZE or not isinstance(info, dict):
            return
        if info.get("allowed") == "ALLOWED":
            self._give(info.get("token"), "AUTH_REQUEST", info.get("authorization_reference"))

    def _give(self, token: Any, way: str, reference: str | None) -> None:
        key = _token(token)
        if key is not None:
            self._given.setdefault((key, way), []).append(reference)

    def judge(self, session: Object) -> Iterator[Ruling]:
        """A Session names a reference that was given for its Token.

        One without any is only wrong where it says itself that it was authorized in a way for which we never
        left the reference off.
        """
        key = _token(session.get("cdr_token"))
        if key is None:
            return
        by_way = {way: self._given.get((key, way), []) for way in ("COMMAND", "AUTH_REQUEST")}
        given = [reference for references in by_way.values() for reference in references if reference]
        if not given:
            return
        named = session.get("authorization_reference")
        expected = " or ".join(dict.fromkeys(given))
        if isinstance(named, str):
            known = {reference.casefold() for reference in given} | self._refused.get(key, set())
            yield Ruling(KEPT, named.casefold() in known, expected, named)
            return
        own_way = by_way.get(str(session.get("auth_method")), [])
        if own_way and all(own_way):
            yield Ruling(KEPT, False, expected, "no authorization_reference")


def _token(token: Any) -> Key | None:
    names = ("country_code", "party_id", "uid")
    if not isinstance(token, dict) or not all(isinstance(token.get(name), str) for name in names):
        return None
    return key_of(*(token[name] for name in names))


__all__ = ["References"]
