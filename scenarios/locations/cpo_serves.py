"""Locations: a CPO serves them as a list, and one by one at each of the three levels."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.clock import parse, stamp
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="locations", iut="CPO", side="SENDER")

LIST = "locations.sender.list"
PAGES = 200
"""How far a list is followed; no duty asks for more."""
COMPARED = 3
NOWHERE = "ocpi-conformance-nowhere"


def test_the_list_holds_locations(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP reads the whole list; each Location stands in it once."""
    iut.url("locations", "SENDER")

    pages = list(crawl(emsp, iut.connection, LIST, pages=PAGES))

    first = pages[0]
    check(
        "locations-list-serves-locations",
        first.accepted and isinstance(first.data, list) and len(_places(pages)) == sum(map(_size, pages)),
        expected="HTTP 2xx, 1000, a list of Locations",
        found=f"{first}, {type(first.data).__name__}",
        evidence=pages[:COMPARED],
    )
    check.requires(len(_places(pages)) > 1, "needs at least two Locations in its list")
    twice = _twice(pages)
    if twice:  # a list may move on while it is read
        pages = list(crawl(emsp, iut.connection, LIST, pages=PAGES))
        twice &= _twice(pages)
    check(
        "locations-id-unique",
        not twice,
        expected="each id once",
        found=", ".join(" ".join(name) for name in sorted(twice)),
        evidence=pages[:COMPARED],
    )


