"""Tokens: a CPO fetches the list of Tokens from an eMSP."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.tokens import TokenSender

LIST = "tokens.sender.list"


@applies_to(module="tokens", iut="CPO", side="RECEIVER", feature="pull")
def test_tokens_are_pulled(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """The CPO asks for the list at the eMSP's sender endpoint."""
    iut.act("pull-tokens")
    pull = iut.sends("GET", endpoint=LIST)
    check("tokens-pull-possible", pull.seen, expected=f"GET {emsp.url('tokens', 'SENDER')}", evidence=pull)


@applies_to(module="tokens", iut="CPO", side="RECEIVER", feature="pull", writes=True)
def test_a_pull_brings_new_and_changed_tokens(iut: Iut, emsp: TokenSender, check: Check) -> None:
    """The eMSP has a new Token, and one that changed since it was pushed; the CPO pulls and knows both."""
    pushed = emsp.add_token()
    check.requires(emsp.push_token(iut.connection, pushed).accepted, "a Token that was PUT was refused")
    copy = emsp.get_copy(iut.connection, pushed)
    check.requires(copy.accepted, "a Token that was PUT can't be read back")
    now = clock.stamp(clock.now())
    changed = emsp.add_token({**pushed, "issuer": "Changed since", "last_updated": now})
    new = emsp.add_token({**emsp.samples.token(), "last_updated": now})

    iut.act("pull-tokens")
    check.requires(iut.sends("GET", endpoint=LIST), "no pull came")

    version = iut.claim.ocpi_version
    for token in (new, changed):

        def missing(copy: Answer, token: dict = token) -> str:
            found = differences(version, "Token", token, copy.data, required=True, legal=True)
            return "; ".join(map(str, found)) if copy.accepted else str(copy)

        copy = iut.settles(
            lambda token=token: emsp.get_copy(iut.connection, token), lambda copy: not missing(copy)
        )
        found = missing(copy)
        check("tokens-pull-updates-store", not found, expected="as listed", found=found, evidence=copy)
