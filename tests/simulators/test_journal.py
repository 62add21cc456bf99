"""The journal: what was recorded, and waiting for what comes."""

import threading
from datetime import UTC, datetime

import pytest
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.journal import SHORT_BODY, Journal

TABLE = endpoints("2.2.1")


def an_exchange(
    method: str = "GET",
    path: str = "/a",
    *,
    endpoint: str | None = None,
    direction="received",
    party="cpo",
    body=b"",
) -> Exchange:
    return Exchange(
        id=0,
        direction=direction,
        party=party,
        scenario="",
        started=datetime.now(UTC),
        elapsed_s=0,
        request=Request(method=method, url=f"http://x.test{path}", headers=(), body=b""),
        response=Response(headers=(), body=body, status=200),
        endpoint=TABLE.get(endpoint) if endpoint else None,
    )


@pytest.mark.parametrize(
    ("criteria", "paths"),
    [
        ({}, ["/a", "/b/1", "/c"]),
        ({"method": "PUT"}, ["/b/1"]),
        ({"path": "/1"}, ["/b/1"]),
        ({"endpoint": "sessions.receiver.put"}, ["/b/1"]),
        ({"endpoint": "sessions.*"}, ["/b/1"]),
        ({"endpoint": "sessions.sender.*"}, []),
        ({"direction": "sent"}, ["/c"]),
        ({"party": "emsp"}, ["/c"]),
        ({"where": lambda exchange: exchange.request.path == "/a"}, ["/a"]),
    ],
)
def test_exchanges_are_found_by_what_they_are(criteria, paths: list[str]):
    journal = Journal()
    journal.record(an_exchange())
    journal.record(an_exchange("PUT", "/b/1", endpoint="sessions.receiver.put"))
    journal.record(an_exchange("GET", "/c", direction="sent", party="emsp"))
    assert [exchange.request.path for exchange in journal.all(**criteria)] == paths


def test_a_bookmark_hides_what_was_before_it():
    journal = Journal()
    journal.record(an_exchange(path="/before"))
    mark = journal.mark()
    journal.record(an_exchange(path="/after"))
    assert [exchange.request.path for exchange in journal.all(since=mark)] == ["/after"]


def test_a_bookmark_still_holds_when_old_exchanges_are_forgotten():
    journal = Journal(limit=10)
    for number in range(10):
        journal.record(an_exchange(path=f"/{number}"))
    mark = journal.mark()
    for number in range(10, 15):
        journal.record(an_exchange(path=f"/{number}"))
    assert [exchange.request.path for exchange in journal.all(since=mark)] == [f"/{n}" for n in range(10, 15)]
    assert len(journal.all()) <= 10


def test_long_bodies_are_shortened_before_anything_is_forgotten():
    """The newest are left as they are; of the others as much as evidence needs."""
    journal = Journal(limit_bytes=8 * SHORT_BODY)
    for number in range(6):
        journal.record(an_exchange(path=f"/{number}", body=b"x" * SHORT_BODY * (6 if number == 1 else 1)))
    bodies = [len(exchange.response.body) for exchange in journal.all() if exchange.response]
    assert (journal.forgotten, bodies) == (0, [SHORT_BODY, SHORT_BODY + 1, *(SHORT_BODY,) * 4])


def test_more_than_fits_is_forgotten_from_the_oldest_on():
    journal = Journal(limit_bytes=8 * SHORT_BODY)
    for number in range(20):
        journal.record(an_exchange(path=f"/{number}", body=b"x" * SHORT_BODY))
    paths = [exchange.request.path for exchange in journal.all()]
    assert 5 <= len(paths) <= 8
    assert paths == [f"/{number}" for number in range(journal.forgotten, 20)]


def test_waiting_looks_at_each_exchange_but_a_few_times():
    """However many come meanwhile: looking at all of them each time would take for ever."""
    journal, looks = Journal(), []

    def look(exchange: Exchange) -> bool:
        looks.append(exchange)
        if journal.mark() < 200:
            journal.record(an_exchange())
        return False

    journal.record(an_exchange())
    assert not journal.next(where=look, within=0.05).seen
    assert 200 <= len(looks) <= 400


def test_next_finds_what_is_there_already():
    journal = Journal()
    journal.record(an_exchange("POST", "/x"))
    assert journal.next("POST", path="/x", within=0).seen


def test_next_waits_for_what_another_thread_records():
    journal = Journal()
    late = threading.Timer(0.02, lambda: journal.record(an_exchange("POST", "/late")))
    late.start()
    sighting = journal.next("POST", path="/late", within=5)
    late.join()
    assert sighting.exchange is not None
    assert sighting.exchange.request.path == "/late"


def test_next_is_not_satisfied_by_other_exchanges_and_shows_them():
    journal = Journal()
    late = threading.Timer(0.01, lambda: journal.record(an_exchange("GET", "/other")))
    late.start()
    sighting = journal.next("POST", path="/wanted", within=0.05)
    late.join()
    assert not sighting
    assert sighting.wanted == "POST /wanted"
    assert [exchange.request.path for exchange in sighting.near] == ["/other"]


def test_next_looks_at_what_was_received_unless_told_otherwise():
    journal = Journal()
    journal.record(an_exchange(direction="sent"))
    assert not journal.next("GET", within=0)
    assert journal.next("GET", direction="sent", within=0)


def test_each_exchange_is_reported_once_recorded():
    seen: list[tuple[Exchange, int]] = []
    journal = Journal()
    journal.on_record = lambda exchange: seen.append((exchange, len(journal.all())))
    exchange = an_exchange()
    journal.record(exchange)
    assert seen == [(exchange, 1)]


def test_ids_are_given_once():
    journal = Journal()
    given: list[int] = []
    threads = [
        threading.Thread(target=lambda: given.extend(journal.claim_id() for _ in range(100)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 401))
