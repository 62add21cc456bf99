"""Limiting a session of a CPO: which session, what is asked for, and what comes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.chargingprofiles import CAPABLE, ProfileSender
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

SESSION, FOUND = "limited session", "limited session found"
PAGE, PAGES = "50", 10
LONGEST_S = 60
"""A CPO may state any timeout; nobody waits for an outcome longer than this."""
EVER = {"date_from": "2020-01-01T00:00:00Z"}

Object = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request about a session's profile: `kind` is set, clear or active."""

    kind: str
    url: str
    answer: Answer
    since: int

    @property
    def result(self) -> str:
        """The ChargingProfileResponseType of the answer; empty where there is none."""
        data = self.answer.data
        return str(data.get("result", "")) if self.answer.accepted and isinstance(data, dict) else ""


def ask(iut: Iut, sender: ProfileSender, kind: str, session_id: str, profile: Object | None = None) -> Asked:
    """Set, clear or ask for the profile of a session, with a response URL of its own."""
    url, since = sender.new_profile_url(kind), sender.journal.mark()
    connection = connected(iut, sender)
    if profile is not None:
        answer = sender.set_charging_profile(connection, session_id, profile, response_url=url)
    elif kind == "clear":
        answer = sender.clear_charging_profile(connection, session_id, response_url=url)
    else:
        answer = sender.get_active_charging_profile(connection, session_id, response_url=url)
    return Asked(kind, url, answer, since)


def connected(iut: Iut, sender: ProfileSender):
    """The connection by which a party of ours reaches the IUT."""
    return next((found for found in sender.connections if found.registered), None) or iut.connection


def outcome(iut: Iut, sender: ProfileSender, asked: Asked) -> Sighting:
    """What is posted to a response URL, waited for until the stated timeout. Raises Stop where that is too long."""
    path = urlsplit(asked.url).path

    def come(**how: Any) -> Sighting:
        where = {"endpoint": f"chargingprofiles.sender.{asked.kind}_result", "path": path, "peer": sender}
        return iut.sends("POST", since=asked.since, **where, **how)

    seen = come()
    timeout = asked.answer.data.get("timeout") if isinstance(asked.answer.data, dict) else None
    if seen or not isinstance(timeout, int):
        return seen
    if timeout > LONGEST_S:
        raise Stop(
            Verdict.INCONCLUSIVE, f"no outcome came yet, and its timeout of {timeout} s is too long to wait"
        )
    return come(within=max(0.0, timeout))


def reported(sighting: Sighting) -> Object:
    """The result object that was posted; empty where none was."""
    body = sighting.exchange.request.json if sighting.exchange else None
    return body if isinstance(body, dict) else {}


def at_most(limit: float) -> Object:
    """A profile of one limit, in A."""
    return {"charging_rate_unit": "A", "charging_profile_period": [{"start_period": 0, "limit": limit}]}


def limits(result: Mapping[str, Any]) -> list[float]:
    """The limits in A that an ActiveChargingProfile, or the result that holds one, has; none in another unit."""
    active = result.get("profile", result)
    profile = active.get("charging_profile") if isinstance(active, dict) else None
    if not isinstance(profile, dict) or profile.get("charging_rate_unit") != "A":
        return []
    periods = profile.get("charging_profile_period")
    found = [period.get("limit") for period in periods or () if isinstance(period, dict)]
    return [limit for limit in found if isinstance(limit, (int, float)) and not isinstance(limit, bool)]


# Sessions of a CPO


def a_session(iut: Iut, emsp: Emsp) -> str:
    """The id of an ACTIVE session of ours at an EVSE that takes profiles; the IUT is told once to begin one."""
    found = emsp.notes.get(SESSION)
    if found is None:
        found = emsp.notes[SESSION] = _begun(iut, emsp, capable=True)
    return found


def a_session_without_profiles(iut: Iut, emsp: Emsp) -> str:
    """The id of a new session at an EVSE that takes no profiles. Raises Stop where the IUT lists none."""
    return _begun(iut, emsp, capable=False)


def is_capable(iut: Iut, emsp: Emsp, session_id: str) -> bool | None:
    """Whether the EVSE of a session is listed as one that takes profiles; None where that can't be told."""
    sessions = [*emsp.store.received("sessions"), *_listed(iut, emsp, "sessions.sender.list", EVER)]
    session = next((one for one in sessions if one["id"].casefold() == session_id.casefold()), {})
    place = (str(session.get("location_id")).casefold(), str(session.get("evse_uid")).casefold())
    if not session or not iut.claim.covers("locations", "SENDER"):
        return None
    for location in _listed(iut, emsp, "locations.sender.list"):
        for evse in location.get("evses") or ():
            if (
                isinstance(evse, dict)
                and (location["id"].casefold(), str(evse.get("uid")).casefold()) == place
            ):
                return CAPABLE in (evse.get("capabilities") or ())
    return None


def _begun(iut: Iut, emsp: Emsp, *, capable: bool) -> str:
    anywhere = capable and not iut.claim.covers("locations", "SENDER")
    evse = {} if anywhere else _an_evse(iut, emsp, capable=capable)
    wanted = "is" if capable else "is not"
    if evse is None:
        raise Stop(Verdict.INCONCLUSIVE, f"none of its EVSEs {wanted} {CAPABLE}: it takes one that {wanted}")
    try:
        told = iut.act("push-session", **evse)
    except Stop:
        going_on = _going_on(iut, emsp, evse) if capable else None
        if going_on is None:
            raise
        emsp.notes[FOUND] = True
        return going_on
    if not isinstance(told.get("session_id"), str):
        raise Stop(Verdict.INCONCLUSIVE, "the trigger did not tell the session_id of push-session")
    return told["session_id"]


def _an_evse(iut: Iut, emsp: Emsp, *, capable: bool) -> dict[str, str] | None:
    """An EVSE of the IUT that takes profiles, or doesn't; a free one if there is any."""
    taken = None
    for location in _listed(iut, emsp, "locations.sender.list"):
        for evse in location.get("evses") or ():
            if not isinstance(evse, dict) or evse.get("status") == "REMOVED":
                continue
            if (CAPABLE in (evse.get("capabilities") or ())) == capable:
                found = {"location_id": location["id"], "evse_uid": str(evse.get("uid"))}
                if evse.get("status") == "AVAILABLE":
                    return found
                taken = taken or found
    return taken


def _going_on(iut: Iut, emsp: Emsp, evse: Mapping[str, str]) -> str | None:
    """A session of one of our tokens that the IUT lists as ACTIVE, at the EVSE if there is one there."""
    ours = {(role.country_code.casefold(), role.party_id.casefold()) for role in emsp.roles}
    active = [
        session
        for session in _listed(iut, emsp, "sessions.sender.list", EVER)
        if session.get("status") == "ACTIVE" and _owner(session) in ours
    ]
    active.sort(key=lambda session: session.get("evse_uid") != evse.get("evse_uid"))
    return active[0]["id"] if active else None


def _owner(session: Object) -> tuple[str, str]:
    token = session.get("cdr_token")
    given = token if isinstance(token, dict) else {}
    return str(given.get("country_code")).casefold(), str(given.get("party_id")).casefold()


def _listed(iut: Iut, emsp: Emsp, endpoint: str, params: dict[str, str] | None = None) -> Iterator[Object]:
    params = {"limit": PAGE, **(params or {})}
    for page in crawl(emsp, iut.connection, endpoint, params=params, pages=PAGES):
        yield from (item for item in page.items if isinstance(item, dict) and isinstance(item.get("id"), str))
