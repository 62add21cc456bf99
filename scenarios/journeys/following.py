"""Following what a CPO tells of one driver: where there is a place to charge, and the Session and the CDR that come."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp
from ocpi_conformance.simulators.store import key_of

PAGES = 20
OVER = ("COMPLETED", "INVALID")
PUSHED = "sessions.receiver.*"
POSTED = "cdrs.receiver.post"
RESULT = "commands.sender.result"

Object = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A Connector with its parents, as the CPO serves them."""

    location: Object
    evse: Object
    connector: Object

    @property
    def ids(self) -> dict[str, str]:
        """As a command names it."""
        return {
            "location_id": self.location["id"],
            "evse_uid": self.evse["uid"],
            "connector_id": self.connector["id"],
        }


def listed(iut: Iut, peer: Emsp, endpoint: str, name: str, **params: str) -> list[Object]:
    """The objects of the class `name` in a list of the IUT, as far as they are well formed."""
    judge = validator(iut.claim.ocpi_version, name)
    pages = crawl(peer, iut.connection, endpoint, params=params, pages=PAGES)
    return [item for page in pages for item in page.items if judge.is_valid(item)]


def free_place(iut: Iut, emsp: Emsp, capability: str, *, besides: Place | None = None) -> Place:
    """Where a car waits, if the IUT can be told to have one plugged in; else any Connector that is fit for it.

    That is one whose EVSE is free and capable of something; one with Tariffs if there is any. Raises Stop.
    """
    places = [
        place
        for location in listed(iut, emsp, "locations.sender.list", "Location")
        for place in places_of(location)
    ]
    waiting = told_by(iut, "plug-in")
    fit = [
        place
        for place in places
        if place.evse["status"] == "AVAILABLE"
        and capability in (place.evse.get("capabilities") or ())
        and (besides is None or place.evse["uid"] != besides.evse["uid"])
    ]
    if not fit:
        raise Stop(
            Verdict.INCONCLUSIVE,
            f"no Location that is well formed has an EVSE that is AVAILABLE and {capability}; provide one",
        )
    plugged = [place for place in fit if all(place.ids[name] == waiting.get(name) for name in place.ids)]
    return next((place for place in (*plugged, *fit) if place.connector.get("tariff_ids")), fit[0])


def place_in(location: Any, ids: dict[str, str]) -> Place | None:
    """The Connector that a command names, in its Location."""
    places = places_of(location) if isinstance(location, dict) else ()
    return next((place for place in places if place.ids == ids), None)


def places_of(location: Object) -> Iterator[Place]:
    for evse in location.get("evses") or ():
        for connector in evse.get("connectors") or ():
            yield Place(location=location, evse=evse, connector=connector)


def a_new_session(iut: Iut) -> Object:
    """A Session that the IUT begins by itself, as it was PUT: the one that its trigger names. Raises Stop."""
    named = iut.act("push-session").get("session_id")
    sighting = iut.sends(
        "PUT",
        endpoint="sessions.receiver.put",
        where=lambda found: named is None or same(found.request.segments[-1], named),
    )
    return _whole(iut, sighting, "Session", "was PUT after push-session").request.json


def session_of(iut: Iut, token: Object, *, since: int | None = None) -> Object:
    """The Session that is PUT for a token of ours. Raises Stop where none comes."""
    sighting = iut.sends(
        "PUT", endpoint="sessions.receiver.put", where=lambda found: _of(found, token), since=since
    )
    return _whole(
        iut, sighting, "Session", f"was PUT for the {token['type']} token {token['uid']}"
    ).request.json


def comes_to(iut: Iut, emsp: Emsp, session: Object, *statuses: str) -> Object:
    """The Session as it has been told, once its status is one of these. Raises Stop where that doesn't come."""
    if not pushed_of(iut, session, lambda: copy_of(emsp, session).get("status") in statuses):
        raise Stop(Verdict.INCONCLUSIVE, f"no push made the Session {session['id']} {' or '.join(statuses)}")
    return copy_of(emsp, session)


def pushed_of(iut: Iut, session: Object, when: Callable[[], bool]) -> Sighting:
    """A push of a Session after which something holds."""
    wanted = str(session["id"]).casefold()
    return iut.sends(
        endpoint=PUSHED, where=lambda found: found.request.segments[-1].casefold() == wanted and when()
    )


def copy_of(emsp: Emsp, session: Object) -> Object:
    """What we have been told of a Session; empty where that is nothing."""
    return emsp.store.received("sessions").get(_key(session)) or {}


def cdr_of(iut: Iut, token: Object, session: Object, *, asked_for: bool = False) -> Exchange:
    """The POST of the CDR of a token that charges nowhere else; it is asked for, else where none comes. Raises Stop."""

    def posted(within: float | None = None) -> Sighting:
        return iut.sends(
            "POST",
            endpoint=POSTED,
            where=lambda found: _of(found, token) and not _over(found.request.json, session),
            within=within,
        )

    sighting = posted(0.0 if asked_for else None)
    if not sighting:
        iut.act("push-cdr", session_id=session["id"])
        sighting = posted()
    return _whole(iut, sighting, "CDR", f"was POSTed for the completed Session {session['id']}")


def _whole(iut: Iut, sighting: Sighting, name: str, missing: str) -> Exchange:
    """What was sent, if it is well formed: the judge of schemas says what is wrong with it otherwise."""
    if sighting.exchange is None:
        raise Stop(Verdict.INCONCLUSIVE, f"no {name} {missing}")
    if not validator(iut.claim.ocpi_version, name).is_valid(sighting.exchange.request.json):
        raise Stop(Verdict.INCONCLUSIVE, f"the {name} that {missing} is malformed")
    return sighting.exchange


def outcome(iut: Iut, answer: Answer, url: str) -> str:
    """What a command comes to: how it was answered, else the CommandResult. Raises Stop where none comes."""
    result = answer.data.get("result") if answer.accepted and isinstance(answer.data, dict) else None
    if result != "ACCEPTED":
        return str(result)
    sighting = iut.sends("POST", endpoint=RESULT, where=lambda found: found.request.url.endswith(_tail(url)))
    body = sighting.exchange.request.json if sighting.exchange else None
    if not isinstance(body, dict):
        raise Stop(Verdict.INCONCLUSIVE, "no CommandResult came, so there is nothing to follow")
    return str(body.get("result"))


def _tail(url: str) -> str:
    return url.rsplit("/", 1)[-1]


def told_by(iut: Iut, action: str, **parameters: Any) -> Object:
    """Make the IUT act where that makes a story richer and is no part of it; what it tells, if it can."""
    try:
        return iut.act(action, **parameters)
    except Stop:
        return {}


def same(one: Any, other: Any) -> bool:
    """Whether two ids are equal, as CiStrings are."""
    return str(one).casefold() == str(other).casefold()


def _of(exchange: Exchange, token: Object) -> bool:
    body = exchange.request.json
    named = body.get("cdr_token") if isinstance(body, dict) else None
    return isinstance(named, dict) and same(named.get("uid"), token["uid"])


def _over(cdr: Object, session: Object) -> bool:
    """Whether a CDR is of something that was over before a Session began."""
    end, begin = (
        clock.parse(str(told.get(name)))
        for told, name in ((cdr, "end_date_time"), (session, "start_date_time"))
    )
    named = same(cdr.get("session_id"), session["id"])
    return not named and end is not None and begin is not None and end < begin


def _key(session: Object) -> tuple[str, ...]:
    return key_of(*(str(session.get(name)) for name in ("country_code", "party_id", "id")))
