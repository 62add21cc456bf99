"""Versions: what the IUT shows to a party that holds token A and has not registered yet."""

from urllib.parse import urlsplit

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.wire.identity import PUBLISHED
from ocpi_conformance.simulators.party import Party

pytestmark = applies_to(module="versions", phase=Phase.UNREGISTERED)

OWNER_ROLES = {"CPO": "versions-endpoint-role-cpo", "EMSP": "versions-endpoint-role-emsp"}


def test_token_a_leads_from_versions_to_details(iut: Iut, peer: Party, check: Check) -> None:
    """The holder of token A asks for the versions, then for the details of each."""
    found, version = iut.discovery, iut.claim.ocpi_version
    answers = [answer for answer in (found.versions, found.details) if answer is not None]

    refused = next((answer for answer in answers if answer.http_status in (401, 403)), None)
    check(
        "versions-accepts-token-a",
        refused is None,
        expected="HTTP 200",
        found=refused or "",
        evidence=answers,
    )
    check.requires(refused is None, "token A does not open versions and details: is it still unused?")

    versions = found.versions
    check(
        "versions-get-answers",
        versions.accepted,
        expected="HTTP 200, status_code 1000",
        found=versions,
        evidence=versions,
    )
    check.requires(versions.accepted and versions.items, f"GET versions gave no list: {versions}")
    listed = version in found.offered
    check("versions-lists-claimed", listed, expected=version, found=found.offered, evidence=versions)
    check.requires(listed, f"it does not list {version}")

    rows = [row for row in versions.items if isinstance(row, dict) and _absolute(row.get("url"))]
    details = {
        str(row.get("version")): found.details
        if row.get("version") == version and found.details
        else peer.call("GET", row["url"], token=iut.token_a)
        for row in rows
    }
    for label, answer in details.items():
        check(
            "versions-details-answer",
            answer.accepted,
            expected=f"HTTP 200, status_code 1000 for the details of {label}",
            found=answer,
            evidence=answer,
        )
        stated = answer.data.get("version") if isinstance(answer.data, dict) else None
        if answer.accepted and label in PUBLISHED and stated is not None:
            check("versions-details-version-matches", expected=label, found=stated, evidence=answer)


def test_details_list_the_endpoints(iut: Iut, check: Check) -> None:
    """The details list every module that is claimed, with the interface role of its owner."""
    details, rows = iut.discovery.details, iut.discovery.rows
    check.requires(rows, "no version details with endpoints were found")

    credentials = [row for row in rows if row.get("identifier") == "credentials"]
    check(
        "versions-credentials-listed",
        bool(credentials),
        expected="an endpoint of credentials",
        found=sorted({str(row.get("identifier")) for row in rows}),
        evidence=details,
    )
    if credentials:
        check("versions-credentials-listed-once", expected=1, found=len(credentials), evidence=details)
        roles = [str(row.get("role")) for row in credentials]
        check(
            "versions-credentials-role-sender",
            "SENDER" in roles,
            expected="SENDER",
            found=roles,
            evidence=details,
        )

    listed = {(str(row.get("identifier")), str(row.get("role"))) for row in rows}
    missing = _claimed_but_absent(iut.claim, listed)
    check(
        "versions-lists-claimed-endpoints",
        not missing,
        expected="every module and interface that it claims",
        found=f"missing: {', '.join(missing)}",
        evidence=details,
    )
    wrong = _not_as_owner(iut.claim, listed)
    check(
        OWNER_ROLES[iut.role],
        not wrong,
        expected="SENDER where it owns the data, RECEIVER where the other side does",
        found=", ".join(wrong),
        evidence=details,
    )
    urls = [str(row["url"]) for row in rows if _absolute(row.get("url"))]
    check.requires(urls, "its version details have no absolute URLs")
    plain = [url for url in urls if not _carries(url, iut.claim.ocpi_version)]
    check(
        "versions-url-carries-version",
        not plain,
        expected=f"{iut.claim.ocpi_version} in each URL",
        found=", ".join(plain[:3]),
        evidence=details,
    )


def _claimed_but_absent(claim: Claim, listed: set[tuple[str, str]]) -> list[str]:
    """Claimed interfaces that aren't listed; a module with a wrong role, or none, is another duty's matter."""
    unclear = {module for module, role in listed if role not in ("SENDER", "RECEIVER")}
    usual = Claim.default(claim.role, claim.ocpi_version).endpoints()
    modules = {module for module, _ in listed} | {"credentials"}
    return sorted(
        f"{module} {role}"
        for module, role in claim.endpoints() - listed
        if module not in unclear
        if module not in modules or (role and (module == "hubclientinfo" or (module, role) not in usual))
    )


def _not_as_owner(claim: Claim, listed: set[tuple[str, str]]) -> list[str]:
    """Modules that are listed, but not with the interface that the role has of them."""
    usual = Claim.default(claim.role, claim.ocpi_version).endpoints()
    modules = {module for module, _ in listed}
    return sorted(
        f"{module} not as {role}"
        for module, role in usual
        if role and module in modules and module != "hubclientinfo" and (module, role) not in listed
    )


def _absolute(url: object) -> bool:
    return isinstance(url, str) and url.lower().startswith(("http://", "https://"))


def _carries(url: str, version: str) -> bool:
    parts = urlsplit(url)
    return version in parts.path.split("/") or version in (parts.hostname or "")
