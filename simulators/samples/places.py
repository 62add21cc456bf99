"""Places: locations with their EVSEs and connectors."""

from datetime import datetime, timedelta
from typing import Any

from ..clock import parse
from .descriptions import Descriptions
from .geography import City
from .identifiers import evse_id
from .source import Json, Wanted, stamp

CAPABILITIES = (
    "CHARGING_PROFILE_CAPABLE",
    "CHARGING_PREFERENCES_CAPABLE",
    "CHIP_CARD_SUPPORT",
    "CONTACTLESS_CARD_SUPPORT",
    "CREDIT_CARD_PAYABLE",
    "DEBIT_CARD_PAYABLE",
    "PED_TERMINAL",
    "REMOTE_START_STOP_CAPABLE",
    "RESERVABLE",
    "RFID_READER",
    "TOKEN_GROUP_CAPABLE",
    "UNLOCK_CAPABLE",
)
FACILITIES = (
    "HOTEL",
    "RESTAURANT",
    "CAFE",
    "MALL",
    "SUPERMARKET",
    "SPORT",
    "MUSEUM",
    "TRAIN_STATION",
    "WIFI",
)
PARKING_TYPES = (
    "ALONG_MOTORWAY",
    "PARKING_GARAGE",
    "PARKING_LOT",
    "ON_DRIVEWAY",
    "ON_STREET",
    "UNDERGROUND_GARAGE",
)
PARKING_RESTRICTIONS = ("EV_ONLY", "PLUGGED", "CUSTOMERS")

