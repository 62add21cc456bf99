"""Sessions and CDRs that tell of the same charging, one as the CPO pushes and lists them."""

from typing import Any

import pytest
from ocpi_conformance.conformance.wire.lineage import Lineage
from ocpi_conformance.conformance.wire.ruling import Ruling
from ocpi_conformance.simulators.samples import Samples

from .views import PEER, answered, asked, broken, met

Object = dict[str, Any]

IDENTITY = {
    "journeys-invalid-session-not-billed",
    "journeys-cdr-token-is-session-token",
    "journeys-cdr-place-is-session-place",
    "journeys-cdr-currency-is-session-currency",
    "journeys-cdr-tariff-is-session-tariff",
}
AMOUNTS = {
    "journeys-cdr-energy-is-session-energy",
    "journeys-cdr-starts-with-session",
    "journeys-cdr-ends-with-session",
}


@pytest.fixture
def told() -> tuple[Object, Object]:
    """A completed Session and its CDR."""
    charge = Samples(seed=1).charging()
    charge.start()
    charge.advance(minutes=30, kwh=5.5)
    session = charge.stop()
    return session, charge.cdr()


def judged(*objects: Object) -> list[Ruling]:
    """What is said of Sessions and CDRs as they are listed, one after the other."""
    judge, found = Lineage(), []
    for value in objects:
        name = "cdrs" if "cdr_location" in value else "sessions"
        found += judge.answered(answered({"data": [value]}, endpoint=f"{name}.sender.list"))
    return found


def test_a_pair_that_agrees(told: tuple[Object, Object]) -> None:
    """Whatever comes first, all is judged once both are known."""
    session, cdr = told
    assert met(judged(session, cdr)) == met(judged(cdr, session)) == IDENTITY | AMOUNTS
    assert judged(session) == judged(cdr) == []


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("journeys-cdr-token-is-session-token", {"cdr_token": {"contract_id": "OTHER"}}),
        ("journeys-cdr-place-is-session-place", {"cdr_location": {"id": "OTHER"}}),
        ("journeys-cdr-place-is-session-place", {"cdr_location": {"evse_uid": "OTHER"}}),
        ("journeys-cdr-place-is-session-place", {"cdr_location": {"connector_id": "9"}}),
        ("journeys-cdr-currency-is-session-currency", {"currency": "XTS"}),
    ],
)
def test_a_cdr_of_something_else(told: tuple[Object, Object], slug: str, changes: Object) -> None:
    """Each part of the identity is a requirement of its own."""
    session, cdr = told
    inner = {
        name: {**cdr[name], **part} if isinstance(part, dict) else part for name, part in changes.items()
    }
    assert broken(judged(session, {**cdr, **inner})) == {slug}


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("journeys-cdr-energy-is-session-energy", {"kwh": 6.5}),
        ("journeys-cdr-starts-with-session", {"start_date_time": "2019-01-01T00:00:00Z"}),
        ("journeys-cdr-ends-with-session", {"end_date_time": "2099-01-01T00:00:00Z"}),
        ("journeys-invalid-session-not-billed", {"status": "INVALID"}),
    ],
)
def test_a_session_that_says_otherwise(told: tuple[Object, Object], slug: str, changes: Object) -> None:
    """Energy and times of the completed Session count; an INVALID one is not to be billed."""
    session, cdr = told
    assert broken(judged({**session, **changes}, cdr)) == {slug}


def test_a_period_by_another_tariff(told: tuple[Object, Object]) -> None:
    """Periods with the same start have the same Tariff; others aren't compared."""
    session, cdr = told
    periods = [{**period, "tariff_id": "OTHER"} for period in session["charging_periods"]]
    assert broken(judged({**session, "charging_periods": periods}, cdr)) == {
        "journeys-cdr-tariff-is-session-tariff"
    }
    later = [{**period, "start_date_time": "2019-01-01T00:00:00Z"} for period in periods]
    assert "journeys-cdr-tariff-is-session-tariff" not in met(
        judged({**session, "charging_periods": later}, cdr)
    )


