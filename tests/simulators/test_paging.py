"""Pages: parameters, headers, links, and crawling them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from ocpi_conformance.simulators import paging
from ocpi_conformance.simulators.answering import Reply
from ocpi_conformance.simulators.connection import NotListedError
from ocpi_conformance.simulators.paging import counted, crawl, dates, next_link, window
from ocpi_conformance.simulators.party import Limits, serves
from ocpi_conformance.simulators.roles import Cpo


@pytest.fixture
def listing(world):
    """Seven locations, at most three on a page; asks for a page."""
    world.cpo.limits = Limits(page=3)
    world.cpo.store.own("locations").clear()
    for day in range(1, 8):
        world.cpo.add_location(minimal=True, id=f"L{day}", last_updated=f"2025-01-0{day}T00:00:00Z")

    def ask(**params):
        url = world.to_cpo.url("locations", "SENDER")
        return world.emsp.call("GET", url, to=world.to_cpo, endpoint="locations.sender.list", params=params)

    return ask


def ids(answer) -> list[str]:
    return [item["id"] for item in answer.items]


def test_the_first_page_links_to_the_next(listing):
    answer = listing()
    assert ids(answer) == ["L1", "L2", "L3"]
    assert (answer.header("X-Total-Count"), answer.header("X-Limit")) == ("7", "3")
    link = next_link(answer.header("Link"))
    assert link is not None
    assert parse_qs(urlsplit(link).query) == {"offset": ["3"], "limit": ["3"]}


def test_the_last_page_has_no_link(listing):
    answer = listing(offset=6)
    assert ids(answer) == ["L7"]
    assert answer.header("Link") is None


def test_limit_is_an_upper_bound_and_so_is_the_servers(listing):
    assert ids(listing(limit=2)) == ["L1", "L2"]
    assert ids(listing(limit=100)) == ["L1", "L2", "L3"]


def test_a_link_keeps_the_filters(listing):
    answer = listing(date_from="2025-01-02T00:00:00Z", date_to="2025-01-07T00:00:00Z", limit=2)
    assert answer.header("X-Total-Count") == "5"
    query = parse_qs(urlsplit(next_link(answer.header("Link"))).query)
    assert query["date_from"] == ["2025-01-02T00:00:00Z"]
    assert query["date_to"] == ["2025-01-07T00:00:00Z"]


def test_a_window_includes_its_beginning_and_excludes_its_end(listing):
    assert ids(listing(date_from="2025-01-02T00:00:00Z", date_to="2025-01-04T00:00:00Z")) == ["L2", "L3"]


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "x"},
        {"limit": "-1"},
        {"offset": "1.5"},
        {"date_from": "yesterday"},
        {"date_to": "2025-13-01"},
    ],
)
def test_parameters_that_are_none_are_2001(listing, params):
    answer = listing(**params)
    assert (answer.http_status, answer.status_code) == (200, 2001)
    assert next(iter(params)) in answer.message


def test_an_empty_list_is_a_page(listing):
    answer = listing(offset=99)
    assert (answer.data, answer.header("X-Total-Count"), answer.header("Link")) == ([], "7", None)


def test_a_crawl_finds_each_object_once(listing, world):
    pages = list(crawl(world.emsp, world.to_cpo, "locations.sender.list", params={"limit": "2"}))
    assert [len(page.items) for page in pages] == [2, 2, 2, 1]
    assert [item["id"] for page in pages for item in page.items] == [f"L{day}" for day in range(1, 8)]
    assert counted(pages) == {"pages": 4, "objects": 7}


def test_a_crawl_stops_after_so_many_pages(listing, world):
    assert len(list(crawl(world.emsp, world.to_cpo, "locations.sender.list", pages=2))) == 2


def test_a_crawl_needs_such_an_endpoint(world):
    with pytest.raises(NotListedError, match="hubclientinfo SENDER"):
        list(crawl(world.emsp, world.to_cpo, "hubclientinfo.sender.list"))


@pytest.mark.parametrize("objects", [[], [{"id": "L1", "filler": "x" * 1000}]], ids=["empty", "heavy"])
def test_a_crawl_that_leads_to_ever_new_pages_ends(server, world, monkeypatch, objects):
    """Whether nothing comes, again and again, or too much."""
    monkeypatch.setattr(paging, "MAX_BYTES", 12_000)

    class Endless(Cpo):
        @serves("locations.sender.list")
        def list_locations(self, visit):
            page = int(visit.query.get("offset") or 0) + 1
            link = f'<{self.url("locations", "SENDER")}?offset={page}>; rel="next"'
            return Reply(data=objects, headers={"Link": link})

    endless = Endless(name=f"endless-{len(objects)}-{world.cpo.name}", roles=world.cpo.roles)
    server.add(endless)
    connection = world.emsp.register(endless.versions_url, endless.connections.invite().token_in).connection
    pages = list(crawl(world.emsp, connection, "locations.sender.list"))
    assert len(pages) in (range(10, 13) if objects else [paging.MAX_EMPTY_PAGES])
    endless.close()


def test_a_crawl_in_a_circle_ends(server, world):
    class Circle(Cpo):
        @serves("locations.sender.list")
        def list_locations(self, visit) -> Reply:
            link = f'<{self.url("locations", "SENDER")}?offset=1>; rel="next"'
            return Reply(data=[], headers={"Link": link})

    circle = Circle(name=f"circle-{world.cpo.name}", roles=world.cpo.roles)
    server.add(circle)
    token = circle.connections.invite().token_in
    connection = world.emsp.register(circle.versions_url, token).connection
    assert len(list(crawl(world.emsp, connection, "locations.sender.list"))) == 2
    circle.close()


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<http://a.test/?offset=3>; rel="next"', "http://a.test/?offset=3"),
        ("<http://a.test/x>;rel=next", "http://a.test/x"),
        ('<http://a.test/1>; rel="prev", <http://a.test/2>; rel="next"', "http://a.test/2"),
        ('<http://a.test/3>; title="x"; rel="next"', "http://a.test/3"),
        ('<http://a.test/1>; rel="prev"', None),
        ("http://a.test/1; rel=next", None),
        ("", None),
        (None, None),
    ],
)
def test_links_are_read_as_written(header: str | None, url: str | None):
    assert next_link(header) == url


@pytest.mark.parametrize(("limit", "used"), [("0", 50), ("", 50), ("51", 50), ("7", 7)])
def test_a_limit_of_nothing_is_the_servers_own(limit: str, used: int):
    found = window({"limit": limit}, maximum=50)
    assert not isinstance(found, str)
    assert found.limit == used


def test_dates_of_an_action_are_those_given():
    assert dates({"date_from": "2025-01-01T00:00:00Z", "date_to": None, "other": 1}) == {
        "date_from": "2025-01-01T00:00:00Z"
    }
