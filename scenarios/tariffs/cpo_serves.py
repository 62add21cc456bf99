"""Tariffs: a CPO serves them as a list, and names them at its Connectors."""

from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.pages import IutList
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="tariffs", iut="CPO", side="SENDER")

EVER = datetime.max.replace(tzinfo=UTC)
NEVER = datetime.min.replace(tzinfo=UTC)

Object = dict[str, Any]


def test_the_list_holds_tariffs(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP reads the whole list, and a window of it; each Tariff stands in it once."""
    served = IutList(emsp, iut.connection, "tariffs")
    iut.url("tariffs", "SENDER")
    first = served.get()
    check.requires(not isinstance(first.data, dict), f"what it serves as a list is none: {first}")
    check(
        "tariffs-list-serves-tariffs",
        first.accepted and isinstance(first.data, list),
        expected="HTTP 2xx, 1000, a list of Tariffs",
        found=f"{first}, {type(first.data).__name__}",
        evidence=first,
    )
    tariffs = objects(served.whole())
    check.requires(tariffs, "its list has no Tariff: it needs at least one")
    names = [str(tariff.get("id")).casefold() for tariff in tariffs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:  # a list may move on while it is read
        again = [str(tariff.get("id")).casefold() for tariff in objects(served.whole())]
        twice = [name for name in twice if again.count(name) > 1]
    check("tariffs-id-unique", not twice, expected="each id once", found=", ".join(twice), evidence=first)

    moments = sorted(moment for tariff in tariffs if (moment := updated(tariff)) is not None)
    check.requires(len(set(moments)) > 1, "needs Tariffs of different last_updated")
    pivot = moments[len(moments) // 2] if moments[len(moments) // 2] > moments[0] else moments[-1]
    stamp = next(str(tariff["last_updated"]) for tariff in tariffs if updated(tariff) == pivot)
    for slug, parameter, due in (
        ("tariffs-list-date-from-inclusive", "date_from", lambda moment: moment >= pivot),
        ("tariffs-list-date-to-exclusive", "date_to", lambda moment: moment < pivot),
    ):
        pages = served.crawl(**{parameter: stamp})
        check.requires(pages[-1].accepted, f"{parameter}={stamp} was answered with {pages[-1]}")
        got = {
            str(tariff.get("id")).casefold(): updated(tariff)
            for page in pages
            for tariff in objects(page.items)
        }
        wanted = {
            str(tariff.get("id")).casefold()
            for tariff in tariffs
            if (moment := updated(tariff)) is not None and due(moment)
        }
        wrong = [name for name, moment in got.items() if moment is not None and not due(moment)]
        missing = sorted(wanted - got.keys())
        check(
            slug,
            not wrong and not missing,
            expected=f"the Tariffs of {parameter}={stamp}",
            found=f"too many: {', '.join(wrong) or 'none'}; missing: {', '.join(missing) or 'none'}",
            evidence=pages,
        )


def test_connectors_name_served_tariffs(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Each Tariff that a Connector names is in the list, and no two of one type are active at once."""
    check.applies(iut.connection.url("locations", "SENDER"), "it lists no Locations")
    named = connectors(IutList(emsp, iut.connection, "locations").whole())
    check.applies(named, "no Connector of its Locations names a Tariff")
    tariffs = {
        str(one.get("id")).casefold(): one
        for one in objects(IutList(emsp, iut.connection, "tariffs").whole())
    }
    if not tariffs:
        first = IutList(emsp, iut.connection, "tariffs").get()
        check.requires(not isinstance(first.data, dict), f"what it serves as a list is none: {first}")
    missing = sorted({name for names in named.values() for name in names} - tariffs.keys())
    if missing:  # either list may have moved on since
        now = connectors(IutList(emsp, iut.connection, "locations").whole())
        missing = sorted({name for names in now.values() for name in names} & set(missing))
    check(
        "tariffs-connector-tariffs-served",
        not missing,
        expected="Tariffs of its list",
        found=", ".join(missing),
    )

    several = {
        place: there
        for place, names in named.items()
        if len(there := [tariffs[name] for name in names if name in tariffs]) > 1
    }
    check.applies(several, "no Connector names more than one Tariff")
    clashes = [
        f"{place}: {one['id']} and {other['id']}"
        for place, there in several.items()
        for one, other in combinations(there, 2)
        if clash(one, other)
    ]
    check(
        "tariffs-connector-one-per-type",
        not clashes,
        expected="one Tariff of each type at a time",
        found="; ".join(clashes),
    )


def clash(one: Object, other: Object) -> bool:
    """Whether two Tariffs are of the same type and their times overlap; one without a type is for all, and no type."""
    if one.get("type") is None or one.get("type") != other.get("type"):
        return False
    (begin, end), (start, stop) = map(active, (one, other))
    return begin < stop and start < end


def active(tariff: Object) -> tuple[datetime, datetime]:
    begin, end = (clock.parse(str(tariff.get(name))) for name in ("start_date_time", "end_date_time"))
    return begin or NEVER, end or EVER


def connectors(locations: list[Any]) -> dict[str, list[str]]:
    """The ids of Tariffs by the Connector that names them."""
    return {
        f"{location.get('id')}/{evse.get('uid')}/{connector.get('id')}": [
            str(name).casefold() for name in connector["tariff_ids"]
        ]
        for location in objects(locations)
        for evse in objects(location.get("evses"))
        for connector in objects(evse.get("connectors"))
        if isinstance(connector.get("tariff_ids"), list) and connector["tariff_ids"]
    }


def updated(tariff: Object) -> datetime | None:
    return clock.parse(str(tariff.get("last_updated")))


def objects(values: Any) -> list[Object]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
