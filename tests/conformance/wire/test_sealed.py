"""The judge of what a CDR has to keep."""

import pytest
from ocpi_conformance.conformance.wire import sealed
from ocpi_conformance.simulators.samples import Samples

from .bills import CDR
from .views import broken, met

CREDIT = Samples(7).credit_cdr(CDR)


def again(now):
    return list(sealed.again("2.2.1", CDR, now))


def credited(**fields):
    return list(sealed.credit("2.2.1", CDR, {**CREDIT, **fields}))


def test_the_same_cdr_is_met():
    assert met(again(dict(CDR))) == {"cdrs-never-changed", "cdrs-last-updated-stays"}
    assert broken(again({**CDR, "credit": None, "remark": CDR["remark"]})) == set()


@pytest.mark.parametrize(
    ("fields", "slugs"),
    [
        ({"total_energy": 16}, {"cdrs-never-changed"}),
        ({"remark": None}, {"cdrs-never-changed"}),
        ({"last_updated": "2024-05-07T00:00:00Z"}, {"cdrs-last-updated-stays"}),
        ({"session_id": "ANOTHER", "total_energy": 16}, {"cdrs-id-unique"}),
        ({"credit": True, "credit_reference_id": "C1"}, {"cdrs-id-unique"}),
        ({"credit": True, "credit_reference_id": CDR["id"]}, set()),
    ],
)
def test_another_cdr_of_the_same_id_breaks_one_duty(fields, slugs):
    assert broken(again({**CDR, **fields})) == slugs


def test_a_credit_cdr_is_met():
    assert met(credited()) == {
        "cdrs-credit-same-data",
        "cdrs-credit-only-total-cost-negated",
        "cdrs-credit-total-cost-negative",
    }


@pytest.mark.parametrize(
    ("fields", "slugs"),
    [
        ({"currency": "USD"}, {"cdrs-credit-same-data"}),
        ({"meter_id": None}, {"cdrs-credit-same-data"}),
        ({"total_energy": -15}, {"cdrs-credit-only-total-cost-negated"}),
        ({"total_energy_cost": {"excl_vat": -6.3}}, {"cdrs-credit-only-total-cost-negated"}),
        ({"total_cost": CDR["total_cost"]}, {"cdrs-credit-total-cost-negative"}),
        ({"total_cost": {"excl_vat": -CDR["total_cost"]["excl_vat"]}}, {"cdrs-credit-total-cost-negative"}),
        ({"remark": "Wrong price", "invoice_reference_id": "CREDIT-1"}, set()),
    ],
)
def test_a_credit_cdr_breaks_one_duty(fields, slugs):
    assert broken(credited(**fields)) == slugs


@pytest.mark.parametrize(
    ("session", "slugs"),
    [
        ({"auth_method": CDR["auth_method"]}, set()),
        ({"auth_method": "COMMAND"}, {"cdrs-auth-method-last"}),
        ({"authorization_reference": "REF"}, {"cdrs-authorization-reference-last"}),
        ({}, set()),
    ],
)
def test_a_cdr_says_how_its_session_was_authorized(session, slugs):
    assert broken(list(sealed.of_session(session, CDR))) == slugs
