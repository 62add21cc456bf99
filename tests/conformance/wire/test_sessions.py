"""The judge of every exchange on Sessions: where they are sent, what stands in them, how they are asked for."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from ocpi_conformance.conformance.wire.ruling import Ruling, View
from ocpi_conformance.conformance.wire.sessions import Sessions
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.answering import endpoint_of
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.roles import Cpo
from ocpi_conformance.simulators.samples import Samples

from .views import PEER, answered, asked, broken, met

SAMPLES = Samples(7, country_code="NL", party_id="CPO")
ACTIVE = SAMPLES.session(status="ACTIVE", full=True)
COMPLETED = SAMPLES.session(status="COMPLETED", full=True)
LIST = "sessions.sender.list"
HUB = (Role(role="HUB", country_code="NL", party_id="HUB", name="Hub"),)
CPO = Cpo(
    name="cpo",
    roles=[Role(role="CPO", country_code="NL", party_id="TS1", name="Peer")],
    base_url="http://cpo",
    verify=False,
)


def told(method: str, body: Any, *, place: str = "", judge: Sessions | None = None) -> list[Ruling]:
    """What is said of a push; to the URL of the ACTIVE Session where no place is named."""
    url = f"{PEER.url('sessions', 'RECEIVER')}/{place or 'NL/CPO/' + ACTIVE['id']}"
    return list((judge or Sessions()).requested(asked(method, url, body=body)))


def listed(*sessions: dict[str, Any], judge: Sessions | None = None) -> list[Ruling]:
    """What is said of a list."""
    return list((judge or Sessions()).answered(answered({"data": list(sessions)}, endpoint=LIST)))


def wanted(method: str, url: str) -> set[str]:
    """What an eMSP breaks by a request to the Sessions of our CPO."""
    request = Request(method=method, url=f"{CPO.url('sessions', 'SENDER')}{url}", headers=(), body=b"")
    exchange = Exchange(
        id=1,
        direction="received",
        party="cpo",
        scenario="s",
        started=clock.now(),
        elapsed_s=0.01,
        request=request,
        response=Response(headers=(), body=b'{"status_code":1000}', status=200),
        endpoint=endpoint_of(CPO, request),
    )
    return broken(Sessions().requested(View(exchange, CPO, "2.2.1", ())))


def test_right_pushes_and_lists_break_nothing() -> None:
    """A PUT, a PATCH and a list of Sessions in every status."""
    judge = Sessions()
    samples = [SAMPLES.session(status=status) for status in ("PENDING", "ACTIVE", "COMPLETED", "INVALID")]
    assert not broken(told("PUT", ACTIVE, judge=judge))
    later = {"kwh": 99, "last_updated": "2035-01-01T00:00:00Z"}
    assert not broken(told("PATCH", later, judge=judge))
    assert not broken(listed(*samples, judge=judge))
    assert not broken(told("GET", None))


@pytest.mark.parametrize(
    ("method", "place", "body", "slugs"),
    [
        ("DELETE", "", None, {"sessions-push-methods"}),
        ("POST", "", ACTIVE, {"sessions-push-methods"}),
        ("GET", "NL/XXX/1", None, {"sessions-push-url-own-party"}),
        ("PATCH", "", {"kwh": 1}, {"sessions-push-patch-has-last-updated"}),
        (
            "PATCH",
            f"NL/CPO/{ACTIVE['id']}/charging_periods",
            {"last_updated": "2035-01-01T00:00:00Z"},
            {"sessions-push-patch-whole-session"},
        ),
        ("PUT", "", {**ACTIVE, "party_id": "XXX"}, {"sessions-push-url-owner-equals-body"}),
        ("PUT", "", {**ACTIVE, "id": "another"}, {"sessions-push-url-id-equals-body"}),
        ("PUT", f"nl/cpo/{ACTIVE['id'].lower()}", ACTIVE, set()),
    ],
)
def test_pushes_are_addressed(method: str, place: str, body: Any, slugs: set[str]) -> None:
    """Method, owner and id, in any case of letters."""
    assert broken(told(method, body, place=place)) == slugs


@pytest.mark.parametrize(
    ("session", "slug"),
    [
        ({**ACTIVE, "end_date_time": "2035-01-01T00:00:00Z"}, "sessions-end-only-when-over"),
        ({**COMPLETED, "end_date_time": "2001-01-01T00:00:00Z"}, "sessions-end-after-start"),
        ({**COMPLETED, "end_date_time": None}, "sessions-completed-has-end"),
        ({**ACTIVE, "evse_uid": "#NA"}, "sessions-active-has-evse"),
        ({**ACTIVE, "connector_id": "#NA"}, "sessions-active-has-evse"),
        ({**ACTIVE, "party_id": "XXX"}, "sessions-owner-among-roles"),
    ],
)
def test_what_stands_in_a_session(session: dict[str, Any], slug: str) -> None:
    """Each duty is broken by itself, and met by the sample."""
    assert slug in broken(listed(session))
    assert slug in met(listed(ACTIVE, COMPLETED))


def test_no_period_begins_after_the_end() -> None:
    """The last period lies before the end; times of whole seconds are cut off."""
    end = clock.parse(COMPLETED["end_date_time"])
    assert end is not None
    late = [{"start_date_time": clock.stamp(end.replace(year=end.year + 1)), "dimensions": []}]
    same = [{"start_date_time": clock.stamp(end), "dimensions": []}]
    assert broken(listed({**COMPLETED, "charging_periods": late})) == {"sessions-periods-before-end"}
    whole = COMPLETED["end_date_time"][:19] + "Z"
    assert not broken(listed({**COMPLETED, "charging_periods": same, "end_date_time": whole}))


def test_an_invalid_session_may_have_been_so_from_its_times() -> None:
    """What is declared INVALID is not held to the order of its times."""
    invalid = {**COMPLETED, "status": "INVALID", "end_date_time": "2001-01-01T00:00:00Z"}
    assert not broken(listed(invalid))


def test_a_reservation_may_be_without_evse() -> None:
    """Only what is ACTIVE has to be somewhere."""
    reserved = {**ACTIVE, "status": "RESERVATION", "evse_uid": "#NA", "connector_id": "#NA"}
    assert not broken(listed(reserved))


def test_a_hub_speaks_for_others() -> None:
    """Owners that a hub doesn't list accuse nobody."""
    view = answered({"data": [{**ACTIVE, "party_id": "XXX"}]}, endpoint=LIST)
    assert not broken(Sessions().answered(View(view.exchange, PEER, "2.2.1", HUB)))


