"""Paging: the IUT pulls a list of ours, which we give in several pages."""

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.pages import keys
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.paging import next_link
from ocpi_conformance.simulators.party import Party

pytestmark = applies_to(module="paging", feature="pull")

PULL = {"CPO": ("pull-tokens", "tokens"), "EMSP": ("pull-locations", "locations")}
ON_THE_WIRE = ("paging-client-parameters-valid",)


def test_the_iut_reads_to_the_last_page(iut: Iut, peer: Party, check: Check) -> None:
    """It asks for page after page until one has no Link, leaves nothing out, and then asks no more."""
    assert iut.connection.registered
    action, module = PULL[iut.role]
    check.applies(iut.claim.covers(module, "RECEIVER"), f"it doesn't receive {module}")
    check.applies(iut.claim.has("pull", module), f"its claim denies pull of {module}")
    endpoint, mark = f"{module}.sender.list", peer.journal.mark()
    iut.act(action)
    first = iut.sends("GET", endpoint=endpoint, since=mark).exchange
    check.requires(first, f"no GET came after {action} by which to judge {ON_THE_WIRE}")
    assert first is not None
    check.requires(link_of(first), "what it asked for fits one of our pages")

    last = iut.sends("GET", endpoint=endpoint, where=is_last, since=mark)
    pages = peer.journal.all("GET", endpoint=endpoint, party=peer.name, direction="received", since=mark)
    check.requires(all(page.response and page.response.status == 200 for page in pages), "we refused a page")
    read = {key for page in pages for key in keys(items_of(page))}
    total = int(header_of(first, "X-Total-Count"))
    asked, given = first.request.query.get("limit", ""), int(header_of(first, "X-Limit"))
    larger = asked.isdigit() and int(asked) > given
    check(
        "paging-client-reads-all-pages",
        last.seen and (larger or len(read) >= total),
        expected=f"all pages of {total} objects",
        found=f"{len(pages)} pages, {len(read)} objects",
        evidence=pages,
    )
    links = {link_of(page) for page in pages}
    own = [page.request.url for page in pages[1:] if page.request.url not in links]
    check("paging-client-follows-link", not own, expected="the Links as they are", found=own, evidence=pages)
    check.requires(last.exchange, "the crawl didn't end")
    assert last.exchange is not None

    if larger:
        check(
            "paging-client-accepts-smaller-page",
            len(read) >= total,
            expected=f"{total} objects, although a page has {given} and not {asked}",
            found=f"{len(read)} objects",
            evidence=pages,
        )
    else:
        check.not_applicable(
            "paging-client-accepts-smaller-page", "it asks for no more than a page of ours has"
        )
    ended = last.exchange.id
    more = iut.stays_quiet(
        "GET",
        endpoint=endpoint,
        where=lambda found: found.id > ended and found.request.query.get("offset", "0") != "0",
        since=mark,
    )
    check(
        "paging-client-stops-at-last",
        not more.seen,
        expected="no request for a page after the last",
        found=more.exchange or "",
        evidence=(last, more),
    )


def items_of(exchange: Exchange) -> list[object]:
    """What we gave."""
    data = exchange.response.envelope.get("data") if exchange.response else None
    return data if isinstance(data, list) else []


def header_of(exchange: Exchange, name: str) -> str:
    """A header of our answer."""
    return (exchange.response.header(name) if exchange.response else None) or "0"


def link_of(exchange: Exchange) -> str | None:
    """The next page as we linked it."""
    return next_link(exchange.response.header("Link")) if exchange.response else None


def is_last(exchange: Exchange) -> bool:
    """Whether we gave a page without a Link."""
    return exchange.response is not None and exchange.response.status == 200 and link_of(exchange) is None
