"""CDRs as a CPO writes them and as an eMSP takes them: what each exchange shows, and what one shows of another."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from ...simulators.answering import Place, locate
from ...simulators.sessions import appended
from . import records, sealed
from .answers import ABSOLUTE
from .periods import Object
from .ruling import Ruling, View

IDENTITY = ("country_code", "party_id", "id")
CHANGES = frozenset({"PUT", "PATCH", "DELETE"})
LONGEST_URL = 255

Key = tuple[str, ...]


class Cdrs:
    """Remembers the CDRs and Sessions that the IUT has told of, and where we said that its CDRs are."""

    def __init__(self) -> None:
        self._known: dict[Key, Object] = {}
        self._posted: dict[Key, Key] = {}
        self._credited: set[Key] = set()
        self._sessions: dict[Key, Object] = {}
        self._zones: dict[Key, str] = {}
        self._places: set[tuple[str, ...]] = set()

    def answered(self, view: View) -> Iterator[Ruling]:
        """What the IUT lists as a CPO, and what it answers to a CDR as an eMSP."""
        endpoint = view.endpoint
        if endpoint is None or not view.succeeded:
            return
        if endpoint.id == "cdrs.receiver.post":
            yield from _location(view.response.header("Location"))
        elif endpoint.interface == "SENDER":
            data = view.response.envelope.get("data")
            for value in data if isinstance(data, list) else (data,):
                if not isinstance(value, dict):
                    continue
                if endpoint.id == "cdrs.sender.list":
                    yield from self._written(view, value)
                elif endpoint.answer in ("Location", "Session"):
                    self._remember(endpoint.answer, value)

    def requested(self, view: View) -> Iterator[Ruling]:
        """What the IUT pushes as a CPO."""
        place = locate(view.party, view.request)
        if place is None or place.interface != "RECEIVER":
            return
        if place.module == "cdrs":
            yield from self._pushed(view, place)
        elif view.endpoint is not None and view.endpoint.body in ("Location", "Session"):
            body = view.request.json
            if isinstance(body, dict):
                self._remember(view.endpoint.body, body, place.rest if view.endpoint.patch else ())

    def _remember(self, kind: str, value: Object, owner: tuple[str, ...] = ()) -> None:
        """Keep a Session as it is now, and of a Location its time zone; `owner` of a part that is PATCHed."""
        key = tuple(part.casefold() for part in owner) if owner else _key(value)
        if kind == "Location":
            if isinstance(value.get("time_zone"), str):
                self._zones[key] = value["time_zone"]
            return
        if owner and key in self._sessions:
            self._sessions[key] = appended(self._sessions[key], value)
        elif not owner:
            self._sessions[key] = value

    def _pushed(self, view: View, place: Place) -> Iterator[Ruling]:
        method, body = view.request.method, view.request.json
        yield Ruling("cdrs-push-never-replaces", method not in CHANGES, "POST or GET", method)
        if method == "GET":
            known = view.request.segments in self._places
            yield Ruling(
                "cdrs-check-at-location-url", known, "a URL that we gave as Location", view.request.url
            )
        if method != "POST":
            return
        url = view.party.url("cdrs", "RECEIVER")
        yield Ruling("cdrs-post-url", not place.rest, url, view.request.url)
        if isinstance(body, dict):
            yield from self._written(view, body, posted=True)
        where = view.response.header("Location")
        if where:
            self._places.add(tuple(unquote(part) for part in urlsplit(where).path.split("/") if part))

    def _written(self, view: View, cdr: Object, *, posted: bool = False) -> Iterator[Ruling]:
        """A CDR that the IUT wrote. One that was judged before is only held against that."""
        key = _key(cdr)
        before = self._known.get(key)
        if before is not None:
            yield from sealed.again(view.version, before, cdr) if before != cdr else _unchanged()
        elif not posted or view.succeeded:  # what was refused may come again, corrected
            self._known[key] = cdr
            if len(self._known) > 1:
                yield Ruling("cdrs-id-unique", True)
        if before is None or before != cdr:
            place = cdr.get("cdr_location")
            location = str(place.get("id")).casefold() if isinstance(place, dict) else ""
            yield from records.judge(cdr, view, self._zones.get((*key[:2], location)))
            original = self._known.get((*key[:2], str(cdr.get("credit_reference_id")).casefold()))
            if _is_credit(cdr) and original is not None and original is not cdr:
                yield from sealed.credit(view.version, original, cdr)
            session = self._sessions.get((*key[:2], str(cdr.get("session_id")).casefold()))
            if session is not None and session.get("status") == "COMPLETED":
                yield from sealed.of_session(session, cdr)
        if posted:
            yield from self._billed(view, key, cdr)

    def _billed(self, view: View, key: Key, cdr: Object) -> Iterator[Ruling]:
        """A session is billed by one CDR, and by another only once that was credited."""
        token = cdr.get("cdr_token")
        if isinstance(token, dict):
            owner = (str(token.get("country_code")), str(token.get("party_id")))
            ours = {(role.country_code.casefold(), role.party_id.casefold()) for role in view.party.roles}
            holds = (owner[0].casefold(), owner[1].casefold()) in ours
            yield Ruling(
                "cdrs-push-only-relevant", holds, "a token of the eMSP that it is sent to", " ".join(owner)
            )
        if _is_credit(cdr):
            self._credited.add((*key[:2], str(cdr.get("credit_reference_id")).casefold()))
            return
        if not cdr.get("session_id") or not view.succeeded:
            return
        session = (*key[:2], str(cdr["session_id"]).casefold())
        earlier = self._posted.setdefault(session, key)
        settled = earlier == key or earlier in self._credited
        yield Ruling("cdrs-session-billed-once", settled, f"a Credit CDR for {earlier[2]} before", "none")
        if settled:
            self._posted[session] = key


def _is_credit(cdr: Object) -> bool:
    return cdr.get("credit") is True or bool(cdr.get("credit_reference_id"))


def _unchanged() -> Iterator[Ruling]:
    yield Ruling("cdrs-never-changed", True)
    yield Ruling("cdrs-last-updated-stays", True)


def _location(url: str | None) -> Iterator[Ruling]:
    """The answer to a CDR says where it can be seen."""
    yield Ruling("cdrs-post-location-header", bool(url), "a Location header", "none")
    if url:
        formed = ABSOLUTE.match(url) is not None and len(url) <= LONGEST_URL
        yield Ruling(
            "cdrs-post-location-url", formed, f"an absolute URL of up to {LONGEST_URL} characters", url
        )


def _key(value: Any) -> Key:
    return tuple(str(value.get(name)).casefold() for name in IDENTITY)


__all__ = ["Cdrs"]