def test_what_is_left_open(told: tuple[Object, Object]) -> None:
    """Nothing is compared with a Session that goes on, a credit, an inconsistent CDR, or after a credit."""
    session, cdr = told
    ongoing = {**session, "status": "ACTIVE", "kwh": 0}
    assert met(judged(ongoing, cdr)) == {"journeys-invalid-session-not-billed"}
    credit = {**cdr, "id": "C", "credit": True, "credit_reference_id": cdr["id"]}
    assert judged(session, credit) == []
    assert met(judged({**session, "kwh": 1}, credit, cdr)) == IDENTITY
    torn = {**cdr, "total_energy": 99, "total_time": 99}
    assert met(judged(session, torn)) == IDENTITY
    assert not broken(judged(session, torn))


def test_unsteady_sessions_are_for_others(told: tuple[Object, Object]) -> None:
    """A Session that moves to another place breaks a requirement of its own; #NA is no place."""
    session, cdr = told
    moved = {**session, "location_id": "OTHER"}
    assert not broken(judged(session, moved, cdr))
    unassigned = {**session, "evse_uid": "#NA", "connector_id": "#NA", "status": "RESERVATION"}
    assert met(judged(unassigned, session, cdr)) == IDENTITY | AMOUNTS


def test_a_reservation_may_start_the_cdr(told: tuple[Object, Object]) -> None:
    """The CDR of a reservation that was used begins with the reservation."""
    session, cdr = told
    later = {**session, "start_date_time": session["end_date_time"]}
    begun = {**later, "status": "ACTIVE"}
    assert broken(judged(begun, later, cdr)) == {"journeys-cdr-starts-with-session"}
    assert not broken(judged(later, cdr))  # it may have been reserved before we knew of it
    reserved = {**later, "status": "RESERVATION"}
    assert not broken(judged(reserved, later, cdr))


def test_an_invalid_session_may_have_been_billed_before(told: tuple[Object, Object]) -> None:
    """A bill that was there before, one of nothing, and one that was taken back ask for no money."""
    session, cdr = told
    invalid = {**session, "status": "INVALID"}
    credit = {**cdr, "id": "C", "credit": True, "credit_reference_id": cdr["id"]}
    later = {**invalid, "last_updated": "2099-01-01T00:00:00Z"}
    free = {**cdr, "total_cost": {"excl_vat": 0}}
    assert judged(credit, cdr, invalid) == judged(later, cdr) == judged(invalid, free) == []


def test_pushes_are_followed(told: tuple[Object, Object]) -> None:
    """A Session is what its PUT and the PATCHes after it say."""
    session, cdr = told
    judge = Lineage()
    place = f"{session['country_code']}/{session['party_id']}/{session['id']}"
    url = f"{PEER.url('sessions', 'RECEIVER')}/{place}"
    begun = {**session, "status": "ACTIVE", "kwh": 0, "charging_periods": []}
    patch = {name: session[name] for name in ("status", "kwh", "charging_periods", "last_updated")}
    found = [
        *judge.requested(asked("PATCH", url, body=patch)),
        *judge.requested(asked("PUT", url, body=begun)),
        *judge.requested(asked("PATCH", url, body=patch)),
        *judge.requested(asked("POST", PEER.url("cdrs", "RECEIVER"), body=cdr)),
    ]
    assert met(found) == IDENTITY | AMOUNTS


@pytest.mark.parametrize("value", [None, 7, "x", [], {}, [None], {"id": 1}])
def test_malformed_objects_say_nothing(told: tuple[Object, Object], value: Any) -> None:
    """Fields of a wrong kind are for the judge of schemas."""
    session, cdr = told
    for name in ("cdr_token", "cdr_location", "charging_periods", "start_date_time", "end_date_time", "kwh"):
        # Seven kilowatt hours are a number that may be compared.
        legal = {"journeys-cdr-energy-is-session-energy"} if (name, value) == ("kwh", 7) else set()
        assert broken(judged({**session, name: value}, {**cdr, name: value})) <= legal
        assert broken(judged({**session, name: value}, session, cdr)) == set()
