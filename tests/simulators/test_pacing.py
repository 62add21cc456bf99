"""Calls follow one another no faster than they may."""

import math
import threading

import pytest
from ocpi_conformance.simulators import pacing
from ocpi_conformance.simulators.calling import Caller, CallFault
from ocpi_conformance.simulators.exchange import Request
from ocpi_conformance.simulators.pacing import Pace


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def test_calls_are_evenly_spread(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    pace = Pace(4)
    for _ in range(3):
        pace.wait()
    assert clock.slept == [0.0, 0.25, 0.5]


def test_time_that_went_by_unused_is_not_saved_up(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    pace = Pace(4)
    pace.wait()
    clock.now += 60
    pace.wait()
    pace.wait()
    assert clock.slept == [0.0, 0.0, 0.25]


def test_without_a_limit_nobody_waits(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    Pace().wait()
    assert clock.slept == []


def test_those_who_share_it_take_turns(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pacing, "time", clock)
    pace = Pace(10)
    threads = [threading.Thread(target=pace.wait) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(round(slept, 6) for slept in clock.slept) == [0.0, 0.1, 0.2, 0.3, 0.4]


def test_without_an_end_there_is_always_time():
    assert Pace(5.0).left_s == math.inf


def test_at_the_end_nothing_is_sent():
    """A call that would be answered is not even tried."""
    pace = Pace(lasts_s=1e-9)
    assert pace.left_s == 0.0
    caller = Caller(pace=pace)
    with pytest.raises(CallFault, match="no time left"):
        caller.send(Request(method="GET", url="http://127.0.0.1:9/x", headers=(), body=b""))
    caller.close()
