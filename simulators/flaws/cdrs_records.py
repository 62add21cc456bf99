"""Flaws in what a CPO writes into a CDR; all in the fullest of those that it lists, on which nothing else depends."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from .. import clock
from .flaw import Party, Proceed, Request, Response, serving, whole
from .shaping import addresses, with_objects, without

LIST = "cdrs.sender.list"
MOMENTS = ("start_date_time", "end_date_time")
A_MONTH = timedelta(days=30)

Object = dict[str, Any]


def _fullest(
    party: Party, request: Request, proceed: Proceed, change: Callable[[Object], Object | None]
) -> Response:
    """The list of CDRs with another one in place of that with signed meter values."""
    response = proceed(request)
    if not addresses(party, request, LIST):
        return response
    return with_objects(response, lambda cdr: change(cdr) if "signed_data" in cdr else cdr)


def _listed(
    name: str, slugs: str | tuple[str, ...], summary: str, change: Callable[[Object], Object | None]
) -> None:
    """A flaw of that one CDR."""

    def around(party: Party, request: Request, proceed: Proceed) -> Response:
        return _fullest(party, request, proceed, change)

    around.__doc__ = summary
    serving(name, breaks=(slugs,) if isinstance(slugs, str) else slugs, roles=("CPO",))(around)


def _placed(cdr: Object, **fields: str) -> Object:
    return {**cdr, "cdr_location": {**cdr["cdr_location"], **fields}}


def _later(cdr: Object, span: timedelta) -> Object:
    """A CDR in which everything happened at another time."""
    times = {name: _moved(cdr[name], span) for name in MOMENTS}
    periods = [
        {**period, "start_date_time": _moved(period["start_date_time"], span)}
        for period in cdr["charging_periods"]
    ]
    return {**cdr, **times, "charging_periods": periods}


def _moved(text: str, span: timedelta) -> str:
    moment = clock.parse(text)
    assert moment is not None
    return clock.stamp(moment + span)


def _first_period(cdr: Object, *dimensions: Object) -> Object:
    """A CDR with further dimensions in its first period."""
    first, *rest = cdr["charging_periods"]
    return {
        **cdr,
        "charging_periods": [{**first, "dimensions": [*first["dimensions"], *dimensions]}, *rest],
    }


def _last_period(cdr: Object, **fields: Any) -> Object:
    """A CDR whose last period has other fields."""
    *rest, last = cdr["charging_periods"]
    return {**cdr, "charging_periods": [*rest, {**last, **fields}]}


def _in_one_period(cdr: Object) -> Object:
    """A CDR whose charging is told in one period, whatever its price."""
    first, second, *rest = cdr["charging_periods"]
    more = {
        part["type"]: part["volume"] for part in second["dimensions"] if part["type"] in ("ENERGY", "TIME")
    }
    dimensions = [
        {**part, "volume": part["volume"] + more.get(part["type"], 0)} for part in first["dimensions"]
    ]
    return {**cdr, "charging_periods": [{**first, "dimensions": dimensions}, *rest]}


def _an_hour_earlier(cdr: Object) -> Object:
    start = _moved(cdr["start_date_time"], timedelta(hours=-1))
    return {**cdr, "start_date_time": start, "total_time": cdr["total_time"] + 1}


def _after_the_end(cdr: Object) -> Object:
    late = {
        "start_date_time": _moved(cdr["end_date_time"], timedelta(hours=1)),
        "dimensions": [{"type": "MAX_POWER", "volume": 1}],
    }
    return {**cdr, "charging_periods": [*cdr["charging_periods"], late]}


def _unreadable(cdr: Object) -> Object:
    data = cdr["signed_data"]
    values = [{**value, "signed_data": "not coded!"} for value in data["signed_values"]]
    return {**cdr, "signed_data": {**data, "signed_values": values}}


_listed(
    "normal-cdr-with-long-id",
    "cdrs-normal-id-short",
    "A CDR that is no Credit CDR has an id of 37 characters.",
    lambda cdr: {**cdr, "id": cdr["id"].ljust(37, "X")},
)
_listed(
    "cdr-reference-without-credit",
    "cdrs-credit-flag-set",
    "A CDR names another one as taken back, but not itself as a credit.",
    lambda cdr: {**cdr, "credit_reference_id": "CDR-BEFORE"},
)
_listed(
    "cdr-of-stranger-listed",
    "cdrs-owner-among-roles",
    "A CDR belongs to a party that the credentials don't name.",
    lambda cdr: {**cdr, "party_id": "XXX"},
)
_listed(
    "cdr-ends-before-start",
    "cdrs-end-not-before-start",
    "A session ended before it started.",
    lambda cdr: {**cdr, "end_date_time": _moved(cdr["start_date_time"], timedelta(hours=-2))},
)
_listed(
    "cdr-of-the-future",
    "cdrs-sent-after-session-ended",
    "A CDR is of a session that will end next month.",
    lambda cdr: _later(cdr, A_MONTH),
)
_listed(
    "cdr-without-session",
    "cdrs-session-id-set",
    "A CDR doesn't name its session.",
    lambda cdr: without(cdr, "session_id"),
)
_listed(
    "cdr-without-evse",
    "cdrs-evse-named",
    "A CDR says that the EVSE where it was charged is not available.",
    lambda cdr: _placed(cdr, evse_uid="#NA"),
)
_listed(
    "cdr-evse-id-unformed",
    "cdrs-evse-id-emi3",
    "The evse_id in a CDR is a name of the CPO's own.",
    lambda cdr: _placed(cdr, evse_id="Charger 1"),
)


@serving(
    "cdr-total-energy-higher",
    breaks=("cdrs-total-energy-sum",),
    roles=("CPO",),
    parameters={"kwh": whole(1, 1000, "how many kilowatt hours too many")},
)
def cdr_total_energy_higher(party: Party, request: Request, proceed: Proceed, *, kwh: int = 1) -> Response:
    """total_energy is a kilowatt hour more than the periods tell."""
    return _fullest(party, request, proceed, lambda cdr: {**cdr, "total_energy": cdr["total_energy"] + kwh})


@serving(
    "cdr-total-time-longer",
    breaks=("cdrs-total-time-is-duration",),
    roles=("CPO",),
    parameters={"hours": whole(1, 1000, "how many hours too many")},
)
def cdr_total_time_longer(party: Party, request: Request, proceed: Proceed, *, hours: int = 1) -> Response:
    """total_time is an hour more than the session lasted."""
    return _fullest(party, request, proceed, lambda cdr: {**cdr, "total_time": cdr["total_time"] + hours})


_listed(
    "cdr-parks-longer-than-connected",
    "cdrs-total-parking-time-within-total",
    "total_parking_time is more than total_time.",
    lambda cdr: {**cdr, "total_parking_time": cdr["total_time"] + 1},
)
_listed(
    "cdr-parking-forgotten",
    "cdrs-parking-time-covers-periods",
    "total_parking_time is 0 although the periods tell of parking.",
    lambda cdr: {**cdr, "total_parking_time": 0},
)
_listed(
    "cdr-charges-while-parking",
    "cdrs-charging-time-excludes-parking",
    "More time is charged in the periods than total_parking_time leaves of total_time.",
    lambda cdr: {**cdr, "total_parking_time": 0.6},
)
_listed(
    "cdr-parking-untold",
    "cdrs-dimensions-cover-costs",
    "The cost of parking is stated, but in no period the time of it.",
    lambda cdr: _last_period(cdr, dimensions=[{"type": "MAX_POWER", "volume": 0}]),
)
_listed(
    "period-names-unlisted-tariff",
    "cdrs-period-tariff-listed",
    "A charging period names a Tariff that the CDR doesn't have.",
    lambda cdr: _last_period(cdr, tariff_id="TAR-ELSEWHERE"),
)
_listed(
    "signed-data-not-coded",
    "cdrs-signed-data-base64",
    "Signed values are no Base64.",
    _unreadable,
)
_listed(
    "cdr-period-spans-prices",
    "cdrs-period-per-price-change",
    "No charging period begins where another price becomes active.",
    _in_one_period,
)
_listed(
    "cdr-period-overfull",
    "cdrs-period-volumes-fit",
    "A charging period tells of more hours than it lasts.",
    lambda cdr: _first_period(cdr, {"type": "RESERVATION_TIME", "volume": 5}),
)
_listed(
    "cdr-with-session-dimension",
    "cdrs-session-only-dimensions-absent",
    "A CDR tells the state of charge.",
    lambda cdr: _first_period(cdr, {"type": "STATE_OF_CHARGE", "volume": 80}),
)
_listed(
    "cdr-period-after-end",
    "cdrs-periods-within-session",
    "A charging period begins an hour after the session has ended.",
    _after_the_end,
)
_listed(
    "cdr-first-period-late",
    "cdrs-first-period-at-start",
    "The first charging period begins an hour after the session.",
    _an_hour_earlier,
)
_listed(
    "cdr-periods-newest-first",
    "cdrs-periods-in-order",
    "Charging periods are listed backwards.",
    lambda cdr: {**cdr, "charging_periods": cdr["charging_periods"][::-1]},
)