# standard, format, power type, volt (line to neutral for three phases), ampere, watt
_PLUGS = (
    ("IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 16, 11000),
    ("IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 32, 22000),
    ("IEC_62196_T2", "CABLE", "AC_1_PHASE", 230, 32, 7360),
    ("DOMESTIC_F", "SOCKET", "AC_1_PHASE", 230, 16, 3680),
    ("IEC_62196_T2_COMBO", "CABLE", "DC", 920, 400, 150000),
    ("IEC_62196_T2_COMBO", "CABLE", "DC", 500, 125, 50000),
    ("CHADEMO", "CABLE", "DC", 500, 125, 50000),
)


class Places(Descriptions):
    """Draws objects of the locations module."""

    def location(
        self,
        *,
        tariff_ids: list[str] | None = None,
        full: bool = False,
        minimal: bool = False,
        **overrides: Any,
    ) -> Json:
        """A Location with one to three EVSEs.

        `minimal` has the required fields only, hence no EVSEs, and stands on a motorway, where there are no
        postal codes; `full` has every field, hence is not published: `publish_allowed_to` is for these alone
        (mod_locations.asciidoc#mod_locations_location_object). `tariff_ids` goes to every connector.
        """
        wanted = Wanted(self, full=full, minimal=minimal)
        city = self.random.choice(self.cities)
        updated = self._updated(overrides)
        publish = overrides.get("publish", not full and self.chance(0.95))
        location: Json = {**self.owner(), "id": self.new_id("LOC"), "publish": publish}
        if publish is False and wanted():
            location["publish_allowed_to"] = self._publish_tokens(wanted)
        if wanted(0.9):
            location["name"] = f"{city.name} {self.random.choice(self.pools.streets)}"
        street = f"A{self.random.randint(1, 99)}, km" if minimal else self.random.choice(self.pools.streets)
        location["address"] = f"{street} {self.random.randint(1, 250)}"
        location["city"] = city.name
        if not minimal:
            location["postal_code"] = self._postal_code(city)
        if wanted(0.3):
            location["state"] = city.state
        location["country"] = city.country.alpha_3
        location["coordinates"] = self._coordinates(city, spread=0.03)
        if wanted(0.2):
            location["related_locations"] = self._related(wanted, city)
        if wanted():
            location["parking_type"] = self.random.choice(PARKING_TYPES)
        if not minimal and "evses" not in overrides:
            location["evses"] = [
                self.evse(
                    full=full, city=city, tariff_ids=tariff_ids, last_updated=stamp(self.moment(updated))
                )
                for _ in range(self.random.choice((1, 1, 2, 2, 3)))
            ]
        wanted.fill(
            location,
            {
                "directions": lambda: self._directions(city),
                "operator": lambda: self.business_details(full=full),
                "suboperator": lambda: self.business_details(full=full),
                "owner": lambda: self.business_details(full=full),
                "facilities": lambda: self.some(FACILITIES, 4),
            },
            probability=0.4,
        )
        location["time_zone"] = city.country.time_zone
        wanted.fill(
            location,
            {
                "opening_times": lambda: self.opening_times(full=full),
                "charging_when_closed": lambda: self.chance(0.7),
                "images": lambda: [self.image("LOCATION", full=full), self.image("NETWORK", full=full)],
                "energy_mix": lambda: self.energy_mix(full=full),
            },
            probability=0.4,
        )
        location["last_updated"] = stamp(updated)
        return {**location, **overrides}

    def evse(
        self,
        *,
        status: str = "AVAILABLE",
        full: bool = False,
        minimal: bool = False,
        city: City | None = None,
        tariff_ids: list[str] | None = None,
        **overrides: Any,
    ) -> Json:
        """An EVSE with one or two connectors; `city` is where its own coordinates lie."""
        wanted = Wanted(self, full=full, minimal=minimal)
        city = city or self.random.choice(self.cities)
        updated = self._updated(overrides)
        count = self.number("evse")
        evse: Json = {"uid": f"EVSE-{self.namespace}-{count}"}
        if wanted(0.9):
            evse["evse_id"] = evse_id(self.country_code, self.party_id, f"{self.namespace}{count:06d}*1")
        evse["status"] = status
        if wanted(0.2):
            evse["status_schedule"] = self._status_schedule(wanted)
        if wanted(0.9):
            evse["capabilities"] = list(CAPABILITIES) if full else self._capabilities()
        if "connectors" not in overrides:
            plugs = self.random.sample(_PLUGS, self.random.choice((1, 1, 2)))
            evse["connectors"] = [
                self.connector(
                    id=str(position),
                    plug=plug,
                    tariff_ids=tariff_ids,
                    full=full,
                    minimal=minimal,
                    last_updated=stamp(self.moment(updated)),
                )
                for position, plug in enumerate(plugs, 1)
            ]
        wanted.fill(
            evse,
            {
                "floor_level": lambda: str(self.random.randint(-3, 4)),
                "coordinates": lambda: self._coordinates(city, spread=0.03),
                "physical_reference": lambda: str(self.random.randint(1, 99)),
                "directions": lambda: self._directions(city),
                "parking_restrictions": lambda: self.some(PARKING_RESTRICTIONS, 2),
                "images": lambda: [self.image("CHARGER", full=full)],
            },
            probability=0.3,
        )
        evse["last_updated"] = stamp(updated)
        return {**evse, **overrides}

    def connector(
        self,
        *,
        id: str = "1",
        plug: tuple[str, str, str, int, int, int] | None = None,
        tariff_ids: list[str] | None = None,
        full: bool = False,
        minimal: bool = False,
        **overrides: Any,
    ) -> Json:
        """A Connector; `tariff_ids` stays away unless given (or `full`), as its caller knows the tariffs."""
        wanted = Wanted(self, full=full, minimal=minimal)
        standard, form, power_type, voltage, amperage, power = plug or self.random.choice(_PLUGS)
        connector: Json = {
            "id": id,
            "standard": standard,
            "format": form,
            "power_type": power_type,
            "max_voltage": voltage,
            "max_amperage": amperage,
        }
        if wanted():
            connector["max_electric_power"] = power
        if tariff_ids is not None or full:
            connector["tariff_ids"] = tariff_ids if tariff_ids is not None else [self.new_id("TAR")]
        if wanted(0.2):
            connector["terms_and_conditions"] = f"https://{self.host()}/terms"
        connector["last_updated"] = stamp(self.moment())
        return {**connector, **overrides}

    def _updated(self, overrides: Json) -> datetime:
        return parse(overrides.get("last_updated", "")) or self.moment()

    def _capabilities(self) -> list[str]:
        always = ("REMOTE_START_STOP_CAPABLE", "RFID_READER")
        return [*always, *(name for name in self.some(CAPABILITIES, 4) if name not in always)]

    def _postal_code(self, city: City) -> str:
        marks = {"#": "123456789", "@": "ABCDEGHJKLMNPRSTVWXZ"}
        return "".join(self.random.choice(marks.get(mark, mark)) for mark in city.country.postal)

    def _related(self, wanted: Wanted, city: City) -> list[Json]:
        related: Json = self._coordinates(city, spread=0.03)
        if wanted():
            related["name"] = {
                "language": city.country.languages[0],
                "text": self.random.choice(self.pools.streets),
            }
        return [related]

    def _publish_tokens(self, wanted: Wanted) -> list[Json]:
        issuer = self.random.choice(self.pools.operators)
        by_uid = {"uid": self.new_id("CARD"), "type": "RFID"}
        by_number = {"visual_number": self.new_id("VIS"), "issuer": issuer}
        by_group = {"group_id": self.new_id("G")}
        if wanted.full:
            return [{**by_uid, **by_number, **by_group}]
        return self.random.sample([by_uid, by_number, by_group], self.random.randint(1, 3))

    def _status_schedule(self, wanted: Wanted) -> list[Json]:
        begin = self.now().replace(microsecond=0) + timedelta(days=self.random.randint(1, 30))
        schedule: Json = {"period_begin": stamp(begin)}
        if wanted():
            schedule["period_end"] = stamp(begin + timedelta(hours=4))
        return [{**schedule, "status": self.random.choice(("INOPERATIVE", "BLOCKED", "RESERVED"))}]
