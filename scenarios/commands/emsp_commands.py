"""Commands: an eMSP commands a CPO, and hears what came of it."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.commands import NEEDS_CONNECTOR, REMOTE_START, RESERVABLE, UNLOCKS
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="commands", iut="EMSP", side="SENDER", writes=True)

TEXTS = {"en": "The connector is stuck.", "nl": "De stekker zit vast."}
ABLE = (REMOTE_START, RESERVABLE, UNLOCKS)
TAKEN = "HTTP 200, 1000"

Object = dict[str, Any]


def test_a_session_is_started_and_stopped(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A driver starts at an EVSE that wants a connector to be named, and stops again."""
    check.applies(iut.claim.has("remote-start"), "it starts no sessions")
    location = announced(iut, cpo, NEEDS_CONNECTOR)
    evse = location["evses"][0]

    iut.act("start-session", location_id=location["id"], evse_uid=evse["uid"])

    start = commanded(iut, "START_SESSION")
    check.requires(start, "no START_SESSION came")
    heard(cpo, check, start)
    session = next((one for one in cpo.store.own("sessions") if is_of(one, body_of(start))), None)
    check.requires(session, "its START_SESSION could not be carried out by our CPO")
    assert session is not None
    iut.act("stop-session", session_id=session["id"])
    stop = commanded(iut, "STOP_SESSION")
    check.requires(stop, "no STOP_SESSION came")
    found = body_of(stop).get("session_id")
    if isinstance(found, str):
        same = found.casefold() == session["id"].casefold()
        check("commands-stop-names-session", same, expected=session["id"], found=found, evidence=stop)
    heard(cpo, check, stop)


