"""Tokens: an eMSP that is asked in real time finds a Token by its uid and type, or doesn't."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.scenarios.tokens.authorizing import (
    a_place,
    a_valid_token,
    ask,
    at_first_evse,
    decision,
    essence,
    listed,
)
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(
    module="tokens", iut="EMSP", side="SENDER", feature="realtime-authorization", writes=True
)


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
