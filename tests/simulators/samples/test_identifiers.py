"""Identifiers: check digits as published, ids of the right shape."""

import re

import pytest
from ocpi_conformance.simulators.samples.identifiers import check_digit, contract_id, evse_id, namespace


@pytest.mark.parametrize(
    ("account", "digit"),
    [
        ("NN123ABCDEFGHI", "T"),
        ("FRXYZ123456789", "2"),
        ("ITA1B2C3E4F5G6", "4"),
        ("ESZU8WOX834H1D", "R"),
        ("PT73902837ABCZ", "Z"),
        ("DE83DUIEN83QGZ", "D"),
        ("DE83DUIEN83ZGQ", "M"),
        ("DE8AA001234567", "0"),
        ("de-8aa-001234567", "0"),
        ("DE-8AA-CA2B3C4D5", "L"),
    ],
)
def test_check_digits_as_published(account, digit):
    assert check_digit(account) == digit


@pytest.mark.parametrize("account", ["", "SHORT", "DE8AA0012345678", "DE8ÄA001234567"])
def test_an_account_needs_fourteen_letters_and_digits(account):
    with pytest.raises(ValueError, match="14 letters and digits"):
        check_digit(account)


def test_shapes():
    assert re.fullmatch(r"NL-MSP-C00000001-[0-9A-Z]", contract_id("nl", "msp", "00000001"))
    assert evse_id("NL", "CPO", "12ab*1") == "NL*CPO*E12AB*1"


def test_namespaces_differ():
    assert len({namespace(seed, "NL", party) for seed in range(100) for party in ("CPO", "MSP")}) == 200
