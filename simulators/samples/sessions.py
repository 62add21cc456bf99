"""Sessions and CDRs, each the record of a simulated charge, so that energy, times and money add up."""

import base64
import functools
from datetime import timedelta
from typing import Any

from ..charging import Charging
from ..quantities import number
from .source import Json, Wanted, stamp
from .tariffs import Tariffs
from .tokens import PROFILES, Tokens

_REQUIRED = (
    "country_code",
    "party_id",
    "id",
    "start_date_time",
    "end_date_time",
    "kwh",
    "cdr_token",
    "auth_method",
    "location_id",
    "evse_uid",
    "connector_id",
    "cdr_location",
    "currency",
    "charging_periods",
    "total_cost",
    "total_energy",
    "total_time",
    "status",
    "last_updated",
)
_SESSION_OPTIONAL = ("end_date_time", "charging_periods", "total_cost")


class Sessions(Tariffs, Tokens):
    """Draws objects of the sessions and CDRs modules."""

    def charging(
        self,
        *,
        location: Json | None = None,
        token: Json | None = None,
        tariff: Json | None = None,
        full: bool = False,
        **options: Any,
    ) -> Charging:
        """A simulated session, still PENDING, at a connector drawn from the location.

        What is not given is drawn, the token as one of a provider `MSP`; `options` are those of `Charging`.
        Raises `ValueError` for a location without EVSEs.
        """
        location = location or self.location(full=full)
        if not location.get("evses"):
            raise ValueError(f"location {location['id']} has no EVSE to charge at; give one with evses")
        evse = self.random.choice(location["evses"])
        wanted = Wanted(self, full=full, minimal=False)
        given: Json = {
            "started": self.moment(within=timedelta(days=5)) - timedelta(hours=8),
            "session_id": self.new_id("SES"),
            "cdr_id": self.new_id("CDR"),
            "auth_method": self.random.choice(("AUTH_REQUEST", "COMMAND", "WHITELIST")),
            "authorization_reference": self.new_id("AUTH") if wanted() else None,
            "meter_id": self.new_id("METER") if wanted() else None,
            **options,
        }
        return Charging(
            location,
            evse["uid"],
            self.random.choice(evse["connectors"])["id"],
            token or self._provider.token(),
            tariff or self.tariff(full=full),
            **given,
        )

    def session(
        self,
        *,
        status: str = "COMPLETED",
        location: Json | None = None,
        token: Json | None = None,
        tariff: Json | None = None,
        full: bool = False,
        minimal: bool = False,
        **overrides: Any,
    ) -> Json:
        """A Session in a status: PENDING, ACTIVE, COMPLETED or INVALID, with the periods that go with it."""
        wanted = Wanted(self, full=full, minimal=minimal)
        charge = self.charging(location=location, token=token, tariff=tariff, full=full)
        if status not in ("PENDING", "ACTIVE", "COMPLETED", "INVALID"):
            raise ValueError(f"no sample of status {status!r}; use PENDING, ACTIVE, COMPLETED or INVALID")
        if status in ("ACTIVE", "COMPLETED"):
            charge.start()
            self._charge(charge)
        if status == "COMPLETED":
            charge.stop()
        elif status == "INVALID":
            charge.invalidate()
        session = charge.session
        if wanted.minimal:
            kept = [name for name in _REQUIRED if name not in _SESSION_OPTIONAL]
            session = {name: session[name] for name in kept if name in session}
        return {**session, **overrides}

    def cdr(
        self,
        *,
        location: Json | None = None,
        token: Json | None = None,
        tariff: Json | None = None,
        full: bool = False,
        minimal: bool = False,
        **overrides: Any,
    ) -> Json:
        """A CDR whose money follows its tariff; `full` has all but the two fields of a credit CDR."""
        wanted = Wanted(self, full=full, minimal=minimal)
        charge = self.charging(location=location, token=token, tariff=tariff, full=full)
        charge.start()
        self._charge(charge)
        charge.stop()
        cdr = charge.cdr()
        if minimal:
            periods = [
                {name: period[name] for name in ("start_date_time", "dimensions")}
                for period in cdr["charging_periods"]
            ]
            cdr = {name: cdr[name] for name in _REQUIRED if name in cdr} | {"charging_periods": periods}
        if full:
            zero = dict.fromkeys(cdr["total_cost"], 0)
            partial = ("fixed", "energy", "time", "parking", "reservation")
            cdr = {**{f"total_{part}_cost": zero for part in partial}, **cdr}
        wanted.fill(
            cdr,
            {
                "signed_data": lambda: self._signed_data(wanted),
                "remark": lambda: "Stopped by the driver at the charger.",
                "invoice_reference_id": lambda: self.new_id("INV"),
                "home_charging_compensation": lambda: False,
            },
            probability=0.3,
        )
        return {**cdr, **overrides}

    def credit_cdr(self, cdr: Json, **overrides: Any) -> Json:
        """The credit CDR of a CDR, its total cost negated (mod_cdrs.asciidoc#mod_cdrs_credit_cdrs)."""
        return {
            **cdr,
            "id": f"{cdr['id']}-C",
            "credit": True,
            "credit_reference_id": cdr["id"],
            "total_cost": {name: number(-amount) for name, amount in cdr["total_cost"].items()},
            "last_updated": stamp(self.now()),
            **overrides,
        }

    def charging_preferences(self, *, full: bool = False, minimal: bool = False, **overrides: Any) -> Json:
        """ChargingPreferences of a driver who leaves some hours from now."""
        wanted = Wanted(self, full=full, minimal=minimal)
        preferences: Json = {"profile_type": self.random.choice(PROFILES)}
        departure = self.now().replace(microsecond=0) + timedelta(hours=self.random.randint(2, 12))
        wanted.fill(
            preferences,
            {
                "departure_time": lambda: stamp(departure),
                "energy_need": lambda: number(self.random.randint(50, 600) / 10),
                "discharge_allowed": lambda: self.chance(0.3),
            },
        )
        return {**preferences, **overrides}

    def signed_data(self, *, full: bool = False, minimal: bool = False, **overrides: Any) -> Json:
        """SignedData with a value of the start and one of the end."""
        return {**self._signed_data(Wanted(self, full=full, minimal=minimal)), **overrides}

    @functools.cached_property
    def _provider(self) -> Tokens:
        return Tokens(self.seed, version=self.version, country_code="NL", party_id="MSP", now=self.now)

    def _charge(self, charge: Charging) -> None:
        """Charge for some quarters of an hour, slower at the end, and now and then stay connected after."""
        power_kw = charge.connector["max_voltage"] * charge.connector["max_amperage"] / 1000
        for share in (0.9, 0.8, 0.4)[: self.random.randint(1, 3)]:
            minutes = self.random.randint(10, 40)
            charge.advance(minutes=minutes, kwh=round(min(power_kw, 150) * share * minutes / 60, 3))
        if self.chance(0.4):
            charge.advance(minutes=self.random.randint(3, 90))

    def _signed_data(self, wanted: Wanted) -> Json:
        def value(nature: str) -> Json:
            plain = f"OCMF|{nature}|{self.number('reading')}"
            signature = base64.b64encode(self.random.randbytes(48)).decode()
            return {"nature": nature, "plain_data": plain, "signed_data": signature}

        data: Json = {"encoding_method": "OCMF"}
        if wanted():
            data["encoding_method_version"] = 1
            data["public_key"] = base64.b64encode(self.random.randbytes(64)).decode()
        data["signed_values"] = [value("Start"), value("End")]
        if wanted():
            data["url"] = f"https://{self.host()}/verify"
        return data
