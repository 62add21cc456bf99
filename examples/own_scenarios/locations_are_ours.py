"""House rules for Locations: what our partners see, and how they hear of changes."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Emsp

pytestmark = applies_to(module="locations", iut="CPO", side="SENDER")


def test_partners_see_where_to_charge(iut: Iut, emsp: Emsp, check: Check) -> None:
    """An eMSP reads our list of Locations to its end."""
    pages = list(crawl(emsp, iut.connection, "locations.sender.list"))
    locations = [location for page in pages for location in page.items]
    check.requires(locations, "the list of Locations is empty; publish one in the test set-up")
    abroad = [
        location["id"] for location in locations if not location.get("time_zone", "").startswith("Europe/")
    ]
    check("house-locations-lie-in-europe", expected=[], found=abroad, evidence=pages)


def test_partners_hear_of_an_evse(iut: Iut, check: Check) -> None:
    """The status of an EVSE is changed; the next request about it is looked at."""
    changed = iut.act("push-evse-status")
    sent = iut.sends(where=lambda exchange: changed["evse_uid"] in exchange.request.url)
    check.requires(sent.seen, "nothing was sent about the EVSE")
    slug = "house-status-changes-are-small"
    check(slug, sent.exchange.request.method == "PATCH", expected="a PATCH of the EVSE", evidence=sent)
