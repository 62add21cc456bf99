"""Sessions: the CPO owns and pushes them, the eMSP receives, pulls, and sends the driver's preferences."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from . import clock
from .answering import Reply, Visit, invalid, unknown
from .calling import Answer
from .charging import Charging
from .connection import Connection
from .ownership import foreign, mismatch, owner_key, stored
from .paging import counted, crawl, dates, page
from .party import Party, performs, serves
from .plugging import Plugging
from .store import Key, Object, key_of

MODULE = "sessions"
PREFERENCES = "charging_preferences"
CAPABLE = "CHARGING_PREFERENCES_CAPABLE"
_TICK = timedelta(milliseconds=1)
NO_PREFERENCES = Reply(
    status_code=2001, http_status=404, message="No such session, or its EVSE takes no preferences"
)


def session_key(session: Object) -> Key:
    """A session is identified by its owner and its id."""
    return key_of(session["country_code"], session["party_id"], session["id"])


def concerns(party: Party, connection: Connection) -> Callable[[Object], bool]:
    """Whether a session or CDR may be shown over a connection: not where its token is of another platform."""
    others = [other for other in party.connections.registered() if other is not connection]

    def judge(value: Object) -> bool:
        owner = value["cdr_token"]["country_code"], value["cdr_token"]["party_id"]
        return connection.owns(*owner) or not any(other.owns(*owner) for other in others)

    return judge


def appended(session: Object, changes: Object) -> Object:
    """The session after a PATCH: its charging periods are added to those that are known.

    Source: `mod_sessions.asciidoc#mod_sessions_patch_method`.
    """
    periods = [*(session.get("charging_periods") or ()), *(changes.get("charging_periods") or ())]
    merged = {**session, **changes}
    return {**merged, "charging_periods": periods} if "charging_periods" in merged else merged


def difference(before: Object, after: Object) -> Object:
    """The body of the PATCH that leads from one state of a session to a later one."""
    changes = {name: value for name, value in after.items() if name not in before or before[name] != value}
    if "charging_periods" in changes:
        changes["charging_periods"] = after["charging_periods"][len(before.get("charging_periods") or ()) :]
    return {**changes, "last_updated": after["last_updated"]}


class SessionSender(Plugging, Party):
    """The owner's side."""

    @serves("sessions.sender.list")
    def list_sessions(self, visit: Visit) -> Reply:
        if not visit.query.get("date_from"):
            return invalid("date_from is required")
        return page(self, visit, self.store.own(MODULE), where=concerns(self, visit.connection))

    @serves("sessions.sender.preferences")
    def take_preferences(self, visit: Visit) -> Reply:
        session = self.own_session(visit.parameters["session_id"])
        if session is None or not concerns(self, visit.connection)(session):
            return NO_PREFERENCES
        place = self.place(session["location_id"], session["evse_uid"], session["connector_id"])
        if place is None or CAPABLE not in (place.evse.get("capabilities") or ()):
            return NO_PREFERENCES
        verdict = self._possible(session, place.connector, visit.body)
        if verdict == "ACCEPTED":
            self.store.own(PREFERENCES).put(session_key(session), visit.body)
        return Reply(data=verdict)

    def _possible(self, session: Object, connector: Object, wish: Object) -> str:
        """The ChargingPreferencesResponse to a wish."""
        profile = wish["profile_type"]
        offered = {self.tariff_type(tariff_id) for tariff_id in connector.get("tariff_ids") or ()}
        if profile != "REGULAR" and f"PROFILE_{profile}" not in offered:
            return "PROFILE_TYPE_NOT_SUPPORTED"
        if profile in ("CHEAP", "GREEN") and not wish.get("departure_time"):
            return "DEPARTURE_REQUIRED"
        if profile in ("CHEAP", "GREEN") and wish.get("energy_need") is None:
            return "ENERGY_NEED_REQUIRED"
        departure = clock.parse(wish.get("departure_time") or "")
        late = departure is not None and departure <= clock.now()
        return "NOT_POSSIBLE" if late or session["status"] != "ACTIVE" else "ACCEPTED"

    def own_session(self, session_id: str) -> Object | None:
        return self.store.own(MODULE).get(key_of(self.me.country_code, self.me.party_id, session_id))

    def add_session(self, session: Object) -> Object:
        """Take a session into the own stock; a change is later than the state before, if only by a millisecond."""
        table, key = self.store.own(MODULE), session_key(session)
        with table.lock:
            known = table.get(key)
            before, now = (clock.parse((each or {}).get("last_updated", "")) for each in (known, session))
            if before is not None and now is not None and now <= before and session != known:
                session = {**session, "last_updated": clock.stamp(before + _TICK)}
            table.put(key, session)
        return session

    # A session in simulated time

    def begin_session(self, token: Object, **how: Any) -> Object:
        """Make a session of a token, PENDING. `how` as in `plug_in`."""
        with self.store.own(MODULE).lock:
            return self.add_session(self.plug_in(token, **how).session)

    def step(self, session_id: str, work: Callable[[Charging], Any]) -> Object:
        """Take a session further; what has changed, as the body of a PATCH. Raises ValueError if unknown."""
        with self.store.own(MODULE).lock:
            charging = self.charging(session_id)
            before = self.own_session(session_id) or charging.session
            work(charging)
            after = self.add_session(charging.session)
        return difference(before, after)

    def activate_session(self, session_id: str) -> Object:
        """PENDING → ACTIVE; the PATCH."""
        return self.step(session_id, Charging.start)

    def continue_session(self, session_id: str, *, minutes: float = 15, kwh: float = 2.5) -> Object:
        """Charge on in simulated time; the PATCH."""
        return self.step(session_id, lambda charging: charging.advance(minutes=minutes, kwh=kwh))

    def complete_session(self, session_id: str) -> Object:
        """ACTIVE → COMPLETED, and the EVSE is free again; the PATCH."""
        changes = self.step(session_id, Charging.stop)
        self.unplug(session_id)
        return changes

    # Calling

    def push_session(self, connection: Connection, session: Object) -> Answer:
        """PUT a whole session."""
        return self._to_session(connection, "PUT", session, session)

    def patch_session(self, connection: Connection, session_id: str, changes: Object) -> Answer:
        """PATCH a session."""
        return self._to_session(connection, "PATCH", self._known(session_id), changes)

    def tell_change(self, connection: Connection, session_id: str, changes: Object) -> Answer:
        """PATCH a session; where that fails, see what the receiver has, and PUT the session if it has none.

        Source: `transport_and_format.asciidoc#transport_and_format_patch`. The answer is that to the PATCH.
        """
        answer = self.patch_session(connection, session_id, changes)
        if not answer.accepted and self.check_session(connection, session_id).http_status == 404:
            self.push_session(connection, self._known(session_id))
        return answer

    def check_session(self, connection: Connection, session_id: str) -> Answer:
        """GET a session as the receiver has it."""
        return self._to_session(connection, "GET", self._known(session_id), None)

    def _to_session(
        self, connection: Connection, method: str, session: Object, body: Object | None
    ) -> Answer:
        url = connection.below(
            MODULE, "RECEIVER", session["country_code"], session["party_id"], session["id"]
        )
        return self.call(
            method, url, to=connection, endpoint=f"sessions.receiver.{method.lower()}", body=body
        )

    def _known(self, session_id: str) -> Object:
        session = self.own_session(session_id)
        if session is None:
            raise ValueError(f"session_id is {session_id!r}, which is no session of {self.name}")
        return session

    def new_session(self, connection: Connection, parameters: dict[str, Any]) -> Object:
        """Make a session for an action, PENDING, with a token of the other side."""
        token = self.token_for(connection, parameters.get("token_uid"))
        place = {name: parameters.get(name) for name in ("location_id", "evse_uid", "connector_id")}
        return self.begin_session(token, **place)

    def charged(self, connection: Connection, parameters: dict[str, Any]) -> Object:
        """Make a session for an action and complete it without a word to the other side."""
        session_id = self.new_session(connection, parameters)["id"]
        self.activate_session(session_id)
        self.continue_session(session_id)
        self.complete_session(session_id)
        return self._known(session_id)

    def _chosen_session(self, connection: Connection, parameters: dict[str, Any]) -> str:
        """The session that an action asks for, or a new one, ACTIVE and known to the receiver."""
        wanted = parameters.get("session_id")
        if wanted is not None:
            return self._known(str(wanted))["id"]
        session = self.new_session(connection, parameters)
        self.push_session(connection, session)
        self.tell_change(connection, session["id"], self.activate_session(session["id"]))
        return session["id"]

    @performs("push-session")
    def act_push_session(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT the session `session_id` as it is, or a new one, PENDING, then PATCHed to be ACTIVE."""
        session_id = self._chosen_session(connection, parameters)
        if parameters.get("session_id") is not None:
            self.push_session(connection, self._known(session_id))
        return {"session_id": session_id}

    @performs("update-session")
    def act_update_session(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Charge `kwh` in `minutes` of simulated time in session `session_id`, or a new one, and PATCH it."""
        session_id = self._chosen_session(connection, parameters)
        pace = {
            name: float(parameters[name]) for name in ("minutes", "kwh") if parameters.get(name) is not None
        }
        self.tell_change(connection, session_id, self.continue_session(session_id, **pace))
        return {"session_id": session_id}

    @performs("complete-session")
    def act_complete_session(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Complete the session `session_id`, or a new one, and PATCH it."""
        session_id = self._chosen_session(connection, parameters)
        self.tell_change(connection, session_id, self.complete_session(session_id))
        return {"session_id": session_id}

    @performs("check-session")
    def act_check_session(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET the session `session_id`, or a new one that is PUT before, as the receiver has it."""
        session_id = self._chosen_session(connection, parameters)
        answer = self.check_session(connection, session_id)
        return {"session_id": session_id, "same": answer.data == self._known(session_id)}


class SessionReceiver(Party):
    """The other side, which keeps copies."""

    @serves("sessions.receiver.get")
    def get_session(self, visit: Visit) -> Reply:
        refused = foreign(visit)
        session = self.store.received(MODULE).get(owner_key(visit, "session_id"))
        return refused or (Reply(data=session) if session else unknown("No such session"))

    @serves("sessions.receiver.put")
    def put_session(self, visit: Visit) -> Reply:
        refused = foreign(visit) or mismatch(
            visit, id="session_id", country_code="country_code", party_id="party_id"
        )
        return refused or stored(self.store.received(MODULE).put(owner_key(visit, "session_id"), visit.body))

    @serves("sessions.receiver.patch")
    def patch_received_session(self, visit: Visit) -> Reply:
        refused = foreign(visit) or mismatch(
            visit, id="session_id", country_code="country_code", party_id="party_id"
        )
        if refused:
            return refused
        table, key = self.store.received(MODULE), owner_key(visit, "session_id")
        with table.lock:
            known = table.get(key)
            if known is None:
                return unknown("No such session")
            table.put(key, appended(known, visit.body))
        return Reply()

    def pull_sessions(self, connection: Connection, params: dict[str, str] | None = None) -> list[Answer]:
        """Get sessions, page by page, and keep them; `date_from` is required and by default the epoch."""
        answers = []
        params = {"date_from": "1970-01-01T00:00:00Z", **(params or {})}
        for answer in crawl(self, connection, "sessions.sender.list", params=params):
            answers.append(answer)
            for session in answer.items:
                if isinstance(session, dict) and all(
                    isinstance(session.get(name), str) for name in _IDENTITY
                ):
                    self.store.received(MODULE).put(session_key(session), session)
        return answers

    def set_preferences(self, connection: Connection, session_id: str, preferences: Object) -> Answer:
        """PUT the driver's ChargingPreferences for a session of the other side."""
        return self.call(
            "PUT",
            connection.below(MODULE, "SENDER", session_id, "charging_preferences"),
            to=connection,
            endpoint="sessions.sender.preferences",
            body=preferences,
        )

    @performs("pull-sessions")
    def act_pull_sessions(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET all sessions, of the window `date_from` to `date_to` if given."""
        return counted(self.pull_sessions(connection, dates(parameters)))

    @performs("set-charging-preferences")
    def act_set_preferences(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT `profile_type`, `departure_time`, `energy_need` as preferences for the session `session_id`."""
        names = ("profile_type", "departure_time", "energy_need", "discharge_allowed")
        wish = {name: parameters[name] for name in names if parameters.get(name) is not None}
        answer = self.set_preferences(
            connection, str(parameters["session_id"]), {"profile_type": "REGULAR", **wish}
        )
        return {"result": answer.data if isinstance(answer.data, str) else None}


_IDENTITY = ("country_code", "party_id", "id")
