"""Tokens: an eMSP PUTs its Tokens to a CPO and reads back what the CPO made of them."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.tokens import TYPES, TokenSender

pytestmark = applies_to(module="tokens", iut="CPO", side="RECEIVER", writes=True)

OPTIONALS = (
    "visual_number",
    "group_id",
    "language",
    "default_profile_type",
    "energy_contract",
)
WHITELISTS = ("ALWAYS", "ALLOWED", "ALLOWED_OFFLINE", "NEVER")

Token = dict[str, Any]


def test_put_is_stored_replaced_and_reset(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """A Token is PUT, PUT again with other values, then without its optional ones."""
    token = emsp.add_token(full=True)
    put, copy = put_and_get(iut, emsp, token)
    missing = lost(iut, token, put, copy, required=True)
    check("tokens-put-stored", not missing, expected="what was PUT", found=missing, evidence=(put, copy))
    check.requires(put.accepted and copy.accepted, "a Token that was PUT can't be read back")
    check("tokens-put-new-201", expected=201, found=put.http_status, evidence=put)
    missing = lost(iut, token, put, copy, required=False)
    check("tokens-put-optionals-kept", not missing, expected="what was PUT", found=missing, evidence=copy)

    token = emsp.add_token({**token, **renewed(emsp), "whitelist": "ALLOWED_OFFLINE"})
    put, copy = put_and_get(iut, emsp, token)
    missing = lost(iut, token, put, copy, required=True)
    check("tokens-put-replaces", not missing, expected="what was PUT", found=missing, evidence=(put, copy))
    check.requires(not missing, "a PUT of a known Token doesn't replace it")
    check("tokens-put-known-200", expected=200, found=put.http_status, evidence=put)

    bare = emsp.add_token(without_optionals(token))
    put, copy = put_and_get(iut, emsp, bare)
    check.requires(put.accepted and copy.accepted, "a PUT without optional fields was refused")
    kept = [name for name in OPTIONALS if copy.data.get(name) is not None]
    check("tokens-put-resets-optionals", not kept, expected="none", found=kept, evidence=(put, copy))


def test_put_takes_every_legal_form(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """Tokens with nothing optional, with nulls, of full length, of every type and whitelist value."""
    minimal = emsp.add_token(minimal=True)
    put = emsp.push_token(iut.connection, minimal)
    check("tokens-put-accepts-minimal", put.accepted, expected="accepted", found=put, evidence=put)

    token = emsp.samples.token(minimal=True)
    put, copy = put_and_get(iut, emsp, {**token, **dict.fromkeys(OPTIONALS)})
    missing = lost(iut, token, put, copy) if copy.accepted else ""
    taken = put.accepted and not missing
    check("tokens-put-accepts-nulls", taken, expected="accepted", found=missing or put, evidence=(put, copy))

    puts = [emsp.push_token(iut.connection, token) for token in long_tokens(emsp)]
    refused = next((put for put in puts if not put.accepted), puts[0])
    check("tokens-put-accepts-full", refused.accepted, expected="accepted", found=refused, evidence=refused)

    for kind in TYPES:
        refusal = refused_kind(iut, emsp, kind)
        check(
            "tokens-put-accepts-every-kind",
            not refusal,
            expected="accepted",
            found=refusal,
            check=kind,
        )


def put_and_get(iut: Iut, emsp: TokenSender, token: Token) -> tuple[Answer, Answer]:
    return emsp.push_token(iut.connection, token), emsp.get_copy(iut.connection, token)


def renewed(emsp: TokenSender) -> Token:
    """Fields of a Token with other values."""
    token = emsp.samples.token()
    return {name: token[name] for name in ("issuer", "contract_id", "last_updated")}


def lost(iut: Iut, token: Token, put: Answer, copy: Answer, *, required: bool | None = None) -> str:
    """What of a Token doesn't come back as it was sent."""
    for answer in (put, copy):
        if not answer.accepted:
            return str(answer)
    found = differences(iut.claim.ocpi_version, "Token", token, copy.data, required=required, legal=True)
    return "; ".join(map(str, found))


def without_optionals(token: Token) -> Token:
    return {name: value for name, value in token.items() if name not in OPTIONALS}


def long_tokens(emsp: TokenSender) -> list[Token]:
    """Two Tokens with all fields at their full length, with a DateTime of either form."""
    tokens = []
    for number, end in enumerate(("Z", "")):
        token = emsp.samples.token(full=True)
        token |= {
            "uid": f"{token['uid']}{'0' * 36}"[:36],
            "contract_id": f"{token['contract_id']}{'X' * 36}"[:36],
            "issuer": "I" * 64,
            "visual_number": "V" * 64,
            "group_id": f"G{number}{'0' * 34}",
            "energy_contract": {"supplier_name": "S" * 64, "contract_id": "C" * 64},
            "last_updated": token["last_updated"][:19] + end,
        }
        tokens.append(token)
    return tokens


def refused_kind(iut: Iut, emsp: TokenSender, kind: str) -> str:
    """What went wrong with Tokens of a type, one for each whitelist value."""
    for whitelist in WHITELISTS:
        token = emsp.add_token(type=kind, whitelist=whitelist, full=True)
        put = emsp.push_token(iut.connection, token)
        if not put.accepted:
            return f"whitelist {whitelist}: {put}"
        if whitelist == "NEVER":
            emsp.get_copy(iut.connection, token)  # so that the judge of every exchange sees one of each kind
    return ""
