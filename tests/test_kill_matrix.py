"""The kill matrix in small: what holds for all flaws at once, and a sample of them in real runs.

`make kill-matrix` runs every flaw in every role.
"""

import datetime
import random

import pytest
from ocpi_conformance.conformance.catalogue import load
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.simulators.flaws import flaws

from tests.kill_matrix import matrix, pairs_of, processes, try_at_once

ROLES = ("CPO", "EMSP")
SAMPLE = 6
COMBINED = {
    "CPO": (
        "lists-custom-module",
        "long-token:characters=100",
        "ids-are-counters",
        "no-token-forbidden:status=400",
        "no-x-limit",
        "start-with-offset:offset=+00:00",
        "evse-status-unknown-value:value=FAULTED",
        "tariff-without-currency",
        "cdr-total-energy-higher:kwh=3",
        "session-listed-twice",
        "put-new-token-as-200",
        "unlocks-at-unknown-location",
    ),
    "EMSP": (
        "lists-custom-module",
        "same-role-twice",
        "sent-without-correlation-id",
        "answers-without-request-id",
        "no-link",
        "put-new-location-as-200",
        "put-known-tariff-as-201",
        "cdr-without-location-header",
        "put-new-session-as-200",
        "unknown-token-as-2001",
        "response-url-shared",
    ),
}
"""Flaws of many chapters, some with parameters."""


@pytest.mark.parametrize("role", ROLES)
def test_every_scored_requirement_has_a_flaw_that_kills_it(role):
    """A check that no flaw can turn red is not proven. What the other role proves for both counts for both."""
    killed = {slug for flaw in flaws().values() for slugs in flaw.breaks.values() for slug in slugs}
    applicable = load().select(Claim.default(role, "2.2.1")).applicable.values()
    assert sorted(found.slug for found in applicable if found.scored and found.slug not in killed) == []


def test_enough_is_scored():
    """The number that the project promises for its first version."""
    catalogue = load()
    scored = {
        slug
        for role in ROLES
        for slug, found in catalogue.select(Claim.default(role, "2.2.1")).applicable.items()
        if found.scored
    }
    assert len(scored) >= 150


def test_flaws_break_what_the_catalogue_has_and_what_applies_to_their_role():
    """A flaw that declares a typo, or a duty of the other role, proves nothing."""
    catalogue = load()
    wrong = []
    for role in ROLES:
        applicable = catalogue.select(Claim.default(role, "2.2.1")).applicable
        wrong += [
            f"{flaw.name} {role}: {slug}"
            for flaw in flaws().values()
            for slug in flaw.breaks.get(role, ())
            if slug not in applicable or not applicable[slug].scored
        ]
    assert wrong == []


def test_flaws_declare_something():
    """In each of their roles, or why no duty forbids them."""
    assert [
        flaw.name
        for flaw in flaws().values()
        if not flaw.breaks or bool(flaw.legal) is any(flaw.breaks.values())
    ] == []
    assert [flaw.name for flaw in flaws().values() if not flaw.legal and not all(flaw.breaks.values())] == []


@pytest.mark.parametrize("role", COMBINED)
def test_flaws_combine_in_any_order_and_are_the_same_each_time(role):
    """Several at once break what they declare between them, no more and no less, whichever comes first."""
    names = COMBINED[role]
    with processes(2) as pool:
        tries = [pool.submit(try_at_once, role, order) for order in (names, names[::-1])]
        first, turned = [found.result() for found in tries]
    assert (first.survived, first.collateral, first.exit_code) == (frozenset(), frozenset(), 1)
    assert len(first.declared) >= len(names)
    assert dict(turned.verdicts) == dict(first.verdicts)


def test_a_sample_is_caught_by_exactly_what_it_declares():
    """A few flaws in real runs, others each day."""
    pairs = pairs_of(ROLES, [])
    today = datetime.datetime.now(datetime.UTC).date()
    sample = random.Random(today.toordinal()).sample(pairs, SAMPLE)
    rows = list(matrix(sample))
    assert len(rows) == SAMPLE
    assert [
        f"{row.role} {row.flaw}: {sorted(row.survived | row.collateral)}" for row in rows if not row.holds
    ] == []
