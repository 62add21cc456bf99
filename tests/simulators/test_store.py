"""Tables: order, case, time windows, threads."""

import threading
from datetime import UTC, datetime

import pytest
from ocpi_conformance.simulators.store import Store, Table, key_of

JAN, FEB, MAR = (datetime(2025, month, 1, tzinfo=UTC) for month in (1, 2, 3))


def a_table() -> Table:
    table = Table()
    for name, stamp in (("a", "2025-01-01T00:00:00Z"), ("b", "2025-02-01T00:00:00Z"), ("c", None)):
        table.put((name,), {"id": name, **({"last_updated": stamp} if stamp else {})})
    return table


def ids(values) -> list[str]:
    return [value["id"] for value in values]


def test_identifiers_are_compared_without_case():
    assert key_of("NL", "Cpo", "x1") == key_of("nl", "CPO", "X1")


def test_put_tells_new_from_known_and_keeps_the_place():
    table = a_table()
    assert table.put(("a",), {"id": "a2"}) is False
    assert table.put(("d",), {"id": "d"}) is True
    assert ids(table) == ["a2", "b", "c", "d"]


def test_delete_tells_whether_there_was_something():
    table = a_table()
    assert table.delete(("a",)) is True
    assert table.delete(("a",)) is False
    assert table.get(("a",)) is None
    assert len(table) == 2


def test_clear_and_items():
    table = a_table()
    assert [key for key, _ in table.items()] == [("a",), ("b",), ("c",)]
    table.clear()
    assert table.items() == []


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, ["a", "b", "c"]),
        (JAN, None, ["a", "b"]),
        (FEB, None, ["b"]),
        (None, FEB, ["a", "c"]),
        (JAN, FEB, ["a"]),
        (MAR, None, []),
    ],
)
def test_a_window_includes_its_beginning_and_excludes_its_end(since, until, found: list[str]):
    assert ids(a_table().select(since, until)) == found


@pytest.mark.parametrize(
    ("arguments", "found", "total"),
    [
        ((None, None, 0, 10), ["a", "b", "c"], 3),
        ((None, None, 1, 1), ["b"], 3),
        ((None, None, 9, 1), [], 3),
        ((JAN, None, 1, 5), ["b"], 2),
        ((None, None, 0, 2, lambda value: value["id"] != "a"), ["b", "c"], 2),
        ((None, None, 0, 9, lambda value: False), [], 0),
    ],
)
def test_a_page_comes_with_the_size_of_the_whole(arguments, found: list[str], total: int):
    rows, size = a_table().page(*arguments)
    assert (ids(rows), size) == (found, total)


def test_a_list_is_a_snapshot():
    table = a_table()
    seen = []
    for value in table:
        table.delete((value["id"],))
        seen.append(value["id"])
    assert seen == ["a", "b", "c"]


def test_the_lock_makes_read_and_write_one_step():
    table = Table()
    table.put(("n",), {"n": 0})

    def count() -> None:
        for _ in range(200):
            with table.lock:
                value = table.get(("n",))
                assert value is not None
                table.put(("n",), {"n": value["n"] + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert table.get(("n",)) == {"n": 800}


def test_own_and_received_are_apart_and_last():
    store = Store()
    store.own("tokens").put(("a",), {"id": "a"})
    assert len(store.received("tokens")) == 0
    assert store.own("tokens") is store.own("tokens")
