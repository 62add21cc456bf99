"""Asking an eMSP in real time: about which Tokens, at which place, and what its answer comes to."""

from typing import Any

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Cpo

LIST = "tokens.sender.list"
PAGES = 20

Token = dict[str, Any]
Place = dict[str, Any]


def ask(iut: Iut, cpo: Cpo, token: Token, place: Place | None = None) -> Answer:
    """Ask about a Token, naming its type even where that is the default."""
    return cpo.ask(iut.connection, token["uid"], type_=token["type"], place=place)


def decision(answer: Answer) -> dict[str, Any]:
    """The AuthorizationInfo of an answer; empty where there is none."""
    return answer.data if answer.accepted and isinstance(answer.data, dict) else {}


def essence(answer: Answer) -> tuple[Any, ...]:
    """What makes two decisions the same one."""
    info = decision(answer)
    token, location = info.get("token"), info.get("location")
    uid = str(token.get("uid")).casefold() if isinstance(token, dict) else None
    evses = sorted(map(str, location.get("evse_uids") or ())) if isinstance(location, dict) else None
    return info.get("allowed"), uid, evses


def listed(iut: Iut, cpo: Cpo) -> list[Token]:
    """Tokens of the eMSP's list."""
    pages = crawl(cpo, iut.connection, LIST, pages=PAGES)
    return [
        token
        for page in pages
        for token in page.items
        if isinstance(token, dict)
        and isinstance(token.get("uid"), str)
        and isinstance(token.get("type"), str)
    ]


def a_valid_token(iut: Iut, cpo: Cpo, *, type_: str = "") -> Token:
    """A listed Token that may be asked about, a card if there is one; else the IUT is told to make one."""
    usable = [
        token for token in listed(iut, cpo) if token.get("valid") and token.get("whitelist") != "ALWAYS"
    ]
    usable.sort(key=lambda token: token["type"] != "RFID")
    found = next((token for token in usable if type_ in ("", token["type"])), None)
    return found or made(iut, "prepare-token", allowed="ALLOWED")


def prepared(iut: Iut, allowed: str) -> Token | None:
    """A card with a certain outcome, if the IUT can be told to make one."""
    try:
        return made(iut, "prepare-token", allowed=allowed)
    except Stop:
        return None


def made(iut: Iut, action: str, **parameters: str) -> Token:
    """A card that the IUT was told to make, or to change, and of which it told the uid."""
    told = iut.act(action, type="RFID", **parameters)
    if not isinstance(told.get("uid"), str):
        raise Stop(Verdict.INCONCLUSIVE, f"the trigger did not tell the uid of the Token of {action}")
    return {"type": "RFID", **told}


def a_place(iut: Iut, cpo: Cpo) -> Place:
    """A Location of ours with EVSEs that are free; the IUT is told of it if it takes Locations."""
    place = cpo.samples.location(full=True)
    for evse in place["evses"]:
        evse["status"] = "AVAILABLE"
    cpo.add_location(place)
    if iut.connection.url("locations", "RECEIVER"):
        cpo.push_location(iut.connection, place)
    return place


def at_first_evse(place: Place) -> Place:
    """LocationReferences to one EVSE."""
    return {"location_id": place["id"], "evse_uids": [place["evses"][0]["uid"]]}
