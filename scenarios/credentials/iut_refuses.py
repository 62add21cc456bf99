"""Credentials: what the IUT refuses to a party that holds token A and has not registered yet."""

from secrets import token_hex
from typing import Any

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.peculiar import lists_only, peculiar

pytestmark = applies_to(module="credentials", phase=Phase.UNREGISTERED)

SUCCESS = "anything but a success"


def test_token_a_opens_no_functional_module(iut: Iut, peer: Credentials, check: Check) -> None:
    """The holder of token A asks for what only registered parties get."""
    for probe in iut.probes:
        answer = probe.send(peer, token=iut.token_a)
        check("credentials-token-a-scope", expected=401, found=answer.http_status, evidence=answer)


def test_faulty_registrations_fail(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """The holder of token A posts credentials that can't be used, each faulty in another way."""
    url = _credentials_url(iut, check)
    ours = peer.credentials(peer.connections.invite().token_in)

    for name in ("token", "url", "roles"):
        answer = _post(iut, peer, check, url, {key: value for key, value in ours.items() if key != name})
        _refused(peer, check, "credentials-post-invalid-refused", answer, found=f"without {name}: {answer}")
        check("credentials-post-invalid-2001", expected=2001, found=answer.status_code, evidence=answer)

    nowhere = f"{bench.server.origin}/nobody-{token_hex(4)}/versions"
    answer = _post(iut, peer, check, url, {**ours, "url": nowhere})
    _refused(peer, check, "credentials-post-unreachable-refused", answer, found=str(answer))
    check("credentials-post-unreachable-3001", expected=3001, found=answer.status_code, evidence=answer)

    with peculiar(peer, lists_only(iut.other_version)):
        answer = _post(iut, peer, check, url, ours)
    _refused(peer, check, "credentials-post-no-mutual-version-refused", answer, found=str(answer))
    looked = iut.sends("GET", endpoint="versions.list", where=_answered, within=0)
    check.requires(looked, "it never saw our versions, so it can't know that we have none in common")
    check("credentials-post-no-mutual-version-3002", expected=3002, found=answer.status_code, evidence=answer)


def test_strangers_can_neither_update_nor_leave(iut: Iut, peer: Credentials, check: Check) -> None:
    """The holder of token A sends PUT, then DELETE, without having registered."""
    url = _credentials_url(iut, check)
    ours = peer.credentials(peer.connections.invite().token_in)

    answer = peer.call("PUT", url, token=iut.token_a, endpoint="credentials.put", body=ours)
    _still_good(iut, peer, check, answer)
    check(
        "credentials-put-refused-when-unregistered", expected=405, found=answer.http_status, evidence=answer
    )
    check.requires(not answer.accepted, "it took the PUT, so we are registered now")

    answer = peer.call("DELETE", url, token=iut.token_a, endpoint="credentials.delete")
    check(
        "credentials-delete-refused-when-unregistered",
        expected=405,
        found=answer.http_status,
        evidence=answer,
    )


def _credentials_url(iut: Iut, check: Check) -> str:
    listed = iut.discovery.endpoints
    url = next((url for (module, _), url in listed.items() if module == "credentials"), "")
    check.requires(url, "token A leads to no credentials endpoint")
    return url


def _post(iut: Iut, peer: Credentials, check: Check, url: str, body: dict[str, Any]) -> Answer:
    answer = peer.call("POST", url, token=iut.token_a, endpoint="credentials.post", body=body)
    _still_good(iut, peer, check, answer)
    return answer


def _still_good(iut: Iut, peer: Credentials, check: Check, answer: Answer) -> None:
    """Where token A was refused, see that it isn't spent: then nothing more can be shown with it."""
    if answer.http_status == 401:
        versions = peer.call("GET", iut.versions_url, token=iut.token_a)
        check.requires(versions.http_status != 401, "token A opens nothing any more")


def _refused(peer: Credentials, check: Check, slug: str, answer: Answer, *, found: str) -> None:
    """What was accepted has spent token A: nothing more can be shown with it, so it is undone."""
    check(slug, not answer.accepted, expected=SUCCESS, found=found, evidence=answer)
    if answer.accepted and isinstance(answer.data, dict):
        url, token = answer.exchange.request.url, str(answer.data.get("token"))
        peer.call("DELETE", url, token=token, endpoint="credentials.delete")
    check.requires(not answer.accepted, "it registered us with faulty credentials")


def _answered(call: Exchange) -> bool:
    return call.response is not None and call.response.status == 200
