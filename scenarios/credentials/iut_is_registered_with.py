"""Credentials: we register with the IUT, and are registered."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange

pytestmark = applies_to(module="credentials")

GRANTED = "HTTP 200, status_code 1000 and its credentials"
OPEN = "neither HTTP 401 nor 403"


def test_our_registration_is_taken(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """We post our credentials with token A; the IUT looks at our endpoints and gives us a token."""
    registration = iut.registration
    _judge_second_try(iut, peer, bench, check)
    if registration.answer is None:
        registration = bench.register()
    answer = registration.answer
    check.requires(answer, registration.failure)
    assert answer is not None

    posted = answer.exchange
    token_b = posted.request.json["token"]
    calls = [
        iut.sends("GET", endpoint=name, since=0, where=lambda call: call.started >= posted.started)
        for name in ("versions.list", "versions.details")
    ]
    check.requires(registration.succeeded or not bench.unheard, f"{registration.failure}; {bench.unheard}")
    used = [call.exchange for call in calls if call.exchange]
    wrong = [call for call in used if _token(call) != token_b]
    check("credentials-post-fetches-versions", bool(calls[0]), expected="GET versions", evidence=calls[0])
    if not wrong:
        check(
            "credentials-post-fetches-details", bool(calls[1]), expected="GET the details", evidence=calls[1]
        )
    if used:
        check(
            "credentials-post-uses-token-b",
            not wrong,
            expected="the token of our POST",
            found="another token",
            evidence=used,
        )
    check.requires(not wrong, "our peer refused its calls, as they had a wrong token")
    check(
        "credentials-post-registers",
        registration.succeeded,
        expected=GRANTED,
        found=registration.failure,
        evidence=answer,
    )
    check.requires(registration.succeeded, registration.failure)
    token_c = answer.data["token"]
    known = {iut.token_a, token_b}
    check(
        "credentials-post-new-token",
        token_c not in known,
        expected="a token that is neither A nor B",
        found="token A" if token_c == iut.token_a else "token B",
        evidence=answer,
    )
    roles = [role.role for role in iut.connection.roles]
    check("credentials-role-claimed", iut.role in roles, expected=iut.role, found=roles, evidence=answer)


def test_token_c_takes_the_place_of_token_a(iut: Iut, peer: Credentials, check: Check) -> None:
    """The token of the POST answer opens functional modules; token A opens them no more than before."""
    connection = iut.connection
    answer = iut.probes[0].send(peer, to=connection)
    check(
        "credentials-post-token-works",
        answer.http_status not in (401, 403),
        expected=OPEN,
        found=answer,
        evidence=answer,
    )
    answer = iut.probes[0].send(peer, to=connection, token=iut.token_a)
    check("credentials-token-a-scope", expected=401, found=answer.http_status, evidence=answer)
    answer = peer.call("GET", iut.versions_url, token=iut.token_a)
    check("credentials-token-a-retired", expected=401, found=answer.http_status, evidence=answer)


def test_the_iut_shows_its_credentials(iut: Iut, peer: Credentials, check: Check) -> None:
    """A registered party asks for the IUT's credentials, and follows the URL in them."""
    connection = iut.connection
    answer = peer.call("GET", iut.url("credentials"), to=connection, endpoint="credentials.get")
    data = answer.data if isinstance(answer.data, dict) else {}
    given = answer.accepted and bool(data)
    check("credentials-get-answers", given, expected=GRANTED, found=answer, evidence=answer)
    check.requires(given, f"GET credentials: {answer}")

    roles = [role for role in data.get("roles") or () if isinstance(role, dict)]
    ours = [
        role for role in roles if any(_is(role, party.country_code, party.party_id) for party in peer.roles)
    ]
    check(
        "credentials-get-own-roles",
        not ours and any(role.get("role") == iut.role for role in roles),
        expected=f"a role {iut.role}, and none of ours",
        found=[f"{role.get('role')} {role.get('country_code')} {role.get('party_id')}" for role in roles],
        evidence=answer,
    )
    check(
        "credentials-get-current-token",
        data.get("token") == connection.token_out,
        expected="the token in force",
        found="another value",
        evidence=answer,
    )
    url = str(data.get("url") or "")
    check.requires(url.lower().startswith(("http://", "https://")), "its credentials have no absolute URL")
    versions = peer.call("GET", url, token=connection.token_out)
    check.requires(
        versions.http_status not in (401, 403), f"our token does not open its versions: {versions}"
    )
    listed = [row.get("version") for row in versions.items if isinstance(row, dict)]
    check(
        "credentials-url-is-versions",
        iut.claim.ocpi_version in listed,
        expected=f"a list of versions with {iut.claim.ocpi_version}",
        found=versions if not versions.accepted else f"{type(versions.data).__name__} {listed}",
        evidence=versions,
    )


def test_nobody_registers_twice(iut: Iut, peer: Credentials, check: Check) -> None:
    """We post our credentials again with the token in force."""
    connection = iut.connection
    answer = peer.call(
        "POST",
        iut.url("credentials"),
        to=connection,
        endpoint="credentials.post",
        body=peer.credentials(connection.token_in),
    )
    check("credentials-post-refused-when-registered", expected=405, found=answer.http_status, evidence=answer)
    if answer.accepted and isinstance(answer.data, dict) and isinstance(answer.data.get("token"), str):
        connection.token_out = answer.data["token"]


def _judge_second_try(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """Whether token A was still good after the faulty registrations that were tried with it."""
    registration = iut.registration
    answer = registration.answer or registration.discovery.versions
    tries = bench.journal.all("POST", endpoint="credentials.post", direction="sent", party=peer.name)
    faulty = [Answer(found) for found in tries if found.id < answer.exchange.id]
    if not faulty or any(found.accepted for found in faulty):
        check.inconclusive("credentials-post-failed-keeps-token-a", "no registration had failed before")
        return
    check(
        "credentials-post-failed-keeps-token-a",
        answer.http_status not in (401, 405),
        expected="a correct registration with token A is looked at",
        found=registration.failure,
        evidence=answer,
    )


def _token(call: Exchange) -> str | None:
    return token_of(call.request.header("Authorization"))


def _is(role: dict[str, object], country_code: str, party_id: str) -> bool:
    stated = str(role.get("country_code")).casefold(), str(role.get("party_id")).casefold()
    return stated == (country_code.casefold(), party_id.casefold())
