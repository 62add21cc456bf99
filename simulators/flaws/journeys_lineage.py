"""Flaws of a CPO whose CDRs and Sessions tell different stories."""

from datetime import timedelta

from .. import clock
from ..quantities import number
from .flaw import Party, Proceed, Request, Response, serving
from .retelling import SESSION_LIST, Change, Object, sealed, told
from .shaping import addresses, with_objects


def _shifted(field: str, span: timedelta) -> Change:
    def change(session: Object) -> Object:
        moment = clock.parse(session.get(field) or "")
        return session if moment is None else {**session, field: clock.stamp(moment + span)}

    return change


def _of_other_contract(cdr: Object) -> Object:
    return {**cdr, "cdr_token": {**cdr["cdr_token"], "contract_id": "NL-TST-OTHER000-1"}}


def _at_other_connector(cdr: Object) -> Object:
    place = cdr["cdr_location"]
    return {**cdr, "cdr_location": {**place, "connector_id": f"{place['connector_id']}-B"}}


def _by_old_tariff(session: Object) -> Object:
    periods = session.get("charging_periods")
    if not periods:
        return session
    renamed = [
        {**period, "tariff_id": f"{period['tariff_id']}-OLD"[-36:]} if "tariff_id" in period else period
        for period in periods
    ]
    return {**session, "charging_periods": renamed}


def _with_more_energy(cdr: Object) -> Object:
    """A last kilowatt hour, in a period of its own, for which no Tariff asks anything."""
    last: Object = {
        "start_date_time": cdr["end_date_time"],
        "dimensions": [{"type": "ENERGY", "volume": 1}, {"type": "TIME", "volume": 0}],
    }
    energy = number(cdr["total_energy"] + 1)
    return {**cdr, "charging_periods": [*cdr["charging_periods"], last], "total_energy": energy}


def _in_dollars(session: Object) -> Object:
    return {**session, "currency": "USD"} if "currency" in session else session


sealed(
    "cdr-of-another-contract",
    "journeys-cdr-token-is-session-token",
    "A CDR names another contract than the Session did.",
    _of_other_contract,
)
sealed(
    "cdr-at-another-connector",
    "journeys-cdr-place-is-session-place",
    "A CDR names another Connector of the EVSE than the Session did.",
    _at_other_connector,
)
sealed(
    "cdr-of-more-energy",
    "journeys-cdr-energy-is-session-energy",
    "A CDR has a kilowatt hour more than the Session.",
    _with_more_energy,
)
told(
    "session-in-dollars",
    "journeys-cdr-currency-is-session-currency",
    "Sessions are told in US dollars and billed in the currency of the tariff.",
    _in_dollars,
)
told(
    "session-by-old-tariff",
    "journeys-cdr-tariff-is-session-tariff",
    "The periods of Sessions name another Tariff than those of their CDRs.",
    _by_old_tariff,
)
told(
    "session-starts-before-its-cdr",
    "journeys-cdr-starts-with-session",
    "Sessions begin a minute before their CDRs do.",
    _shifted("start_date_time", timedelta(minutes=-1)),
)
told(
    "session-ends-after-its-cdr",
    "journeys-cdr-ends-with-session",
    "Sessions end a minute after their CDRs do.",
    _shifted("end_date_time", timedelta(minutes=1)),
)


@serving("invalid-session-billed", breaks=("journeys-invalid-session-not-billed",), roles=("CPO",))
def invalid_session_billed(party: Party, request: Request, proceed: Proceed) -> Response:
    """The oldest Session, of which there is a CDR, is listed as INVALID."""
    response = proceed(request)
    if not addresses(party, request, SESSION_LIST):
        return response
    oldest = next(iter(party.store.own("sessions")), {}).get("id")
    return with_objects(
        response,
        lambda session: {**session, "status": "INVALID"} if session["id"] == oldest else session,
    )
