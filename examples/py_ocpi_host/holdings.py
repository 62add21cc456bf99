"""What the platform holds: its partners with their tokens, and its objects."""

import copy
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

PARTY = {"CPO": ("NL", "EXC"), "EMSP": ("NL", "EXM")}
CAPABILITIES = ["RFID_READER", "REMOTE_START_STOP_CAPABLE"]
PLACES = 8
CARDS = 8


class Platform:
    """What the host knows: its partners and its objects, each under its OCPI identity."""

    def __init__(self, role: str, versions_url: str) -> None:
        self.role = role
        self.country_code, self.party_id = PARTY[role]
        self.versions_url = versions_url
        self.trigger_token = secrets.token_urlsafe(24)
        self.invited: set[str] = set()
        self.partners: dict[str, dict[str, Any]] = {}
        self.objects: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {
            name: {} for name in ("locations", "tokens", "tariffs", "sessions", "cdrs")
        }
        self.needs_location: set[str] = set()
        self.answers: dict[str, str] = {}
        if role == "CPO":
            for tariff in ("T-1", "T-2"):
                self.keep("tariffs", self.tariff(tariff), tariff)
            for number in range(PLACES):
                self.keep(
                    "locations", self.location(f"LOC-{number}", days_ago=PLACES - number), f"LOC-{number}"
                )
            for number in (1, 2):
                self.keep("sessions", self.session(f"SES-{number}", evse=number), f"SES-{number}")
            self.keep("cdrs", self.cdr("CDR-1", self.session("SES-0")), "CDR-1")
        else:
            for number in range(CARDS):
                card = self.card(f"CARD-{number}", days_ago=CARDS - number)
                self.keep("tokens", card, card["uid"], card["type"])

    # Partners

    def invite(self) -> str:
        """A further CREDENTIALS_TOKEN_A."""
        token = new_token()
        self.invited.add(token)
        return token

    def admit(self, token: str, theirs: dict[str, Any]) -> dict[str, Any]:
        """Give a partner the token under which it is known from now on; the one it came with is used up."""
        self.invited.discard(token)
        self.partners.pop(token, None)
        ours = new_token()
        self.partners[ours] = theirs
        return self.credentials(ours)

    def credentials(self, token: str) -> dict[str, Any]:
        name = f"py-ocpi example {self.role}"
        role = {
            "role": self.role,
            "business_details": {"name": name},
            "party_id": self.party_id,
            "country_code": self.country_code,
        }
        return {"token": token, "url": self.versions_url, "roles": [role]}

    def partner(self, country_code: str, party_id: str) -> tuple[str, dict[str, Any]] | None:
        """The newest partner that hosts a party, with our token for it."""
        asked = (country_code.casefold(), party_id.casefold())
        return next(
            (
                (token, self.partners[token])
                for token in reversed(self.partners)
                if asked in self.parties(token)
            ),
            None,
        )

    def parties(self, token: str) -> set[tuple[str, str]]:
        """The parties of the partner that a token belongs to."""
        roles = self.partners[token]["credentials"]["roles"]
        return {(role["country_code"].casefold(), role["party_id"].casefold()) for role in roles}

    # Objects

    def keep(
        self, module: str, value: dict[str, Any], *identity: str, owner: tuple[str, str] | None = None
    ) -> None:
        self.objects[module][self.key(*identity, owner=owner)] = value

    def key(self, *identity: str, owner: tuple[str, str] | None = None) -> tuple[str, ...]:
        """OCPI compares CiStrings without regard to case."""
        return tuple(part.casefold() for part in (*(owner or PARTY[self.role]), *identity))

    def location(self, name: str, *, days_ago: float = 0.0) -> dict[str, Any]:
        changed = moment(days_ago)
        connector = {
            "id": "1",
            "standard": "IEC_62196_T2",
            "format": "SOCKET",
            "power_type": "AC_3_PHASE",
            "max_voltage": 230,
            "max_amperage": 32,
            "tariff_ids": ["T-1"],
            "last_updated": changed,
        }
        evses = [
            {
                "uid": f"{name}-E{number}",
                "evse_id": f"NL*EXC*E{name.replace('-', '')}{number}",
                "status": "AVAILABLE",
                "capabilities": [*CAPABILITIES, "CHARGING_PREFERENCES_CAPABLE"][: 4 - number],
                "connectors": [dict(connector)],
                "last_updated": changed,
            }
            for number in (1, 2)
        ]
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "id": name,
            "publish": True,
            "name": f"Car park {name}",
            "address": "Stationsplein 1",
            "city": "Utrecht",
            "postal_code": "3511 ED",
            "country": "NLD",
            "coordinates": {"latitude": "52.089412", "longitude": "5.110230"},
            "evses": evses,
            "operator": {"name": "Example Charging"},
            "time_zone": "Europe/Amsterdam",
            "opening_times": {"twentyfourseven": True, "regular_hours": []},
            "last_updated": changed,
        }

    def tariff(self, name: str) -> dict[str, Any]:
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "id": name,
            "currency": "EUR",
            "elements": [
                {"price_components": [{"type": "ENERGY", "price": 0.25, "vat": 21.0, "step_size": 1}]}
            ],
            "last_updated": moment(30),
        }

    def is_known(self, command: dict[str, Any]) -> bool:
        """Whether there is what a command is about; nothing is ever reserved here."""
        if "session_id" in command:
            return self.key(command["session_id"]) in self.objects["sessions"]
        place = self.objects["locations"].get(self.key(command.get("location_id") or ""))
        known = {evse["uid"].casefold(): evse for evse in place["evses"]} if place else {}
        evse = known.get((command.get("evse_uid") or next(iter(known), "")).casefold())
        connectors = {each["id"].casefold() for each in evse["connectors"]} if evse else set()
        asked = command.get("connector_id")
        return (
            bool(connectors)
            and "expiry_date" not in command
            and (not asked or asked.casefold() in connectors)
        )

    def takes_preferences(self, session_id: str) -> bool:
        """Only the first EVSE of a location is able to follow a driver's wishes."""
        session = self.objects["sessions"].get(self.key(session_id))
        return session is not None and session["evse_uid"].endswith("-E1")

    def session(self, name: str, *, evse: int = 1) -> dict[str, Any]:
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "id": name,
            "start_date_time": moment(0.1),
            "kwh": 4.2,
            "cdr_token": {
                "country_code": "NL",
                "party_id": "TS1",
                "uid": "0123456789ABCD",
                "type": "RFID",
                "contract_id": "NL-TS1-C00000001-8",
            },
            "auth_method": "WHITELIST",
            "location_id": "LOC-1",
            "evse_uid": f"LOC-1-E{evse}",
            "connector_id": "1",
            "currency": "EUR",
            "status": "ACTIVE",
            "last_updated": moment(0.05 * evse),
        }

    def cdr(self, name: str, session: dict[str, Any]) -> dict[str, Any]:
        """Of a session that ended a moment ago: an hour, 4.2 kWh at 0.25 and 21 % VAT."""
        begin, cost = moment(1 / 24), {"excl_vat": 1.05, "incl_vat": 1.2705}
        volumes = {"ENERGY": 4.2, "TIME": 1}
        dimensions = [{"type": kind, "volume": volume} for kind, volume in volumes.items()]
        place = self.location(session["location_id"])
        kept = ("country_code", "party_id", "cdr_token", "auth_method", "currency")
        return {
            **{field: session[field] for field in kept},
            "id": name,
            "session_id": session["id"],
            "start_date_time": begin,
            "end_date_time": moment(),
            "cdr_location": {
                **{field: place[field] for field in ("id", "address", "city", "country", "coordinates")},
                "postal_code": place["postal_code"],
                "evse_uid": place["evses"][0]["uid"],
                "evse_id": place["evses"][0]["evse_id"],
                "connector_id": "1",
                "connector_standard": "IEC_62196_T2",
                "connector_format": "SOCKET",
                "connector_power_type": "AC_3_PHASE",
            },
            "tariffs": [self.tariff("T-1")],
            "charging_periods": [{"start_date_time": begin, "dimensions": dimensions, "tariff_id": "T-1"}],
            "total_cost": cost,
            "total_energy": 4.2,
            "total_time": 1,
            "last_updated": moment(),
        }

    def card(
        self, uid: str, *, days_ago: float = 0.0, kind: str = "RFID", whitelist: str = "ALLOWED"
    ) -> dict[str, Any]:
        return {
            "country_code": self.country_code,
            "party_id": self.party_id,
            "uid": uid,
            "type": kind,
            "contract_id": f"NL-EXM-C{uid.removeprefix('CARD-').zfill(8).upper()}",
            "issuer": "Example Mobility",
            "valid": True,
            "whitelist": "NEVER" if kind in ("APP_USER", "AD_HOC_USER") else whitelist,
            "language": "nl",
            "last_updated": moment(days_ago),
        }


def authorization(platform: Platform, asked: dict[str, Any]) -> dict[str, Any] | None:
    """AuthorizationInfo for a token; None where a location has to be named first."""
    uid = asked["token_uid"].casefold()
    card = platform.objects["tokens"][platform.key(uid, asked["token_type"].value)]
    if uid in platform.needs_location and not asked["location_reference"]:
        return None
    allowed = platform.answers.get(uid, "ALLOWED" if card["valid"] else "BLOCKED")
    info: dict[str, Any] = {"allowed": allowed, "token": copy.deepcopy(card)}
    if allowed == "ALLOWED":
        info["authorization_reference"] = secrets.token_hex(8)
        if asked["location_reference"]:
            info["location"] = asked["location_reference"]
    return info


def new_token() -> str:
    """Random, yet of one form: what the libraries answer to one that comes un-encoded depends on how it decodes."""
    return f"example-{secrets.token_hex(16)}"


def moment(days_ago: float = 0.0) -> str:
    return (datetime.now(UTC) - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
