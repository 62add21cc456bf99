"""Sessions: an eMSP passes on what its driver wishes of a Session that goes on."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.charges import a_customer, a_place
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="sessions", iut="EMSP", feature="charging-preferences", writes=True)

PREFERENCES = "sessions.sender.preferences"


def test_a_driver_has_preferences(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The driver leaves in some hours and wants to have charged so much by then."""
    iut.url("credentials")
    session = cpo.begin_session(a_customer(iut, cpo), location_id=a_place(iut, cpo)["id"])
    cpo.activate_session(session["id"])
    session = cpo.own_session(session["id"]) or session
    if iut.connection.url("sessions", "RECEIVER"):
        put = cpo.push_session(iut.connection, session)
        check.requires(put.accepted, f"a Session that was PUT was refused: {put}")
    departure = clock.now().replace(microsecond=0) + timedelta(hours=5)
    wish: dict[str, Any] = {
        "profile_type": "REGULAR",
        "departure_time": clock.stamp(departure),
        "energy_need": 12.5,
        "discharge_allowed": True,
    }

    iut.act("set-charging-preferences", session_id=session["id"], **wish)

    sent = iut.sends(where=lambda exchange: speaks_of(cpo, exchange, session["id"]))
    method = sent.exchange.request.method if sent.exchange else "no request"
    check("sessions-preferences-sent", method == "PUT", expected="PUT", found=method, evidence=sent)
    check.requires(method == "PUT" and sent.exchange, "no charging preferences came")
    assert sent.exchange is not None
    body = sent.exchange.request.json if isinstance(sent.exchange.request.json, dict) else {}
    read = {
        name: clock.parse(str(body.get(name))) if name == "departure_time" else body.get(name)
        for name in wish
    }
    check(
        "sessions-preferences-as-chosen",
        read == {**wish, "departure_time": departure},
        expected=wish,
        found=body,
        evidence=sent,
    )


def speaks_of(cpo: Cpo, exchange: Exchange, session_id: str) -> bool:
    """Whether a request of the eMSP is about one Session of ours."""
    place = locate(cpo, exchange.request)
    asks = place is not None and (place.module, place.interface) == ("sessions", "SENDER")
    named = [part.casefold() for part in exchange.request.segments]
    return asks and exchange.request.method != "GET" and session_id.casefold() in named
