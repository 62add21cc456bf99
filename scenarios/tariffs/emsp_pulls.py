"""Tariffs: an eMSP is made to pull, asks for the list and has then what the list has."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

pytestmark = applies_to(module="tariffs", iut="EMSP", side="RECEIVER", feature="pull")

Tariff = dict[str, Any]


def test_a_pull_brings_the_list_up_to_date(iut: Iut, cpo: Cpo, check: Check) -> None:
    """One Tariff was made and not pushed, one has changed, one is gone."""
    known = cpo.add_tariff(minimal=True, currency="EUR")
    gone = cpo.add_tariff(minimal=True)
    told = all(cpo.push_tariff(iut.connection, tariff).accepted for tariff in (known, gone))
    changed = cpo.add_tariff({**known, "currency": "CHF", "last_updated": clock.stamp(clock.now())})
    missed = cpo.add_tariff(minimal=True, currency="NOK")
    forget(cpo, gone)

    iut.act("pull-tariffs")

    pull = iut.sends("GET", endpoint="tariffs.sender.list")
    check(
        "tariffs-pull-possible",
        pull.seen,
        expected="a GET of the list of Tariffs",
        found=", ".join(map(str, pull.near)) or "no request",
        evidence=pull,
    )
    check.requires(pull.exchange, "no list of Tariffs was asked for")
    assert pull.exchange is not None
    check.requires(told, "a Tariff that was PUT was refused, so that nothing could change by a pull")
    for tariff in (missed, changed):
        copy = iut.settles(
            lambda tariff=tariff: cpo.check_tariff(iut.connection, tariff),
            lambda answer, tariff=tariff: currency(answer) == tariff["currency"],
        )
        check(
            "tariffs-pull-updates-store",
            expected=tariff["currency"],
            found=currency(copy) or copy,
            evidence=[pull, copy],
        )
    part = pull.exchange.request.query.keys() & {"date_from", "date_to"}
    check.applies(not part, "it pulled a window of time, which says nothing of what is gone")
    left = iut.settles(lambda: cpo.check_tariff(iut.connection, gone), lambda answer: not answer.accepted)
    check(
        "tariffs-pull-replaces-list",
        not left.accepted,
        expected="no longer there",
        found=left,
        evidence=[pull, left],
    )


def currency(answer: Answer) -> str:
    return str(answer.data.get("currency")) if answer.accepted and isinstance(answer.data, dict) else ""


def forget(cpo: Cpo, tariff: Tariff) -> None:
    """Take a Tariff out of our list without a word."""
    table = cpo.store.own("tariffs")
    for key, value in table.items():
        if value["id"] == tariff["id"]:
            table.delete(key)
