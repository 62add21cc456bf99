"""Transport: how the IUT sends its objects, and what it does when a request of its own fails."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.copies import a_copy
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.outages import forgets_before_patch, is_down
from ocpi_conformance.simulators.paging import next_link
from ocpi_conformance.simulators.peculiar import peculiar

pytestmark = applies_to(module="transport")

PUSHES = ("transport-client-put-complete", "transport-client-joins-urls")
OWNED = ("transport-client-owned-url",)
PUSH = {"CPO": "push-location", "EMSP": "push-token"}
CHANGE = {"CPO": "push-evse-status", "EMSP": "invalidate-token"}
PULL = {"CPO": ("pull-tokens", "tokens"), "EMSP": ("pull-locations", "locations")}
REQUIRED = {"tokens": "issuer", "locations": "coordinates"}
APPEARS_S = 1.0


@applies_to(module="transport", feature="push")
def test_objects_are_sent_whole(iut: Iut, check: Check) -> None:
    """The IUT sends a new object of its own; every exchange is judged on the wire."""
    assert iut.connection.registered
    iut.act(PUSH[iut.role])
    sighting = iut.sends("PUT", where=functional)
    check.requires(sighting.seen, f"no PUT came after {PUSH[iut.role]} at our endpoints")


@applies_to(module="tariffs", iut="CPO", side="SENDER", feature="push")
def test_tariffs_are_sent_to_their_owners_url(iut: Iut, check: Check) -> None:
    """The CPO sends a tariff; owner and id stand in the URL."""
    assert iut.connection.registered
    iut.act("push-tariff")
    sighting = iut.sends("PUT", endpoint="tariffs.receiver.put")
    check.requires(sighting.seen, "no PUT came after push-tariff at our Tariffs endpoint")


@applies_to(module="transport", feature="patch")
def test_a_failed_patch_is_made_good(iut: Iut, peer: Credentials, check: Check) -> None:
    """We have lost the object that the IUT changes: it looks at what we have and sends the whole."""
    assert iut.connection.registered
    with peculiar(peer, forgets_before_patch):
        iut.tries(CHANGE[iut.role])
        patch = iut.sends("PATCH", where=functional)
        check.requires(patch.exchange, f"no PATCH came after {CHANGE[iut.role]}")
        assert patch.exchange is not None
        failed, path = patch.exchange, object_path(patch.exchange)
        put = iut.sends(
            "PUT",
            where=lambda found: found.id > failed.id and object_path(found) == path,
            within=APPEARS_S,
        )
    check(
        "transport-client-recovers-from-failed-patch",
        put.seen,
        expected="GET, then PUT of what we don't have",
        found="no PUT after the PATCH",
        evidence=(failed, put),
    )


@applies_to(module="transport", feature="push")
def test_failed_pushes_are_not_sent_again(iut: Iut, peer: Credentials, check: Check) -> None:
    """We are down while the IUT sends something. Once we are back it sends the next thing, not that one again."""
    assert iut.connection.registered
    with peculiar(peer, is_down):
        iut.tries(PUSH[iut.role])
        failed = iut.sends("PUT", where=functional).exchange
        check.requires(failed, f"no PUT came after {PUSH[iut.role]}")
        assert failed is not None
    back = peer.journal.mark()
    iut.tries(PUSH[iut.role])
    again = iut.stays_quiet(where=lambda found: same_message(found, failed), since=back)
    fresh = iut.sends("PUT", where=lambda found: found.request.path != failed.request.path, since=back)
    check.requires(fresh.seen, f"{PUSH[iut.role]} sends the same object every time")
    check(
        "transport-client-does-not-queue",
        not again.seen,
        expected="the failed message isn't repeated",
        found=again.exchange or "",
        evidence=(failed, again),
    )


@applies_to(module="transport", feature="pull")
def test_a_wrong_object_does_not_spoil_the_list(iut: Iut, peer: Credentials, check: Check) -> None:
    """The IUT pulls a list with a wrong object among right ones, and then has the right ones."""
    assert iut.connection.registered
    action, module = PULL[iut.role]
    before, wrong, after = a_copy(iut, peer), a_copy(iut, peer), a_copy(iut, peer)
    bad, mark = wrong.object.pop(REQUIRED[module]), peer.journal.mark()
    try:
        iut.tries(action)
        last = iut.sends("GET", endpoint=f"{module}.sender.list", where=is_last_page)
        check.requires(last.seen, f"it didn't read all pages after {action}")
        pages = peer.journal.all("GET", endpoint=f"{module}.sender.list", direction="received", since=mark)
        given = {str(item) for page in pages for item in items_of(page)}
        had = all(str(copy.object) in given for copy in (before, wrong, after))
        check.requires(had, "it didn't read the pages that these objects are on")
        found = [copy.appears(within=APPEARS_S) for copy in (before, after)]
    finally:
        wrong.object[REQUIRED[module]] = bad
    check(
        "transport-client-survives-bad-object",
        all(answer.accepted for answer in found),
        expected="the objects beside the wrong one",
        found="; ".join(map(str, found)),
        evidence=(last, *found),
    )


def items_of(exchange: Exchange) -> list[object]:
    """The objects on a page that we gave."""
    data = exchange.response.envelope.get("data") if exchange.response else None
    return data if isinstance(data, list) else []


def functional(exchange: Exchange) -> bool:
    """A request to a functional module."""
    return exchange.endpoint is not None and exchange.endpoint.functional


def object_path(exchange: Exchange) -> tuple[str, ...]:
    """Owner and id in the URL of a receiver, whatever part of the object is meant."""
    segments = exchange.request.segments
    return segments[segments.index("receiver") :][:5] if "receiver" in segments else ()


def same_message(one: Exchange, other: Exchange) -> bool:
    """Whether two requests say the same."""
    return (one.request.method, one.request.path, one.request.json) == (
        other.request.method,
        other.request.path,
        other.request.json,
    )


def is_last_page(exchange: Exchange) -> bool:
    """Whether we answered with a page that has no Link."""
    response = exchange.response
    return response is not None and response.status == 200 and next_link(response.header("Link")) is None