def test_reservations_are_made_and_end(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Two EVSEs are reserved; one reservation is cancelled by the eMSP, one by us."""
    check.applies(iut.claim.has("reservations"), "it makes no reservations")
    made = []
    for _ in range(2):
        location, mark = announced(iut, cpo), cpo.journal.mark()
        place = {"location_id": location["id"], "evse_uid": location["evses"][0]["uid"]}
        iut.act("reserve-now", **place)
        reserve = commanded(iut, "RESERVE_NOW", since=mark)
        check.requires(reserve, "no RESERVE_NOW came")
        heard(cpo, check, reserve)
        made.append(str(body_of(reserve).get("reservation_id")))
    mine, yours = made

    iut.act("cancel-reservation", reservation_id=yours)

    cancel = commanded(iut, "CANCEL_RESERVATION")
    check.requires(cancel, "no CANCEL_RESERVATION came")
    found = body_of(cancel).get("reservation_id")
    same = str(found).casefold() == yours.casefold()
    check("commands-cancel-names-reservation", same, expected=yours, found=found, evidence=cancel)
    heard(cpo, check, cancel)
    known = cpo.release(iut.connection, mine)
    check.requires(known, "its RESERVE_NOW could not be carried out by our CPO")
    assert known is not None
    told = cpo.post_result(iut.connection, known["response_url"], "CANCELED_RESERVATION")
    cpo.tell_change(iut.connection, known["session_id"], known["changes"])
    check("commands-withdrawal-taken", told.accepted, expected=TAKEN, found=told, evidence=told)


def test_connectors_are_unlocked(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The charge point does it, fails and says why, and doesn't answer; late news and stray ones come, too."""
    check.applies(iut.claim.has("unlock-connector"), "it unlocks no connectors")
    location = announced(iut, cpo)
    evse = location["evses"][0]
    place = {
        "location_id": location["id"],
        "evse_uid": evse["uid"],
        "connector_id": evse["connectors"][0]["id"],
    }
    url = ""
    for result, texts in (("ACCEPTED", {}), ("TIMEOUT", {}), ("FAILED", TEXTS)):
        cpo.unlocking, mark = (result, texts), cpo.journal.mark()
        iut.act("unlock-connector", **place)
        unlock = commanded(iut, "UNLOCK_CONNECTOR", since=mark)
        cpo.unlocking = ("ACCEPTED", {})
        check.requires(unlock, "no UNLOCK_CONNECTOR came")
        body = body_of(unlock)
        found = {name: body.get(name) for name in place}
        same = [str(value).casefold() for value in found.values()] == [
            value.casefold() for value in place.values()
        ]
        check("commands-unlock-names-connector", same, expected=place, found=found, evidence=unlock)
        heard(cpo, check, unlock)
        url = body.get("response_url") or url
    check.requires(isinstance(url, str) and url, "its commands have no response_url")
    again = cpo.post_result(iut.connection, url, "FAILED", texts=TEXTS)
    check("commands-result-twice-taken", borne(again), expected="no HTTP 5xx", found=again, evidence=again)
    stray = cpo.post_result(iut.connection, f"{url}-ocpi-conformance", "ACCEPTED")
    check(
        "commands-result-of-nothing-borne", borne(stray), expected="no HTTP 5xx", found=stray, evidence=stray
    )


def test_only_who_may_charge_commands(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A driver who is blocked wants to start, and to reserve."""
    blocked = iut.act("prepare-token", allowed="BLOCKED", type="RFID").get("uid")
    check.requires(isinstance(blocked, str), "the trigger did not tell the uid of the Token of prepare-token")
    location = announced(iut, cpo)
    place = {"location_id": location["id"], "evse_uid": location["evses"][0]["uid"]}
    for slug, action, name, feature in (
        ("commands-start-token-authorized", "start-session", "START_SESSION", "remote-start"),
        ("commands-reserve-token-authorized", "reserve-now", "RESERVE_NOW", "reservations"),
    ):
        if not iut.claim.has(feature):
            continue
        mark = cpo.journal.mark()
        iut.tries(action, token_uid=blocked, **place)
        sent = iut.stays_quiet(endpoint=f"commands.receiver.{name.lower()}", since=mark)
        token = body_of(sent).get("token")
        used = token.get("uid") if isinstance(token, dict) else None
        kept = str(used).casefold() != str(blocked).casefold()
        check(slug, kept, expected=f"no {name} with {blocked}", found=sent.exchange, evidence=sent)


def announced(iut: Iut, cpo: Cpo, *more: str) -> Object:
    """A Location of ours whose first EVSE takes every command; the IUT is told of it if it takes Locations."""
    place = cpo.samples.location(full=True, tariff_ids=cpo.tariff_ids())
    for evse in place["evses"]:
        evse.update(status="AVAILABLE", capabilities=[*ABLE, *more])
    cpo.add_location(place)
    if iut.claim.covers("locations", "RECEIVER"):
        told = cpo.push_location(iut.connection, place)
        if not told.accepted:
            raise Stop(
                Verdict.INCONCLUSIVE, f"it refused a Location, so that nothing can be wanted there: {told}"
            )
    return place


def commanded(iut: Iut, name: str, *, since: int | None = None) -> Sighting:
    """The command that comes."""
    return iut.sends("POST", endpoint=f"commands.receiver.{name.lower()}", since=since)


def body_of(command: Sighting) -> Object:
    body = command.exchange.request.json if command.exchange else None
    return body if isinstance(body, dict) else {}


def heard(cpo: Cpo, check: Check, command: Sighting) -> None:
    """What the eMSP answered when it was told the result."""
    cpo.settle()
    url = body_of(command).get("response_url")
    since = command.exchange.id if command.exchange else 0
    for told in cpo.journal.all("POST", direction="sent", where=lambda sent: sent.request.url == url):
        if told.id > since and told.endpoint is not None:
            texts = isinstance(told.request.json, dict) and told.request.json.get("message")
            slug = "commands-result-message-taken" if texts else "commands-result-taken"
            answer = Answer(told)
            check(slug, answer.accepted, expected=TAKEN, found=answer, evidence=answer)


def borne(answer: Answer) -> bool:
    return (answer.http_status or 500) < 500


def is_of(session: Object, command: Object) -> bool:
    """Whether a Session is of the Token of a command."""
    token = command.get("token")
    return isinstance(token, dict) and session["cdr_token"]["uid"] == token.get("uid")
