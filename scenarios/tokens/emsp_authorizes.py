"""Tokens: an eMSP is asked in real time whether a driver may charge."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(
    module="tokens", iut="EMSP", side="SENDER", feature="realtime-authorization", writes=True
)

LIST = "tokens.sender.list"
PAGES = 20
REFUSALS = ("BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED")
NOWHERE = "ocpi-conformance-nowhere"

Token = dict[str, Any]
Place = dict[str, Any]


def test_valid_tokens_are_decided_upon(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CPO asks about a valid Token at an EVSE, at a Location, and with no place at all."""
    token = a_valid_token(iut, cpo)
    place = a_place(iut, cpo)
    asked = at_first_evse(place)

    answer = ask(iut, cpo, token, asked)

    info = decision(answer)
    known = info.get("allowed") is not None
    check(
        "tokens-authorize-answers-known", known, expected="AuthorizationInfo", found=answer, evidence=answer
    )
    check.requires(known, "a valid Token was not decided upon")
    wrong = unlike(iut, token, info.get("token"))
    check("tokens-authorize-token-complete", not wrong, expected="the Token", found=wrong, evidence=answer)
    judge_location(check, asked, info, answer)

    for evses in ({}, {"evse_uids": None}, {"evse_uids": []}):
        answer = ask(iut, cpo, token, {"location_id": place["id"], **evses})
        check(
            "tokens-authorize-location-without-evses",
            answer.accepted,
            expected="accepted",
            found=answer,
            evidence=answer,
        )
    answer = ask(iut, cpo, token, {"location_id": NOWHERE})
    allowed = decision(answer).get("allowed")
    check("tokens-authorize-unpublished-location", expected="ALLOWED", found=allowed, evidence=answer)

    unplaced = [ask(iut, cpo, token)]
    choosy = prepared(iut, "NEEDS_LOCATION")
    if choosy is not None:
        unplaced.append(ask(iut, cpo, choosy))
    for answer in unplaced:
        info = decision(answer)
        legal = info.get("allowed") is not None or (answer.http_status, answer.status_code) == (200, 2002)
        expected = "a decision, or HTTP 200 with 2002"
        check("tokens-authorize-without-location", legal, expected=expected, found=answer, evidence=answer)
        if info:
            found = info.get("location")
            check("tokens-authorize-location-only-if-due", found is None, found=found, evidence=answer)


