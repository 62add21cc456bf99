"""What may become of a Session, from one state to the next."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from ocpi_conformance.conformance.wire.histories import Histories, moment, starts
from ocpi_conformance.conformance.wire.ruling import Ruling
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.samples import Samples

from .views import asked, broken, met

KEY = ("nl", "cpo", "1")
LATER = "2035-01-01T00:00:00Z"
FINAL, UNMODIFIED = "sessions-completed-final", "sessions-completed-unmodified"

Session = dict[str, Any]


@pytest.fixture
def charge() -> Any:
    """A simulated charge that is PENDING."""
    return Samples(7, country_code="NL", party_id="CPO").charging(full=True)


def come(*states: Session) -> list[Ruling]:
    """What is said of states that come one after the other."""
    histories = Histories("2.2.1")
    return [ruling for state in states for ruling in histories.came_to(KEY, state)]


def pushed(*requests: tuple[str, Session], status: int = 200) -> Iterator[Ruling]:
    """What is said of pushes."""
    histories = Histories("2.2.1")
    for method, body in requests:
        view = asked(method, "http://peer/x", body=body, status=status)
        yield from histories.pushed(view, KEY, body)[1]


def test_a_session_that_goes_its_way_breaks_nothing(charge: Any) -> None:
    """PENDING, ACTIVE, charged, COMPLETED, and seen again."""
    states = [charge.session]
    states.append(charge.start())
    charge.advance(minutes=10, kwh=2)
    states.append(charge.session)
    states.append(charge.stop())
    found = come(*states, states[-1])
    assert not broken(found)
    assert {FINAL, UNMODIFIED, "sessions-facts-steady"} <= met(found)
    assert "sessions-active-start-not-before-creation" in met(found)


@pytest.mark.parametrize(
    ("change", "slugs"),
    [
        ({"status": "ACTIVE"}, {FINAL}),
        ({"status": "INVALID"}, {FINAL}),
        ({"kwh": 99}, {UNMODIFIED}),
        ({"charging_periods": []}, {UNMODIFIED}),
        ({}, set()),
    ],
)
def test_what_is_completed_stays_so(charge: Any, change: Session, slugs: set[str]) -> None:
    """A later state is the same, but for the time."""
    charge.start()
    charge.advance(minutes=10, kwh=2)
    done = charge.stop()
    assert broken(come(done, {**done, **change, "last_updated": LATER})) == slugs


def test_older_states_say_nothing(charge: Any) -> None:
    """A list may lag behind what was pushed."""
    active = charge.start()
    charge.advance(minutes=10, kwh=2)
    done = {**charge.stop(), "last_updated": LATER}
    assert not come(done, active)
    assert not come(done, {**done, "status": "ACTIVE", "last_updated": "no time"})


def test_it_becomes_active_no_earlier_than_created(charge: Any) -> None:
    """An hour before is wrong; the same moment is reported by itself."""
    pending, active = charge.session, charge.start()
    early = {**active, "start_date_time": "2001-01-01T00:00:00Z"}
    assert broken(come(pending, early)) == {"sessions-active-start-not-before-creation"}
    same = {**active, "start_date_time": pending["start_date_time"]}
    assert broken(come(pending, same)) == {"sessions-active-start-updated"}


@pytest.mark.parametrize("name", ["uid", "type", "party_id"])
def test_the_token_of_a_session_is_steady(charge: Any, name: str) -> None:
    """Another token, another currency, another location are another session; #NA was none."""
    pending, active = charge.session, charge.start()
    other = {**active, "cdr_token": {**active["cdr_token"], name: "OTHER"}}
    assert broken(come(pending, other)) == {"sessions-facts-steady"}
    assert broken(come(pending, {**active, "currency": "CHF"})) == {"sessions-facts-steady"}
    unknown = {**pending, "location_id": "#NA"}
    assert not broken(come(unknown, active))


def test_periods_of_a_patch_are_new(charge: Any) -> None:
    """What the receiver has is not sent again, unless the whole request is."""
    charge.start()
    first = charge.session
    changes = charge.advance(minutes=10, kwh=2)
    more = charge.advance(minutes=10, kwh=2)
    assert not broken(pushed(("PUT", first), ("PATCH", changes), ("PATCH", changes), ("PATCH", more)))
    both = {**more, "charging_periods": [*changes["charging_periods"], *more["charging_periods"]]}
    found = list(pushed(("PUT", first), ("PATCH", changes), ("PATCH", both)))
    assert broken(found) == {"sessions-push-patch-periods-new"}
    assert not list(pushed(("PATCH", changes), ("PATCH", both)))
    assert not list(pushed(("PUT", first), ("PATCH", changes), ("PATCH", both), status=500))


