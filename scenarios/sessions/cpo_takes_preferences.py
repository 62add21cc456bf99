"""Sessions: an eMSP passes on what a driver wishes of a Session, and the CPO says what becomes of it."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.forms import values_of
from ocpi_conformance.conformance.pages import IutList
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.parts import part
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(
    module="sessions", iut="CPO", side="SENDER", feature="charging-preferences", writes=True
)

CAPABLE = "CHARGING_PREFERENCES_CAPABLE"
REFUSALS = (2000, 2001)
NOWHERE = "ocpi-conformance-nowhere"

Object = dict[str, Any]


def test_a_driver_has_preferences(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Every profile is asked for, with nothing else, then with all that there is to say."""
    session, connector = charging_at(iut, emsp, check, capable=True)
    answers: list[Answer] = []
    accepted: dict[str, Answer] = {}
    for profile in values_of(iut.claim.ocpi_version, "ProfileType"):
        for wish in ({"profile_type": profile}, whole(profile)):
            answer = emsp.set_preferences(iut.connection, session["id"], wish)
            told = answer.accepted and isinstance(answer.data, str)
            expected = "HTTP 200, 1000 and a ChargingPreferencesResponse"
            found = answer.data if answer.accepted else answer
            check("sessions-preferences-answered", told, expected=expected, found=found, evidence=answer)
            if told:
                answers.append(answer)
                accepted |= {profile: answer} if answer.data == "ACCEPTED" else {}
    check.requires(answers, "no charging preferences were answered")

    known = values_of(iut.claim.ocpi_version, "ChargingPreferencesResponse")
    for answer in answers:
        check("sessions-preferences-response-values", among=known, found=answer.data, evidence=answer)
        asked = answer.exchange.request.json
        for slug, name, found in (
            ("sessions-preferences-departure-only-if-missing", "departure_time", "DEPARTURE_REQUIRED"),
            ("sessions-preferences-energy-only-if-missing", "energy_need", "ENERGY_NEED_REQUIRED"),
        ):
            if name in asked:
                expected = f"anything but {found}"
                check(slug, answer.data != found, expected=expected, found=answer.data, evidence=answer)
    priced(iut, emsp, check, connector, accepted)

    wrong: list[Object] = [{"energy_need": 10}, {"profile_type": "REGULAR", "departure_time": "tomorrow"}]
    for wish in wrong:
        answer = emsp.set_preferences(iut.connection, session["id"], wish)
        refused = answer.status_code in REFUSALS
        check("sessions-preferences-invalid-refused", refused, among=REFUSALS, found=answer, evidence=answer)