def test_each_level_by_itself(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP asks for one Location, one EVSE of it and one Connector of that, and gets what the list has."""
    iut.url("locations", "SENDER")
    pages = list(crawl(emsp, iut.connection, LIST, pages=1))
    places = _places(pages)
    check.requires(places, "needs a Location in its list")
    for place in places[:COMPARED]:
        _same_in_list_and_object(iut, emsp, check, place)

    place = next((place for place in places if _evses(place)), None)
    check.requires(place, "needs a Location with an EVSE that has a Connector")
    assert place is not None
    evse = _evses(place)[0]
    connector = _connector(evse) or {}
    answer = emsp.ask_for(iut.connection, place["id"], evse["uid"])
    _is_part(check, "locations-get-evse", answer, "EVSE", evse, iut)
    answer = emsp.ask_for(iut.connection, place["id"], evse["uid"], connector["id"])
    _is_part(check, "locations-get-connector", answer, "Connector", connector, iut)


def _same_in_list_and_object(iut: Iut, emsp: Emsp, check: Check, place: dict[str, Any]) -> None:
    version = iut.claim.ocpi_version
    answer = emsp.ask_for(iut.connection, place["id"])
    single = isinstance(answer.data, dict) and str(answer.data.get("id")).casefold() == place["id"].casefold()
    check(
        "locations-get-location",
        answer.accepted and single and _alone(answer),
        expected=f"the Location {place['id']} as a single object",
        found=f"{answer}, {_form(answer)}",
        evidence=answer,
    )
    if not (answer.accepted and single):
        return
    found = differences(version, "Location", place, answer.data)
    if found:  # it may have changed in between
        pages = list(crawl(emsp, iut.connection, LIST, pages=1))
        place = next((again for again in _places(pages) if again["id"] == place["id"]), place)
        answer = emsp.ask_for(iut.connection, place["id"])
        found = differences(version, "Location", place, answer.data)
    time = [difference for difference in found if difference.pointer == "/last_updated"]
    check(
        "locations-last-updated-steady",
        not time or len(found) > 1,
        expected="the same last_updated twice, where nothing else differs",
        found="; ".join(map(str, time)),
        evidence=answer,
    )
    if time:
        check.inconclusive(
            "locations-list-matches-object", "the Location changes all the time", evidence=answer
        )
        return
    check(
        "locations-list-matches-object",
        not found,
        expected="the same in the list and alone",
        found="; ".join(map(str, found)),
        evidence=answer,
    )


def _is_part(check: Check, slug: str, answer: Answer, name: str, part: dict[str, Any], iut: Iut) -> None:
    field = "uid" if name == "EVSE" else "id"
    alike = isinstance(answer.data, dict) and str(answer.data.get(field)).casefold() == part[field].casefold()
    found = differences(iut.claim.ocpi_version, name, part, answer.data, besides=("last_updated", "status"))
    check(
        slug,
        answer.accepted and alike and _alone(answer) and not found,
        expected=f"the {name} {part[field]} as in its Location, as a single object",
        found="; ".join(map(str, found)) if alike and found else f"{answer}, {_form(answer)}",
        evidence=answer,
    )


def test_what_does_not_exist(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP asks for things that aren't there, and for an EVSE at the wrong Location."""
    iut.url("locations", "SENDER")
    places = [place for place in _places(list(crawl(emsp, iut.connection, LIST, pages=1))) if _evses(place)]
    asked: list[tuple[str, ...]] = [(NOWHERE,)]
    for place in places[:1]:
        uid = _evses(place)[0]["uid"]
        asked += [(place["id"], NOWHERE), (place["id"], uid, NOWHERE)]
        elsewhere = [other["id"] for other in places if other["id"] != place["id"]]
        asked += [(other, uid) for other in elsewhere[:1]]

    answers = [emsp.ask_for(iut.connection, *segments) for segments in asked]

    for answer in answers:
        status = answer.http_status
        check("locations-get-unknown-404", expected="HTTP 404", found=f"HTTP {status}", evidence=answer)
        check(
            "locations-get-unknown-gives-no-object",
            not answer.accepted,
            expected="no success",
            found=str(answer),
            evidence=answer,
        )
    check.requires(len(asked) > 3, "needs two Locations with EVSEs to ask for an EVSE at the wrong one")


def test_changes_bring_whole_locations(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP asks for what changed since a part of a Location did, and gets all EVSEs of it."""
    iut.url("locations", "SENDER")
    places = [
        place for place in _places(list(crawl(emsp, iut.connection, LIST, pages=1))) if _evses(place)[1:]
    ]
    check.requires(places, "needs a Location with two EVSEs")
    place = next((place for place in places if len(_times(place)) > 1), places[0])
    if len(_times(place)) < 2:
        iut.act("push-evse-status", location_id=place["id"], evse_uid=_evses(place)[0]["uid"])
        place = emsp.ask_for(iut.connection, place["id"]).data
    since = max(_times(place))

    pages = list(crawl(emsp, iut.connection, LIST, params={"date_from": since}, pages=PAGES))

    check.requires(pages[-1].accepted, f"its list can't be read to the end: {pages[-1]}")
    listed = next((again for again in _places(pages) if again["id"] == place["id"]), {})
    check(
        "locations-list-keeps-whole-locations",
        expected=sorted(str(evse["uid"]) for evse in _evses(place)),
        found=sorted(str(evse["uid"]) for evse in _evses(listed)),
        evidence=pages,
    )


def _alone(answer: Answer) -> bool:
    """Whether an object came by itself, not in a list of one."""
    return isinstance(answer.envelope.get("data"), dict)


def _form(answer: Answer) -> str:
    data = answer.envelope.get("data")
    return f"a list of {len(data)}" if isinstance(data, list) else "an object" if data else "no data"


def _places(pages: list[Answer]) -> list[dict[str, Any]]:
    """What the pages list that can be told to be Locations."""
    items = [item for page in pages if page.accepted for item in page.items if isinstance(item, dict)]
    return [item for item in items if isinstance(item.get("id"), str) and "uid" not in item]


def _evses(place: dict[str, Any]) -> list[dict[str, Any]]:
    """The EVSEs of a Location that can be asked for, each with a Connector that can be."""
    evses = [evse for evse in place.get("evses") or () if isinstance(evse, dict)]
    return [evse for evse in evses if isinstance(evse.get("uid"), str) and _connector(evse)]


def _connector(evse: dict[str, Any]) -> dict[str, Any] | None:
    connectors = [one for one in evse.get("connectors") or () if isinstance(one, dict)]
    return next((one for one in connectors if isinstance(one.get("id"), str)), None)


def _times(place: dict[str, Any]) -> set[str]:
    moments = [parse(str(evse.get("last_updated"))) for evse in _evses(place)]
    return {stamp(moment) for moment in moments if moment is not None}


def _twice(pages: list[Answer]) -> set[tuple[str, ...]]:
    names = [
        tuple(str(place.get(field)).casefold() for field in ("country_code", "party_id", "id"))
        for place in _places(pages)
    ]
    return {name for name in names if names.count(name) > 1}


def _size(page: Answer) -> int:
    return len(page.items)
