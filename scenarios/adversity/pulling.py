"""What the IUT pulls from us: how something new comes into a list of ours, and how its copy of it is seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ocpi_conformance.conformance import Check, Iut
from ocpi_conformance.conformance.charges import a_charge
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting

__all__ = ["List", "News", "lists", "named"]

Object = dict[str, Any]


@dataclass(frozen=True)
class News:
    """An object that came into a list of ours, which the IUT can know by a pull only."""

    object: Object
    look: Callable[[], Answer] | None

    @property
    def id(self) -> str:
        return str(self.object.get("uid") or self.object["id"])

    def given(self, exchange: Exchange) -> bool:
        """Whether we gave it with an answer, whole."""
        response = exchange.response
        return response is not None and not response.missing and self.id.encode() in response.body


@dataclass(frozen=True)
class List:
    """A list of ours that the IUT pulls. `required` is a field that no object lacks, `choice` one of an enumeration."""

    module: str
    required: str
    choice: str
    make: Callable[[Iut, Any], Object]
    read: str

    @property
    def action(self) -> str:
        return f"pull-{self.module}"

    @property
    def endpoint(self) -> str:
        return f"{self.module}.sender.list"

    def add(self, iut: Iut, peer: Any) -> News:
        """Something new, of which nothing is pushed."""
        made = self.make(iut, peer)
        if not self.read or not iut.claim.covers(self.module, "RECEIVER"):
            return News(made, None)
        subject = made["id"] if self.module == "sessions" else made
        return News(made, lambda: getattr(peer, self.read)(iut.connection, subject))

    def fill(self, iut: Iut, peer: Any) -> None:
        """Have more than a page."""
        while len(peer.store.own(self.module)) <= peer.limits.page:
            self.make(iut, peer)

    def pulled(self, iut: Iut, peer: Any, *, since: int, where: Callable[[Exchange], bool]) -> Sighting:
        """A GET of the list."""
        return iut.sends("GET", endpoint=self.endpoint, peer=peer, since=since, where=where)

    def arrives(self, iut: Iut, peer: Any, news: News, *, since: int) -> Answer | Sighting:
        """The IUT's copy of something new; where there is no way to see it, the answer by which we gave it."""
        if news.look is None:
            return self.pulled(iut, peer, since=since, where=news.given)
        return iut.settles(news.look, lambda answer: answer.accepted)


def named(found: Answer | Sighting) -> bool:
    """Whether it has arrived."""
    return found.accepted if isinstance(found, Answer) else found.seen


def lists(iut: Iut, peer: Any, check: Check) -> list[List]:
    """The lists that the IUT pulls, as far as an ordinary pull brings it what is new. Raises Stop where none does."""
    assert iut.connection.registered
    claimed = [
        found
        for found in LISTS[iut.role]
        if iut.claim.covers(found.module, "RECEIVER") and iut.claim.has("pull", found.module)
    ]
    check.applies(claimed, "it pulls no lists")
    known: dict[str, bool] = peer.notes.setdefault("adversity-pulls", {})
    for found in claimed:
        if found.module not in known:
            news, mark = found.add(iut, peer), peer.journal.mark()
            iut.tries(found.action)
            known[found.module] = named(found.arrives(iut, peer, news, since=mark))
    able = [found for found in claimed if known[found.module]]
    tried = ", ".join(found.action for found in claimed)
    check.requires(able, f"{tried}: nothing new arrives there even while all is well")
    return able


def _session(iut: Iut, cpo: Any) -> Object:
    charge = a_charge(iut, cpo)
    charge.start()
    charge.advance(minutes=15, kwh=3)
    return cpo.add_session({**charge.session, "last_updated": clock.stamp(clock.now())})


def _cdr(iut: Iut, cpo: Any) -> Object:
    charge = a_charge(iut, cpo)
    charge.start()
    charge.advance(minutes=15, kwh=4)
    charge.stop()
    return cpo.add_cdr({**charge.cdr(), "last_updated": clock.stamp(clock.now())})


LISTS = {
    "CPO": (List("tokens", "issuer", "whitelist", lambda _, emsp: emsp.add_token(type="RFID"), "get_copy"),),
    "EMSP": (
        List("locations", "coordinates", "parking_type", lambda _, cpo: cpo.add_location(), "read_back"),
        List("tariffs", "elements", "type", lambda _, cpo: cpo.add_tariff(minimal=True), "check_tariff"),
        List("sessions", "kwh", "status", _session, "check_session"),
        List("cdrs", "total_energy", "auth_method", _cdr, ""),
    ),
}
