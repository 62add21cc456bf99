"""Charges of the IUT's own customers at a peer: Sessions that an eMSP has every reason to take."""

from typing import Any
from weakref import WeakKeyDictionary

from ..simulators.charging import Charging
from ..simulators.roles import Cpo
from .copies import put_location
from .iut import Iut
from .pages import IutList

__all__ = ["a_charge", "a_customer", "a_place", "a_tariff"]

Object = dict[str, Any]

_customers: WeakKeyDictionary[Cpo, Object] = WeakKeyDictionary()
_places: WeakKeyDictionary[Cpo, Object] = WeakKeyDictionary()
_tariffs: WeakKeyDictionary[Cpo, Object] = WeakKeyDictionary()


def a_customer(iut: Iut, cpo: Cpo) -> Object:
    """A valid Token of the IUT: one that it lists, else one that it has pushed, else one as it could have."""
    if cpo not in _customers:
        listed: list[Any] = []
        if iut.connection.url("tokens", "SENDER"):
            answer = IutList(cpo, iut.connection, "tokens").get()
            listed = [item for item in answer.items if isinstance(item, dict) and set(item) >= FIELDS]
        usable = [token for token in listed if token.get("valid") is True]
        by_card = sorted(usable, key=lambda token: token["type"] != "RFID")
        _customers[cpo] = by_card[0] if by_card else cpo.token_for(iut.connection)
    return _customers[cpo]


def a_place(iut: Iut, cpo: Cpo) -> Object:
    """A Location of the peer, with EVSEs, that the IUT has been told of if it wants to be."""
    if cpo not in _places:
        location = cpo.add_location(full=True)
        if iut.connection.url("locations", "RECEIVER"):
            location, _ = put_location(iut, cpo, location)
        _places[cpo] = location
    return _places[cpo]


def a_tariff(cpo: Cpo) -> Object:
    """A plain Tariff of the peer by energy, with VAT: who can't take another is told so once, elsewhere."""
    if cpo not in _tariffs:
        component = {"type": "ENERGY", "price": 0.35, "vat": 21.0, "step_size": 1}
        elements = [{"price_components": [component]}]
        _tariffs[cpo] = cpo.add_tariff(cpo.samples.tariff(minimal=True, elements=elements))
    return _tariffs[cpo]


def a_charge(iut: Iut, cpo: Cpo, **about: Any) -> Charging:
    """A new charge in simulated time, some days ago; PENDING. `about` is as in `Samples.charging`."""
    about = {"location": a_place(iut, cpo), "token": a_customer(iut, cpo), "tariff": a_tariff(cpo), **about}
    return cpo.samples.charging(full=True, **about)


FIELDS = {"country_code", "party_id", "uid", "type", "contract_id"}