def test_what_is_no_session_is_left_to_others() -> None:
    """Values of any kind break nothing and stop nothing."""
    assert not broken(listed({}, *({"id": value} for value in (1, None, [])), {"charging_periods": [1]}))
    assert not broken(told("PUT", [1]))
    view = asked("PUT", f"{PEER.url('sessions', 'RECEIVER')}/NL", body=ACTIVE)
    assert not broken(Sessions().requested(view))
    assert not list(Sessions().requested(asked("GET", "http://elsewhere/x")))


@pytest.mark.parametrize(
    ("method", "url", "slugs"),
    [
        ("GET", "?date_from=2020-01-01T00:00:00Z", set()),
        ("GET", "?limit=5", {"sessions-pull-has-date-from"}),
        ("GET", "/some-id", set()),
        ("PUT", "/1234/charging_preferences", set()),
        ("PUT", "/1234/charging_preferences/", set()),
        ("PUT", "/1234", {"sessions-preferences-url"}),
        ("PUT", "/NL/TS1/1234/charging_preferences", {"sessions-preferences-url"}),
        ("POST", "/1234/charging_preferences", {"sessions-ask-methods"}),
        ("DELETE", "/1234", {"sessions-ask-methods"}),
    ],
)
def test_an_emsp_asks(method: str, url: str, slugs: set[str]) -> None:
    """For the list with a date, and for preferences by PUT at their own URL."""
    assert wanted(method, url) == slugs


def test_a_push_that_was_overtaken_makes_no_state() -> None:
    """ACTIVE, told late, with the end that came before it."""
    judge = Sessions()
    done = {**COMPLETED, "last_updated": "2035-01-01T00:00:09Z"}
    late = {"status": "ACTIVE", "last_updated": "2035-01-01T00:00:05Z"}
    place = f"NL/CPO/{COMPLETED['id']}"
    told("PUT", done, place=place, judge=judge)
    assert not broken(told("PATCH", late, place=place, judge=judge))


def test_what_we_refused_is_forgotten() -> None:
    """A PUT that we refused has not told us anything: what follows is the first."""
    judge = Sessions()
    url = f"{PEER.url('sessions', 'RECEIVER')}/NL/CPO/{ACTIVE['id']}"
    refused = asked("PUT", url, body={**ACTIVE, "last_updated": "2034-01-01T00:00:00Z"})
    answer = replace(refused.response, body=orjson.dumps({"status_code": 2001}))
    exchange = replace(refused.exchange, response=answer)
    list(judge.requested(View(exchange, PEER, "2.2.1", refused.iut_roles)))

    assert "sessions-push-last-updated-advances" not in broken(told("PUT", ACTIVE, judge=judge))
