"""The test bench of one run: the peers on their addresses, the connection to the IUT, the ledger and the judge."""

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from ..reports.result import Verdict
from ..simulators.allowance import Allowance
from ..simulators.connection import Connection, Role
from ..simulators.credentials import Registration
from ..simulators.journal import Journal
from ..simulators.pacing import Pace
from ..simulators.party import Limits, Party
from ..simulators.roles import ROLES, Cpo, Emsp
from ..simulators.serving import Server
from ..simulators.versions import Discovery
from .catalogue import Catalogue, Selection
from .check import Stop
from .claim import Claim
from .ledger import Ledger
from .requirement import Requirement
from .settings import Settings
from .tls import certificate
from .trigger import NoTrigger, Trigger, Triggered
from .wire import WireJudge

P = TypeVar("P", bound=Party)

OPPOSITE = {"CPO": "EMSP", "EMSP": "CPO"}
PEER_PARTIES = (("NL", "TS1"), ("NL", "TS2"))
"""A peer hosts two parties: with one on each side routing headers could be left out."""
PEER_SLASHED = frozenset({"locations", "tokens"})
"""Modules whose URLs the peers list with a slash at the end: clients have to cope with both forms."""
PEER_LIMITS = Limits(page=5, locations=7, tokens=7)
"""More objects than a page has, so that an IUT that pulls has to follow links."""
MOST_REQUESTS = 50_000
MOST_BYTES = 128 * 2**20
"""Of the IUT our side takes so many requests in a run, with so many bytes of bodies: a flood is not to drown it."""
SILENT_CALLS = 5
"""After so many calls without a response in a row the run gives up."""


