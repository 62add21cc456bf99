"""Locations: a CPO is made to change what it has, and tells the eMSP; what it serves follows."""

from collections.abc import Callable, Iterable
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.clock import parse
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.parts import location_key, part, with_connector, with_evse
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="locations", iut="CPO", side="SENDER", writes=True)

LIST = "locations.sender.list"
OWN = ("uid", "id", "last_updated")
"""Fields of a PATCH that need not be new: they say which object it is, and when."""

Object = dict[str, Any]


def test_a_new_location_is_put(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Location comes into being; it is PUT as it is served."""
    iut.url("locations", "SENDER")

    iut.act("push-location")

    push = _push(iut, _is_put)

    check(
        "locations-push-new-location-by-put",
        push.seen,
        expected="a PUT of a Location",
        found=", ".join(map(str, push.near)) or "no request",
        evidence=push,
    )
    check.requires(push.exchange and isinstance(push.exchange.request.json, dict), "no Location was PUT")
    pushed = push.exchange.request.json if push.exchange else {}
    served = emsp.ask_for(iut.connection, str(pushed.get("id")))
    check.requires(
        served.accepted and pushed.get("last_updated") == (served.data or {}).get("last_updated"),
        "what was PUT is no longer what is served",
    )
    found = differences(iut.claim.ocpi_version, "Location", served.data, pushed)
    check(
        "locations-push-put-matches-served",
        not found,
        expected="the Location as it is served",
        found="; ".join(map(str, found)),
        evidence=[push, served],
    )


def test_a_status_changes(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An EVSE gets another status; the eMSP is told, and the Location is as new as the change."""
    before, evse = _chosen(iut, emsp, check)
    wanted = "OUTOFORDER" if evse["status"] != "OUTOFORDER" else "INOPERATIVE"

    iut.act("push-evse-status", location_id=before["id"], evse_uid=evse["uid"], status=wanted)

    answer = emsp.ask_for(iut.connection, before["id"])
    after = part(answer.data, evse["uid"]) if answer.accepted else None
    check.requires(
        after and after.get("status") != evse["status"], "push-evse-status didn't change the status"
    )
    assert after is not None
    push = _push(iut, lambda exchange: _tells_of(emsp, exchange, before, evse["uid"]))
    received = part(_applied(emsp, before, push.exchange), evse["uid"]) or {}
    check(
        "locations-push-status-change",
        received.get("status") == after["status"],
        expected=f"a push with the status {after['status']}",
        found=received.get("status") if push.seen else "no push of the EVSE",
        evidence=push,
    )
    _newer(check, push.exchange, received, evse)
    _only_changes(iut, check, push.exchange, evse)
    _touched(iut, emsp, check, "locations-evse-change-touches-location", before, evse["uid"])


def test_a_connector_changes(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Connector changes; the eMSP is told, and EVSE and Location are as new as the change."""
    version = iut.claim.ocpi_version
    before, evse = _chosen(iut, emsp, check)

    told = iut.act("push-connector", location_id=before["id"], evse_uid=evse["uid"])

    answer = emsp.ask_for(iut.connection, before["id"])
    after = (part(answer.data, evse["uid"]) if answer.accepted else None) or {}
    known = {str(connector["id"]): connector for connector in evse["connectors"]}
    changed = [
        connector
        for connector in after.get("connectors") or ()
        if differences(version, "Connector", known.get(str(connector.get("id"))), connector)
    ]
    check.requires(changed, "push-connector didn't change a Connector of the EVSE")
    connector_id = str(told.get("connector_id") or changed[0]["id"])
    push = _push(iut, lambda exchange: _tells_of(emsp, exchange, before, evse["uid"], connector_id))
    received = part(_applied(emsp, before, push.exchange), evse["uid"], connector_id)
    found = differences(version, "Connector", changed[0], received, besides=("last_updated",))
    check(
        "locations-push-connector-change",
        push.seen and not found,
        expected="a push with the Connector as it is served",
        found="; ".join(map(str, found)) if push.seen else "no push of the Connector",
        evidence=push,
    )
    _touched(
        iut, emsp, check, "locations-connector-change-touches-parents", before, evse["uid"], connector_id
    )


def test_a_new_evse_is_put(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A known Location gets a further EVSE, which comes whole."""
    before, _ = _chosen(iut, emsp, check)
    known = {str(evse.get("uid")).casefold() for evse in before["evses"]}

    iut.act("push-evse", location_id=before["id"])

    push = _push(iut, lambda exchange: bool(_uids(emsp, exchange, before) - known))
    method = push.exchange.request.method if push.exchange else "no push of an EVSE that is new"
    patched = method == "PATCH" and push.exchange and len(_segments(emsp, push.exchange)) > 3
    check(
        "locations-push-new-evse-by-put",
        push.seen and not patched,
        expected="a PUT of the EVSE, or of its Location",
        found=method,
        evidence=push,
    )


def test_an_evse_is_removed(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An EVSE is taken away: it gets the status REMOVED, here and there, and stays."""
    before, evse = _chosen(iut, emsp, check, evses=2)

    iut.act("remove-evse", location_id=before["id"], evse_uid=evse["uid"])

    push = _push(iut, lambda exchange: _removes(emsp, exchange, before, evse["uid"]))
    received = part(_applied(emsp, before, push.exchange), evse["uid"]) or {}
    method = push.exchange.request.method if push.exchange else "no push"
    check(
        "locations-push-removed-status",
        method in ("PUT", "PATCH") and received.get("status") == "REMOVED",
        expected="a PUT or PATCH with the status REMOVED",
        found=f"{method}, {received.get('status', 'without the EVSE')}",
        evidence=push,
    )
    location = emsp.ask_for(iut.connection, before["id"])
    alone = emsp.ask_for(iut.connection, before["id"], evse["uid"])
    inside = part(location.data, evse["uid"]) if location.accepted else None
    asked = [(inside, location)]
    if not alone.accepted or part({"evses": [alone.data]}, evse["uid"]):  # of others another check speaks
        asked.append((alone.data if alone.accepted else None, alone))
    for found, answer in asked:
        check(
            "locations-removed-evse-stays-served",
            isinstance(found, dict) and found.get("status") == "REMOVED" and bool(found.get("connectors")),
            expected="the EVSE with the status REMOVED and its Connectors",
            found=found.get("status") if isinstance(found, dict) else f"{answer}, no such EVSE",
            evidence=answer,
        )


def _push(iut: Iut, where: Callable[[Exchange], bool]) -> Sighting:
    """The push that is due; one that doesn't push is not waited for."""
    return iut.sends(where=where, within=None if iut.claim.has("push") else 0.0)


def _chosen(iut: Iut, emsp: Emsp, check: Check, *, evses: int = 1) -> tuple[Object, Object]:
    """The Location that has been left alone the longest, with an EVSE in use, as the eMSP has come to know it.

    So that what changes now gets a later time even where times have no fractions.
    """
    iut.url("locations", "SENDER")
    pages = crawl(emsp, iut.connection, LIST, pages=1)
    places = [item for page in pages if page.accepted for item in page.items if len(_living(item)) >= evses]
    check.requires(places, f"needs a Location with {evses} EVSEs that are not removed")
    place = min(places, key=lambda item: str(item.get("last_updated")))
    emsp.store.received("locations").put(location_key(place), place)
    return place, _living(place)[0]


def _living(place: Any) -> list[Object]:
    if not isinstance(place, dict) or not {"country_code", "party_id", "id", "last_updated"} <= set(place):
        return []
    return [
        evse
        for evse in place.get("evses") or ()
        if isinstance(evse, dict)
        and {"uid", "status", "last_updated"} <= set(evse)
        and evse.get("connectors")
        if evse["status"] != "REMOVED"
    ]


def _is_put(exchange: Exchange) -> bool:
    return exchange.endpoint is not None and exchange.endpoint.id == "locations.receiver.put_location"


def _segments(emsp: Emsp, exchange: Exchange) -> tuple[str, ...]:
    """Country, party, Location, EVSE and Connector in the URL of a push; nothing for another request."""
    place = locate(emsp, exchange.request)
    pushed = place is not None and (place.module, place.interface) == ("locations", "RECEIVER")
    return place.rest if place and pushed and exchange.request.method != "GET" else ()


def _uids(emsp: Emsp, exchange: Exchange, before: Object) -> set[str]:
    """The EVSEs of the Location that a push speaks of."""
    segments, body = _segments(emsp, exchange), exchange.request.json
    if len(segments) < 3 or segments[2].casefold() != before["id"].casefold():
        return set()
    if len(segments) > 3:
        return {segments[3].casefold()}
    evses = body.get("evses") if isinstance(body, dict) else None
    return {str(evse.get("uid")).casefold() for evse in evses or () if isinstance(evse, dict)}


def _tells_of(
    emsp: Emsp, exchange: Exchange, before: Object, uid: str, connector_id: str | None = None
) -> bool:
    """Whether a push speaks of an EVSE, or of a Connector of it."""
    if uid.casefold() not in _uids(emsp, exchange, before):
        return False
    segments, body = _segments(emsp, exchange), exchange.request.json
    if connector_id is None:
        return len(segments) <= 4
    if len(segments) == 5:
        return segments[4].casefold() == connector_id.casefold()
    evse = body if len(segments) == 4 else part(body, uid)
    return isinstance(evse, dict) and bool(evse.get("connectors"))


def _removes(emsp: Emsp, exchange: Exchange, before: Object, uid: str) -> bool:
    """Whether a push may be the one that takes an EVSE away."""
    segments = _segments(emsp, exchange)
    whole = len(segments) == 3 and segments[2].casefold() == before["id"].casefold()
    return _tells_of(emsp, exchange, before, uid) or (whole and exchange.request.method != "PATCH")


def _applied(emsp: Emsp, before: Object, exchange: Exchange | None) -> Object:
    """The Location as a receiver has it after a push."""
    body = exchange.request.json if exchange else None
    if exchange is None or not isinstance(body, dict):
        return {**before, "evses": []} if exchange else before
    whole = exchange.request.method == "PUT"
    _, _, _, *parts = _segments(emsp, exchange)
    if not parts:
        return body if whole else {**before, **body}
    evse = part(before, parts[0]) or {}
    if len(parts) == 1:
        return with_evse(before, {"uid": parts[0], **(body if whole else {**evse, **body})})
    known = part(before, *parts) or {}
    return with_connector(before, evse, {"id": parts[1], **(body if whole else {**known, **body})})


def _newer(check: Check, push: Exchange | None, received: Object, before: Object) -> None:
    body = push.request.json if push else None
    if not isinstance(body, dict) or "last_updated" not in body:
        check.inconclusive(
            "locations-push-last-updated-advances", "no push said when it changed", evidence=push
        )
        return
    check(
        "locations-push-last-updated-advances",
        _later(received, before),
        expected=f"later than {before['last_updated']}",
        found=received.get("last_updated"),
        evidence=push,
    )


def _only_changes(iut: Iut, check: Check, push: Exchange | None, before: Object) -> None:
    if push is None or push.request.method != "PATCH" or not isinstance(push.request.json, dict):
        check.not_applicable("locations-push-patch-only-changes", "the change was not sent by PATCH")
        return
    if push.endpoint is None or push.endpoint.body != "EVSE":
        check.inconclusive(
            "locations-push-patch-only-changes", "the PATCH is not one of the EVSE", evidence=push
        )
        return
    body = {name: value for name, value in push.request.json.items() if name not in OWN}
    found = differences(iut.claim.ocpi_version, "EVSE", before, {**before, **body})
    old = sorted(set(body) - {difference.pointer.split("/")[1] for difference in found})
    check(
        "locations-push-patch-only-changes",
        not old,
        expected="fields with other values than before",
        found=f"unchanged: {', '.join(old)}",
        evidence=push,
    )


def _touched(iut: Iut, emsp: Emsp, check: Check, slug: str, before: Object, *names: str) -> None:
    """After a change of a part, each parent is newer than it was, no older than the part, and found by that time."""
    answer = emsp.ask_for(iut.connection, before["id"])
    parents = [part(answer.data, *names[:depth]) or {} for depth in range(len(names))]
    known = [part(before, *names[:depth]) or {} for depth in range(len(names))]
    changed = part(answer.data, *names) or {}
    since = str(changed.get("last_updated"))
    covered = all(_later(now, then) for now, then in zip(parents, known, strict=True))
    covered = covered and all(_later(parent, changed, equal=True) for parent in parents)
    pages = list(crawl(emsp, iut.connection, LIST, params={"date_from": since}, pages=20))
    listed = before["id"] in {
        item.get("id") for page in pages for item in page.items if isinstance(item, dict)
    }
    if covered and not listed and not pages[-1].accepted:
        check.inconclusive(slug, f"its list can't be read to the end: {pages[-1]}", evidence=pages)
        return
    times: Iterable[str] = (str(parent.get("last_updated")) for parent in parents)
    check(
        slug,
        covered and listed,
        expected=f"parents as new as the change ({since}), and listed from then on",
        found=f"{', '.join(times)}; {'listed' if listed else 'not listed'}",
        evidence=[answer, *pages],
    )


def _later(one: Object, other: Object, *, equal: bool = False) -> bool:
    now, then = parse(str(one.get("last_updated"))), parse(str(other.get("last_updated")))
    return now is not None and then is not None and (now > then or (equal and now == then))
