"""Billing: what a CPO has to tell of a session before and with its CDR, so that an eMSP can place it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ocpi_conformance.conformance import Iut
from ocpi_conformance.conformance.charges import a_tariff
from ocpi_conformance.conformance.copies import put_location
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.paging import crawl
from ocpi_conformance.simulators.roles import Cpo

TOKENS = "tokens.sender.list"
BILLER = "biller"
BEFORE = timedelta(hours=3)

Object = dict[str, Any]


@dataclass
class Biller:
    """Bills sessions of one Token of the IUT at Locations that it knows; `told` are the Locations that it was told."""

    iut: Iut
    cpo: Cpo
    token: Object
    known_token: bool
    told: set[str] = field(default_factory=set)

    def session(self, **about: Any) -> Object:
        """A completed session, told to the IUT with its Location as far as it takes such."""
        about = {"before": BEFORE, "tariff": a_tariff(self.cpo), **about}
        session_id = self.cpo.begin_session(self.token, **about)["id"]
        self.cpo.activate_session(session_id)
        self.cpo.continue_session(session_id, minutes=30, kwh=5.5)
        self.cpo.complete_session(session_id)
        session = self.cpo.own_session(session_id)
        assert session is not None
        self.tell(session)
        return session

    def tell(self, session: Object) -> None:
        """Tell of a session, and of its Location where that is new."""
        connection, location_id = self.iut.connection, session["location_id"]
        location = self.cpo.own_location(location_id)
        if location is not None and location_id not in self.told and connection.url("locations", "RECEIVER"):
            self.told.add(location_id)
            put_location(self.iut, self.cpo, location)
        if connection.url("sessions", "RECEIVER"):
            self.cpo.push_session(connection, session)

    def cdr(self, **changes: Any) -> Object:
        """The CDR of a new session, not sent yet; a None takes a field out."""
        cdr = {**self.cpo.bill(self.session()["id"]), **changes}
        return {name: value for name, value in cdr.items() if value is not None}

    def post(self, cdr: Object) -> Answer:
        """POST a CDR."""
        return self.cpo.post_cdr(self.iut.connection, cdr)

    def look(self, answer: Answer) -> Answer | None:
        """GET a CDR where the answer to its POST says that it is; None where that says nothing."""
        url = answer.header("Location")
        return self.cpo.check_cdr(self.iut.connection, url) if answer.accepted and url else None


def a_biller(iut: Iut, cpo: Cpo) -> Biller:
    """A biller with a valid Token of the IUT, or a made-up one of its party where it lists none; one for a run."""
    found = cpo.notes.get(BILLER)
    if found is None:
        known = []
        if iut.connection.url("tokens", "SENDER"):
            page = next(crawl(cpo, iut.connection, TOKENS, pages=1))
            known = [token for token in page.items if isinstance(token, dict) and is_whole(token)]
        known.sort(key=lambda token: token.get("valid") is not True)
        token = known[0] if known else cpo.token_for(iut.connection)
        found = cpo.notes[BILLER] = Biller(iut, cpo, token, bool(known))
    return found


def is_whole(token: Object) -> bool:
    """Whether a Token has all that a CDR tells of it."""
    names = ("country_code", "party_id", "uid", "type", "contract_id")
    return all(isinstance(token.get(name), str) for name in names)
