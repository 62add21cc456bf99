"""Tariffs as a CPO writes them: what holds within each, what one shows of another, and how they are pushed."""

from collections.abc import Iterator
from typing import Any

from ...schemas.validation import validator
from ...simulators import clock
from ...simulators.answering import Place, locate
from ..comparing import differences
from .ruling import Ruling, View

IDENTITY = ("country_code", "party_id", "id")
CHANGES = frozenset({"PUT", "DELETE"})
TIMES = ("last_updated",)
SECOND_S = 2
"""Whole seconds don't tell apart what changes within one."""
TEXTS = ("tariff_alt_text", "tariff_alt_url")

Key = tuple[str, ...]
Object = dict[str, Any]


class Tariffs:
    """Remembers the Tariffs that the IUT has told of, and those that it has told us to delete."""

    def __init__(self) -> None:
        self._known: dict[Key, Object] = {}
        self._deleted: set[Key] = set()

    def answered(self, view: View) -> Iterator[Ruling]:
        """What the IUT lists as a CPO."""
        endpoint = view.endpoint
        if endpoint is None or endpoint.id != "tariffs.sender.list" or not view.succeeded:
            return
        data, news = view.response.envelope.get("data"), {id(one) for one in _objects(view.news)}
        for tariff in _objects(data):
            end = clock.parse(str(tariff.get("end_date_time")))
            if end is not None:
                valid = end > view.exchange.started
                yield Ruling(
                    "tariffs-list-only-valid", valid, "an end that is to come", str(tariff["end_date_time"])
                )
            if id(tariff) in news:
                yield from self._written(view, tariff)

    def requested(self, view: View) -> Iterator[Ruling]:
        """What the IUT pushes as a CPO."""
        place = locate(view.party, view.request)
        if place is None or (place.module, place.interface) != ("tariffs", "RECEIVER"):
            return
        method = view.request.method
        if method != "GET":
            yield Ruling("tariffs-push-only-put-and-delete", method in CHANGES, "PUT or DELETE", method)
        if view.endpoint is None:
            return
        yield from _own_party(view, place)
        key = tuple(segment.casefold() for segment in place.rest)
        if method == "DELETE":
            self._deleted.add(key)
        elif method == "PUT" and isinstance(view.request.json, dict):
            if self._deleted:
                gone = key in self._deleted
                yield Ruling("tariffs-deleted-never-used-again", not gone, "another Tariff", " ".join(key))
            yield from self._written(view, view.request.json)

    def _written(self, view: View, tariff: Object) -> Iterator[Ruling]:
        """All rulings on one Tariff that the IUT wrote."""
        yield from _owner(view, tariff)
        yield from _elements(tariff)
        named = [tariff.get(name) for name in IDENTITY]
        texts = tuple(name.casefold() for name in named if isinstance(name, str))
        if len(texts) == len(named):
            yield from self._renewed(view, texts, tariff)

    def _renewed(self, view: View, key: Key, tariff: Object) -> Iterator[Ruling]:
        """A change has a moment of its own; one that is older is a message that was overtaken."""
        before = self._known.get(key)
        texts = [str(one.get("last_updated")) for one in (before or tariff, tariff)]
        old, new = map(clock.parse, texts)
        if not validator(view.version, "Tariff").is_valid(tariff):
            return
        if before is None or old is None or new is None:
            self._known[key] = tariff
            return
        if new >= old:
            self._known[key] = tariff
        if new < old or not differences(view.version, "Tariff", before, tariff, required=True, besides=TIMES):
            return
        in_one_second = abs((view.exchange.started - new).total_seconds()) < SECOND_S
        if new > old or "." in texts[1] or not in_one_second:
            yield Ruling("tariffs-last-updated-advances", new > old, f"later than {texts[0]}", texts[1])


def _own_party(view: View, place: Place) -> Iterator[Ruling]:
    own = _cpos(view)
    owner = tuple(segment.casefold() for segment in place.rest[:2])
    if own and len(owner) == 2:
        yield Ruling(
            "tariffs-push-url-own-party", owner in own, "one of its own CPO parties", " ".join(owner)
        )


def _owner(view: View, tariff: Object) -> Iterator[Ruling]:
    own = _cpos(view)
    owner = [tariff.get(name) for name in IDENTITY[:2]]
    texts = tuple(name.casefold() for name in owner if isinstance(name, str))
    if own and len(texts) == 2:
        yield Ruling(
            "tariffs-owner-among-roles",
            texts in own,
            "one of the CPO roles in the credentials",
            " ".join(texts),
        )


def _cpos(view: View) -> set[tuple[str, ...]]:
    """The CPO parties of the IUT; none where it has not said, and for a hub, which may speak for any."""
    if view.is_hub:
        return set()
    return {
        (role.country_code.casefold(), role.party_id.casefold())
        for role in view.iut_roles
        if role.role == "CPO"
    }


def _elements(tariff: Object) -> Iterator[Ruling]:
    elements = _objects(tariff.get("elements"))
    yield from _free(tariff, elements)
    yield from _defaults(elements)


def _free(tariff: Object, elements: list[Object]) -> Iterator[Ruling]:
    """One that costs nothing, whatever happens, has one form."""
    parts = [part for element in elements for part in _objects(element.get("price_components"))]
    prices = [part.get("price") for part in parts]
    costs = not all(isinstance(price, int | float) and price == 0 for price in prices)
    if not prices or costs or any(tariff.get(name) for name in (*TEXTS, "min_price")):
        return
    plain = not any(_restrictions(element) for element in elements)
    holds = len(elements) == len(parts) == 1 and parts[0].get("type") == "FLAT" and plain
    found = f"{len(elements)} elements, {', '.join(str(part.get('type')) for part in parts)}"
    yield Ruling("tariffs-free-of-charge-as-flat-zero", holds, "one unrestricted element, FLAT", found)


def _defaults(elements: list[Object]) -> Iterator[Ruling]:
    """The last element with a dimension has no restrictions; those for reservations are for themselves."""
    last: dict[str, bool] = {}
    for element in elements:
        limits = _restrictions(element)
        if "reservation" not in limits:
            for part in _objects(element.get("price_components")):
                last[str(part.get("type"))] = bool(limits)
    if any(_restrictions(element) for element in elements):
        without = sorted(name for name, restricted in last.items() if restricted)
        yield Ruling(
            "tariffs-default-component",
            not without,
            "one without restrictions at the end",
            ", ".join(without),
        )


def _restrictions(element: Object) -> Object:
    """What is restricted in an element."""
    limits = element.get("restrictions")
    return {name: value for name, value in limits.items() if value} if isinstance(limits, dict) else {}


def _objects(values: Any) -> list[Object]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


__all__ = ["Tariffs"]
