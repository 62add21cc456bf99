"""Tokens: an eMSP sends Tokens that are wrong; the CPO says so and changes nothing."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.tokens import TokenSender

pytestmark = applies_to(module="tokens", iut="CPO", side="RECEIVER", writes=True)

REFUSALS = (2000, 2001)
NO_PARTY = "ZZZ"

Token = dict[str, Any]


def test_wrong_puts_are_refused(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """PUTs of incomplete and malformed Tokens, and of Tokens that don't belong to their URL."""
    token, before = stored(iut, emsp, check)
    bare = {name: value for name, value in token.items() if name != "contract_id"}
    for wrong in (bare, {**token, "whitelist": "SOMETIMES"}, {**token, "valid": "yes"}):
        answer = emsp.push_token(iut.connection, token, wrong)
        refused = answer.status_code in REFUSALS
        check("tokens-put-invalid-refused", refused, among=REFUSALS, found=answer, evidence=answer)
        left_alone(iut, emsp, check, token, before, answer)

    token, before = stored(iut, emsp, check)
    other = {**token, "uid": emsp.samples.token()["uid"]}
    answer = emsp.push_token(iut.connection, token, other)
    check("tokens-put-uid-mismatch-2001", expected=2001, found=answer.status_code, evidence=answer)
    left_alone(iut, emsp, check, token, before, answer)

    token, before = stored(iut, emsp, check)
    answer = emsp.push_token(iut.connection, token, {**token, "issuer": "Another"}, type_="APP_USER")
    expected = "2000, 2001 or HTTP 404"
    refused = answer.http_status == 404 or answer.status_code in REFUSALS
    check("tokens-put-type-mismatch-refused", refused, expected=expected, found=answer, evidence=answer)
    left_alone(iut, emsp, check, token, before, answer)

    token, before = stored(iut, emsp, check)
    answer = emsp.push_token(iut.connection, token, {**token, "party_id": NO_PARTY})
    refused = answer.http_status == 404 or answer.status_code in REFUSALS
    check("tokens-put-owner-mismatch-refused", refused, expected=expected, found=answer, evidence=answer)
    left_alone(iut, emsp, check, token, before, answer)


def test_wrong_patches_are_refused(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """PATCHes without last_updated, and with values of the wrong kind."""
    token, before = stored(iut, emsp, check)
    answer = emsp.push_token(iut.connection, token, {"issuer": "Another"}, method="PATCH")
    check("tokens-patch-without-last-updated-2001", expected=2001, found=answer.status_code, evidence=answer)
    left_alone(iut, emsp, check, token, before, answer)

    token, before = stored(iut, emsp, check)
    for wrong in ({"whitelist": "SOMETIMES"}, {"valid": None}):
        changes = {**wrong, "last_updated": clock.stamp(clock.now())}
        answer = emsp.push_token(iut.connection, token, changes, method="PATCH")
        refused = answer.status_code in REFUSALS
        check("tokens-patch-invalid-refused", refused, among=REFUSALS, found=answer, evidence=answer)
        left_alone(iut, emsp, check, token, before, answer)


def stored(iut: Iut, emsp: TokenSender, check: Check) -> tuple[Token, Answer]:
    """A Token that the IUT has, and what it gives back of it."""
    token = emsp.add_token()
    check.requires(emsp.push_token(iut.connection, token).accepted, "a Token that was PUT was refused")
    copy = emsp.get_copy(iut.connection, token)
    check.requires(copy.accepted, "a Token that was PUT can't be read back")
    return token, copy


def left_alone(
    iut: Iut, emsp: TokenSender, check: Check, token: Token, before: Answer, refusal: Answer
) -> None:
    """A refused request changed nothing; of one that was accepted other requirements speak."""
    if refusal.http_status is None:
        check.inconclusive("tokens-refused-leaves-store", "no answer came", evidence=refusal)
        return
    if refusal.accepted:
        check.not_applicable("tokens-refused-leaves-store", "it was not refused")
        return
    after = emsp.get_copy(iut.connection, token)
    found = differences(iut.claim.ocpi_version, "Token", before.data, after.data)
    told = "; ".join(map(str, found))
    check(
        "tokens-refused-leaves-store", not found, expected="as before", found=told, evidence=(refusal, after)
    )
