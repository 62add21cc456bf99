"""Tariffs of every kind: by energy, by time, with fees, limits, restrictions, reservations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ..quantities import number
from .places import Places
from .source import Json, Wanted, stamp

WEEKDAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"]
TYPES = ("AD_HOC_PAYMENT", "PROFILE_CHEAP", "PROFILE_FAST", "PROFILE_GREEN", "REGULAR")

_CURRENCIES = {"GB": "GBP", "NO": "NOK", "US": "USD"}
_TEXTS = {
    "nl": "Laad deze week met korting in het weekend.",
    "de": "Diese Woche am Wochenende mit Rabatt laden.",
    "fr": "Cette semaine, remise le week-end.",
    "es": "Esta semana, descuento el fin de semana.",
    "no": "Rabatt i helgen denne uken.",
    "en": "Charge with a discount this weekend.",
}


class Tariffs(Places):
    """Draws objects of the tariffs module."""

    def tariff(
        self,
        *,
        kind: str | None = None,
        full: bool = False,
        minimal: bool = False,
        **overrides: Any,
    ) -> Json:
        """A Tariff of a kind out of `tariff_kinds`; drawn where none is named, energy only when `minimal`.

        Raises `ValueError` for a kind that there is not.
        """
        kinds = self._kinds()
        kind = kind or ("energy" if minimal else "full" if full else self.random.choice(self.tariff_kinds))
        if kind not in kinds:
            raise ValueError(f"no tariff of kind {kind!r}; the kinds are {', '.join(sorted(kinds))}")
        wanted = Wanted(self, full=full, minimal=minimal)
        tariff: Json = {**self.owner(), "id": self.new_id("TAR"), "currency": self.currency}
        made = kinds[kind](None if minimal else self._vat())
        if wanted():
            tariff["type"] = "REGULAR"
        wanted.fill(
            tariff,
            {
                "tariff_alt_text": self._alt_text,
                "tariff_alt_url": lambda: f"https://{self.host()}/tariffs/{self.number('tariff page')}",
            },
            probability=0.3,
        )
        tariff.update(made)
        if wanted(0.2):
            tariff["start_date_time"] = stamp(self.moment(within=timedelta(days=2)) - timedelta(days=300))
            tariff["end_date_time"] = stamp(self.moment(within=timedelta(days=2)) + timedelta(days=300))
        if wanted(0.2):
            tariff["energy_mix"] = self.energy_mix(full=full)
        tariff["last_updated"] = stamp(self.moment())
        return {**tariff, **overrides}

    @property
    def tariff_kinds(self) -> tuple[str, ...]:
        """The kinds that `tariff` makes."""
        return tuple(kind for kind in self._kinds() if kind != "full")

    @property
    def currency(self) -> str:
        """The currency of the party's country."""
        return _CURRENCIES.get(self.country_code, "EUR")

    def _kinds(self) -> dict[str, Callable[[float | None], Json]]:
        return {
            "energy": lambda vat: _elements([self._energy(vat)]),
            "time": lambda vat: _elements([self._time(vat)]),
            "flat": lambda vat: _elements([self._flat(vat)]),
            "parking": lambda vat: _elements([self._energy(vat), self._parking(vat)]),
            "mixed": lambda vat: _elements(
                [self._flat(vat), self._energy(vat), self._time(vat), self._parking(vat)]
            ),
            "free": lambda vat: _elements([_component("FLAT", 0, vat)]),
            "steps": lambda vat: _elements([self._energy(vat, step=100), self._time(vat, step=900)]),
            "day_night": self._day_night,
            "weekend": self._weekend,
            "dates": self._dates,
            "by_energy": self._by_energy,
            "by_duration": self._by_duration,
            "by_power": self._by_power,
            "by_current": self._by_current,
            "reservation": self._reservation,
            "min_price": lambda vat: {"min_price": _price(0.5, vat), **_elements([self._energy(vat)])},
            "max_price": lambda vat: {"max_price": _price(10, vat), **_elements([self._energy(vat)])},
            "alt_text": lambda vat: {"tariff_alt_text": self._alt_text(), **_elements([self._flat(vat)])},
            "full": self._everything,
        }

    def _day_night(self, vat: float | None) -> Json:
        night = [self._energy(vat)], {"start_time": "22:00", "end_time": "06:00"}
        return _elements([self._energy(vat), self._parking(vat)], first=[night])

    def _weekend(self, vat: float | None) -> Json:
        weekdays = [self._energy(vat), self._time(vat)], {"day_of_week": WEEKDAYS}
        return _elements([self._energy(vat), _component("TIME", 0, vat)], first=[weekdays])

    def _dates(self, vat: float | None) -> Json:
        today = self.now().date()
        month = {"start_date": f"{today}", "end_date": f"{today + timedelta(days=30)}"}
        return _elements([self._energy(vat)], first=[([self._energy(vat)], month)])

    def _by_energy(self, vat: float | None) -> Json:
        bounds = [{"max_kwh": 10}, {"min_kwh": 10, "max_kwh": 22.5}]
        return _elements([self._energy(vat)], first=[([self._energy(vat)], bound) for bound in bounds])

    def _by_duration(self, vat: float | None) -> Json:
        bounds = [{"max_duration": 1800}, {"min_duration": 1800, "max_duration": 5400}]
        rest = [self._energy(vat), _component("TIME", 0, vat)]
        return _elements(rest, first=[([self._time(vat)], bound) for bound in bounds])

    def _by_power(self, vat: float | None) -> Json:
        bounds = [{"max_power": 16}, {"min_power": 16, "max_power": 32.5}]
        return _elements([self._energy(vat)], first=[([self._energy(vat)], bound) for bound in bounds])

    def _by_current(self, vat: float | None) -> Json:
        bounds = [{"max_current": 32}, {"min_current": 32, "max_current": 64}]
        return _elements([self._time(vat)], first=[([self._time(vat)], bound) for bound in bounds])

    def _reservation(self, vat: float | None) -> Json:
        expires = [self._flat(vat), self._time(vat)], {"reservation": "RESERVATION_EXPIRES"}
        reserved = [self._flat(vat), self._time(vat, step=600)], {"reservation": "RESERVATION"}
        return _elements([self._flat(vat), self._energy(vat)], first=[expires, reserved])

    def _everything(self, vat: float | None) -> Json:
        today = self.now().date()
        restrictions = {
            "start_time": "07:00",
            "end_time": "19:30",
            "start_date": f"{today}",
            "end_date": f"{today + timedelta(days=30)}",
            "min_kwh": 1,
            "max_kwh": 50.5,
            "min_current": 6,
            "max_current": 96,
            "min_power": 1.4,
            "max_power": 22,
            "min_duration": 60,
            "max_duration": 86400,
            "day_of_week": WEEKDAYS,
        }
        everything = [self._flat(vat), self._energy(vat), self._time(vat), self._parking(vat)]
        reserved = [self._flat(vat), self._time(vat)], {"reservation": "RESERVATION"}
        return {
            "min_price": _price(0.5, vat),
            "max_price": _price(100, vat),
            **_elements(everything, first=[reserved, ([self._energy(vat), self._time(vat)], restrictions)]),
        }

    def _vat(self) -> float:
        return self.random.choice((21, 19, 10, 5.2))

    def _energy(self, vat: float | None, *, step: int = 1) -> Json:
        return _component("ENERGY", self.random.randint(18, 79) / 100, vat, step)

    def _time(self, vat: float | None, *, step: int = 60) -> Json:
        return _component("TIME", self.random.randint(4, 24) / 4, vat, step)

    def _parking(self, vat: float | None, *, step: int = 300) -> Json:
        return _component("PARKING_TIME", self.random.randint(4, 24) / 4, vat, step)

    def _flat(self, vat: float | None) -> Json:
        return _component("FLAT", self.random.randint(2, 12) / 4, vat)

    def _alt_text(self) -> list[Json]:
        languages = self.cities[0].country.languages
        return [{"language": language, "text": _TEXTS[language]} for language in languages]


def _component(kind: str, price: float, vat: float | None, step: int = 1) -> Json:
    component: Json = {"type": kind, "price": number(price)}
    if vat is not None:
        component["vat"] = vat
    return {**component, "step_size": step}


def _elements(components: list[Json], *, first: list[tuple[list[Json], Json]] | None = None) -> Json:
    """The restricted elements in their order, and last the one that applies when none of them does."""
    elements = [{"price_components": parts, "restrictions": limits} for parts, limits in first or ()]
    return {"elements": [*elements, {"price_components": components}]}


def _price(excl_vat: float, vat: float | None) -> Json:
    price: Json = {"excl_vat": number(excl_vat)}
    return price if vat is None else {**price, "incl_vat": number(excl_vat * (1 + vat / 100))}
