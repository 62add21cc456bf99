"""Hub client info: the IUT gets the list of a hub."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.scenarios.hubclientinfo.hubs import a_hub, about

pytestmark = applies_to(module="hubclientinfo", side="RECEIVER", feature="pull", writes=True)

PARTIES = ("PAA", "PBB", "PCC", "PDD", "PEE", "PFF")
"""More than a page of the hub has."""


def test_the_list_of_a_hub_is_pulled(iut: Iut, bench: Bench, check: Check) -> None:
    """A hub has told of one party; its list has that party in another state, and others."""
    hub, connection = a_hub(iut, bench)
    told = about(iut, PARTIES[0], status="PLANNED")
    put = hub.push_client_info(connection, told)
    for party in PARTIES:
        hub.add_client_info(about(iut, party))

    mark = hub.journal.mark()
    iut.act("pull-client-info", peer=hub)

    request = iut.sends("GET", endpoint="hubclientinfo.sender.list", peer=hub, since=mark)
    pulled = check("hubclientinfo-pull-possible", request.seen, expected="a GET", evidence=request)
    check.requires(pulled, "it got no list")
    check.requires(put.accepted, f"it takes no ClientInfo: {put}")
    for party in (PARTIES[0], PARTIES[-1]):
        kept = iut.settles(
            lambda party=party: hub.check_client_info(connection, about(iut, party)),
            lambda answer: isinstance(answer.data, dict) and answer.data.get("status") == "CONNECTED",
        )
        found = kept.data.get("status") if isinstance(kept.data, dict) else kept
        slug = "hubclientinfo-pull-updates-store"
        check(slug, found == "CONNECTED", expected=f"{party} is CONNECTED", found=found, evidence=kept)
