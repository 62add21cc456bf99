"""Credentials: the IUT registers with us."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.peculiar import (
    lists_credentials_as_receiver,
    lists_only,
    peculiar,
)

pytestmark = applies_to(module="credentials", writes=True)


def test_iut_registers_with_a_new_party(iut: Iut, bench: Bench, check: Check) -> None:
    """The IUT gets our versions URL and token A; it looks there, posts its credentials and uses token C."""
    guest = bench.new_peer(furnished=False)
    given = {token for party in bench.parties() for token in party.connections.received}
    token_a, mark = guest.connections.invite().token_in, bench.journal.mark()

    post = _told_to_register(iut, guest, token_a)
    calls = bench.journal.all(
        party=guest.name,
        direction="received",
        since=mark,
        where=lambda call: not post.exchange or call.started <= post.exchange.started,
    )
    check.requires(calls, "it asked nothing of the party that it was told to register with")
    wrong = [call for call in calls if token_of(call.request.header("Authorization")) != token_a]
    check("credentials-client-uses-token-a", not wrong, expected="token A", found="another", evidence=calls)
    check.requires(not wrong or post, "our peer refused its calls, as they had a wrong token")
    asked = {call.endpoint.id for call in calls if call.endpoint}
    check("credentials-client-fetches-versions", "versions.list" in asked, expected="GET", evidence=calls)
    check("credentials-client-fetches-details", "versions.details" in asked, expected="GET", evidence=calls)
    check("credentials-client-posts-credentials", post.seen, expected="POST", found="none", evidence=post)
    check.requires(post and isinstance(post.exchange.request.json, dict), "it posted no credentials")
    assert post.exchange is not None

    theirs = post.exchange.request.json
    roles = [role.get("role") for role in theirs.get("roles") or () if isinstance(role, dict)]
    check("credentials-role-claimed", iut.role in roles, expected=iut.role, found=roles, evidence=post)
    check(
        "credentials-client-new-token",
        theirs.get("token") not in {token_a, *given},
        expected="a token that was not given before",
        found="token A" if theirs.get("token") == token_a else "the token of another registration",
        evidence=post,
    )
    ours = bench.journal.all("GET", party=guest.name, direction="sent", since=mark)
    check.requires(ours, "its POST was refused before we could use the token in it")
    refused = next((call for call in ours if call.response and call.response.status in (401, 403)), None)
    check(
        "credentials-client-token-works",
        refused is None,
        expected="HTTP 200 on versions and details while the POST is open",
        found=refused or "",
        evidence=ours,
    )
    connection = next(iter(guest.connections.registered()), None)
    check.requires(connection, f"its POST was not accepted: {post.exchange}")
    assert connection is not None

    mark = bench.journal.mark()
    outcome = iut.speaks(peer=guest)
    call = iut.sends(peer=guest, where=_functional, since=mark, within=None if outcome else 0)
    check.requires(call, f"it sent nothing on a functional module: {outcome.detail}")
    check("credentials-client-uses-token-c", _token(call) == connection.token_in, evidence=call)


def test_iut_heeds_what_the_details_say(iut: Iut, bench: Bench, check: Check) -> None:
    """The IUT is to register where no version is common, then where credentials are listed as RECEIVER."""
    guest = bench.new_peer(furnished=False)
    token = guest.connections.invite().token_in

    with peculiar(guest, lists_only(iut.other_version)):
        iut.tries("register", peer=guest, versions_url=guest.versions_url, token=token)
        looked = iut.sends("GET", endpoint="versions.list", peer=guest, within=0)
        if looked:
            post = iut.stays_quiet("POST", endpoint="credentials.post", peer=guest)
            check("credentials-client-no-mutual-version-no-post", not post, expected="no POST", evidence=post)
        else:
            check.inconclusive(
                "credentials-client-no-mutual-version-no-post", "it did not look at our versions"
            )
    with peculiar(guest, lists_credentials_as_receiver):
        post = _told_to_register(iut, guest, token)
    looked = iut.sends("GET", endpoint="versions.details", peer=guest, within=0)
    elsewhere = bench.journal.all("POST", endpoint="credentials.post", direction="received")
    check.requires(looked and elsewhere, "it has not got as far as to post its credentials to anybody")
    check("versions-client-any-credentials-role", post.seen, expected="POST", found="none", evidence=post)


def _told_to_register(iut: Iut, guest: Party, token: str) -> Sighting:
    """The POST that comes of it."""
    outcome = iut.tries("register", peer=guest, versions_url=guest.versions_url, token=token)
    return iut.sends("POST", endpoint="credentials.post", peer=guest, within=None if outcome else 0)


def _functional(call: Exchange) -> bool:
    return call.endpoint is not None and call.endpoint.functional


def _token(call: Sighting) -> str | None:
    return token_of(call.exchange.request.header("Authorization")) if call.exchange else None
