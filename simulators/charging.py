"""One charging session in simulated time, from PENDING to its CDR, with money that follows its tariff."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ..schemas.breakdown import Breakdown
from ..schemas.pricing import price
from ..schemas.tariff import Tariff
from .billing import as_price, bill, hours_of
from .clock import stamp
from .quantities import four, number

Json = dict[str, Any]

_MILLISECOND = timedelta(milliseconds=1)


class ChargingError(RuntimeError):
    """A step that the session's status does not allow, or a place that the location does not have."""


class Charging:
    """Simulates a session on a connector. No clock runs: time passes by `advance` alone.

        charging = Charging(location, "EVSE-1", "1", token, tariff, started=begin)
        charging.start()                        # the Session, ACTIVE; before that `session` is PENDING
        charging.advance(minutes=30, kwh=5.5)   # a PATCH body with the periods that were added
        charging.advance(minutes=10)            # connected but not charging: parking
        charging.stop()                         # the Session, COMPLETED
        charging.cdr()

    A period ends where a price of the tariff may change. `now` is the wall clock: with it `last_updated` is
    never before it, so that who asks for what changed lately finds the session.
    """

    def __init__(
        self,
        location: Mapping[str, Any],
        evse_uid: str,
        connector_id: str,
        token: Mapping[str, Any],
        tariff: Mapping[str, Any] | None = None,
        *,
        started: datetime,
        session_id: str = "SESSION-1",
        cdr_id: str | None = None,
        auth_method: str = "WHITELIST",
        authorization_reference: str | None = None,
        meter_id: str | None = None,
        currency: str | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        if started.tzinfo is None:
            raise ValueError(f"started needs a time zone, and {started.isoformat()} has none; use UTC")
        self.location = location
        self.evse = _one("EVSE", "uid", evse_uid, location.get("evses"), location["id"])
        self.connector = _one("connector", "id", connector_id, self.evse["connectors"], evse_uid)
        self.tariff = tariff
        self.zone = ZoneInfo(location["time_zone"])
        self.moment = _whole(started)
        self.energy_kwh = Decimal(0)
        self._cdr_id = cdr_id or f"CDR-{session_id}"[:36]
        self._rates = None if tariff is None else Tariff.read(tariff)
        self._now = now
        self._active_since: datetime | None = None
        self._reserved = False
        self._parked = timedelta(0)
        self._session: Json = {
            "country_code": location["country_code"],
            "party_id": location["party_id"],
            "id": session_id,
            "start_date_time": stamp(self.moment),
            "kwh": 0,
            "cdr_token": {name: token[name] for name in _CDR_TOKEN},
            "auth_method": auth_method,
            **(
                {}
                if authorization_reference is None
                else {"authorization_reference": authorization_reference}
            ),
            "location_id": location["id"],
            "evse_uid": evse_uid,
            "connector_id": connector_id,
            **_given(meter_id=meter_id),
            "currency": currency or (tariff or {}).get("currency", "EUR"),
            "charging_periods": [],
            "status": "PENDING",
            "last_updated": self._updated(),
        }

    @property
    def session(self) -> Json:
        """The whole Session as it is now, a copy of its own."""
        periods = [_copied(period) for period in self._session["charging_periods"]]
        return {**self._session, "charging_periods": periods}

    @property
    def status(self) -> str:
        """PENDING, ACTIVE, COMPLETED or INVALID."""
        return self._session["status"]

    @property
    def cost(self) -> Breakdown:
        """What the session costs up to now."""
        tariffs = () if self.tariff is None else (self.tariff,)
        return price(
            self._session,
            tariffs=tariffs,
            time_zone=self.location["time_zone"],
            end=stamp(self.moment),
            read=lambda tariff: self._rates or Tariff.read(tariff),
        )

    def reserve(self, *, minutes: float) -> Json:
        """Let time pass in which the connector is kept free, before it starts; the whole Session, still PENDING.

        The session then begins with the reservation (mod_cdrs.asciidoc#mod_cdrs_cdr_object).
        """
        self._expect("PENDING", "reserve")
        span = _whole_span(timedelta(minutes=float(minutes)))
        volume = {"type": "RESERVATION_TIME", "volume": number(hours_of(span))}
        self._session["charging_periods"].append(self._named(self.moment, [volume]))
        self._reserved = True
        self.moment += span
        self._change()
        return self.session

    def start(self, *, after: timedelta = timedelta(seconds=20)) -> Json:
        """Make it ACTIVE a little after it was created; the whole Session."""
        self._expect("PENDING", "start")
        if not self._reserved:
            self.moment += _whole_span(after)
            self._change(start_date_time=stamp(self.moment))
        self._active_since = self.moment
        self._change(status="ACTIVE")
        self._charge_so_far()
        return self.session

    def advance(self, *, minutes: float, kwh: Decimal | float = 0) -> Json:
        """Let time pass with energy flowing evenly, or parked without; the PATCH body, with new periods only.

        Raises `ValueError` for no time or less, or for negative energy.
        """
        self._expect("ACTIVE", "advance")
        span = _whole_span(timedelta(minutes=float(minutes)))
        if span < _MILLISECOND or kwh < 0:
            raise ValueError(
                f"advance by more than 0 minutes and no less than 0 kWh, not {minutes} and {kwh}"
            )
        added = self._pass(span, four(kwh))
        self._session["charging_periods"] += added
        self._change(kwh=number(self.energy_kwh))
        self._charge_so_far()
        patch: Json = {"kwh": self._session["kwh"], "charging_periods": [_copied(period) for period in added]}
        if "total_cost" in self._session:
            patch["total_cost"] = self._session["total_cost"]
        return {**patch, "last_updated": self._session["last_updated"]}

    def stop(self) -> Json:
        """End it; the whole Session, COMPLETED."""
        self._expect("ACTIVE", "stop")
        if not self._session["charging_periods"]:
            self._session["charging_periods"].append(
                self._period(self.moment, self.moment, Decimal(0), idle=False)
            )
        self._change(status="COMPLETED", end_date_time=stamp(self.moment))
        self._charge_so_far()
        return self.session

    def invalidate(self) -> Json:
        """Declare a session that never became active, or is not to be billed, INVALID; the whole Session."""
        if self.status not in ("PENDING", "ACTIVE"):
            raise ChargingError(
                f"a session can be declared INVALID while PENDING or ACTIVE, and it is {self.status}"
            )
        self._change(status="INVALID", end_date_time=stamp(self.moment))
        return self.session

    def cdr(self, **overrides: Any) -> Json:
        """The CDR of the completed session; other keywords set fields as given."""
        self._expect("COMPLETED", "make a CDR")
        record = bill(
            self._session,
            self.location,
            self.evse,
            self.connector,
            tariff=self.tariff,
            costs=self.cost,
            parked=self._parked,
            cdr_id=self._cdr_id,
        )
        return {**record, "last_updated": self._updated(), **overrides}

    def _pass(self, span: timedelta, kwh: Decimal) -> list[Json]:
        """Go to the end of the span, with a new period wherever a price may change."""
        end, remaining = self.moment + span, kwh
        rate = kwh / hours_of(span)
        periods: list[Json] = []
        while self.moment < end:
            change = self._next_change(end, rate)
            until, energy = end, remaining
            if change is not None:
                until, total = change
                energy = (
                    four(rate * hours_of(until - self.moment)) if total is None else total - self.energy_kwh
                )
                energy = min(energy, remaining)
            periods.append(self._period(self.moment, until, energy, idle=not kwh))
            if not kwh:
                self._parked += until - self.moment
            self.moment, remaining = until, remaining - energy
            self.energy_kwh += energy
        return periods

    def _next_change(self, end: datetime, rate: Decimal) -> tuple[datetime, Decimal | None] | None:
        if self._rates is None or self._active_since is None:
            return None
        change = self._rates.next_change(
            self.zone,
            after=self.moment,
            until=end,
            started=self._active_since,
            kwh=self.energy_kwh,
            kwh_per_hour=rate,
        )
        if change is None:
            return None
        # Stamps have milliseconds: a change between two of them is taken at the later one.
        until = min(_whole(change[0] + _MILLISECOND) if change[0] != _whole(change[0]) else change[0], end)
        return None if until == end else (until, change[1])

    def _period(self, start: datetime, end: datetime, kwh: Decimal, *, idle: bool) -> Json:
        hours = hours_of(end - start)
        dimensions: list[Json] = [{"type": "PARKING_TIME" if idle else "TIME", "volume": number(hours)}]
        if not idle:
            power = number(kwh / hours if hours else Decimal(0))
            current = number(self._current(Decimal(str(power))))
            dimensions += [
                {"type": "ENERGY", "volume": number(kwh)},
                {"type": "ENERGY_IMPORT", "volume": number(self.energy_kwh + kwh)},
                {"type": "MIN_CURRENT", "volume": current},
                {"type": "MAX_CURRENT", "volume": current},
                {"type": "MIN_POWER", "volume": power},
                {"type": "MAX_POWER", "volume": power},
            ]
        return self._named(start, dimensions)

    def _named(self, start: datetime, dimensions: list[Json]) -> Json:
        period: Json = {"start_date_time": stamp(start), "dimensions": dimensions}
        return period if self.tariff is None else {**period, "tariff_id": self.tariff["id"]}

    def _current(self, power: Decimal) -> Decimal:
        """The sum of the currents of all phases at a power in kW; the voltage is line to neutral."""
        return power * 1000 / Decimal(self.connector["max_voltage"] or 1)

    def _charge_so_far(self) -> None:
        if self.tariff is not None:
            self._session["total_cost"] = as_price(self.cost.total)

    def _change(self, **fields: Any) -> None:
        self._session.update(fields, last_updated=self._updated())

    def _updated(self) -> str:
        return stamp(self.moment if self._now is None else max(self.moment, self._now()))

    def _expect(self, status: str, verb: str) -> None:
        if self.status != status:
            raise ChargingError(f"can't {verb}: the session is {self.status}, and has to be {status}")


_CDR_TOKEN = ("country_code", "party_id", "uid", "type", "contract_id")


def _one(kind: str, key: str, value: str, among: Any, whose: str) -> Mapping[str, Any]:
    for item in among or ():
        if item[key] == value:
            return item
    known = ", ".join(item[key] for item in among or ()) or "none"
    raise ChargingError(f"{whose} has no {kind} {value!r}; it has {known}")


def _given(**fields: str | None) -> Json:
    return {name: value for name, value in fields.items() if value is not None}


def _copied(period: Json) -> Json:
    return {**period, "dimensions": [dict(dimension) for dimension in period["dimensions"]]}


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)


def _whole_span(span: timedelta) -> timedelta:
    return span // _MILLISECOND * _MILLISECOND
