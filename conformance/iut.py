"""The implementation under test as scenarios see it: where it is, what it claims, how it is made to act."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from ..reports.result import Verdict
from ..simulators.connection import Connection, Role
from ..simulators.credentials import Registration
from ..simulators.exchange import Exchange
from ..simulators.journal import Sighting
from ..simulators.party import Party
from ..simulators.versions import Discovery
from .check import Stop
from .claim import Claim
from .probing import Probe, probes
from .trigger import Triggered

if TYPE_CHECKING:
    from .bench import Bench

T = TypeVar("T")

BETWEEN_QUESTIONS_S = 0.1
PULL = {"CPO": "pull-tokens", "EMSP": "pull-locations"}
OTHER_VERSIONS = ("2.0", "2.1", "2.1.1", "2.2", "2.3.0", "unknown")
PUSH = {"CPO": "push-location", "EMSP": "push-token"}


class Iut:
    """The implementation under test. Its registered connection is made when a scenario first asks for it."""

    def __init__(self, bench: "Bench") -> None:
        self._bench = bench

    @property
    def claim(self) -> Claim:
        return self._bench.claim

    @property
    def role(self) -> str:
        return self._bench.claim.role

    @property
    def versions_url(self) -> str:
        return self._bench.versions_url

    @property
    def token_a(self) -> str:
        """The token that opens versions and credentials until the registration."""
        return self._bench.token_a

    @property
    def discovery(self) -> Discovery:
        """Its versions and the details of the claimed one, as the holder of token A finds them; fetched once."""
        return self._bench.discover()

    @property
    def other_version(self) -> str:
        """A published version that it does not list."""
        return next(label for label in OTHER_VERSIONS if label not in self.discovery.offered)

    @property
    def probes(self) -> list[Probe]:
        """Requests to its functional modules that change nothing. Raises Stop where it has none that can be asked."""
        found = probes(self._bench.peer, self._bench.endpoints())
        if not found:
            raise Stop(Verdict.INCONCLUSIVE, "it lists no functional module that has a GET")
        return found

    @property
    def registration(self) -> Registration:
        """How our first registration with the IUT went; it is made on first need."""
        self._bench.register()
        assert self._bench.first_registration is not None
        return self._bench.first_registration

    @property
    def connection(self) -> Connection:
        """The registered connection between the peer and the IUT. Raises Stop where the registration failed."""
        return self._bench.connection()

    @property
    def party(self) -> Role:
        """The party of the IUT that plays the claimed role."""
        role = self.connection.role(self.role)
        if role is None:
            raise Stop(Verdict.INCONCLUSIVE, f"its credentials list no role {self.role}")
        return role

    def url(self, module: str, interface: str = "") -> str:
        """The URL of one of its endpoints. Raises Stop where it lists none."""
        url = self.connection.url(module, interface)
        if url is None:
            raise Stop(Verdict.INCONCLUSIVE, f"its version details list no {module} {interface}".rstrip())
        return url

    def act(self, action: str, *, peer: Party | None = None, **parameters: Any) -> dict[str, Any]:
        """Make the IUT act towards a peer (the main one if none is named); what its trigger tells is returned.

        Raises Stop where there is no trigger, where it doesn't know the action and where it fails.
        """
        return self._bench.act(action, peer or self._bench.peer, parameters)

    def tries(self, action: str, *, peer: Party | None = None, **parameters: Any) -> Triggered:
        """Make the IUT act where its failure is to be seen and not the end: false where the trigger tells of one.

        Raises Stop where there is no trigger and where it doesn't know the action.
        """
        return self._bench.trigger_it(action, peer or self._bench.peer, parameters)

    def speaks(self, *, peer: Party | None = None) -> Triggered:
        """Make the IUT send something on a functional module: a pull of its role where it has that, else a push."""
        try:
            return self.tries(PULL[self.role], peer=peer)
        except Stop:
            return self.tries(PUSH[self.role], peer=peer)

    def sends(
        self,
        method: str | None = None,
        *,
        endpoint: str | None = None,
        path: str | None = None,
        peer: Party | None = None,
        where: Callable[[Exchange], bool] | None = None,
        since: int | None = None,
        within: float | None = None,
    ) -> Sighting:
        """A request that the IUT makes to a peer, waited for with the patience of the settings.

        Looks at all that came since the scenario began, or since the bookmark `since`. Raises Stop where the time of
        the run ends before, or its room.
        """
        bench = self._bench
        wanted_s = bench.settings.patience_s if within is None else within
        sighting = bench.journal.next(
            method,
            endpoint=endpoint,
            path=path,
            party=(peer or bench.peer).name,
            where=where,
            since=bench.scenario_mark if since is None else since,
            within=min(wanted_s, bench.pace.left_s),
        )
        if wanted_s and not sighting.seen and bench.spent:
            raise Stop(Verdict.INCONCLUSIVE, bench.spent)
        return sighting

    def stays_quiet(
        self,
        method: str | None = None,
        *,
        endpoint: str | None = None,
        peer: Party | None = None,
        where: Callable[[Exchange], bool] | None = None,
        since: int | None = None,
    ) -> Sighting:
        """Whatever comes within the quiet time although nothing should: `.seen` is what the duty forbids."""
        return self.sends(
            method,
            endpoint=endpoint,
            peer=peer,
            where=where,
            since=since,
            within=self._bench.settings.quiet_s,
        )

    def settles(self, ask: Callable[[], T], holds: Callable[[T], bool]) -> T:
        """Ask until what is found is as it should become, or until the patience of the settings is over; the last one.

        For what the IUT does in its own time after it was told to act. Raises Stop where the time of the run is over.
        """
        deadline = time.monotonic() + self._bench.settings.patience_s
        answer = ask()
        while not holds(answer) and time.monotonic() < deadline:
            if self._bench.spent:
                raise Stop(Verdict.INCONCLUSIVE, self._bench.spent)
            time.sleep(BETWEEN_QUESTIONS_S)
            answer = ask()
        return answer
