"""Hub client info: a hub tells the IUT of parties, and looks what became of it."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.scenarios.hubclientinfo.hubs import Info, a_hub, about
from ocpi_conformance.simulators.calling import Answer

pytestmark = applies_to(module="hubclientinfo", side="RECEIVER", writes=True)

KINDS = (
    ("CPO", "CONNECTED"),
    ("EMSP", "OFFLINE"),
    ("HUB", "PLANNED"),
    ("NAP", "SUSPENDED"),
    ("NSP", "CONNECTED"),
    ("OTHER", "OFFLINE"),
    ("SCSP", "PLANNED"),
)
NOBODY = "ZZZ"


def test_what_a_hub_tells_is_kept(iut: Iut, bench: Bench, check: Check) -> None:
    """A hub tells of a party that comes, goes offline and is suspended, and of parties of every role."""
    hub, connection = a_hub(iut, bench)
    info = about(iut, "AAA", status="PLANNED")
    before = hub.check_client_info(connection, info)
    put = hub.push_client_info(connection, info)
    kept = hub.check_client_info(connection, info)
    wrong = "" if put.accepted and kept.accepted else f"PUT: {put}; GET: {kept}"
    wrong = wrong or unlike(iut, info, kept.data)
    check("hubclientinfo-put-stored", not wrong, expected=info, found=wrong, evidence=(put, kept))
    check.requires(put.accepted, f"it takes no ClientInfo: {put}")
    if before.accepted:
        check.not_applicable("hubclientinfo-put-new-201", "it knew the party already, by an older run")
    else:
        check("hubclientinfo-put-new-201", expected=201, found=put.http_status, evidence=put)

    for status in ("CONNECTED", "OFFLINE", "SUSPENDED"):
        info = about(iut, "AAA", status=status)
        put = hub.push_client_info(connection, info)
        kept = hub.check_client_info(connection, info)
        wrong = "" if put.accepted and kept.accepted else f"PUT: {put}; GET: {kept}"
        wrong = wrong or unlike(iut, info, kept.data)
        check("hubclientinfo-put-replaces", not wrong, expected=info, found=wrong, evidence=(put, kept))
        if put.accepted:
            check("hubclientinfo-put-known-200", expected=200, found=put.http_status, evidence=put)

    for number, (role, status) in enumerate(KINDS):
        put = hub.push_client_info(connection, about(iut, f"K{number:02d}", role=role, status=status))
        expected = f"{role} {status} is accepted"
        slug = "hubclientinfo-put-accepts-every-kind"
        check(slug, put.accepted, expected=expected, found=put, evidence=put)


def test_what_is_wrong_is_refused(iut: Iut, bench: Bench, check: Check) -> None:
    """A hub sends what is no ClientInfo, or another one than its URL says, and deletes."""
    hub, connection = a_hub(iut, bench)
    nobody = hub.check_client_info(connection, about(iut, NOBODY))
    check("hubclientinfo-get-unknown-404", expected=404, found=nobody.http_status, evidence=nobody)

    info = about(iut, "BBB")
    first = hub.push_client_info(connection, info)
    check.requires(first.accepted, f"it takes no ClientInfo: {first}")
    incomplete = {name: value for name, value in info.items() if name != "status"}
    answers = []
    for body in (incomplete, {**info, "status": "ASLEEP"}):
        answer = put_as_it_is(hub, connection, info, body)
        legal = answer.status_code in (2000, 2001)
        check("hubclientinfo-put-invalid-refused", legal, expected="2001", found=answer, evidence=answer)
        answers.append(answer)
    answer = put_as_it_is(hub, connection, info, {**info, "party_id": "BBC", "status": "OFFLINE"})
    refused = not answer.accepted
    slug = "hubclientinfo-put-party-mismatch-refused"
    check(slug, refused, expected="2001", found=answer, evidence=answer)
    answers.append(answer)

    kept = hub.check_client_info(connection, info)
    check.requires(kept.accepted, f"a ClientInfo that was PUT can't be read back: {kept}")
    if not any(answer.accepted for answer in answers):
        wrong = unlike(iut, info, kept.data)
        check("hubclientinfo-refused-leaves-store", not wrong, expected=info, found=wrong, evidence=kept)
    else:
        check.not_applicable("hubclientinfo-refused-leaves-store", "it refused not all that it should have")

    gone = hub.call("DELETE", connection.below("hubclientinfo", "RECEIVER", "SE", "BBB"), to=connection)
    left = hub.check_client_info(connection, info)
    stays = left.accepted
    slug = "hubclientinfo-delete-not-offered"
    check(slug, stays, expected="the ClientInfo is still there", found=left, evidence=(gone, left))


def put_as_it_is(hub, connection, info: Info, body: Any) -> Answer:
    """PUT any body to the URL of a ClientInfo."""
    url = connection.below("hubclientinfo", "RECEIVER", info["country_code"], info["party_id"])
    return hub.call("PUT", url, to=connection, endpoint="hubclientinfo.receiver.put", body=body)


def unlike(iut: Iut, info: Info, found: Any) -> str:
    """How a ClientInfo that was given back differs from the one that was sent; what the wire judge says is its own."""
    if not isinstance(found, dict):
        return "no ClientInfo"
    return "; ".join(map(str, differences(iut.claim.ocpi_version, "ClientInfo", info, found, legal=True)))
