"""Tokens: a driver presents a Token at a charge point, and the CPO asks the eMSP where the whitelist wants it."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.answering import locate
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(
    module="tokens", iut="CPO", side="RECEIVER", feature="realtime-authorization", writes=True
)

LOCATIONS = "locations.sender.list"

Token = dict[str, Any]


def test_the_emsp_is_asked_each_time(iut: Iut, emsp: Emsp, check: Check) -> None:
    """Tokens with whitelist NEVER and ALLOWED_OFFLINE are presented twice, at a Location and at none."""
    for slug, whitelist in (
        ("tokens-authorize-when-never", "NEVER"),
        ("tokens-authorize-when-allowed-offline", "ALLOWED_OFFLINE"),
    ):
        token = known(iut, emsp, check, whitelist=whitelist)
        for place in (a_place(iut, emsp), {}):
            request = presented(iut, emsp, token, **place)
            asked = check(slug, request.seen, expected="a request each time", evidence=request)
            if not asked:
                break
            judge_request(check, emsp, token, request)


def test_the_emsp_is_asked_about_tokens_of_apps(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Token of an app is presented, and a card that is invalid by what the CPO last heard."""
    app = known(iut, emsp, check, type="APP_USER")
    request = presented(iut, emsp, app)
    check.requires(request, "it did not ask about a Token with whitelist NEVER")
    judge_request(check, emsp, app, request)

    card = known(iut, emsp, check, whitelist="NEVER", valid=False)
    request = presented(iut, emsp, card)
    slug = "tokens-authorize-invalid-still-asked"
    check(slug, request.seen, expected="a request", evidence=request)


def test_the_emsp_is_asked_about_unknown_tokens(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A card is presented of which the CPO was never told."""
    card = emsp.add_token(type="RFID", whitelist="ALLOWED")
    mark = emsp.journal.mark()
    tried = iut.tries("authorize-token", uid=card["uid"], type=card["type"])
    request = iut.sends(where=lambda found: asks(emsp, found, card), since=mark)
    check.requires(request.seen or tried, f"the driver could not present it: {tried.detail}")
    check("tokens-authorize-when-unknown", request.seen, expected="a request", evidence=request)


def test_the_emsp_is_not_asked_without_need(iut: Iut, emsp: Emsp, check: Check) -> None:
    """A Token that is always to be whitelisted is presented."""
    token = known(iut, emsp, check, whitelist="ALWAYS")
    copy = emsp.get_copy(iut.connection, token)
    check.requires(copy.accepted, "a Token that was PUT can't be read back: of an unknown one it has to ask")
    mark = emsp.journal.mark()
    present(iut, token)
    request = iut.stays_quiet(where=lambda found: asks(emsp, found, token), since=mark)
    slug = "tokens-authorize-not-when-always"
    check(slug, not request.seen, expected="no request", found=request.exchange, evidence=request)


def judge_request(check: Check, emsp: Emsp, token: Token, request: Sighting) -> None:
    """Where a request goes, and which type it names."""
    assert request.exchange is not None
    sent = request.exchange.request
    place = locate(emsp, sent)
    right = place is not None and len(place.rest) == 2 and place.rest[1] == "authorize"
    expected = f"POST {emsp.url('tokens', 'SENDER').rstrip('/')}/{token['uid']}/authorize"
    found = f"{sent.method} {sent.url}"
    right = right and sent.method == "POST"
    check("tokens-authorize-request-url", right, expected=expected, found=found, evidence=request)
    named = sent.query.get("type", "RFID")
    check("tokens-authorize-request-type", expected=token["type"], found=named, evidence=request)


def presented(iut: Iut, emsp: Emsp, token: Token, **place: str) -> Sighting:
    """The request that follows when a driver presents a Token."""
    mark = emsp.journal.mark()
    present(iut, token, **place)
    return iut.sends(where=lambda found: asks(emsp, found, token), since=mark)


def present(iut: Iut, token: Token, **place: str) -> None:
    iut.act("authorize-token", uid=token["uid"], type=token["type"], **place)


def asks(emsp: Emsp, exchange: Exchange, token: Token) -> bool:
    """Whether a request is about a Token, at our sender interface."""
    place = locate(emsp, exchange.request)
    if place is None or (place.module, place.interface) != ("tokens", "SENDER"):
        return False
    return token["uid"].casefold() in {segment.casefold() for segment in place.rest}


def known(iut: Iut, emsp: Emsp, check: Check, **wishes: Any) -> Token:
    """A Token that the IUT has."""
    token = emsp.add_token(**wishes)
    check.requires(emsp.push_token(iut.connection, token).accepted, "a Token that was PUT was refused")
    return token


def a_place(iut: Iut, emsp: Emsp) -> dict[str, str]:
    """An EVSE of the IUT at which a driver could charge now, if it lists one."""
    if not iut.claim.covers("locations", "SENDER"):
        return {}
    for page in crawl(emsp, iut.connection, LOCATIONS, pages=1):
        for location in page.items:
            for evse in (location.get("evses") if isinstance(location, dict) else None) or ():
                if isinstance(evse, dict) and evse.get("status") == "AVAILABLE":
                    return {"location_id": str(location.get("id")), "evse_uid": str(evse.get("uid"))}
    return {}
