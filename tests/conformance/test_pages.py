"""Lists of the IUT, read page by page."""

from collections.abc import Iterator

import pytest
from ocpi_conformance.conformance.check import Stop
from ocpi_conformance.conformance.iut import Iut
from ocpi_conformance.conformance.pages import IutList, a_list, following, keys, lists
from ocpi_conformance.reports.result import Verdict
from ocpi_conformance.simulators.party import Limits
from ocpi_conformance.simulators.peculiar import peculiar
from ocpi_conformance.simulators.roles import Cpo

from tests.conformance.builders import a_bench


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Iut, IutList, Cpo]]:
    """Five Locations, two on a page."""
    with a_bench() as (bench, party):
        assert isinstance(party, Cpo)
        yield Iut(bench), IutList(bench.peer, bench.connection(), "locations"), party


def test_a_page_is_asked_with_parameters(served) -> None:
    """As they are given."""
    _, found, _ = served

    answer = found.get(offset=1, limit=1)

    assert answer.exchange.request.query == {"offset": "1", "limit": "1"}
    assert len(answer.items) == 1


def test_sessions_are_asked_since_a_date(served) -> None:
    """The text requires it there alone."""
    iut, found, _ = served
    sessions = IutList(iut._bench.peer, iut.connection, "sessions")

    assert set(sessions.get(limit=1).exchange.request.query) == {"date_from", "limit"}
    assert (sessions.needs_date, found.needs_date) == (True, False)


def test_links_lead_through_all_pages(served) -> None:
    """Each object once, the last page without a Link."""
    _, found, _ = served

    answers = found.crawl()

    assert [len(answer.items) for answer in answers] == [2, 2, 1]
    assert following(answers[-1]) is None
    assert len(set(keys(item for answer in answers for item in answer.items))) == 5
    assert found.after(answers[-1]) is None
    assert len(found.crawl(most=2)) == 2
    assert [len(page.items) for page in found.crawl(answers[1])] == [2, 1]


def test_the_whole_is_read_without_links_too(served) -> None:
    """By offsets, as far as X-Total-Count goes."""
    _, found, party = served

    with peculiar(party, lambda _, request, proceed: proceed(request).with_header("Link", None)):
        assert len(found.whole()) == 5
        assert len(found.crawl()) == 1
    assert len(found.whole()) == 5


@pytest.mark.parametrize(
    ("link", "pages"),
    [('<{url}?offset=0>; rel="next"', 2), ("<{url}?offset=0>", 2), ('<{url}?offset=0>; rel="last"', 1), ("", 1)],
)  # fmt: skip
def test_a_crawl_ends_where_links_turn_round(served, link: str, pages: int) -> None:
    """A Link to a page that was seen is followed no further; one without relation is followed."""
    _, found, party = served
    header = link.format(url=found.url)

    with peculiar(party, lambda _, request, proceed: proceed(request).with_header("Link", header)):
        assert len(found.crawl()) == pages


def test_a_list_that_fails_stops_the_scenario(served) -> None:
    """It accuses nobody."""
    _, found, party = served

    def broken(_, request, proceed):
        return proceed(request).with_json({"status_code": 3000})

    with (
        peculiar(party, broken),
        pytest.raises(Stop, match="list of locations can't be read: HTTP 200") as stop,
    ):
        found.whole()
    assert stop.value.verdict is Verdict.INCONCLUSIVE


def test_locations_come_first_of_the_lists(served) -> None:
    """All that are listed, the likely long ones before the others."""
    iut, _, _ = served

    assert [found.module for found in lists(iut, iut._bench.peer)] == [
        "locations",
        "tariffs",
        "sessions",
        "cdrs",
    ]


def test_a_list_with_enough_objects_is_chosen(served) -> None:
    """Where none has, the reason counts them."""
    iut, _, _ = served

    found, items = a_list(iut, iut._bench.peer)
    assert (found.module, len(items)) == ("locations", 5)
    with pytest.raises(Stop, match=r"at least 6 objects; the IUT serves locations 5, tariffs 1") as stop:
        a_list(iut, iut._bench.peer, fewest=6)
    assert stop.value.verdict is Verdict.INCONCLUSIVE


def test_an_empty_list_is_whole() -> None:
    """No object, no Link, no end of reading."""
    with a_bench("EMSP", limits=Limits(locations=0, tokens=0)) as (bench, _):
        assert IutList(bench.peer, bench.connection(), "tokens").whole() == []
        assert [found.module for found in lists(Iut(bench), bench.peer)] == ["tokens"]


def test_keys_tell_objects_apart_without_case() -> None:
    """By owner, id, uid and type; what is no object by how it looks."""
    one, other = {"country_code": "NL", "party_id": "ABC", "id": "a"}, {"uid": "a", "type": "RFID"}

    assert keys([one, {**one, "id": "A"}])[0] == keys([{**one, "party_id": "abc"}])[0]
    assert len(set(keys([one, {**one, "id": "b"}, other, {**other, "type": "OTHER"}, 7, "7", None]))) == 7
