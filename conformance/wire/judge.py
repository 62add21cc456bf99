"""Reads the journal and lets every judge speak of every exchange, once."""

import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

from ...reports.result import Verdict
from ...simulators.connection import Role
from ...simulators.exchange import Exchange
from ...simulators.journal import Journal
from ...simulators.party import Party
from ..ledger import WIRE, Judgement, Ledger
from ..requirement import Requirement
from . import answers, requests
from .chapters import chapters
from .repeats import Repeats
from .ruling import Ruling, View


class WireJudge:
    """Judges what the IUT wrote: its answers to what we sent, its requests to what we serve.

    `selected` are the requirements that count. `iut_roles` is to be set once they are known; what each party is
    told besides is looked up. `troubles` are failures of our own, which make a run's result void.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        selected: Mapping[str, Requirement],
        parties: Mapping[str, Party],
        version: str,
    ) -> None:
        self.iut_roles: tuple[Role, ...] = ()
        self.troubles: list[str] = []
        self._ledger = ledger
        self._selected = selected
        self._parties = parties
        self._version = version
        self._mark = 0
        self._chapters = chapters()
        self._repeats = Repeats()
        self._message_ids = requests.MessageIds()

    def read(self, journal: Journal) -> None:
        """Judge what has been recorded since the last time."""
        end = journal.mark()
        exchanges = journal.all(since=self._mark)
        self._mark = max(self._mark + len(exchanges), end)
        # A command may end after what follows from it has come; it began before.
        for exchange in sorted(exchanges, key=lambda exchange: exchange.started):
            self.judge(exchange)

    def judge(self, exchange: Exchange) -> None:
        """Judge one exchange. One without a response says nothing here: that is for the scenario to say."""
        party = self._parties.get(exchange.party)
        if exchange.response is None or party is None:
            return
        served = self._repeats.read(exchange)
        view = View(exchange, party, self._version, self._roles(party), self._repeats.known(served))
        rulings = self._of_answer(view) if exchange.direction == "sent" else self._of_request(view)
        right = True
        try:
            for ruling in rulings:
                self._note(ruling, exchange)
                right = right and ruling.holds
            if right:
                self._repeats.learn(served)
        except Exception as error:  # a mistake in one judge must not take the rest of a run with it
            place = traceback.extract_tb(error.__traceback__)[-1]
            self.troubles.append(
                f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno}) "
                f"while judging exchange {exchange.id}"
            )

    def _roles(self, party: Party) -> tuple[Role, ...]:
        """All that the IUT ever said of itself, to this party too: it may update its credentials in between."""
        told = (role for connection in party.connections for role in connection.roles)
        return tuple(dict.fromkeys((*self.iut_roles, *told)))

    def _of_answer(self, view: View) -> Iterator[Ruling]:
        for judge in answers.JUDGES:
            yield from judge(view)
        for chapter in self._chapters:
            yield from chapter.answered(view)

    def _of_request(self, view: View) -> Iterator[Ruling]:
        for judge in requests.JUDGES:
            yield from judge(view)
        yield from self._message_ids(view)
        for chapter in self._chapters:
            yield from chapter.requested(view)

    def _note(self, ruling: Ruling, exchange: Exchange) -> None:
        requirement = self._selected.get(ruling.slug)
        if requirement is None:
            return
        if ruling.holds:
            self._ledger.passed(ruling.slug, WIRE, exchange.id)
            return
        self._ledger.add(
            Judgement(
                slug=ruling.slug,
                verdict=Verdict.FAIL if requirement.level == "MUST" else Verdict.WARN,
                scenario=WIRE,
                check=exchange.endpoint.id if exchange.endpoint else "",
                expected=ruling.expected,
                found=ruling.found,
                exchanges=(exchange.id,),
            )
        )
