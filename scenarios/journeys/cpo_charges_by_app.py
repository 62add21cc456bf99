"""Journeys: a driver charges by app. What was in sync before, the Session and the CDR tell one story."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.roles import Emsp

from .following import (
    Place,
    cdr_of,
    comes_to,
    free_place,
    listed,
    outcome,
    place_in,
    same,
    session_of,
    told_by,
)
from .recomputing import by_id, differing, essence, in_words, total, used_in

pytestmark = applies_to(module="journeys", iut="CPO", side="SENDER", feature="push", writes=True)

TARIFFS = "tariffs.sender.list"
AROUND = timedelta(minutes=5)
"""Clocks may differ by so much."""

FOR_PEOPLE = ("tariff_alt_text", "tariff_alt_url", "energy_mix")

Object = dict[str, Any]


def test_a_driver_charges_by_app(iut: Iut, emsp: Emsp, check: Check) -> None:
    """In sync, started by command, watched, stopped by command, billed."""
    check.applies(iut.claim.has("remote-start"), "it starts no sessions on command")
    begun = clock.stamp(clock.now() - AROUND)
    place = free_place(iut, emsp, "REMOTE_START_STOP_CAPABLE")
    tariffs = listed(iut, emsp, TARIFFS, "Tariff")
    token, reference = emsp.add_token(type="APP_USER"), emsp.samples.new_id("AUTH")

    url = emsp.new_response_url("START_SESSION")
    start = emsp.start_session(
        iut.connection, token, **place.ids, authorization_reference=reference, response_url=url
    )
    check.requires(outcome(iut, start, url) == "ACCEPTED", f"START_SESSION came to nothing: {start}")
    session = comes_to(iut, emsp, session_of(iut, token), "ACTIVE")
    told = {name: session[name] for name in place.ids}
    there = all(same(told[name], value) for name, value in place.ids.items())
    check("journeys-session-where-commanded", there, expected=place.ids, found=told, evidence=start)
    check.requires(there, "the Session is at another place, which nobody looked at before")

    told_by(iut, "update-session", session_id=session["id"])
    url = emsp.new_response_url("STOP_SESSION")
    stop = emsp.stop_session(iut.connection, session["id"], response_url=url)
    check.requires(outcome(iut, stop, url) == "ACCEPTED", f"STOP_SESSION came to nothing: {stop}")
    session = comes_to(iut, emsp, session, "COMPLETED")

    posted = cdr_of(iut, token, session)
    named = posted.request.json.get("session_id")
    check(
        "journeys-cdr-names-session",
        same(named, session["id"]),
        expected=session["id"],
        found=named,
        evidence=posted,
    )
    _place_as_it_was(iut, emsp, check, place, posted)
    # The lists say it again, for the judge of Sessions and their CDRs.
    for module, name in (("sessions", "Session"), ("cdrs", "CDR")):
        listed(iut, emsp, f"{module}.sender.list", name, date_from=begun)
    _tariffs_as_they_were(iut, emsp, check, place, tariffs, posted)
    _money(iut, check, place, tariffs, session, posted)


def _place_as_it_was(iut: Iut, emsp: Emsp, check: Check, place: Place, posted: Exchange) -> None:
    """The CDR repeats Location, EVSE and Connector as they were served, unless they changed meanwhile."""
    slug = "journeys-cdr-location-as-at-start"
    answer = emsp.ask_for(iut.connection, place.location["id"])
    now, before = place_in(answer.data, place.ids), essence(place)
    if now is None:
        check.inconclusive(
            slug, f"whether the Location changed while the session ran can't be seen: {answer}"
        )
        return
    if essence(now) != before:
        check.not_applicable(slug, "the Location changed while the session ran")
        return
    wrong = differing(before, posted.request.json["cdr_location"])
    check(slug, not wrong, expected=before, found=wrong, evidence=[posted, answer])


def _tariffs_as_they_were(
    iut: Iut, emsp: Emsp, check: Check, place: Place, tariffs: list[Object], posted: Exchange
) -> None:
    """The CDR has the Tariffs that were served before, those of the Connector, and their money."""
    cdr = posted.request.json
    used, offered = used_in(cdr), {name.casefold() for name in place.connector.get("tariff_ids") or ()}
    if used and offered:
        check(
            "journeys-cdr-tariff-of-connector",
            used <= offered,
            expected=sorted(offered),
            found=sorted(used),
            evidence=posted,
        )
    else:
        check.not_applicable("journeys-cdr-tariff-of-connector", "the Connector or the CDR names no Tariff")
    before, now = by_id(tariffs), by_id(listed(iut, emsp, TARIFFS, "Tariff"))
    check.applies(
        used and all(name in before and before[name] == now.get(name) for name in used),
        "the CDR names no Tariff, or one that was not served, or one that changed while the session ran",
    )
    carried = by_id(cdr.get("tariffs") or [])
    if not used & carried.keys():
        check.not_applicable("journeys-cdr-tariffs-as-at-start", "the CDR carries none of its Tariffs")
    for name in used & carried.keys():
        found = differences(
            iut.claim.ocpi_version, "Tariff", before[name], carried[name], besides=_aside(carried[name])
        )
        check(
            "journeys-cdr-tariffs-as-at-start",
            not found,
            expected="the Tariff as it was served",
            found="; ".join(map(str, found)),
            evidence=posted,
        )


def _aside(carried: Object) -> tuple[str, ...]:
    """What a Tariff in a CDR may be without: it is for people, and no price."""
    return ("last_updated", *(name for name in FOR_PEOPLE if not carried.get(name)))


def _money(
    iut: Iut, check: Check, place: Place, tariffs: list[Object], session: Object, posted: Exchange
) -> None:
    """The total follows from the Tariffs that were served, unless not even from those that it carries."""
    version, cdr = iut.claim.ocpi_version, posted.request.json
    used = [tariff for tariff in tariffs if str(tariff["id"]).casefold() in used_in(cdr)]
    check.applies(not any(map(in_words, used)), "the Tariff has words that may explain another price")
    own = total(version, cdr, cdr.get("tariffs") or used, place)
    due = total(version, cdr, used, place)
    sound = due and own and (own.holds or not cdr.get("tariffs"))
    check.requires(
        sound, "the total can't be told, or doesn't follow from the CDR's own Tariffs: see billing"
    )
    assert due is not None
    check(
        "journeys-cdr-cost-by-synced-tariff",
        due.holds,
        expected=f"{due.exact:.4f} excl. VAT",
        found=cdr["total_cost"],
        evidence=posted,
    )
    if session.get("total_cost"):
        asked, told = (Decimal(str(each["total_cost"]["excl_vat"])) for each in (cdr, session))
        found, same_price = cdr["total_cost"], abs(asked - told) <= due.tolerance
        check(
            "journeys-cdr-cost-is-session-cost",
            same_price,
            expected=session["total_cost"],
            found=found,
            evidence=posted,
        )
    else:
        check.not_applicable("journeys-cdr-cost-is-session-cost", "the Session names no costs")
