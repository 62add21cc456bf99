"""Versions: what the IUT shows to a registered party, and to strangers."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.connection import new_token
from ocpi_conformance.simulators.versions import Versions

pytestmark = applies_to(module="versions")

STRANGERS = {"versions-refuses-missing-token": None, "versions-refuses-unknown-token": new_token()}


def test_versions_are_open_to_the_registered_alone(iut: Iut, peer: Versions, check: Check) -> None:
    """The token in force opens versions and details; no token, or one that was never given, opens neither."""
    connection = iut.connection
    found = peer.discover(iut.versions_url, token=connection.token_out or "", version=iut.claim.ocpi_version)
    answers = [answer for answer in (found.versions, found.details) if answer is not None]
    refused = next((answer for answer in answers if answer.http_status in (401, 403)), None)
    check(
        "versions-accepts-current-token",
        refused is None and len(answers) == 2,
        expected="HTTP 200 on both",
        found=refused or "",
        evidence=answers,
    )

    before = iut.discovery.details
    urls = [iut.versions_url] + ([before.exchange.request.url] if before else [])
    for slug, token in STRANGERS.items():
        for url in urls:
            answer = peer.call("GET", url, token=token)
            check(slug, expected=401, found=answer.http_status, evidence=answer)


def test_listed_endpoints_are_served(iut: Iut, peer: Versions, check: Check) -> None:
    """A registered party finds something at the URL of every list, and of credentials."""
    connection = iut.connection
    rows = [row for row in iut.discovery.rows if row.get("role") == "SENDER"]
    lists = {row.module: row.id for row in peer.endpoints if row.paged and row.interface == "SENDER"}
    for row in rows:
        module, url = str(row.get("identifier")), str(row.get("url"))
        if module == "credentials":
            answer = peer.call("GET", url, to=connection, endpoint="credentials.get")
        elif module in lists:
            window = {"limit": "1", "date_from": "2020-01-01T00:00:00Z"}
            answer = peer.call("GET", url, to=connection, endpoint=lists[module], params=window)
        else:
            continue
        check(
            "versions-endpoint-served",
            answer.http_status is not None
            and answer.http_status not in (404, 410)
            and answer.http_status < 500,
            expected="anything but HTTP 404, 410 and 5xx",
            found=f"{module}: {answer}",
            evidence=answer,
        )
