"""A CDR in which there is something of everything: another price on the way, parking, signed values."""

from datetime import UTC, datetime
from typing import Any

from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.connection import Role
from ocpi_conformance.simulators.party import Limits
from ocpi_conformance.simulators.roles import Cpo

START = datetime(2024, 5, 6, 10, tzinfo=UTC)


def _fullest() -> dict[str, Any]:
    """Forty minutes at one price, twenty at another, and twenty more of parking."""
    party = Cpo(
        name="cpo",
        roles=[Role(role="CPO", country_code="NL", party_id="CPO", name="Chargers")],
        base_url="http://cpo",
        verify=False,
        seed=1,
        limits=Limits(tariffs=3, locations=2, sessions=0, cdrs=1),
    )
    party.furnish()
    cdr = next(iter(party.store.own("cdrs")))
    periods = [_moved(period, cdr) for period in cdr["charging_periods"]]
    return {**_moved(cdr, cdr), "charging_periods": periods}


def _moved(value: dict[str, Any], cdr: dict[str, Any]) -> dict[str, Any]:
    """Something with its times as if the session had begun at `START`."""
    begin = clock.parse(cdr["start_date_time"])
    assert begin is not None
    moved = dict(value)
    for name in ("start_date_time", "end_date_time"):
        moment = clock.parse(value.get(name, ""))
        if moment is not None:
            moved[name] = clock.stamp(START + (moment - begin))
    return moved


CDR = _fullest()
