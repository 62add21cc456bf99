"""A showcase of prices: a place with a connector for each kind of tariff, and a past CDR by which each shows itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from . import clock
from .cdrs import CdrSender
from .store import Object

AGO = timedelta(days=2)
UNTIL_HALF_PAST = 30

Elements = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A tariff, and what is charged by it: stretches of minutes and kWh, after `reserved` minutes.

    `types` are the TariffTypes of several tariffs with these prices at one connector, of which the first is used.
    """

    name: str
    elements: Callable[[datetime], Elements]
    stretches: tuple[tuple[float, float], ...]
    limits: dict[str, Any] | None = None
    reserved: float = 0
    types: tuple[str, ...] = ()


def price(kind: str, amount: float, *, step: int = 1, vat: float = 20) -> dict[str, Any]:
    """A price component."""
    return {"type": kind, "price": amount, "vat": vat, "step_size": step}


def element(*components: dict[str, Any], **restrictions: Any) -> dict[str, Any]:
    """A tariff element."""
    return {"price_components": list(components)} | ({"restrictions": restrictions} if restrictions else {})


def _always(*elements: dict[str, Any]) -> Callable[[datetime], Elements]:
    return lambda _: list(elements)


def _this_hour(local: datetime) -> Elements:
    """Dearer until the hour is over in which the session began at the place."""
    begin = local.replace(minute=0)
    hours = {"start_time": f"{begin:%H:%M}", "end_time": f"{begin + timedelta(hours=1):%H:%M}"}
    return [element(price("ENERGY", 0.9), **hours), element(price("ENERGY", 0.3))]


EXHIBITS = (
    Exhibit(
        name="fees",
        elements=_always(
            element(
                price("FLAT", 1.5),
                price("ENERGY", 0.4, vat=10),
                price("TIME", 3),
                price("PARKING_TIME", 6, step=60, vat=10),
            )
        ),
        stretches=((30, 9), (20, 0)),
    ),
    Exhibit(
        name="steps of different prices",
        elements=_always(
            element(price("TIME", 6, step=1500), max_kwh=5), element(price("TIME", 12, step=600))
        ),
        stretches=((13, 5), (11, 4)),
    ),
    Exhibit(
        name="steps of energy",
        elements=_always(element(price("ENERGY", 0.8, step=500))),
        stretches=((10, 2.3), (10, 3.1)),
    ),
    Exhibit(
        name="steps of parking",
        elements=_always(element(price("TIME", 6, step=900), price("PARKING_TIME", 12, step=900))),
        stretches=((20, 5), (8, 0)),
    ),
    Exhibit(name="hours of the day", elements=_this_hour, stretches=((60, 12),)),
    Exhibit(
        name="energy so far",
        elements=_always(
            element(price("ENERGY", 0.3), max_kwh=10),
            element(price("ENERGY", 0.5), min_kwh=10, max_kwh=20),
            element(price("ENERGY", 0.7)),
        ),
        stretches=((60, 24),),
    ),
    Exhibit(
        name="duration so far",
        elements=_always(
            element(price("TIME", 3, step=60), max_duration=1800), element(price("TIME", 9, step=60))
        ),
        stretches=((70, 10),),
    ),
    Exhibit(
        name="power",
        elements=_always(element(price("ENERGY", 0.3), max_power=10), element(price("ENERGY", 0.6))),
        stretches=((30, 3), (30, 10)),
    ),
    Exhibit(
        name="current",
        elements=_always(
            element(price("TIME", 3, step=60), max_current=20), element(price("TIME", 6, step=60))
        ),
        stretches=((30, 1), (30, 10)),
    ),
    Exhibit(
        name="a lowest price",
        elements=_always(element(price("ENERGY", 0.25))),
        stretches=((20, 4),),
        limits={"min_price": {"excl_vat": 10, "incl_vat": 12}},
    ),
    Exhibit(
        name="a highest price",
        elements=_always(element(price("ENERGY", 0.5))),
        stretches=((40, 10),),
        limits={"max_price": {"excl_vat": 2, "incl_vat": 2.4}},
    ),
    Exhibit(
        name="one element after the other",
        elements=_always(element(price("ENERGY", 0.3)), element(price("ENERGY", 0.6))),
        stretches=((30, 10),),
        types=("REGULAR", "AD_HOC_PAYMENT"),
    ),
    Exhibit(name="nothing", elements=_always(element(price("FLAT", 0))), stretches=((30, 10),)),
    Exhibit(
        name="charging time alone",
        elements=_always(element(price("TIME", 6, step=60))),
        stretches=((30, 10), (30, 0)),
    ),
    Exhibit(
        name="a reservation",
        elements=_always(
            element(price("FLAT", 2), price("TIME", 6, step=60), reservation="RESERVATION"),
            element(price("ENERGY", 0.5)),
        ),
        stretches=((30, 10),),
        reserved=13,
    ),
)


class Showcase(CdrSender):
    """A CPO that has something of every price."""

    def furnish_showcase(self) -> None:
        """Take in a tariff, a connector and a past CDR for each exhibit, for a provider that isn't connected."""
        token = {**self.samples.token(), "country_code": "NL", "party_id": "MSP"}
        place = self.add_location(self._place())
        local = self._begin(place)
        for number, exhibit in enumerate(EXHIBITS):
            offers = [
                self.add_tariff(
                    self.samples.tariff(minimal=True, **self._offer(exhibit, local), **_typed(kind))
                )
                for kind in exhibit.types or ("",)
            ]
            connector = self.samples.connector(id="1", tariff_ids=[offer["id"] for offer in offers])
            evse = self.samples.evse(
                status="AVAILABLE", connectors=[connector], last_updated=connector["last_updated"]
            )
            evses = [*place["evses"], evse]
            place = self.add_location({**place, "evses": evses, "last_updated": clock.stamp(clock.now())})
            started = local - timedelta(hours=3 * number)
            self._show(exhibit, token, place, evse, started if exhibit.elements is not _this_hour else local)

    def _place(self) -> Object:
        return {**self.samples.location(), "evses": []}

    def _begin(self, place: Object) -> datetime:
        """Half past an hour, some days ago, at the place."""
        at = (clock.now() - AGO).astimezone(ZoneInfo(place["time_zone"]))
        return at.replace(minute=UNTIL_HALF_PAST, second=0, microsecond=0)

    def _offer(self, exhibit: Exhibit, local: datetime) -> dict[str, Any]:
        return {"elements": exhibit.elements(local), **(exhibit.limits or {})}

    def _show(self, exhibit: Exhibit, token: Object, place: Object, evse: Object, started: datetime) -> None:
        session_id = self.begin_session(
            token,
            location_id=place["id"],
            evse_uid=evse["uid"],
            connector_id="1",
            before=clock.now() - started,
        )["id"]
        if exhibit.reserved:
            self.step(session_id, lambda charging: charging.reserve(minutes=exhibit.reserved))
        self.activate_session(session_id)
        for minutes, kwh in exhibit.stretches:
            self.continue_session(session_id, minutes=minutes, kwh=kwh)
        self.complete_session(session_id)
        self.bill(session_id)
        self.forget_session(session_id)


def _typed(kind: str) -> dict[str, Any]:
    return {"type": kind} if kind else {}