class Told(dict[str, Any]):
    """What a trigger told of an action. What it didn't tell leaves the scenario without what it needs."""

    def __init__(self, action: str, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self._action = action

    def __missing__(self, name: str) -> Any:
        raise Stop(Verdict.INCONCLUSIVE, f"the trigger didn't tell {name} of the action {self._action}")


class Bench:
    """All that scenarios and plugin share in a run. Use as a context manager."""

    def __init__(
        self,
        *,
        settings: Settings,
        claim: Claim,
        catalogue: Catalogue,
        selection: Selection,
        selected: Mapping[str, Requirement],
        trigger: Trigger,
        versions_url: str,
        token_a: str,
    ) -> None:
        self.settings = settings
        self.claim = claim
        self.catalogue = catalogue
        self.selection = selection
        self.selected = selected
        self.trigger = trigger
        self.versions_url = versions_url
        self.token_a = token_a
        self.journal = Journal()
        self.pace = Pace(settings.rate, lasts_s=settings.duration_s)
        self.ledger = Ledger()
        self.scenario = ""
        self.scenario_mark = 0
        self.notes: list[str] = []
        """What a person remarked when asked to act."""
        self.discovery: Discovery | None = None
        self.registration: Registration | None = None
        self.first_registration: Registration | None = None
        self._salt = secrets.token_hex(4)
        self._parties: dict[str, Party] = {}
        self.judge = WireJudge(
            ledger=self.ledger, selected=selected, parties=self._parties, version=claim.ocpi_version
        )
        host = settings.bind.rpartition(":")[0]
        self.server = Server(
            bind=settings.bind,
            public_url=settings.public_url or None,
            certificate=certificate(settings, host),
            allowance=Allowance(requests=MOST_REQUESTS, size=MOST_BYTES),
        )
        self.peer = self.new_peer()

    def __enter__(self) -> "Bench":
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        for party in self._parties.values():
            party.close()

    def new_peer(self, *, furnished: bool = True) -> Cpo | Emsp:
        """A further party of the opposite role, with a path that can't be guessed. Each has parties of its own."""
        party = self._new(ROLES[OPPOSITE[self.claim.role]])
        if furnished:
            party.furnish()
        return party

    def new_guest(self, kind: type[P]) -> P:
        """A further party of another kind, as a hub, with no stock of its own."""
        return self._new(kind)

    def _new(self, kind: type[P]) -> P:
        count = len(self._parties)
        places = PEER_PARTIES if count == 0 else (("DE", f"G{count:02d}"),)
        roles = [
            Role(role=kind.role, country_code=country, party_id=party, name=f"ocpi-conformance peer {party}")
            for country, party in places
        ]
        party = kind(
            name=f"{kind.role.lower()}-{secrets.token_hex(4)}",
            roles=roles,
            version=self.claim.ocpi_version,
            journal=self.journal,
            seed=self.settings.seed + count,
            salt=self._salt,
            limits=self._stock(),
            timeout_s=self.settings.timeout_s,
            verify=self.settings.verify,
            pace=self.pace,
        )
        party.scenario = self.scenario
        party.places = [secrets.token_hex(3)]
        party.slashed = PEER_SLASHED
        self._parties[party.name] = party
        self.server.add(party)
        return party

    def _stock(self) -> Limits:
        """What a peer has in its lists: more than a page, where the claim allows for that."""
        most = self.claim.limits.get("objects", PEER_LIMITS.locations)
        return replace(
            PEER_LIMITS, locations=min(most, PEER_LIMITS.locations), tokens=min(most, PEER_LIMITS.tokens)
        )

    def parties(self) -> list[Party]:
        """The peers of this run."""
        return list(self._parties.values())

    # The connection

    def discover(self) -> Discovery:
        """What the IUT shows to the holder of token A, fetched on first need."""
        if self.discovery is None:
            self.discovery = self.peer.discover(
                self.versions_url, token=self.token_a, version=self.claim.ocpi_version
            )
        return self.discovery

    def endpoints(self) -> dict[tuple[str, str], str]:
        """The endpoints that the IUT lists, as far as we were let in."""
        connection = self.registration.connection if self.registration else None
        return connection.endpoints if connection else self.discover().endpoints

    def listed(self) -> set[tuple[str, str]]:
        """The endpoints that the IUT has listed in this run, to the holder of token A or over the registration."""
        connection = self.registration.connection if self.registration else None
        before = self.discovery.endpoints if self.discovery else {}
        return {*before, *(connection.endpoints if connection else ())}

    def register(self) -> Registration:
        """The registration of the peer with the IUT, made on first need.

        Where it fails, it is tried once more with a further token A, if the IUT can be made to give one; the first try
        stays in `first_registration`.
        """
        if self.registration is not None:
            return self.registration
        found = self.first_registration = self.peer.register(self.versions_url, self.token_a)
        if not found.succeeded:
            with contextlib.suppress(Stop):
                token = str(self.act("issue-token", self.peer, {}).get("token") or "")
                found = self.peer.register(self.versions_url, token)
        if found.connection:
            self.judge.iut_roles = found.connection.roles
        self.registration = found
        return found

    def connection(self) -> Connection:
        """The registered connection; the registration is made on first need. Raises Stop where it failed."""
        registration = self.register()
        if registration.connection is None:
            told = "; ".join(filter(None, (registration.failure, self.unheard)))
            raise Stop(Verdict.INCONCLUSIVE, f"the registration failed: {told}")
        return registration.connection

    @property
    def unheard(self) -> str:
        """Why a failed registration may be no fault of the IUT: it has never been heard; empty where it has."""
        if self.journal.all(direction="received"):
            return ""
        return (
            f"no call of the IUT ever reached us at {self.peer.versions_url}: if it can't reach that URL, "
            "set bind and public_url"
        )

    # Acting

    def act(self, action: str, peer: Party, parameters: dict[str, Any]) -> dict[str, Any]:
        """Trigger the IUT. Raises Stop (INCONCLUSIVE) where that isn't possible or fails, naming the action."""
        answer = self.trigger_it(action, peer, parameters)
        if not answer.done:
            raise Stop(Verdict.INCONCLUSIVE, f"the trigger failed on {action}: {answer.detail}")
        return Told(action, answer.data)

    def trigger_it(self, action: str, peer: Party, parameters: dict[str, Any]) -> Triggered:
        """Trigger the IUT; that it fails is an answer too. Raises Stop where it can't be asked to."""
        if self.spent:
            raise Stop(Verdict.INCONCLUSIVE, self.spent)
        connection = next((found for found in peer.connections if found.registered), None)
        description = {
            "role": peer.me.role,
            "country_code": peer.me.country_code,
            "party_id": peer.me.party_id,
            "versions_url": peer.versions_url,
            "registered": connection is not None,
        }
        answer = self.trigger.act(
            action,
            version=self.claim.ocpi_version,
            role=self.claim.role,
            peer=description,
            parameters=parameters,
        )
        if answer.note:
            self.notes.append(f"{self.scenario}, {action}: {answer.note}")
        if answer.outcome == "none":
            asked = isinstance(self.trigger, NoTrigger)
            why = "Set trigger_url, trigger_command or trigger_person." if asked else answer.detail
            raise Stop(Verdict.INCONCLUSIVE, f"needs the IUT to act: {action}. {why}")
        if answer.outcome == "unsupported":
            raise Stop(Verdict.INCONCLUSIVE, f"needs the IUT to act: {action}. {answer.detail}")
        return answer

    # Scenarios

    def begin(self, scenario: str) -> None:
        """Give what happens from now on to a scenario."""
        self.scenario = scenario
        self.scenario_mark = self.journal.mark()
        for party in self._parties.values():
            party.scenario = scenario

    def end(self) -> None:
        """Judge what happened in a scenario."""
        self.judge.read(self.journal)

    @property
    def spent(self) -> str:
        """Why nothing more is sent or waited for; empty while there is time left, and room for what comes."""
        if not self.pace.left_s:
            return f"the time of the run was over: {self.settings.duration_s:g} s (duration_s)"
        if self.server.host.allowance.refused:
            return f"the IUT sent more than a run takes: {MOST_REQUESTS} requests, {MOST_BYTES // 2**20} MiB"
        return ""

    @property
    def silence(self) -> str:
        """Why there is no use in calling the IUT any more; empty while it answers.

        An IUT that hangs would cost the whole time limit with each further call; one that is slow, in the end, the
        time of the run.
        """
        if self.spent:
            return self.spent
        recent = max(0, self.journal.mark() - 20 * SILENT_CALLS)
        last = self.journal.all(direction="sent", since=recent)[-SILENT_CALLS:]
        if len(last) < SILENT_CALLS or any(exchange.response is not None for exchange in last):
            return ""
        return f"the IUT stopped answering: the last {SILENT_CALLS} calls got no response ({last[-1].fault})"
