"""Sessions of a peer at an eMSP, and what the eMSP makes of them, in its own time."""

from typing import Any

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

NOT_OFFERED = (405, 501)
PERIODS = "charging_periods"
UNKNOWN = (2003, 2004)
"""It doesn't know the Location, the Token: then it needn't take the Session."""

Session = dict[str, Any]


def to_session(iut: Iut, cpo: Cpo, method: str, session: Session, body: Session | None = None) -> Answer:
    """A request to the URL of a Session."""
    owner = (session["country_code"], session["party_id"], session["id"])
    url = iut.connection.below("sessions", "RECEIVER", *owner)
    return cpo.call(method, url, to=iut.connection, endpoint=f"sessions.receiver.{method.lower()}", body=body)


def read_back(iut: Iut, cpo: Cpo, session: Session, told: Session | None = None) -> Answer:
    """The Session as the eMSP has it once what was told of it is there; what is optional it may leave off."""
    wanted, required = (session, True) if told is None else (told, None)

    def stored(copy: Answer) -> bool:
        if not copy.accepted or not isinstance(copy.data, dict):
            return copy.http_status in NOT_OFFERED
        named = {name: copy.data.get(name) for name in wanted}
        found = differences(
            iut.claim.ocpi_version,
            "Session",
            wanted,
            named,
            besides=(PERIODS,),
            required=required,
            legal=True,
        )
        return not found

    return iut.settles(lambda: to_session(iut, cpo, "GET", session), stored)