def test_pushes_advance(charge: Any) -> None:
    """A later push is not older; several may fall into one moment."""
    first = charge.session
    old = {"status": "ACTIVE", "last_updated": "2001-01-01T00:00:00Z"}
    same = {"status": "ACTIVE", "last_updated": first["last_updated"]}
    assert broken(pushed(("PUT", first), ("PATCH", old))) == {"sessions-push-last-updated-advances"}
    assert not list(pushed(("PUT", first), ("PATCH", same)))
    assert met(pushed(("PUT", first), ("PATCH", {**same, "last_updated": LATER})))


def test_pushes_may_come_late(charge: Any) -> None:
    """One that others have overtaken, or the first itself, accuses nobody; nor do parts of a second."""
    first = {**charge.session, "last_updated": "2030-01-01T00:00:05.700Z"}
    begun = {"status": "ACTIVE", "last_updated": "2030-01-01T00:00:10Z"}
    whole = {"status": "ACTIVE", "last_updated": "2030-01-01T00:00:05Z"}
    more = {"kwh": 5, "last_updated": "2030-01-01T00:01:00Z"}
    older = {**first, "last_updated": "2029-01-01T00:00:00Z"}
    slug = "sessions-push-last-updated-advances"
    assert not broken(pushed(("PUT", first), ("PATCH", more), ("PATCH", begun)))
    assert not list(pushed(("PUT", first), ("PATCH", whole)))
    assert not list(pushed(("PUT", first), ("PUT", older)))
    assert broken(pushed(("PUT", first), ("PUT", {**older, "kwh": 9}))) == {slug}


def test_periods_may_begin_in_one_second(charge: Any) -> None:
    """Where the first of them was over at once; one that has lasted is not told anew by PATCH."""
    start = {"start_date_time": "2030-01-01T00:00:05Z"}
    brief = {**start, "dimensions": [{"type": "TIME", "volume": 0.0001}, {"type": "ENERGY", "volume": 0}]}
    long = {**start, "dimensions": [{"type": "TIME", "volume": 0.25}]}
    more = {"charging_periods": [long], "last_updated": LATER}
    slug = "sessions-push-patch-periods-new"
    assert slug in met(pushed(("PUT", {**charge.session, "charging_periods": [brief]}), ("PATCH", more)))
    assert broken(pushed(("PUT", {**charge.session, "charging_periods": [long]}), ("PATCH", more))) == {slug}


def test_sources_may_lag_behind_each_other(charge: Any) -> None:
    """What a list has in the second of the end says nothing, and a list is held against lists."""
    charge.start()
    charge.advance(minutes=10, kwh=2)
    active = {**charge.session, "last_updated": "2035-01-01T00:00:05Z"}
    done = {**charge.stop(), "last_updated": "2035-01-01T00:00:05Z"}
    histories = Histories("2.2.1")
    assert not list(histories.came_to(KEY, done, source="emsp"))
    assert not list(histories.came_to(KEY, active, source="list"))
    listed = {**done, "meter_id": "M-2", "last_updated": "2035-01-01T00:00:09Z"}
    assert broken(histories.came_to(KEY, listed, source="list")) == set()
    changed = {**listed, "meter_id": "M-3", "last_updated": "2035-01-01T00:00:11Z"}
    assert broken(histories.came_to(KEY, changed, source="list")) == {UNMODIFIED}


def test_clocks_of_charge_points_may_differ(charge: Any) -> None:
    """Half a minute before the back-end made the Session may be the clock of the charge point."""
    pending, active = charge.session, charge.start()
    created = clock.parse(pending["start_date_time"])
    assert created is not None
    early = {**active, "start_date_time": clock.stamp(created - timedelta(seconds=30))}
    assert not broken(come(pending, early))


def test_times_are_read_with_care() -> None:
    """What is no time, or no list of periods, is none."""
    assert moment({"last_updated": 5}, "last_updated") is None
    assert starts({"charging_periods": [{"start_date_time": LATER}, {"start_date_time": None}, 3]}) == [
        moment({"at": LATER}, "at")
    ]
    assert starts({"charging_periods": None}) == starts({}) == []
