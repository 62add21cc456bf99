"""Commands: the eMSP asks a CPO to start, stop, reserve, cancel or unlock, and hears the outcome after."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from . import clock
from .answering import Reply, Visit, invalid, unknown
from .calling import Answer
from .cdrs import CdrSender
from .charging import ChargingError
from .connection import Connection
from .parts import part
from .party import Party, performs, serves
from .plugging import Place
from .reservations import Reservations
from .store import Object, key_of

MODULE = "commands"
TIMEOUT_S = 30
"""What a CommandResponse promises: the outcome comes within so many seconds."""

UNKNOWN_LOCATION = Reply(
    data={"result": "REJECTED", "timeout": 0}, status_code=2003, message="Unknown location"
)
REMOTE_START = "REMOTE_START_STOP_CAPABLE"
NEEDS_CONNECTOR = "START_SESSION_CONNECTOR_REQUIRED"
UNLOCKS = "UNLOCK_CAPABLE"
RESERVABLE = "RESERVABLE"


def response(result: str, text: str = "") -> Reply:
    """An answer with a CommandResponse; the text says why."""
    data: Object = {"result": result, "timeout": TIMEOUT_S}
    return Reply(data={**data, "message": [{"language": "en", "text": text}]} if text else data)


def _capable(evse: Object, capability: str) -> bool:
    return capability in (evse.get("capabilities") or ())


class CommandReceiver(Reservations, CdrSender, Party):
    """The side that carries commands out. Tokens are not checked: the eMSP has authorized what it sends."""

    unlocking: tuple[str, Mapping[str, str]] = ("ACCEPTED", {})
    """What charge points make of UNLOCK_CONNECTOR: the CommandResultType, and texts by language that say why."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._carrying = threading.Lock()

    @serves("commands.receiver.start_session")
    def on_start_session(self, visit: Visit) -> Reply:
        command = visit.body
        if self.own_location(command["location_id"]) is None:
            return UNKNOWN_LOCATION
        if not self._token_is_theirs(visit):
            return response("REJECTED", "The token is of another provider")
        place = self._start_place(command)
        if place is None:
            return response("REJECTED", "There is no such EVSE or connector")
        if not _capable(place.evse, REMOTE_START):
            return response("NOT_SUPPORTED", "This EVSE can't be started from afar")
        if _capable(place.evse, NEEDS_CONNECTOR) and command.get("connector_id") is None:
            return invalid("connector_id is required at this EVSE")
        return self._accept(lambda: self._start(visit.connection, command, place))

    @serves("commands.receiver.stop_session")
    def on_stop_session(self, visit: Visit) -> Reply:
        session = self.own_session(visit.body["session_id"])
        if session is None:
            return response("UNKNOWN_SESSION")
        token = session["cdr_token"]
        if not visit.connection.owns(token["country_code"], token["party_id"]):
            return response("REJECTED", "The session is of another provider's customer")
        if session["status"] != "ACTIVE":
            return response("REJECTED", f"The session is {session['status']}")
        return self._accept(lambda: self._stop(visit.connection, visit.body))

    @serves("commands.receiver.reserve_now")
    def on_reserve_now(self, visit: Visit) -> Reply:
        command = visit.body
        location = self.own_location(command["location_id"])
        if location is None:
            return UNKNOWN_LOCATION
        if not self._token_is_theirs(visit):
            return response("REJECTED", "The token is of another provider")
        expiry = clock.parse(command["expiry_date"])
        if expiry is None or expiry <= clock.now():
            return response("REJECTED", "The reservation would have expired already")
        uid = command.get("evse_uid")
        evses = location.get("evses") or [] if uid is None else [part(location, uid)]
        if not any(evses):
            return response("REJECTED", "There is no such EVSE")
        if not any(_capable(evse, RESERVABLE) for evse in evses if evse):
            return response("NOT_SUPPORTED", "This EVSE can't be reserved")
        return self._accept(lambda: self._reserve(visit.connection, command))

    @serves("commands.receiver.cancel_reservation")
    def on_cancel_reservation(self, visit: Visit) -> Reply:
        return self._accept(lambda: self._cancel(visit.connection, visit.body))

    @serves("commands.receiver.unlock_connector")
    def on_unlock_connector(self, visit: Visit) -> Reply:
        command = visit.body
        if self.own_location(command["location_id"]) is None:
            return UNKNOWN_LOCATION
        place = self.place(command["location_id"], command["evse_uid"], command["connector_id"])
        if place is None:
            return response("REJECTED", "There is no such EVSE or connector")
        if not _capable(place.evse, UNLOCKS):
            return response("NOT_SUPPORTED", "This connector can't be unlocked from afar")
        result, texts = self.unlocking
        url = command["response_url"]
        return self._accept(lambda: self.post_result(visit.connection, url, result, texts=texts))

    def _token_is_theirs(self, visit: Visit) -> bool:
        token = visit.body["token"]
        return visit.connection.owns(token["country_code"], token["party_id"])

    def _accept(self, work: Callable[[], Any]) -> Reply:
        """Carry commands out one by one: what a later one changes is told after what an earlier one did."""

        def carry_out() -> None:
            with self._carrying:
                work()

        self.later(carry_out)
        return response("ACCEPTED")

    def post_result(
        self,
        connection: Connection,
        response_url: str,
        result: str,
        *,
        texts: Mapping[str, str] | None = None,
    ) -> Answer:
        """POST a CommandResult to where the command said; `texts` says why, by language."""
        body: Object = {"result": result}
        if texts:
            body["message"] = [{"language": language, "text": text} for language, text in texts.items()]
        return self.call("POST", response_url, to=connection, endpoint="commands.sender.result", body=body)

    def _start_place(self, command: Object) -> Place | None:
        """Where to start: the named EVSE, else the reserved one, else a free one that is fit for it."""
        location_id, connector_id = command["location_id"], command.get("connector_id")
        uid = command.get("evse_uid") or self.reserved_evse(command["token"], location_id)
        if uid is None:
            evses = (self.own_location(location_id) or {}).get("evses") or []
            fit = [
                evse for evse in evses if _capable(evse, REMOTE_START) and not _capable(evse, NEEDS_CONNECTOR)
            ]
            free = [evse for evse in fit if evse["status"] == "AVAILABLE"]
            uid = next((evse["uid"] for evse in [*free, *fit, *evses]), None)
        return None if uid is None else self.place(location_id, uid, connector_id)

    # In the background, as if the charge point had answered

    def _start(self, connection: Connection, command: Object, place: Place) -> None:
        token, location_id = command["token"], command["location_id"]
        session: Object = {}
        reserved = None
        with self.store.own("sessions").lock:
            kept_free = self.reserved_evse(token, location_id) == place.evse["uid"]
            result = "ACCEPTED" if kept_free else self.readiness(location_id, place.evse["uid"])
            if result == "ACCEPTED":
                reserved = self.redeem(token, location_id, place.evse["uid"])
                session = self.begin_session(
                    token,
                    location_id=location_id,
                    evse_uid=place.evse["uid"],
                    connector_id=place.connector["id"],
                    session_id=reserved,
                    auth_method="COMMAND",
                    authorization_reference=command.get("authorization_reference"),
                )
        self.post_result(connection, command["response_url"], result)
        if result != "ACCEPTED":
            return
        if reserved is None:
            self.push_session(connection, session)
            self.tell_change(connection, session["id"], self.activate_session(session["id"]))
        else:
            # The other side knows the session already, with another EVSE perhaps, and as RESERVATION.
            self.activate_session(session["id"])
            self.push_session(connection, self.own_session(session["id"]) or session)

    def _stop(self, connection: Connection, command: Object) -> None:
        session_id, patches = command["session_id"], []
        try:
            with self.store.own("sessions").lock:
                if not (self.own_session(session_id) or {}).get("charging_periods"):
                    patches.append(self.continue_session(session_id))
                patches.append(self.complete_session(session_id))
        except (ChargingError, ValueError):
            self.post_result(connection, command["response_url"], "REJECTED")
            return
        self.post_result(connection, command["response_url"], "ACCEPTED")
        for changes in patches:
            self.tell_change(connection, session_id, changes)
        self.post_cdr(connection, self.bill(session_id))

    def _reserve(self, connection: Connection, command: Object) -> None:
        result, session = self.reserve(connection, command)
        self.post_result(connection, command["response_url"], result)
        if session is not None:
            self.push_session(connection, session)

    def _cancel(self, connection: Connection, command: Object) -> None:
        reservation = self.release(connection, command["reservation_id"])
        self.post_result(
            connection, command["response_url"], "UNKNOWN_RESERVATION" if reservation is None else "ACCEPTED"
        )
        if reservation is not None:
            self.tell_change(connection, reservation["session_id"], reservation["changes"])

    @performs("withdraw-reservation")
    def act_withdraw_reservation(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Cancel the reservation `reservation_id` here: POST CANCELED_RESERVATION to its response_url."""
        with self._carrying:
            reservation = self._ended(connection, parameters)
            self.post_result(connection, reservation["response_url"], "CANCELED_RESERVATION")
            self.tell_change(connection, reservation["session_id"], reservation["changes"])
        return {name: reservation[name] for name in ("reservation_id", "session_id")}

    @performs("expire-reservation")
    def act_expire_reservation(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Let the reservation `reservation_id` expire now."""
        with self._carrying:
            reservation = self._ended(connection, parameters)
            self.tell_change(connection, reservation["session_id"], reservation["changes"])
        return {name: reservation[name] for name in ("reservation_id", "session_id")}

    def _ended(self, connection: Connection, parameters: dict[str, Any]) -> Object:
        """The reservation that an action asks for, given up. Raises ValueError."""
        wanted = str(parameters["reservation_id"])
        reservation = self.release(connection, wanted)
        if reservation is None:
            raise ValueError(f"reservation_id is {wanted!r}, which is no reservation of this platform")
        return {**reservation, "reservation_id": wanted}

    @performs("plug-in")
    def act_plug_in(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Have a car at a free EVSE that takes every command, without a token; where it is."""
        place = self._fit_place()
        return {
            "location_id": place.location["id"],
            "evse_uid": place.evse["uid"],
            "connector_id": place.connector["id"],
        }

    def _fit_place(self) -> Place:
        """A connector of a free EVSE that takes every command; where there is none, a new location is opened."""
        for location in self.store.own("locations"):
            for evse in location.get("evses") or ():
                able = all(_capable(evse, wanted) for wanted in (REMOTE_START, RESERVABLE, UNLOCKS))
                if able and evse["status"] == "AVAILABLE":
                    return Place(location=location, evse=evse, connector=evse["connectors"][0])
        self.add_location(full=True)
        return self._fit_place()


class CommandSender(Party):
    """The side that commands, each with a response URL of its own."""

    def new_response_url(self, command: str) -> str:
        """A URL at which the outcome of one command is expected."""
        uid = self.samples.new_id("CMD")
        self.store.own(MODULE).put(key_of(command, uid), {"results": ()})
        return f"{self.url(MODULE, 'SENDER')}/{command}/{uid}"

    @serves("commands.sender.result")
    def take_result(self, visit: Visit) -> Reply:
        table, key = self.store.own(MODULE), key_of(visit.parameters["command"], visit.parameters["uid"])
        with table.lock:
            known = table.get(key)
            if known is None:
                return unknown("No command waits for an outcome here")
            table.put(key, {"results": (*known["results"], visit.body)})
        return Reply()

    def results(self, response_url: str) -> tuple[Object, ...]:
        """The CommandResults that came to a response URL."""
        found = self.store.own(MODULE).get(key_of(*response_url.rsplit("/", 2)[1:]))
        return found["results"] if found else ()

    def command(
        self, connection: Connection, name: str, body: Object, *, response_url: str | None = None
    ) -> Answer:
        """POST a command; without a response URL a new one is used."""
        whole = {"response_url": response_url or self.new_response_url(name), **body}
        url = connection.below(MODULE, "RECEIVER", name)
        return self.call("POST", url, to=connection, endpoint=f"commands.receiver.{name.lower()}", body=whole)

    def start_session(
        self,
        connection: Connection,
        token: Object,
        *,
        location_id: str,
        evse_uid: str | None = None,
        connector_id: str | None = None,
        authorization_reference: str | None = None,
        response_url: str | None = None,
    ) -> Answer:
        """Ask for a session to be started."""
        body = {"token": token, "location_id": location_id}
        body |= _given(
            evse_uid=evse_uid, connector_id=connector_id, authorization_reference=authorization_reference
        )
        return self.command(connection, "START_SESSION", body, response_url=response_url)

    def stop_session(
        self, connection: Connection, session_id: str, *, response_url: str | None = None
    ) -> Answer:
        """Ask for a session to be stopped."""
        return self.command(connection, "STOP_SESSION", {"session_id": session_id}, response_url=response_url)

    def reserve_now(
        self,
        connection: Connection,
        token: Object,
        *,
        location_id: str,
        reservation_id: str,
        expiry_date: str,
        evse_uid: str | None = None,
        authorization_reference: str | None = None,
        response_url: str | None = None,
    ) -> Answer:
        """Ask for an EVSE to be kept free."""
        body = {
            "token": token,
            "expiry_date": expiry_date,
            "reservation_id": reservation_id,
            "location_id": location_id,
            **_given(evse_uid=evse_uid, authorization_reference=authorization_reference),
        }
        return self.command(connection, "RESERVE_NOW", body, response_url=response_url)

    def cancel_reservation(
        self, connection: Connection, reservation_id: str, *, response_url: str | None = None
    ) -> Answer:
        """Ask for a reservation to be given up."""
        body = {"reservation_id": reservation_id}
        return self.command(connection, "CANCEL_RESERVATION", body, response_url=response_url)

    def unlock_connector(
        self,
        connection: Connection,
        *,
        location_id: str,
        evse_uid: str,
        connector_id: str,
        response_url: str | None = None,
    ) -> Answer:
        """Ask for a connector to be unlocked."""
        body = {"location_id": location_id, "evse_uid": evse_uid, "connector_id": connector_id}
        return self.command(connection, "UNLOCK_CONNECTOR", body, response_url=response_url)


def _given(**fields: str | None) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value is not None}
