"""Plugging in: which token charges at which connector, and the charging sessions that run there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from . import clock
from .charging import Charging
from .connection import Connection
from .locations import LocationSender
from .parts import part
from .samples import Samples
from .store import Object, key_of
from .tariffs import TariffSender

CHARGINGS = "chargings"
HEAD_START = timedelta(hours=3)
"""Sessions begin so long ago, so that charging in simulated time doesn't run ahead of the clock."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A connector with its parents."""

    location: Object
    evse: Object
    connector: Object


class Plugging(LocationSender, TariffSender):
    """Connectors and what charges at them."""

    def forget_session(self, session_id: str) -> None:
        """Drop a session from the stock, and free its EVSE."""
        self.unplug(session_id)
        self.store.own("sessions").delete(self._own_key(session_id))

    def place(
        self, location_id: str, evse_uid: str | None = None, connector_id: str | None = None
    ) -> Place | None:
        """A connector of ours; without `evse_uid` at a free EVSE, without `connector_id` the first."""
        location = self.own_location(location_id)
        if location is None:
            return None
        if evse_uid is None:
            evse = next((evse for evse in location.get("evses") or () if evse["status"] == "AVAILABLE"), None)
        else:
            evse = part(location, evse_uid)
        if evse is None:
            return None
        connector = (
            evse["connectors"][0] if connector_id is None else part(location, evse["uid"], connector_id)
        )
        return Place(location=location, evse=evse, connector=connector) if connector else None

    def free_place(self) -> Place:
        """A connector of a free EVSE; where all are in use, a new location is opened."""
        for location in self.store.own("locations"):
            place = self.place(location["id"])
            if place is not None:
                return place
        location = self.add_location(full=True)
        return Place(
            location=location, evse=location["evses"][0], connector=location["evses"][0]["connectors"][0]
        )

    def plug_in(
        self,
        token: Object,
        *,
        location_id: str | None = None,
        evse_uid: str | None = None,
        connector_id: str | None = None,
        session_id: str | None = None,
        tariff: Object | None = None,
        before: timedelta = HEAD_START,
        **about: Any,
    ) -> Charging:
        """Begin to charge, at a free connector where none is named; `about` goes to `Charging`.

        Without a `tariff` it is priced by that of the connector.

        Raises ValueError where there is no such connector.
        """
        if location_id is None:
            place = self.free_place()
        else:
            found = self.place(location_id, evse_uid, connector_id)
            if found is None:
                raise ValueError(
                    f"{self.name} has no connector at {location_id}/{evse_uid or '*'}/{connector_id or '*'}"
                )
            place = found
        charging = Charging(
            place.location,
            place.evse["uid"],
            place.connector["id"],
            token,
            tariff or self._tariff_of(place.connector),
            started=clock.now() - before,
            session_id=session_id or self.samples.new_id("SES"),
            cdr_id=self.samples.new_id("CDR"),
            now=clock.now,
            **about,
        )
        self.store.own(CHARGINGS).put(self._own_key(charging.session["id"]), {"charging": charging})
        self.occupy(place.location["id"], place.evse["uid"], "CHARGING")
        return charging

    def unplug(self, session_id: str) -> None:
        """Free the EVSE of a session."""
        charging = self.charging(session_id)
        self.occupy(charging.location["id"], charging.evse["uid"], "AVAILABLE")

    def charging(self, session_id: str) -> Charging:
        """What runs, or ran, as a session. Raises ValueError where nothing does."""
        row = self.store.own(CHARGINGS).get(self._own_key(session_id))
        if row is None:
            raise ValueError(
                f"session_id is {session_id!r}, which is no session that {self.name} has started"
            )
        return row["charging"]

    def _own_key(self, identifier: str) -> tuple[str, ...]:
        return key_of(self.me.country_code, self.me.party_id, identifier)

    def occupy(self, location_id: str, evse_uid: str, status: str) -> None:
        """Set the status of an EVSE of ours."""
        location = self.own_location(location_id)
        if location is not None:
            changes = {"status": status, "last_updated": clock.stamp(clock.now())}
            self.change_evse(location, evse_uid, changes)

    def _tariff_of(self, connector: Object) -> Object | None:
        for tariff_id in connector.get("tariff_ids") or ():
            tariff = self.own_tariff(tariff_id)
            if tariff is not None and tariff.get("type", "REGULAR") == "REGULAR":
                return tariff
        return next(iter(self.store.own("tariffs")), None)

    def tariff_type(self, tariff_id: str) -> str:
        """The TariffType of a tariff of ours; without one it is for everyone."""
        tariff = self.own_tariff(tariff_id)
        return (tariff or {}).get("type") or "REGULAR"

    def token_for(self, connection: Connection, uid: str | None = None) -> Object:
        """A token of the other platform: the named one, else one that it gave us, else a made-up one."""
        known = [
            token
            for token in self.store.received("tokens")
            if connection.owns(token["country_code"], token["party_id"])
        ]
        if uid is not None:
            token = next((token for token in known if token["uid"].casefold() == str(uid).casefold()), None)
            if token is None:
                raise ValueError(f"token_uid is {uid!r}, which is no token that {self.name} has received")
            return token
        usable = (
            token
            for token in known
            if token.get("valid") is True and token.get("whitelist") in ("ALWAYS", "ALLOWED")
        )
        return next(usable, None) or self._made_up_token(connection)

    def _made_up_token(self, connection: Connection) -> Object:
        role = connection.role("EMSP") or connection.role()
        if role is None:
            raise ValueError("the other platform has named no role whose token could charge")
        samples = Samples(
            self.samples.seed, version=self.version, country_code=role.country_code, party_id=role.party_id
        )
        return samples.token()
