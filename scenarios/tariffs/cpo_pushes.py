"""Tariffs: a CPO makes a Tariff, changes it and deletes it, and tells the eMSP each time."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.conformance.pages import IutList
from ocpi_conformance.schemas.validation import validator
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="tariffs", iut="CPO", side="SENDER", feature="push", writes=True)

JUDGED_ON_EACH_PUSH = ("tariffs-push-only-put-and-delete", "tariffs-push-url-own-party")
"""The judge of every exchange speaks of these, if there is a push to judge."""

OTHER_PRICE = 0.4321

Object = dict[str, Any]


def test_a_tariff_from_its_making_to_its_end(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A new Tariff is PUT as it is listed, PUT again when it changes, and DELETEd when it is given up."""
    mark = emsp.journal.mark()
    iut.act("push-tariff")
    push = pushed(iut, emsp, "PUT", since=mark)
    if not push:
        for slug in JUDGED_ON_EACH_PUSH:
            check.inconclusive(slug, "no push of a Tariff came")
    astray = [each for each in push.near if each.request.method == "PUT" and each.endpoint is None]
    check.requires(push.seen or not astray, f"a Tariff was PUT where nothing is listed: {near(push)}")
    check("tariffs-push-new-by-put", push.seen, expected="a PUT of a Tariff", found=near(push), evidence=push)
    check.requires(push.exchange and isinstance(push.exchange.request.json, dict), "no Tariff was PUT")
    tariff: Object = push.exchange.request.json if push.exchange else {}
    tariff_id = str(tariff.get("id"))
    as_served(iut, emsp, check, tariff, push)

    mark = emsp.journal.mark()
    iut.act("push-tariff", tariff_id=tariff_id, price=OTHER_PRICE)
    change = pushed(iut, emsp, "PUT", since=mark, tariff_id=tariff_id)
    check(
        "tariffs-push-change-by-put",
        change.seen,
        expected=f"a PUT of {tariff_id}",
        found=near(change),
        evidence=change,
    )
    if change.exchange and isinstance(change.exchange.request.json, dict):
        as_served(iut, emsp, check, change.exchange.request.json, change)

    mark = emsp.journal.mark()
    iut.act("delete-tariff", tariff_id=tariff_id)
    end = pushed(iut, emsp, "DELETE", since=mark, tariff_id=tariff_id)
    check("tariffs-push-delete", end.seen, expected=f"DELETE of {tariff_id}", found=near(end), evidence=end)
    check.requires(end.seen, "no Tariff was deleted")
    left = iut.settles(lambda: in_list(iut, emsp, tariff_id), lambda tariff: tariff is None)
    check("tariffs-deleted-not-listed", left is None, expected="gone from the list", found=left, evidence=end)
    if iut.connection.url("locations", "SENDER"):
        naming = [place for place in places(iut, emsp) if tariff_id.casefold() in place[1]]
        check(
            "tariffs-deleted-unreferenced",
            not naming,
            expected="no Connector that names it",
            found=", ".join(name for name, _ in naming),
            evidence=end,
        )

    mark = emsp.journal.mark()
    iut.act("push-tariff")
    pushed(iut, emsp, "PUT", since=mark)  # the judge of every exchange looks whether it is another one


def as_served(iut: Iut, emsp: Emsp, check: Check, tariff: Object, push: Sighting) -> None:
    """What was PUT is what the list has, unless it has moved on."""
    served = in_list(iut, emsp, str(tariff.get("id")))
    if served is None or moment(served) != moment(tariff):
        check.inconclusive("tariffs-push-put-matches-served", "its list doesn't have the state that was PUT")
        return
    if not validator(iut.claim.ocpi_version, "Tariff").is_valid(tariff):
        check.inconclusive(
            "tariffs-push-put-matches-served", "what was PUT is no valid Tariff", evidence=push
        )
        return
    found = differences(iut.claim.ocpi_version, "Tariff", served, tariff, legal=True)
    check(
        "tariffs-push-put-matches-served",
        not found,
        expected="the Tariff as it is listed",
        found="; ".join(map(str, found)),
        evidence=push,
    )


def pushed(iut: Iut, emsp: Emsp, method: str, *, since: int, tariff_id: str = "") -> Sighting:
    """A request to our receiver interface of tariffs, about one Tariff if it is named."""

    def fits(exchange: Exchange) -> bool:
        place = locate(emsp, exchange.request)
        ours = place is not None and (place.module, place.interface) == ("tariffs", "RECEIVER")
        about = not tariff_id or exchange.request.segments[-1].casefold() == tariff_id.casefold()
        return ours and about

    return iut.sends(method, where=fits, since=since)


def near(push: Sighting) -> str:
    return str(push.exchange or ", ".join(map(str, push.near)) or "no request")


def in_list(iut: Iut, emsp: Emsp, tariff_id: str) -> Object | None:
    """A Tariff as the list has it."""
    for tariff in IutList(emsp, iut.connection, "tariffs").whole():
        if isinstance(tariff, dict) and str(tariff.get("id")).casefold() == tariff_id.casefold():
            return tariff
    return None


def places(iut: Iut, emsp: Emsp) -> list[tuple[str, list[str]]]:
    """Every Connector with the Tariffs that it names."""
    return [
        (f"{location.get('id')}/{evse.get('uid')}", [str(name).casefold() for name in named])
        for location in IutList(emsp, iut.connection, "locations").whole()
        if isinstance(location, dict)
        for evse in location.get("evses") or ()
        for connector in evse.get("connectors") or ()
        for named in (connector.get("tariff_ids") or (),)
    ]


def moment(tariff: Object) -> Any:
    return clock.parse(str(tariff.get("last_updated")))
