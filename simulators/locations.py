"""Locations: the CPO owns and pushes them, the eMSP receives and pulls them."""

from collections.abc import Callable
from typing import Any

from . import clock
from .answering import Reply, Visit, unknown
from .calling import Answer
from .connection import Connection
from .ownership import foreign, mismatch, owner_key, spoilt, stored
from .paging import counted, crawl, dates, page
from .parts import location_key, part, with_connector, with_evse
from .party import Party, performs, serves
from .store import Object, key_of

MODULE = "locations"


class LocationSender(Party):
    """The owner's side."""

    @serves("locations.sender.list")
    def list_locations(self, visit: Visit) -> Reply:
        return page(self, visit, self.store.own(MODULE))

    @serves("locations.sender.location")
    def get_own_location(self, visit: Visit) -> Reply:
        return self._own_part(visit)

    @serves("locations.sender.evse")
    def get_own_evse(self, visit: Visit) -> Reply:
        return self._own_part(visit)

    @serves("locations.sender.connector")
    def get_own_connector(self, visit: Visit) -> Reply:
        return self._own_part(visit)

    def _own_part(self, visit: Visit) -> Reply:
        location = self.own_location(visit.parameters["location_id"])
        found = location and part(
            location, visit.parameters.get("evse_uid"), visit.parameters.get("connector_id")
        )
        return Reply(data=found) if found else unknown("No such location, EVSE or connector")

    def own_location(self, location_id: str) -> Object | None:
        return self.store.own(MODULE).get(key_of(self.me.country_code, self.me.party_id, location_id))

    def add_location(self, location: Object | None = None, **wishes: Any) -> Object:
        """Take a location into the own stock; without one, a sample is made, priced by a tariff of ours."""
        location = location or self.samples.location(**{"tariff_ids": self.tariff_ids(), **wishes})
        self.store.own(MODULE).put(location_key(location), location)
        return location

    def tariff_ids(self) -> list[str]:
        """The tariff of a new connector: one of ours, if we have any; if we can, one that every session may have."""
        tariffs = list(self.store.own("tariffs"))
        if not tariffs:
            return []
        chosen = self.samples.random.choice(tariffs)
        usual = (tariff for tariff in (chosen, *tariffs) if tariff.get("type", "REGULAR") == "REGULAR")
        return [next(usual, chosen)["id"]]

    def change(self, location: Object, how: Callable[[Object], Object]) -> Object:
        """Change an own location from what it is now; what it is then."""
        table, key = self.store.own(MODULE), location_key(location)
        with table.lock:
            changed = how(table.get(key) or location)
            table.put(key, changed)
        return changed

    def change_evse(self, location: Object, evse_uid: str, changes: Object) -> Object:
        """Set fields of an EVSE of an own location, if there still is one; the location as it is then."""

        def how(known: Object) -> Object:
            evse = part(known, evse_uid)
            return with_evse(known, {**evse, **changes}) if evse else known

        return self.change(location, how)

    def push(
        self,
        connection: Connection,
        method: str,
        location: Object,
        body: Object | None,
        *,
        evse_uid: str | None = None,
        connector_id: str | None = None,
    ) -> Answer:
        """Send a location, or a part of it, to the receiver."""
        level = "connector" if connector_id else "evse" if evse_uid else "location"
        segments = [location["country_code"], location["party_id"], location["id"], evse_uid, connector_id]
        url = connection.below(MODULE, "RECEIVER", *(segment for segment in segments if segment))
        return self.call(
            method, url, to=connection, endpoint=f"locations.receiver.{method.lower()}_{level}", body=body
        )

    def push_location(self, connection: Connection, location: Object) -> Answer:
        """PUT a whole location."""
        return self.push(connection, "PUT", location, location)

    def push_evse(self, connection: Connection, location: Object, evse: Object) -> Answer:
        """PUT a whole EVSE."""
        return self.push(connection, "PUT", location, evse, evse_uid=evse["uid"])

    def push_connector(
        self, connection: Connection, location: Object, evse: Object, connector: Object
    ) -> Answer:
        """PUT a whole connector."""
        return self.push(
            connection, "PUT", location, connector, evse_uid=evse["uid"], connector_id=connector["id"]
        )

    def read_back(
        self,
        connection: Connection,
        location: Object,
        evse_uid: str | None = None,
        connector_id: str | None = None,
    ) -> Answer:
        """GET a location, or a part of it, as the receiver has stored it."""
        return self.push(connection, "GET", location, None, evse_uid=evse_uid, connector_id=connector_id)

    def restore(self, connection: Connection, location: Object) -> None:
        """After a PATCH that failed: see what the receiver has, and PUT the location if it has none.

        Source: `transport_and_format.asciidoc#transport_and_format_patch`.
        """
        if self.read_back(connection, location).http_status == 404:
            self.push_location(connection, self.own_location(location["id"]) or location)

    def push_status(self, connection: Connection, location: Object, evse_uid: str, status: str) -> Answer:
        """PATCH the status of an EVSE, here and there."""
        changes = {"status": status, "last_updated": clock.stamp(clock.now())}
        self.change_evse(location, evse_uid, changes)
        return self.push(connection, "PATCH", location, changes, evse_uid=evse_uid)

    # Actions

    def _chosen(self, connection: Connection, parameters: dict[str, Any]) -> Object:
        """The own location that is asked for, or a new one, which is made known to the receiver."""
        wanted = parameters.get("location_id")
        if wanted is None:
            location = self.add_location(full=True)
            self.push_location(connection, location)
            return location
        known = self.own_location(str(wanted))
        if known is None:
            raise ValueError(f"location_id is {wanted!r}, which is no location of {self.name}")
        return known

    @performs("push-location")
    def act_push_location(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT a location (parameters `location_id`)."""
        if parameters.get("location_id") is None:
            return {"location_id": self._chosen(connection, {})["id"]}
        location = self._chosen(connection, parameters)
        self.push_location(connection, location)
        return {"location_id": location["id"]}

    @performs("push-evse")
    def act_push_evse(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PUT a new EVSE into a location (parameters `location_id`)."""
        location = self._chosen(connection, parameters)
        evse = self.samples.evse(full=True, tariff_ids=self.tariff_ids())
        self.change(location, lambda known: with_evse(known, evse))
        self.push_evse(connection, location, evse)
        return {"location_id": location["id"], "evse_uid": evse["uid"]}

    @performs("push-connector")
    def act_push_connector(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """Change a connector of an EVSE and PUT it (parameters `location_id`, `evse_uid`, `max_amperage`)."""
        location = self._chosen(connection, parameters)
        evse, connector = self._changed_connector(location, parameters)
        self.push_connector(connection, location, evse, connector)
        return {"location_id": location["id"], "evse_uid": evse["uid"], "connector_id": connector["id"]}

    @performs("push-evse-status")
    def act_push_status(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PATCH the status of an EVSE (parameters `location_id`, `evse_uid`, `status`)."""
        return self._status(connection, parameters, parameters.get("status") or "CHARGING")

    @performs("remove-evse")
    def act_remove_evse(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PATCH the status of an EVSE to REMOVED (parameters `location_id`, `evse_uid`)."""
        return self._status(connection, parameters, "REMOVED")

    @performs("update-location")
    def act_update_location(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PATCH the name of a location (parameters `location_id`, `name`)."""
        location = self._chosen(connection, parameters)
        name = parameters.get("name") or f"{location.get('name') or 'Location'} II"[-255:]
        changes = {"name": name, "last_updated": clock.stamp(clock.now())}
        self.change(location, lambda known: {**known, **changes})
        if not self.push(connection, "PATCH", location, changes).accepted:
            self.restore(connection, location)
        return {"location_id": location["id"]}

    @performs("update-connector")
    def act_update_connector(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """PATCH the current of a connector (parameters `location_id`, `evse_uid`, `max_amperage`)."""
        location = self._chosen(connection, parameters)
        evse, connector = self._changed_connector(location, parameters)
        changes = {name: connector[name] for name in ("max_amperage", "last_updated")}
        place = {"evse_uid": evse["uid"], "connector_id": connector["id"]}
        if not self.push(connection, "PATCH", location, changes, **place).accepted:
            self.restore(connection, location)
        return {"location_id": location["id"], **place}

    @performs("check-location")
    def act_check_location(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET a location, or a part of it, as the receiver has it (`location_id`, `evse_uid`, `connector_id`)."""
        location = self._chosen(connection, parameters)
        parts = [str(parameters[name]) for name in ("evse_uid", "connector_id") if parameters.get(name)]
        return {
            "location_id": location["id"],
            "found": self.read_back(connection, location, *parts).accepted,
        }

    def _changed_connector(self, location: Object, parameters: dict[str, Any]) -> tuple[Object, Object]:
        """Another max_amperage for the first connector of an EVSE, in the own stock; both as they are then."""
        evse = _evse_of(location, parameters)
        known = evse["connectors"][0]
        changed = int(parameters.get("max_amperage") or known["max_amperage"] + 1)
        connector = {**known, "max_amperage": changed, "last_updated": clock.stamp(clock.now())}
        self.change(
            location, lambda known: with_connector(known, part(known, evse["uid"]) or evse, connector)
        )
        return evse, connector

    def _status(self, connection: Connection, parameters: dict[str, Any], status: str) -> dict[str, Any]:
        location = self._chosen(connection, parameters)
        evse = _evse_of(location, parameters)
        if not self.push_status(connection, location, evse["uid"], status).accepted:
            self.restore(connection, location)
        return {"location_id": location["id"], "evse_uid": evse["uid"]}


def _evse_of(location: Object, parameters: dict[str, Any]) -> Object:
    """The EVSE that an action asks for, or the first."""
    wanted = parameters.get("evse_uid")
    evse = part(location, str(wanted)) if wanted else next(iter(location.get("evses") or ()), None)
    if evse is None:
        raise ValueError(f"location {location['id']} has no EVSE {wanted or 'at all'}")
    return evse


class LocationReceiver(Party):
    """The other side, which keeps copies."""

    @serves("locations.receiver.get_location")
    def get_location(self, visit: Visit) -> Reply:
        return self._received_part(visit)

    @serves("locations.receiver.get_evse")
    def get_evse(self, visit: Visit) -> Reply:
        return self._received_part(visit)

    @serves("locations.receiver.get_connector")
    def get_connector(self, visit: Visit) -> Reply:
        return self._received_part(visit)

    def _received_part(self, visit: Visit) -> Reply:
        refused = foreign(visit)
        if refused:
            return refused
        location = self.store.received(MODULE).get(owner_key(visit, "location_id"))
        found = location and part(
            location, visit.parameters.get("evse_uid"), visit.parameters.get("connector_id")
        )
        return Reply(data=found) if found else unknown("No such location, EVSE or connector")

    @serves("locations.receiver.put_location")
    def put_location(self, visit: Visit) -> Reply:
        refused = foreign(visit) or mismatch(
            visit, id="location_id", country_code="country_code", party_id="party_id"
        )
        return refused or stored(self.store.received(MODULE).put(owner_key(visit, "location_id"), visit.body))

    @serves("locations.receiver.put_evse")
    def put_evse(self, visit: Visit) -> Reply:
        return foreign(visit) or mismatch(visit, uid="evse_uid") or self._put_part(visit)

    @serves("locations.receiver.put_connector")
    def put_connector(self, visit: Visit) -> Reply:
        return foreign(visit) or mismatch(visit, id="connector_id") or self._put_part(visit)

    @serves("locations.receiver.patch_location")
    def patch_location(self, visit: Visit) -> Reply:
        return foreign(visit) or mismatch(visit, id="location_id") or self._patch_part(visit)

    @serves("locations.receiver.patch_evse")
    def patch_evse(self, visit: Visit) -> Reply:
        return foreign(visit) or mismatch(visit, uid="evse_uid") or self._patch_part(visit)

    @serves("locations.receiver.patch_connector")
    def patch_connector(self, visit: Visit) -> Reply:
        return foreign(visit) or mismatch(visit, id="connector_id") or self._patch_part(visit)

    def _put_part(self, visit: Visit) -> Reply:
        """Store an EVSE or a connector inside its parents, which take over its `last_updated`."""
        table, key = self.store.received(MODULE), owner_key(visit, "location_id")
        with table.lock:
            location = table.get(key)
            if location is None:
                return unknown("No such location")
            evse_uid, connector_id = visit.parameters["evse_uid"], visit.parameters.get("connector_id")
            known = part(location, evse_uid, connector_id)
            if connector_id is None:
                table.put(key, with_evse(location, visit.body))
                return stored(known is None)
            evse = part(location, evse_uid)
            if evse is None:
                return unknown("No such EVSE")
            table.put(key, with_connector(location, evse, visit.body))
            return stored(known is None)

    def _patch_part(self, visit: Visit) -> Reply:
        """Merge the given fields into the addressed part."""
        table, key = self.store.received(MODULE), owner_key(visit, "location_id")
        with table.lock:
            location = table.get(key)
            evse_uid, connector_id = visit.parameters.get("evse_uid"), visit.parameters.get("connector_id")
            known = location and part(location, evse_uid, connector_id)
            if not location or not known:
                return unknown("No such location, EVSE or connector")
            merged = {**known, **visit.body}
            refused = spoilt(self.version, visit, known, merged)
            if refused:
                return refused
            if evse_uid is None:
                table.put(key, merged)
            elif connector_id is None:
                table.put(key, with_evse(location, merged))
            else:
                table.put(key, with_connector(location, part(location, evse_uid) or {}, merged))
        return Reply()

    def ask_for(self, connection: Connection, location_id: str, *parts: str) -> Answer:
        """GET one location from its owner, or a part of it: `parts` are EVSE uid and connector id."""
        url = connection.below(MODULE, "SENDER", location_id, *parts)
        level = ("location", "evse", "connector")[len(parts)]
        return self.call("GET", url, to=connection, endpoint=f"locations.sender.{level}")

    def pull_locations(self, connection: Connection, params: dict[str, str] | None = None) -> list[Answer]:
        """Get all locations, page by page, and keep them."""
        answers = []
        for answer in crawl(self, connection, "locations.sender.list", params=params):
            answers.append(answer)
            for location in answer.items:
                if isinstance(location, dict) and all(
                    isinstance(location.get(name), str) for name in _IDENTITY
                ):
                    self.store.received(MODULE).put(location_key(location), location)
        return answers

    @performs("pull-locations")
    def act_pull_locations(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET all locations, page by page (parameters `date_from`, `date_to`)."""
        return counted(self.pull_locations(connection, dates(parameters)))

    @performs("pull-location")
    def act_pull_location(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:
        """GET one location, or a part of it (parameters `location_id`, `evse_uid`, `connector_id`)."""
        parts = [str(parameters[name]) for name in ("evse_uid", "connector_id") if parameters.get(name)]
        return {"found": self.ask_for(connection, str(parameters["location_id"]), *parts).accepted}


_IDENTITY = ("country_code", "party_id", "id")


__all__ = ["LocationReceiver", "LocationSender", "location_key", "part", "with_connector", "with_evse"]
