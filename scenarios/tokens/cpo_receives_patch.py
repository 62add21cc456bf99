"""Tokens: an eMSP PATCHes Tokens that a CPO has, invalidates them, and asks for some that it doesn't have."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.tokens import TokenSender

pytestmark = applies_to(module="tokens", iut="CPO", side="RECEIVER", writes=True)

Token = dict[str, Any]


def test_patch_changes_what_it_names(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """A PATCH of one field, and of the Token of one type."""
    token = known(iut, emsp, check, full=True)
    before = emsp.get_copy(iut.connection, token)

    changes = {"issuer": "Another issuer", "last_updated": now()}
    patch = emsp.push_token(iut.connection, token, changes, method="PATCH")
    emsp.add_token({**token, **changes})
    after = emsp.get_copy(iut.connection, token)

    wrong = "; ".join(named(iut, changes, after))
    applied = patch.accepted and not wrong
    check("tokens-patch-applies", applied, expected=changes, found=wrong or patch, evidence=(patch, after))
    check.requires(applied, "a PATCH was not applied")
    check("tokens-put-known-200", expected=200, found=patch.http_status, evidence=patch)
    version = iut.claim.ocpi_version
    found = differences(version, "Token", before.data, after.data, besides=changes)
    check("tokens-patch-keeps-rest", not found, found="; ".join(map(str, found)), evidence=(before, after))

    app = emsp.add_token({**emsp.samples.token(type="APP_USER"), "uid": token["uid"]})
    put = emsp.push_token(iut.connection, app)
    check.requires(put.accepted, "a Token of another type was refused")
    changes = {"issuer": "Of the app only", "last_updated": now()}
    patch = emsp.push_token(iut.connection, app, changes, method="PATCH")
    emsp.add_token({**app, **changes})
    card, app_copy = emsp.get_copy(iut.connection, token, type_="RFID"), emsp.get_copy(iut.connection, app)
    check.requires(patch.accepted and card.accepted and app_copy.accepted, "a PATCH by type was refused")
    check.requires(card.data.get("type") == "RFID", "Tokens of one uid are not kept apart by their type")
    found = (app_copy.data.get("issuer"), card.data.get("issuer"))
    legal = (changes["issuer"], after.data.get("issuer"))
    check("tokens-patch-honours-type", expected=legal, found=found, evidence=(patch, card, app_copy))


def test_invalid_tokens_are_kept(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """Tokens that became invalid, by PATCH or PUT, and those that a DELETE named, are still there."""
    by_patch, by_put = known(iut, emsp, check), known(iut, emsp, check)
    changes = {"valid": False, "last_updated": now()}
    patch = emsp.push_token(iut.connection, by_patch, changes, method="PATCH")
    put = emsp.push_token(iut.connection, by_put, {**by_put, **changes})
    for token, sent in ((by_patch, patch), (by_put, put)):
        emsp.add_token({**token, **changes})
        copy = emsp.get_copy(iut.connection, token)
        if not sent.accepted:
            check.inconclusive("tokens-invalidated-kept", "the invalidation was refused", evidence=sent)
            continue
        kept = copy.accepted and isinstance(copy.data, dict) and copy.data.get("valid") is False
        found = copy.data if copy.accepted else copy
        check("tokens-invalidated-kept", kept, expected="valid false", found=found, evidence=(sent, copy))

    token = known(iut, emsp, check)
    url = iut.connection.below("tokens", "RECEIVER", token["country_code"], token["party_id"], token["uid"])
    delete = emsp.call("DELETE", url, to=iut.connection, headers=emsp.routing(iut.connection))
    copy = emsp.get_copy(iut.connection, token)
    check(
        "tokens-delete-not-offered",
        copy.accepted,
        expected="still there",
        found=copy,
        evidence=(delete, copy),
    )


def test_unknown_tokens_are_not_found(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """GET and PATCH of Tokens that were never pushed."""
    token = known(iut, emsp, check)
    never = emsp.samples.token()
    for copy in (
        emsp.get_copy(iut.connection, never),
        emsp.get_copy(iut.connection, token, type_="OTHER"),
    ):
        check("tokens-receiver-get-unknown-404", expected=404, found=copy.http_status, evidence=copy)

    changes = {"valid": True, "last_updated": now()}
    patch = emsp.push_token(iut.connection, never, changes, method="PATCH")
    refused = not patch.accepted
    check("tokens-patch-unknown-refused", refused, expected="no success", found=patch, evidence=patch)


def known(iut: Iut, emsp: TokenSender, check: Check, **wishes: Any) -> Token:
    """A Token that the IUT has."""
    token = emsp.add_token(**wishes)
    check.requires(emsp.push_token(iut.connection, token).accepted, "a Token that was PUT was refused")
    check.requires(emsp.get_copy(iut.connection, token).accepted, "a Token that was PUT can't be read back")
    return token


def named(iut: Iut, changes: Token, copy: Answer) -> list[str]:
    """Fields that a PATCH named and that have another value."""
    if not isinstance(copy.data, dict):
        return [str(copy)]
    read = {name: copy.data.get(name) for name in changes}
    return [str(found) for found in differences(iut.claim.ocpi_version, "Token", changes, read)]


def now() -> str:
    return clock.stamp(clock.now())
