"""Tokens: an eMSP is asked in real time whether a driver may charge."""

from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.scenarios.tokens.authorizing import (
    Place,
    Token,
    a_place,
    a_valid_token,
    ask,
    at_first_evse,
    decision,
    essence,
    listed,
    made,
    prepared,
)
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(
    module="tokens", iut="EMSP", side="SENDER", feature="realtime-authorization", writes=True
)

REFUSALS: tuple[str, ...] = ("BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED")
NOWHERE = "ocpi-conformance-nowhere"


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
    if choosy is None:
        slug = "tokens-authorize-needed-location-2002"
        check.not_applicable(slug, "it can't be told to make a Token that needs a location")
    else:
        unplaced.append(ask(iut, cpo, choosy))
        judge_choosy(check, unplaced[-1], ask(iut, cpo, choosy, asked))
    for answer in unplaced:
        info = decision(answer)
        legal = info.get("allowed") is not None or (answer.http_status, answer.status_code) == (200, 2002)
        expected = "a decision, or HTTP 200 with 2002"
        check("tokens-authorize-without-location", legal, expected=expected, found=answer, evidence=answer)
        if info:
            found = info.get("location")
            check("tokens-authorize-location-only-if-due", found is None, found=found, evidence=answer)


def judge_choosy(check: Check, without: Answer, placed: Answer) -> None:
    """What is said of a Token that needs a location, without one and with one."""
    slug = "tokens-authorize-needed-location-2002"
    if without.status_code != 2002 and decision(without).get("allowed") is None:
        check.inconclusive(slug, f"it takes no question without a location: {without}", evidence=without)
        return
    check(slug, expected=2002, found=without.status_code, evidence=without)
    decided = decision(placed).get("allowed") is not None
    check(slug, decided, expected="a decision at a location", found=placed, evidence=placed)


def test_refusals_are_answers(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A CPO asks about Tokens that may not charge: each for the eMSP's own reason."""
    tokens: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        (token, REFUSALS) for token in listed(iut, cpo) if token.get("valid") is False
    ][:1]
    for reason in REFUSALS:
        token = prepared(iut, reason)
        if token is None:
            break
        tokens.append((token, (reason,)))
    if not tokens:
        tokens = [(made(iut, "invalidate-token"), REFUSALS)]
    asked = at_first_evse(a_place(iut, cpo))

    answers = [(ask(iut, cpo, token, asked), reasons) for token, reasons in tokens]

    for answer, reasons in answers:
        info = decision(answer)
        if info:
            found = info.get("allowed")
            check("tokens-authorize-reason-told", among=reasons, found=found, evidence=answer)
        told = answer.http_status == 200 and info.get("allowed") is not None
        expected = "HTTP 200, 1000, AuthorizationInfo"
        check("tokens-authorize-refusal-is-answer", told, expected=expected, found=answer, evidence=answer)
        if told and info["allowed"] != "ALLOWED":
            found = info.get("location")
            check("tokens-authorize-location-only-if-due", found is None, found=found, evidence=answer)


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


def closed() -> dict[str, Any]:
    """What to PATCH at a Location so that it is closed now."""
    now = clock.now()
    begin, end = (clock.stamp(now + timedelta(days=days)) for days in (-1, 1))
    hours = {"twentyfourseven": True, "exceptional_closings": [{"period_begin": begin, "period_end": end}]}
    return {"opening_times": hours, "last_updated": clock.stamp(now)}