def test_refusals_are_answers(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CPO asks about Tokens that may not charge: each for the eMSP's own reason."""
    tokens = [token for token in listed(iut, cpo) if token.get("valid") is False][:1]
    for reason in REFUSALS:
        token = prepared(iut, reason)
        if token is None:
            break
        tokens.append(token)
    if not tokens:
        tokens = [made(iut, "invalidate-token")]
    asked = at_first_evse(a_place(iut, cpo))

    answers = [ask(iut, cpo, token, asked) for token in tokens]

    for answer in answers:
        info = decision(answer)
        told = answer.http_status == 200 and info.get("allowed") is not None
        expected = "HTTP 200, 1000, AuthorizationInfo"
        check("tokens-authorize-refusal-is-answer", told, expected=expected, found=answer, evidence=answer)
        if told and info["allowed"] != "ALLOWED":
            found = info.get("location")
            check("tokens-authorize-location-only-if-due", found is None, found=found, evidence=answer)


def test_tokens_are_found_by_uid_and_type(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CPO asks about a card with and without its type, with another type, and about a Token of nobody."""
    unknown = {"uid": cpo.samples.token()["uid"], "type": "RFID"}
    asked = at_first_evse(a_place(iut, cpo))
    answer = ask(iut, cpo, unknown, asked)
    code = answer.status_code
    refused = (answer.http_status == 404 and (code is None or code // 1000 == 2)) or (
        answer.http_status == 200 and code == 2004
    )
    expected = "HTTP 404, or 2004"
    check("tokens-authorize-unknown-refused", refused, expected=expected, found=answer, evidence=answer)
    if answer.envelope:
        slug = "tokens-authorize-unknown-without-data"
        check(slug, answer.data is None, expected="no data", found=answer.data, evidence=answer)
    else:
        check.not_applicable("tokens-authorize-unknown-without-data", "the HTTP 404 has no response format")

    card = a_valid_token(iut, cpo, type_="RFID")
    named = ask(iut, cpo, card, asked)
    check.requires(decision(named), "a valid Token was not decided upon")
    unnamed = ask(iut, cpo, {"uid": card["uid"], "type": None}, asked)
    same = essence(named) == essence(unnamed)
    slug = "tokens-authorize-type-default-rfid"
    check(slug, same, expected=essence(named), found=unnamed, evidence=(named, unnamed))

    uid = card["uid"].casefold()
    others = {token.get("type") for token in listed(iut, cpo) if str(token.get("uid")).casefold() == uid}
    check.applies("OTHER" not in others, "it lists a Token of type OTHER with the uid of its card")
    answer = ask(iut, cpo, {"uid": card["uid"], "type": "OTHER"}, asked)
    token = decision(answer).get("token")
    found = token.get("type") if isinstance(token, dict) else answer
    honoured = not answer.accepted or found == "OTHER"
    check("tokens-authorize-honours-type", honoured, expected="as unknown", found=found, evidence=answer)


def test_decisions_ignore_availability(iut: Iut, cpo: Cpo, check: Check) -> None:
    """An EVSE goes out of order and its Location closes; the eMSP decides as before."""
    check.applies(iut.claim.covers("locations", "RECEIVER"), "it takes no Locations")
    token = a_valid_token(iut, cpo)
    place = a_place(iut, cpo)
    asked = at_first_evse(place)
    before = ask(iut, cpo, token, asked)
    check.requires(decision(before), "a valid Token was not decided upon")

    broken = cpo.push_status(iut.connection, place, asked["evse_uids"][0], "OUTOFORDER")
    shut = cpo.push(iut.connection, "PATCH", place, closed())
    check.requires(broken.accepted and shut.accepted, "it refused news of a Location")
    after = ask(iut, cpo, token, asked)

    check(
        "tokens-authorize-ignores-availability",
        essence(after) == essence(before),
        expected=essence(before),
        found=after if not decision(after) else essence(after),
        evidence=(before, shut, after),
    )


def judge_location(check: Check, asked: Place, info: dict[str, Any], answer: Answer) -> None:
    """The location of a decision against the one that was asked about."""
    found = info.get("location")
    if not isinstance(found, dict):
        check.inconclusive("tokens-authorize-location-within-request", "its answer has no location")
    location = found if isinstance(found, dict) else {}
    same = str(location.get("location_id")).casefold() == asked["location_id"].casefold()
    evses = location.get("evse_uids")
    named = {str(uid).casefold() for uid in evses} if isinstance(evses, list) else set()
    wanted = {uid.casefold() for uid in asked["evse_uids"]}
    if location:
        slug = "tokens-authorize-location-within-request"
        check(slug, same and named <= wanted, expected=asked, found=found, evidence=answer)
    if info["allowed"] != "ALLOWED":
        check.not_applicable("tokens-authorize-location-echoed", "the Token was not allowed to charge")
        return
    echoed = same and bool(named & wanted)
    check("tokens-authorize-location-echoed", echoed, expected=asked, found=found, evidence=answer)


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


def unlike(iut: Iut, token: Token, found: Any) -> str:
    """How a returned Token differs from the one that was asked about."""
    if not isinstance(found, dict):
        return "no Token"
    if (str(found.get("uid")).casefold(), found.get("type")) != (token["uid"].casefold(), token["type"]):
        return f"{found.get('type')} {found.get('uid')}"
    if found.get("last_updated") != token.get("last_updated"):
        return ""  # it changed meanwhile, or came from the trigger
    parts = differences(iut.claim.ocpi_version, "Token", token, found, legal=True)
    return "; ".join(map(str, parts))


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


def closed() -> dict[str, Any]:
    """What to PATCH at a Location so that it is closed now."""
    now = clock.now()
    begin, end = (clock.stamp(now + timedelta(days=days)) for days in (-1, 1))
    hours = {"twentyfourseven": True, "exceptional_closings": [{"period_begin": begin, "period_end": end}]}
    return {"opening_times": hours, "last_updated": clock.stamp(now)}


def at_first_evse(place: Place) -> Place:
    """LocationReferences to one EVSE."""
    return {"location_id": place["id"], "evse_uids": [place["evses"][0]["uid"]]}
