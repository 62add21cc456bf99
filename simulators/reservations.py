"""Reservations: EVSEs that a CPO keeps free for a token, each with a session of its own."""

from functools import partial
from typing import Any

from . import clock
from .connection import Connection
from .parts import part
from .sessions import SessionSender, difference
from .store import Key, Object, key_of

RESERVATIONS = "reservations"
NOT_KNOWN = "#NA"
_OCCUPIED = frozenset({"BLOCKED", "CHARGING", "RESERVED"})


class Reservations(SessionSender):
    """What is reserved, by whom; ids of one platform never touch reservations of another."""

    def readiness(self, location_id: str, evse_uid: str) -> str:
        """The CommandResultType with which an EVSE takes, or does not take, a new session."""
        location = self.own_location(location_id)
        evse = part(location, evse_uid) if location else None
        status = evse["status"] if evse else "REMOVED"
        if status in _OCCUPIED:
            return "EVSE_OCCUPIED"
        return "ACCEPTED" if status == "AVAILABLE" else "EVSE_INOPERATIVE"

    def reserve(self, connection: Connection, command: Object) -> tuple[str, Object | None]:
        """Carry out a ReserveNow: the CommandResultType, and the session where there is one.

        The same id for the same location replaces a reservation; the session stays.
        """
        table, key = self.store.own(RESERVATIONS), _key(connection, command["reservation_id"])
        with self.store.own("sessions").lock:
            self._expire()
            old = table.get(key)
            if old is not None:
                self._set_evse(old, "AVAILABLE")
            uid = command.get("evse_uid")
            result = "ACCEPTED" if uid is None else self.readiness(command["location_id"], uid)
            if result != "ACCEPTED":
                if old is not None:
                    self._set_evse(old, "RESERVED")
                return result, None
            session = self._reserved_session(command, old["session_id"] if old else None)
            reservation = {
                **{name: command[name] for name in ("response_url", "location_id", "token", "expiry_date")},
                "evse_uid": uid,
                "session_id": session["id"],
            }
            table.put(key, reservation)
            self._set_evse(reservation, "RESERVED")
        return result, session

    def release(self, connection: Connection, reservation_id: str) -> Object | None:
        """Give a reservation up; it is returned with the `changes` of its session, None if unknown."""
        key = _key(connection, reservation_id)
        with self.store.own("sessions").lock:
            self._expire()
            reservation = self.store.own(RESERVATIONS).get(key)
            return None if reservation is None else self._end(key, reservation)

    def _end(self, key: Key, reservation: Object) -> Object:
        """End a reservation that was not used: its EVSE is free, its session COMPLETED, by `changes`."""
        self.store.own(RESERVATIONS).delete(key)
        self._set_evse(reservation, "AVAILABLE")
        before = self.own_session(reservation["session_id"]) or {}
        now = clock.stamp(clock.now())
        after = self.add_session({**before, "status": "COMPLETED", "end_date_time": now, "last_updated": now})
        return {**reservation, "changes": difference(before, after)}

    def _expire(self) -> None:
        """End the reservations whose time is over, and tell the parties that made them."""
        now = clock.now()
        for key, reservation in self.store.own(RESERVATIONS).items():
            expiry = clock.parse(reservation["expiry_date"])
            if expiry is None or expiry > now:
                continue
            ended = self._end(key, reservation)
            for connection in self.connections.registered():
                if _key(connection, "") == (*key[:2], ""):
                    self.later(partial(self.tell_change, connection, ended["session_id"], ended["changes"]))

    def reserved_evse(self, token: Object, location_id: str) -> str | None:
        """The EVSE that is kept free for a token at a location."""
        found = self._reserved(token, location_id)
        return found[1]["evse_uid"] if found else None

    def redeem(self, token: Object, location_id: str, evse_uid: str) -> str | None:
        """Use the reservation of a token up, as it charges now; the id of the session that goes on."""
        found = self._reserved(token, location_id)
        if found is None or found[1]["evse_uid"] not in (None, evse_uid):
            return None
        key, reservation = found
        self.store.own(RESERVATIONS).delete(key)
        self._set_evse(reservation, "AVAILABLE")
        return reservation["session_id"]

    def _reserved(self, token: Object, location_id: str) -> tuple[Key, Object] | None:
        with self.store.own("sessions").lock:
            self._expire()
        for key, reservation in self.store.own(RESERVATIONS).items():
            same_place = reservation["location_id"].casefold() == location_id.casefold()
            if same_place and _token_id(reservation["token"]) == _token_id(token):
                return key, reservation
        return None

    def _set_evse(self, reservation: Object, status: str) -> None:
        if reservation["evse_uid"] is not None:
            self.occupy(reservation["location_id"], reservation["evse_uid"], status)

    def _reserved_session(self, command: Object, session_id: str | None) -> Object:
        """The session of a reservation (`mod_sessions.asciidoc#mod_sessions_reservation`)."""
        location: Any = self.own_location(command["location_id"])
        now = clock.stamp(clock.now())
        session: Object = {
            "country_code": location["country_code"],
            "party_id": location["party_id"],
            "id": session_id or self.samples.new_id("SES"),
            "start_date_time": now,
            "kwh": 0,
            "cdr_token": self.samples.cdr_token(command["token"]),
            "auth_method": "COMMAND",
            "location_id": location["id"],
            "evse_uid": command.get("evse_uid") or NOT_KNOWN,
            "connector_id": NOT_KNOWN,
            "currency": self.samples.currency,
            "status": "RESERVATION",
            "last_updated": now,
        }
        if command.get("authorization_reference") is not None:
            session["authorization_reference"] = command["authorization_reference"]
        return self.add_session(session)


def _key(connection: Connection, reservation_id: str) -> Key:
    role = connection.role()
    return key_of(role.country_code if role else "", role.party_id if role else "", reservation_id)


def _token_id(token: Object) -> Key:
    return key_of(token["country_code"], token["party_id"], token["uid"], token["type"])