def test_preferences_that_nobody_can_follow(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Preferences for a Session that isn't there, for one that is over, and at an EVSE that can't be told."""
    iut.url("sessions", "SENDER")
    answer = emsp.set_preferences(iut.connection, NOWHERE, whole("REGULAR"))
    check(
        "sessions-preferences-unknown-session-refused",
        refuses(answer),
        expected="HTTP 404, or 2001",
        found=answer,
        evidence=answer,
    )

    over = next(
        (found for found in listed(iut, emsp, "sessions") if found.get("status") == "COMPLETED"), None
    )
    if over is not None:
        answer = emsp.set_preferences(iut.connection, over["id"], whole("REGULAR"))
        found = answer.data if answer.accepted else answer
        kept = found != "ACCEPTED"
        check(
            "sessions-preferences-session-over", kept, expected="not ACCEPTED", found=found, evidence=answer
        )

    session, _ = charging_at(iut, emsp, check, capable=False)
    answer = emsp.set_preferences(iut.connection, session["id"], whole("REGULAR"))
    check(
        "sessions-preferences-not-capable-refused",
        refuses(answer),
        expected="HTTP 404 and 2001",
        found=answer if not answer.accepted else f"{answer}, {answer.data}",
        evidence=answer,
    )


def priced(iut: Iut, emsp: Emsp, check: Check, connector: Object, accepted: dict[str, Answer]) -> None:
    """Each profile that was accepted has a Tariff at the Connector; one without a type is for all."""
    slug = "sessions-preferences-supported-has-tariff"
    named = connector.get("tariff_ids")
    if not accepted or not named or not iut.connection.url("tariffs", "SENDER"):
        check.not_applicable(slug, "no profile was ACCEPTED at a Connector that names its Tariffs")
        return
    tariffs = {str(tariff["id"]).casefold(): tariff for tariff in listed(iut, emsp, "tariffs")}
    there = [tariffs.get(str(name).casefold()) for name in named]
    types = {str(tariff.get("type") or "any") for tariff in there if tariff is not None}
    for profile, answer in accepted.items():
        wanted = "REGULAR" if profile == "REGULAR" else f"PROFILE_{profile}"
        if None in there and not types & {"any", wanted}:
            check.not_applicable(slug, "the Connector names a Tariff that is not served")
            continue
        expected = f"a Tariff of type {wanted}, or without a type"
        found = ", ".join(sorted(types))
        check(slug, bool(types & {"any", wanted}), expected=expected, found=found, evidence=answer)


def charging_at(iut: Iut, emsp: Emsp, check: Check, *, capable: bool) -> tuple[Object, Object]:
    """An ACTIVE Session at an EVSE that takes preferences, or at one that doesn't, with its Connector."""
    iut.url("locations", "SENDER")
    places = {
        (location["id"].casefold(), evse["uid"].casefold()): (location, evse)
        for location in listed(iut, emsp, "locations")
        for evse in location.get("evses") or ()
        if (CAPABLE in (evse.get("capabilities") or ())) is capable and evse.get("connectors")
    }
    which = "is" if capable else "is not"
    check.applies(places or capable, f"all EVSEs that it serves are {CAPABLE}")
    check.requires(
        places, f"needs an EVSE that {which} {CAPABLE}; else set features.charging-preferences = false"
    )
    session = active_at(iut, emsp, places)
    if session is None:
        location, evse = next(
            (place for place in places.values() if place[1].get("status") == "AVAILABLE"),
            next(iter(places.values())),
        )
        iut.act("push-session", location_id=location["id"], evse_uid=evse["uid"])
        session = active_at(iut, emsp, places, waits=True)
    check.requires(session, f"push-session began no Session at an EVSE that {which} {CAPABLE}")
    assert session is not None
    location, evse = places[place_of(session)]
    connector = part(location, evse["uid"], str(session.get("connector_id"))) or evse["connectors"][0]
    return session, connector


def active_at(
    iut: Iut, emsp: Emsp, places: Collection[tuple[str, str]], *, waits: bool = False
) -> Object | None:
    """A Session that the CPO lists as ACTIVE at one of the places; it may take its time to be so."""
    found: list[Object] = []

    def ask() -> Answer:
        pages = IutList(emsp, iut.connection, "sessions").crawl()
        items = [item for page in pages for item in page.items if isinstance(item, dict)]
        active = [item for item in items if item.get("status") == "ACTIVE" and place_of(item) in places]
        found[:] = [item for item in active if isinstance(item.get("id"), str)]
        return pages[-1]

    if waits:
        iut.settles(ask, lambda _: bool(found))
    else:
        ask()
    return found[0] if found else None


def place_of(session: Object) -> tuple[str, str]:
    return str(session.get("location_id")).casefold(), str(session.get("evse_uid")).casefold()


def listed(iut: Iut, emsp: Emsp, module: str) -> list[Object]:
    """The objects with an id that a list of the IUT has."""
    items = IutList(emsp, iut.connection, module).whole()
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]


def whole(profile: str) -> Object:
    """All that a driver can wish."""
    departure = clock.now().replace(microsecond=0) + timedelta(hours=5)
    told = {"departure_time": clock.stamp(departure), "energy_need": 12.5, "discharge_allowed": False}
    return {"profile_type": profile, **told}


def refuses(answer: Answer) -> bool:
    """HTTP 404 and 2001 are both asked for; each alone is understood."""
    return answer.http_status == 404 or answer.status_code in REFUSALS
