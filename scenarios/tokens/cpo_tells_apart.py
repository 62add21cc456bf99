"""Tokens: a CPO holds Tokens of one uid apart by their type and their owner."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.tokens import TokenSender

pytestmark = applies_to(module="tokens", iut="CPO", side="RECEIVER", writes=True)


def test_tokens_are_told_apart(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """Tokens of one uid differ by their type and by their owner; no type means RFID."""
    card = emsp.add_token(type="RFID")
    app = emsp.add_token({**emsp.samples.token(type="APP_USER"), "uid": card["uid"]})
    for token in (card, app):
        check.requires(emsp.push_token(iut.connection, token).accepted, "a Token that was PUT was refused")
    of_card = emsp.get_copy(iut.connection, card, type_="RFID")
    of_app = emsp.get_copy(iut.connection, app)
    check.requires(of_card.accepted and of_app.accepted, "a Token that was PUT can't be read back")
    for token, copy in ((card, of_card), (app, of_app)):
        apart = contract(copy) == token["contract_id"].casefold()
        check(
            "tokens-type-is-part-of-key", apart, expected=token["contract_id"], found=copy.data, evidence=copy
        )
    if contract(of_card) == contract(of_app):
        check.inconclusive("tokens-type-default-rfid", "Tokens of one uid are not kept apart by their type")
    else:
        unnamed = emsp.get_copy(iut.connection, card)
        same = contract(unnamed) == contract(of_card)
        check("tokens-type-default-rfid", same, expected=card, found=unnamed.data, evidence=unnamed)
        named = emsp.add_token(type="RFID")
        put = emsp.push_token(iut.connection, named, type_="RFID")
        copy = emsp.get_copy(iut.connection, named)
        same = contract(copy) == named["contract_id"].casefold()
        check("tokens-type-default-rfid", same, expected=named, found=copy.data, evidence=(put, copy))

    check.applies(len(emsp.roles) > 1, "the peer has one eMSP party only")
    mine = emsp.add_token(type="RFID")
    other = emsp.roles[1]
    theirs = {
        **mine,
        "country_code": other.country_code,
        "party_id": other.party_id,
        "contract_id": emsp.samples.token()["contract_id"],
    }
    for token in (mine, theirs):
        check.requires(emsp.push_token(iut.connection, token).accepted, "a Token that was PUT was refused")
    for token in (mine, theirs):
        copy = emsp.get_copy(iut.connection, token)
        check.requires(copy.accepted, "a Token that was PUT can't be read back")
        apart = contract(copy) == token["contract_id"].casefold()
        check(
            "tokens-owners-kept-apart", apart, expected=token["contract_id"], found=copy.data, evidence=copy
        )


def contract(copy: Answer) -> str:
    """What tells two Tokens of one uid apart."""
    return str(copy.data.get("contract_id")).casefold() if isinstance(copy.data, dict) else ""
