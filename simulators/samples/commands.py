"""Commands and charging profiles: what an eMSP asks of a CPO, and what comes back."""

from datetime import timedelta
from typing import Any

from ..quantities import number
from .source import Json, Source, Wanted, stamp

_MESSAGE = {"language": "en", "text": "The charger took the request."}


class Commands(Source):
    """Draws objects of the commands and chargingprofiles modules; each `response_url` is the caller's."""

    def start_session(
        self,
        token: Json,
        location: Json,
        response_url: str,
        *,
        evse_uid: str | None = None,
        connector_id: str | None = None,
        full: bool = False,
        **overrides: Any,
    ) -> Json:
        """A StartSession at a location; with `full` at the first connector of it, with a reference."""
        if full and evse_uid is None:
            evse = location["evses"][0]
            evse_uid, connector_id = evse["uid"], evse["connectors"][0]["id"]
        if connector_id is not None and evse_uid is None:
            raise ValueError("a StartSession that names a connector_id needs the evse_uid too; give both")
        command: Json = {"response_url": response_url, "token": token, "location_id": location["id"]}
        if evse_uid is not None:
            command["evse_uid"] = evse_uid
        if connector_id is not None:
            command["connector_id"] = connector_id
        if full:
            command["authorization_reference"] = self.new_id("AUTH")
        return {**command, **overrides}

    def stop_session(self, session_id: str, response_url: str, **overrides: Any) -> Json:
        """A StopSession."""
        return {"response_url": response_url, "session_id": session_id, **overrides}

    def reserve_now(
        self,
        token: Json,
        location: Json,
        response_url: str,
        *,
        evse_uid: str | None = None,
        full: bool = False,
        **overrides: Any,
    ) -> Json:
        """A ReserveNow for half an hour; with `full` of the first EVSE, with a reference."""
        expiry = self.now().replace(microsecond=0) + timedelta(minutes=30)
        command: Json = {
            "response_url": response_url,
            "token": token,
            "expiry_date": stamp(expiry),
            "reservation_id": self.new_id("RES"),
            "location_id": location["id"],
        }
        if full and evse_uid is None:
            evse_uid = location["evses"][0]["uid"]
        if evse_uid is not None:
            command["evse_uid"] = evse_uid
        if full:
            command["authorization_reference"] = self.new_id("AUTH")
        return {**command, **overrides}

    def cancel_reservation(self, reservation_id: str, response_url: str, **overrides: Any) -> Json:
        """A CancelReservation."""
        return {"response_url": response_url, "reservation_id": reservation_id, **overrides}

    def unlock_connector(
        self, location: Json, response_url: str, *, evse_uid: str, connector_id: str, **overrides: Any
    ) -> Json:
        """An UnlockConnector."""
        return {
            "response_url": response_url,
            "location_id": location["id"],
            "evse_uid": evse_uid,
            "connector_id": connector_id,
            **overrides,
        }

    def command_response(self, result: str = "ACCEPTED", *, timeout: int = 30, full: bool = False) -> Json:
        """A CommandResponse; `timeout` in seconds."""
        response: Json = {"result": result, "timeout": timeout}
        return {**response, "message": [dict(_MESSAGE)]} if full else response

    def command_result(self, result: str = "ACCEPTED", *, full: bool = False) -> Json:
        """A CommandResult."""
        return {"result": result, "message": [dict(_MESSAGE)]} if full else {"result": result}

    def charging_profile(self, *, full: bool = False, minimal: bool = False, **overrides: Any) -> Json:
        """A ChargingProfile that lowers the limit step by step."""
        wanted = Wanted(self, full=full, minimal=minimal)
        unit, most = self.random.choice((("A", 32), ("W", 22000)))
        profile: Json = {}
        if wanted():
            profile["start_date_time"] = stamp(self.now().replace(microsecond=0) + timedelta(minutes=5))
        if wanted():
            profile["duration"] = 7200
        profile["charging_rate_unit"] = unit
        if wanted(0.3):
            profile["min_charging_rate"] = number(most / 5)
        if wanted(0.9):
            profile["charging_profile_period"] = [
                {"start_period": position * 1800, "limit": number(round(most / (position + 1), 1))}
                for position in range(self.random.randint(1, 4))
            ]
        return {**profile, **overrides}

    def set_charging_profile(self, response_url: str, *, charging_profile: Json | None = None) -> Json:
        """A SetChargingProfile."""
        profile = charging_profile or self.charging_profile()
        return {"charging_profile": profile, "response_url": response_url}

    def active_charging_profile(self, *, full: bool = False, minimal: bool = False) -> Json:
        """An ActiveChargingProfile, calculated now."""
        profile = self.charging_profile(full=full, minimal=minimal)
        return {"start_date_time": stamp(self.now()), "charging_profile": profile}
