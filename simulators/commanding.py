"""Commanding: the actions by which an eMSP is made to send commands, on places and sessions that it knows."""

from datetime import timedelta
from typing import Any

from . import clock
from .calling import Answer
from .commands import NEEDS_CONNECTOR, REMOTE_START, RESERVABLE, UNLOCKS, CommandSender
from .connection import Connection
from .locations import LocationReceiver
from .parts import part
from .party import Party, performs
from .sessions import SessionReceiver
from .store import Object, key_of
from .tokens import NEEDS_LOCATION, TokenSender

RESERVATIONS = "reservations"
_OVER = frozenset({"COMPLETED", "INVALID"})


class Commanding(CommandSender, LocationReceiver, SessionReceiver, TokenSender, Party):
    """Chooses what a command is about where an action leaves that open."""

    careless: frozenset[str] = frozenset()
    """The commands that are sent with tokens that may not charge, too."""

    def known_evse(
        self, connection: Connection, parameters: dict[str, Any], capability: str
    ) -> dict[str, str]:
        """`location_id`, `evse_uid`, `connector_id` of an EVSE of theirs: as asked for, else a free one.

        Raises ValueError where none is known that has the capability.
        """
        names = ("location_id", "evse_uid", "connector_id")
        asked = {name: str(parameters[name]) for name in names if parameters.get(name) is not None}
        if "location_id" in asked:
            return asked
        found = self._free_evse(capability)
        if found is None:
            self.pull_locations(connection)
            found = self._free_evse(capability)
        if found is not None:
            return found
        raise ValueError(f"{self.name} knows no free EVSE that is {capability}; name one by location_id")

    def _free_evse(self, capability: str) -> dict[str, str] | None:
        """A capable EVSE among those received, AVAILABLE and without a session that goes on there."""
        taken = {
            (session.get("location_id"), session.get("evse_uid"))
            for session in self.store.received("sessions")
            if session.get("status") not in _OVER
        }
        for location in self.store.received("locations"):
            for evse in location.get("evses") or ():
                free = evse.get("status") == "AVAILABLE" and (location["id"], evse.get("uid")) not in taken
                whole = evse.get("uid") and evse.get("connectors")
                if free and whole and capability in (evse.get("capabilities") or ()):
                    return {
                        "location_id": location["id"],
                        "evse_uid": evse["uid"],
                        "connector_id": evse["connectors"][0]["id"],
                    }
        return None

    def known_session(self, connection: Connection, parameters: dict[str, Any]) -> str:
        """The id of a session: as asked for, else of the newest that is ACTIVE. Raises ValueError."""
        if parameters.get("session_id") is not None:
            return str(parameters["session_id"])
        sessions = [
            session
            for session in self.store.received("sessions")
            if session.get("status") == "ACTIVE"
            and connection.owns(session["country_code"], session["party_id"])
        ]
        if not sessions:
            raise ValueError(f"{self.name} knows no ACTIVE session; name one by session_id")
        return sessions[-1]["id"]

    def commanding_token(self, command: str, parameters: dict[str, Any]) -> Object:
        """A token of ours to command with: as asked for, else a new one for an app. Raises ValueError."""
        uid = parameters.get("token_uid")
        if uid is None:
            return self.add_token(type="APP_USER")
        wanted = str(uid).casefold()
        token = next((token for token in self.store.own("tokens") if token["uid"].casefold() == wanted), None)
        if token is None:
            raise ValueError(f"token_uid is {uid!r}, which is no token of {self.name}")
        allowed = self.allowance(token)
        if allowed not in ("ALLOWED", NEEDS_LOCATION) and command not in self.careless:
            raise ValueError(f"token_uid is {uid!r}, which is {allowed}: its driver may not charge")
        return token

    def _with_connector(self, place: dict[str, str]) -> dict[str, str]:
        """A place with its first connector, where its EVSE wants one to be named."""
        if "evse_uid" not in place or "connector_id" in place:
            return place
        for location in self.store.received("locations"):
            evse = part(location, place["evse_uid"]) if location["id"] == place["location_id"] else None
            if evse and NEEDS_CONNECTOR in (evse.get("capabilities") or ()):
                return {**place, "connector_id": evse["connectors"][0]["id"]}
        return place

    @performs("start-session")
    def act_start_session(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send START_SESSION for `token_uid` at `location_id`, `evse_uid`, `connector_id`."""
        place = self._with_connector(self.known_evse(connection, parameters, REMOTE_START))
        reference = parameters.get("authorization_reference") or self.samples.new_id("AUTH")
        url = self.new_response_url("START_SESSION")
        token = self.commanding_token("START_SESSION", parameters)
        answer = self.start_session(
            connection, token, **place, authorization_reference=reference, response_url=url
        )
        return {
            **_outcome(answer, url),
            **place,
            "token_uid": token["uid"],
            "authorization_reference": reference,
        }

    @performs("stop-session")
    def act_stop_session(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send STOP_SESSION for the session `session_id`, or the newest ACTIVE one."""
        session_id = self.known_session(connection, parameters)
        url = self.new_response_url("STOP_SESSION")
        answer = self.stop_session(connection, session_id, response_url=url)
        return {**_outcome(answer, url), "session_id": session_id}

    @performs("reserve-now")
    def act_reserve_now(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send RESERVE_NOW for `token_uid` at `location_id`, `evse_uid`, for `minutes` from now."""
        place = self.known_evse(connection, parameters, RESERVABLE)
        place.pop("connector_id", None)
        until = clock.now() + timedelta(minutes=float(parameters.get("minutes") or 30))
        reservation_id = str(parameters.get("reservation_id") or self.samples.new_id("RES"))
        url = self.new_response_url("RESERVE_NOW")
        token = self.commanding_token("RESERVE_NOW", parameters)
        self.store.own(RESERVATIONS).put(key_of(reservation_id), {"id": reservation_id})
        answer = self.reserve_now(
            connection,
            token,
            **place,
            reservation_id=reservation_id,
            expiry_date=clock.stamp(until),
            response_url=url,
        )
        return {**_outcome(answer, url), **place, "token_uid": token["uid"], "reservation_id": reservation_id}

    @performs("cancel-reservation")
    def act_cancel_reservation(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send CANCEL_RESERVATION for `reservation_id`, or the newest that reserve-now has made."""
        made = [reservation["id"] for reservation in self.store.own(RESERVATIONS)]
        reservation_id = parameters.get("reservation_id") or (made[-1] if made else None)
        if reservation_id is None:
            raise ValueError(
                "there is no reservation yet: take the action reserve-now before, or name reservation_id"
            )
        url = self.new_response_url("CANCEL_RESERVATION")
        answer = self.cancel_reservation(connection, str(reservation_id), response_url=url)
        return {**_outcome(answer, url), "reservation_id": reservation_id}

    @performs("unlock-connector")
    def act_unlock_connector(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send UNLOCK_CONNECTOR for `location_id`, `evse_uid`, `connector_id`."""
        place = self.known_evse(connection, parameters, UNLOCKS)
        missing = [name for name in ("evse_uid", "connector_id") if name not in place]
        if missing:
            raise ValueError(f"with location_id there have to be {' and '.join(missing)} too")
        url = self.new_response_url("UNLOCK_CONNECTOR")
        answer = self.unlock_connector(connection, **place, response_url=url)
        return {**_outcome(answer, url), **place}


def _outcome(answer: Answer, response_url: str) -> dict[str, Any]:
    result = answer.data.get("result") if isinstance(answer.data, dict) else None
    return {"result": result, "response_url": response_url}
