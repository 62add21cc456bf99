"""Transport: what the IUT answers to requests that are broken, wrong or unusual."""

from urllib.parse import urlsplit
from uuid import uuid4

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.copies import Copy, a_copy
from ocpi_conformance.simulators.credentials import Credentials

pytestmark = applies_to(module="transport", writes=True)

BROKEN = b'{"last_updated": '
WRONG = {"Token": {"valid": "yes"}, "Location": {"coordinates": "here"}}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def test_broken_json_is_a_bad_request(iut: Iut, peer: Credentials, check: Check) -> None:
    """A body that ends in the middle of an object is answered with HTTP 400."""
    answer = peer.call(
        "PUT", iut.url("credentials"), to=iut.connection, endpoint="credentials.put", raw=BROKEN
    )
    check("transport-broken-json-400", expected=400, found=answer.http_status, evidence=answer)
    if iut.claim.covers(*receiver(iut)):
        copy = stored(iut, peer, check)
        answer = copy.send("PUT", raw=BROKEN)
        check("transport-broken-json-400", expected=400, found=answer.http_status, evidence=answer)


def test_wrong_objects_are_no_http_errors(iut: Iut, peer: Credentials, check: Check) -> None:
    """An object that the IUT has is PUT with a field of the wrong type: OCPI has its own codes for that."""
    check.applies(iut.claim.covers(*receiver(iut)), "it receives no objects of ours")
    copy = stored(iut, peer, check)
    for changes in (WRONG[copy.name], {"last_updated": None}):
        answer = copy.put(**changes)
        check(
            "transport-no-http-error",
            answer.http_status is not None and answer.http_status // 100 == 2,
            expected="HTTP 2xx and a status_code of OCPI",
            found=answer,
            evidence=answer,
        )


def test_unusual_requests(iut: Iut, peer: Credentials, check: Check) -> None:
    """Requests that a tolerant server takes, and some that it may refuse: reported, not scored."""
    check.applies(iut.claim.covers(*receiver(iut)), "it receives no objects of ours")
    copy = stored(iut, peer, check)
    kind = {"Content-Type": "application/json; charset=utf-8"}
    answer = copy.send("PUT", copy.object, headers=kind)
    check("transport-content-type-charset-accepted", answer.accepted, found=answer, evidence=answer)

    answer = copy.put(**{f"x_{uuid4().hex[:6]}": "unknown"})
    check("transport-unknown-fields-tolerated", answer.accepted, found=answer, evidence=answer)

    foreign = copy.url.replace(f"/{copy.object['party_id']}/", "/ZZZ/")
    answer = peer.call("GET", foreign, to=iut.connection, endpoint="tokens.receiver.get")
    check("transport-foreign-party-404", answer.http_status is not None, found=answer, evidence=answer)


def test_questions_to_the_lists(iut: Iut, peer: Credentials, check: Check) -> None:
    """A number that is none, and a method that lists don't have: reported, not scored."""
    probe = next((probe for probe in iut.probes if probe.parameters), None)
    check.requires(probe, "it serves no list")
    assert probe is not None
    wrong = {**probe.parameters, "limit": "many"}
    answer = peer.call("GET", probe.url, to=iut.connection, endpoint=probe.endpoint, params=wrong)
    check("transport-invalid-query-2001", expected=2001, found=answer.status_code, evidence=answer)
    answer = peer.call("DELETE", f"{probe.url.rstrip('/')}/{uuid4()}", to=iut.connection)
    check("transport-unsupported-method", not answer.accepted, found=answer, evidence=answer)


def test_urls_are_secured(iut: Iut, check: Check) -> None:
    """The listed URLs are served over TLS."""
    urls = [urlsplit(url) for url in iut.connection.endpoints.values()]
    plain = [url for url in urls if url.scheme != "https"]
    local = all(url.hostname in LOOPBACK for url in plain)
    if plain and local:
        check.not_applicable("transport-tls", "it is reached over the loopback interface")
    else:
        check("transport-tls", not plain, expected="https", found=", ".join({url.netloc for url in plain}))


def receiver(iut: Iut) -> tuple[str, str]:
    """The module of which the IUT keeps copies."""
    return ("tokens" if iut.role == "CPO" else "locations"), "RECEIVER"


def stored(iut: Iut, peer: Credentials, check: Check) -> Copy:
    """An object of ours that the IUT has taken."""
    copy = a_copy(iut, peer)
    answer = copy.put()
    check.requires(answer.accepted, f"a {copy.name} that was PUT was refused: {answer}")
    return copy
