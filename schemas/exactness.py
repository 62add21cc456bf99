"""How exactly a CDR tells what was used: volumes of few decimals, moments in whole seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .breakdown import Pair
from .pricing import duration
from .stretches import Stretch
from .tariff import decimal

__all__ = ["Exactness"]

_ZERO = Decimal(0)
_HOUR = Decimal(3600)
_TIMES = frozenset({"TIME", "PARKING_TIME", "RESERVATION_TIME"})


@dataclass(frozen=True, slots=True)
class Exactness:
    """By how much what a CDR writes may have been another before it was written: the unit of its last decimal."""

    kwh: Decimal
    hours: Decimal
    seconds: Decimal

    @classmethod
    def of(cls, cdr: Mapping[str, Any]) -> "Exactness":
        """JSON drops trailing zeros, so what a writer's decimals are shows in all volumes together."""
        decimals: dict[bool, int] = {True: 2, False: 2}
        for period in cdr["charging_periods"]:
            for part in period["dimensions"]:
                timed = part["type"] in _TIMES
                if timed or part["type"] == "ENERGY":
                    decimals[timed] = max(decimals[timed], _decimals(decimal(part["volume"])))
        moments = [cdr.get("end_date_time"), *(each["start_date_time"] for each in cdr["charging_periods"])]
        whole = not any("." in str(at) for at in moments)
        return cls(
            kwh=Decimal(1).scaleb(-min(4, decimals[False])),
            hours=Decimal(1).scaleb(-min(4, decimals[True])),
            seconds=Decimal(1) if whole else Decimal("0.001"),
        )

    def range(self, dimension: str, stretch: Stretch) -> Pair:
        """The kWh or the seconds that a volume may mean."""
        volume = stretch.volume[dimension]
        if dimension == "ENERGY":
            return volume - self.kwh, volume + self.kwh
        seconds = duration(volume, stretch.span)
        if not seconds:
            return _ZERO, _ZERO
        # Both ends of a period are written in whole seconds, and its volume in hours.
        most = self.seconds if seconds == stretch.span else max(self.seconds, self.hours * _HOUR / 2)
        return max(_ZERO, seconds - most), seconds + most


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
