"""What a run set out to show, and the result that is made of what it found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version as installed_version
from typing import Any

from ..reports.result import Iut as IutRow
from ..reports.result import Result, Run, Verdict, VerdictRow
from ..simulators import clock
from ..simulators.flaws import flaws
from . import record
from .bench import Bench
from .catalogue import Catalogue, Selection
from .claim import Claim
from .deviations import Baseline
from .editions import edition_of
from .ledger import WIRE, Ledger
from .plugin import Plugin
from .profiles import Profile, profiles, requested_by
from .redaction import Overheard, Redaction, of_run, of_settings
from .reviewing import review, unclaimed
from .selecting import Wanted
from .settings import Settings
from .verdict import statement


@dataclass(frozen=True)
class Story:
    """What is known of a run before it begins, and how a result is made of what it finds."""

    settings: Settings
    claim: Claim
    catalogue: Catalogue
    selection: Selection
    wanted: Wanted
    baseline: Baseline | None
    run_id: str
    started: datetime
    overheard: Overheard = field(default_factory=Overheard, compare=False)

    @property
    def remarks(self) -> list[str]:
        """What the static review advises of the claim, known before anything is sent."""
        return [str(remark) for remark in review(self.claim)]

    def redaction(self, bench: Bench) -> Redaction:
        """Knows every secret that was given in the run until now."""
        self.overheard.listen(bench.journal)
        return of_run(bench, self.overheard.secrets)

    def told(
        self, bench: Bench, plugin: Plugin, *, complete: bool, extra: list[VerdictRow], evidence: bool = True
    ) -> Result:
        """The result of a run that was played; without `evidence` its exchanges are left out."""
        redaction = self.redaction(bench)
        unshown = "" if complete else "the run was interrupted before it came to this"
        rows = self._rows(bench, plugin, unshown, redaction) + redaction.value(extra)
        failed = [scenario for scenario in plugin.played if scenario.verdict is Verdict.ERROR]
        rows += [own_error(redaction.text(scenario.reason), scenario.id) for scenario in failed]
        rows += [own_error(redaction.text(trouble), WIRE) for trouble in bench.judge.troubles]
        exchanges = bench.journal.all()
        return self._result(
            rows,
            complete=complete,
            redaction=redaction,
            iut=self._iut(bench),
            scenarios=record.scenario_rows(plugin.played, exchanges),
            exchanges=[record.exchange_record(exchange, redaction) for exchange in exchanges if evidence],
            notes=[
                *unclaimed(self.claim, served=bench.listed(), exchanges=exchanges),
                *_beyond(bench),
                *(f"a person remarked on {note}" for note in bench.notes),
            ],
        )

    def untold(self, reason: str, *, complete: bool = True) -> Result:
        """The result of a run that could not begin, or was ended before: nothing could be shown, and why."""
        redaction = of_settings(self.settings)
        reason = redaction.text(reason)
        rows = record.verdict_rows(
            Ledger(),
            selected=self.wanted.selected,
            left_out=self._left_out(),
            excluded=self._excluded(),
            withheld={},
            unclaimed={},
            unshown=reason,
            version=self.claim.ocpi_version,
            baseline=None,
            redaction=redaction,
        )
        return self._result(
            rows,
            complete=complete,
            redaction=redaction,
            iut=self._iut(None),
            scenarios=[],
            exchanges=[],
            reason=reason,
        )

    def _rows(self, bench: Bench, plugin: Plugin, unshown: str, redaction: Redaction) -> list[VerdictRow]:
        return record.verdict_rows(
            bench.ledger,
            selected=self.wanted.selected,
            left_out=self._left_out(),
            excluded=self._excluded(),
            withheld=plugin.withheld,
            unclaimed=plugin.unclaimed,
            unshown=unshown,
            version=self.claim.ocpi_version,
            baseline=self.baseline,
            redaction=redaction,
        )

    def _left_out(self) -> dict[str, Any]:
        return {slug: (self.catalogue[slug], why) for slug, why in self.wanted.left_out.items()}

    def _excluded(self) -> dict[str, Any]:
        return {
            slug: (self.catalogue[slug], why)
            for slug, why in self.selection.excluded.items()
            if requested_by(self.catalogue[slug]) in ("", *self._asked())
        }

    def _profiles(self) -> list[Profile]:
        asked = self._asked()
        return [
            found
            for found in profiles()
            if found.applies(self.claim) and (not found.on_request or found.name in asked)
        ]

    def _asked(self) -> frozenset[str]:
        """The profiles on request that are judged: of others nothing is said, although they share requirements."""
        return frozenset(map(requested_by, self.wanted.selected.values()))

    def _iut(self, bench: Bench | None) -> IutRow:
        connection = bench.registration.connection if bench and bench.registration else None
        roles = connection.roles if connection else ()
        endpoints = connection.endpoints if connection else {}
        name = self.settings.name or next((role.name for role in roles if role.name), "")
        embedded = f"embedded reference {self.claim.role}"
        return IutRow(
            name=embedded if self.settings.embedded else name or "implementation under test",
            role=self.claim.role,
            versions_url=bench.versions_url if bench else self.settings.versions_url,
            embedded=self.settings.embedded,
            roles=[
                {
                    "role": role.role,
                    "country_code": role.country_code,
                    "party_id": role.party_id,
                    "name": role.name,
                }
                for role in roles
            ],
            endpoints=[
                {"identifier": module, "role": interface, "url": url}
                for (module, interface), url in sorted(endpoints.items())
            ],
        )

    def _result(
        self,
        rows: list[VerdictRow],
        *,
        complete: bool,
        redaction: Redaction,
        iut: IutRow,
        scenarios: list[Any],
        exchanges: list[Any],
        reason: str = "",
        notes: Sequence[str] = (),
    ) -> Result:
        settings, version = self.settings, self.claim.ocpi_version
        edition = edition_of(settings.edition, version)
        judged = self.baseline if complete and not reason else None
        stale = [str(found) for found in judged.stale(rows)] if judged else []
        flaws_on = [f"flaws of the embedded party: {', '.join(settings.flaw)}"] if settings.flaw else []
        # A flaw is switched on to see it caught: then a warning is a catch too.
        strict = settings.strict or bool(settings.flaw)
        return Result(
            run=Run(
                id=self.run_id,
                started=record.moment(self.started),
                finished=record.moment(clock.now()),
                seed=settings.seed,
                suite_version=installed_version("ocpi-conformance"),
                editions=[edition.name],
                ocpi_version=version,
                complete=complete,
                insecure=settings.insecure,
                notes=redaction.value([*flaws_on, *self.remarks, *notes]),
            ),
            iut=redaction.value(iut),
            claim=redaction.value(self.claim.as_json()),
            selection={name: list(getattr(settings, name)) for name in ("profile", "select", "deselect")}
            | {name: getattr(settings, name) for name in ("read_only", "disruptive", "attacks")}
            | {"edition": edition.name, "edition_frozen": edition.frozen},
            settings=redaction.value(settings.redacted()),
            verdicts=rows,
            scenarios=redaction.value(scenarios),
            profiles=record.profile_rows(
                self._profiles(),
                rows,
                {requirement.slug: requirement for requirement in self.catalogue},
            ),
            coverage=record.coverage_rows(
                (
                    found
                    for found in self.catalogue
                    if found.in_version(version) and requested_by(found) in ("", *self._asked())
                ),
                rows,
                killers(self.claim.role),
            ),
            statement=statement(
                rows, complete=complete, strict=strict, stale=redaction.value(stale), reason=reason
            ),
            exchanges=exchanges,
        )


def _beyond(bench: Bench) -> Iterator[str]:
    """What was more than a run can hold."""
    if refused := bench.server.host.allowance.refused:
        yield f"the IUT sent more than a run takes: {refused} of its requests were refused with HTTP 503"
    if forgotten := bench.journal.forgotten:
        yield f"there was more to keep than a run can: the oldest {forgotten} exchanges are not in the record"


def killers(role: str) -> dict[str, list[str]]:
    """For each requirement the flaws of a role that must break it."""
    found: dict[str, list[str]] = {}
    for flaw in flaws().values():
        for slug in flaw.breaks.get(role, ()):
            found.setdefault(slug, []).append(flaw.name)
    return found


def own_error(reason: str, scenario: str = "") -> VerdictRow:
    return VerdictRow(
        requirement="suite",
        level="MUST",
        module="suite",
        duty="The suite itself runs to its end.",
        scenario=scenario,
        check="suite",
        verdict=Verdict.ERROR,
        reason=reason,
    )
