"""Charging profiles: an eMSP (or SCSP) limits how a session of a CPO charges, and asks how it will charge."""

import re
from collections.abc import Callable
from typing import Any

from . import clock
from .answering import Reply, Visit, invalid, unknown
from .calling import Answer
from .commanding import Commanding
from .connection import Connection
from .party import Party, performs, serves
from .profiles import capacity, planned
from .sessions import SessionSender
from .store import Key, Object, key_of

MODULE = "chargingprofiles"
CAPABLE = "CHARGING_PROFILE_CAPABLE"
TIMEOUT_S = 30
"""What a ChargingProfileResponse promises: the outcome comes within so many seconds."""
UPDATE_S = 3600
"""How far an update looks ahead."""
LIMITS = "charging limits"


def response(result: str) -> Reply:
    """An answer with a ChargingProfileResponse."""
    return Reply(data={"result": result, "timeout": TIMEOUT_S})


class ProfileReceiver(SessionSender, Party):
    """The side that charges. A profile belongs to a session and to the platform that has set it."""

    @serves("chargingprofiles.receiver.get")
    def on_get_active(self, visit: Visit) -> Reply:
        url, duration = visit.query.get("response_url"), visit.query.get("duration", "")
        if not url:
            return invalid("response_url is required")
        if not re.fullmatch(r"[0-9]{1,9}", duration):
            return invalid("duration is required, in whole seconds")

        def work(session_id: str) -> None:
            result = {"result": "ACCEPTED", "profile": self.active_profile(session_id, int(duration))}
            self._post(visit.connection, url, "active_result", result)

        return self._take(visit, work)

    @serves("chargingprofiles.receiver.set")
    def on_set_profile(self, visit: Visit) -> Reply:
        def work(session_id: str) -> None:
            row = {"profile": visit.body["charging_profile"]}
            self.store.own(MODULE).put(_key(session_id, visit.connection), row)
            self._post(visit.connection, visit.body["response_url"], "set_result", {"result": "ACCEPTED"})

        return self._take(visit, work)

    @serves("chargingprofiles.receiver.clear")
    def on_clear_profile(self, visit: Visit) -> Reply:
        url = visit.query.get("response_url")
        if not url:
            return invalid("response_url is required")

        def work(session_id: str) -> None:
            table, key = self.store.own(MODULE), _key(session_id, visit.connection)
            with table.lock:
                known = (table.get(key) or {}).get("profile") is not None
                if known:
                    table.put(key, {"profile": None})
            self._post(visit.connection, url, "clear_result", {"result": "ACCEPTED" if known else "UNKNOWN"})

        return self._take(visit, work)

    def _take(self, visit: Visit, work: Callable[[str], None]) -> Reply:
        """Say whether the request can be passed on to the EVSE; if so the outcome follows."""
        session = self.own_session(visit.parameters["session_id"])
        if session is None:
            return response("UNKNOWN_SESSION")
        if not self._may_limit(visit.connection, session) or session["status"] != "ACTIVE":
            return response("REJECTED")
        evse = self.charging(session["id"]).evse
        if CAPABLE not in (evse.get("capabilities") or ()):
            return response("NOT_SUPPORTED")
        self.later(lambda: work(session["id"]))
        return response("ACCEPTED")

    def _may_limit(self, connection: Connection, session: Object) -> bool:
        """Whether a platform may set profiles: the owner of the token, and any SCSP that has registered."""
        token = session["cdr_token"]
        return connection.owns(token["country_code"], token["party_id"]) or bool(connection.role("SCSP"))

    def _post(self, connection: Connection, url: str, kind: str, result: Object) -> Answer:
        return self.call("POST", url, to=connection, endpoint=f"chargingprofiles.sender.{kind}", body=result)

    def active_profile(self, session_id: str, duration_s: int) -> Object:
        """The ActiveChargingProfile of a session: what was asked for, within what the connector can give."""
        charging = self.charging(session_id)
        rows = [row for key, row in self.store.own(MODULE).items() if key[0] == session_id.casefold()]
        profile = next((row["profile"] for row in rows if row["profile"] is not None), None)
        unit = profile["charging_rate_unit"] if profile else "A"
        local = self.store.own(LIMITS).get(key_of(session_id))
        limit = capacity(charging.connector, unit, at_most_a=local["amperes"] if local else None)
        return planned(profile, limit, unit, started=charging.moment, at=clock.now(), duration_s=duration_s)

    def push_active_profile(self, connection: Connection, session_id: str) -> Answer:
        """PUT a changed ActiveChargingProfile. Raises ValueError for a platform that has never set one there.

        Source: `mod_charging_profiles.asciidoc#mod_charging_profiles_msp_put_method`.
        """
        if self.store.own(MODULE).get(_key(session_id, connection)) is None:
            raise ValueError(
                f"the other side has set no charging profile for session {session_id}, so it gets no update"
            )
        return self.call(
            "PUT",
            connection.below(MODULE, "SENDER", session_id),
            to=connection,
            endpoint="chargingprofiles.sender.update",
            body=self.active_profile(session_id, UPDATE_S),
        )

    def tell_limited(self, connection: Connection, session_id: str) -> dict[str, Any]:
        """PUT the ActiveChargingProfile if the platform has ever set one there; whether it was told."""
        told = self.store.own(MODULE).get(_key(session_id, connection)) is not None
        if told:
            self.push_active_profile(connection, session_id)
        return {"session_id": session_id, "told": told}

    @performs("update-active-charging-profile")
    def act_update_active(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Limit the session `session_id` to `amperes`; who has set a profile there is told."""
        session_id = str(parameters["session_id"])
        limit = {"amperes": float(parameters.get("amperes") or 10)}
        self.store.own(LIMITS).put(key_of(session_id), limit)
        return self.tell_limited(connection, session_id)

    @performs("cancel-charging-profile")
    def act_cancel_profile(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Drop whatever limits the session `session_id` here; who has set a profile there is told."""
        session_id = str(parameters["session_id"])
        table = self.store.own(MODULE)
        self.store.own(LIMITS).delete(key_of(session_id))
        with table.lock:
            for key, _ in table.items():
                if key[0] == session_id.casefold():
                    table.put(key, {"profile": None})
        return self.tell_limited(connection, session_id)


class ProfileSender(Party):
    """The side that limits, with a response URL of its own for each request."""

    def new_profile_url(self, kind: str) -> str:
        """A URL at which the outcome of one request is expected; `kind` is set, clear or active.

        It has a query, as those in the text have: what stands in it has to come back too.
        """
        uid = self.samples.new_id("PROF")
        self.store.own(MODULE).put(key_of(kind, uid), {"results": ()})
        return f"{self.url(MODULE, 'SENDER')}/{kind}/{uid}?request={kind}&id={uid}"

    @serves("chargingprofiles.sender.set_result")
    def take_set_result(self, visit: Visit) -> Reply:
        return self._take_profile_result(visit, "set")

    @serves("chargingprofiles.sender.clear_result")
    def take_clear_result(self, visit: Visit) -> Reply:
        return self._take_profile_result(visit, "clear")

    @serves("chargingprofiles.sender.active_result")
    def take_active_result(self, visit: Visit) -> Reply:
        return self._take_profile_result(visit, "active")

    def _take_profile_result(self, visit: Visit, kind: str) -> Reply:
        table, key = self.store.own(MODULE), key_of(kind, visit.parameters["uid"])
        with table.lock:
            known = table.get(key)
            if known is None:
                return unknown("No request waits for an outcome here")
            table.put(key, {"results": (*known["results"], visit.body)})
        return Reply()

    def profile_results(self, response_url: str) -> tuple[Object, ...]:
        """The results that came to a response URL."""
        found = self.store.own(MODULE).get(key_of(*response_url.partition("?")[0].rsplit("/", 2)[1:]))
        return found["results"] if found else ()

    @serves("chargingprofiles.sender.update")
    def take_update(self, visit: Visit) -> Reply:
        session_id = visit.parameters["session_id"]
        if self.store.own("profiles set").get(key_of(session_id)) is None:
            return unknown("No charging profile was set for this session")
        self.store.received(MODULE).put(key_of(session_id), visit.body)
        return Reply()

    def set_charging_profile(
        self, connection: Connection, session_id: str, profile: Object, *, response_url: str | None = None
    ) -> Answer:
        """PUT a ChargingProfile on a session."""
        self.store.own("profiles set").put(key_of(session_id), {})
        body = {"charging_profile": profile, "response_url": response_url or self.new_profile_url("set")}
        return self._to_profile(connection, "PUT", session_id, "set", body=body)

    def clear_charging_profile(
        self, connection: Connection, session_id: str, *, response_url: str | None = None
    ) -> Answer:
        """DELETE the ChargingProfile of a session."""
        params = {"response_url": response_url or self.new_profile_url("clear")}
        return self._to_profile(connection, "DELETE", session_id, "clear", params=params)

    def get_active_charging_profile(
        self,
        connection: Connection,
        session_id: str,
        *,
        duration_s: int = 900,
        response_url: str | None = None,
    ) -> Answer:
        """Ask for the ActiveChargingProfile of a session, so far ahead."""
        params = {"duration": str(duration_s), "response_url": response_url or self.new_profile_url("active")}
        return self._to_profile(connection, "GET", session_id, "get", params=params)

    def _to_profile(
        self, connection: Connection, method: str, session_id: str, name: str, **what: Any
    ) -> Answer:
        url = connection.below(MODULE, "RECEIVER", session_id)
        return self.call(method, url, to=connection, endpoint=f"chargingprofiles.receiver.{name}", **what)


class ProfileCommanding(ProfileSender, Commanding, Party):
    """The actions by which an eMSP is made to limit."""

    @performs("set-charging-profile")
    def act_set_profile(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT a profile of one `limit` in `unit` (A or W) on `session_id`, or the newest ACTIVE one."""
        session_id, url = self.known_session(connection, parameters), self.new_profile_url("set")
        period = {"start_period": 0, "limit": float(parameters.get("limit") or 8)}
        profile = {"charging_rate_unit": parameters.get("unit") or "A", "charging_profile_period": [period]}
        answer = self.set_charging_profile(connection, session_id, profile, response_url=url)
        return _outcome(answer, session_id, url)

    @performs("clear-charging-profile")
    def act_clear_profile(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """DELETE the profile of the session `session_id`, or the newest ACTIVE one."""
        session_id, url = self.known_session(connection, parameters), self.new_profile_url("clear")
        return _outcome(
            self.clear_charging_profile(connection, session_id, response_url=url), session_id, url
        )

    @performs("get-active-charging-profile")
    def act_get_active(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Ask how the session `session_id`, or the newest ACTIVE one, will charge for `duration` seconds."""
        session_id, url = self.known_session(connection, parameters), self.new_profile_url("active")
        answer = self.get_active_charging_profile(
            connection, session_id, duration_s=int(parameters.get("duration") or 900), response_url=url
        )
        return _outcome(answer, session_id, url)


def _key(session_id: str, connection: Connection) -> Key:
    role = connection.role()
    return key_of(session_id, role.country_code if role else "", role.party_id if role else "")


def _outcome(answer: Answer, session_id: str, response_url: str) -> dict[str, Any]:
    result = answer.data.get("result") if isinstance(answer.data, dict) else None
    return {"result": result, "session_id": session_id, "response_url": response_url}
