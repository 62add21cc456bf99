"""One run, from settings to results: find the IUT, play the scenarios, state what they show."""

import contextlib
import importlib.util
import os
import secrets
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ..reports.console import print_result
from ..reports.folder import write_all
from ..reports.progress import Progress
from ..reports.result import Iut as IutRow
from ..reports.result import Result, Run, Verdict, VerdictRow
from ..reports.store import save
from ..simulators import clock
from ..simulators.flaws import flaws
from . import record
from .bench import Bench
from .catalogue import Catalogue, Selection, load
from .claim import Claim
from .deviations import Baseline
from .deviations import load as load_baseline
from .doctor import Diagnosis, examine
from .embedded import Embedded
from .plugin import Plugin
from .profiles import profiles
from .redaction import Redaction
from .selecting import Wanted, choose
from .settings import Settings
from .trigger import HttpTrigger, Trigger, trigger_of
from .verdict import statement

EDITION = {"2.2.1": "2.2.1-d2/2026.1"}


@dataclass
class _Target:
    """Where the IUT is, whether embedded or the user's."""

    versions_url: str
    token: str
    trigger: Trigger
    secrets: list[str] = field(default_factory=list)


def run(settings: Settings, *, console: Console | None = None, quiet: bool = False) -> int:
    """Run the suite and return the exit code. The results lie in the output folder, whatever the outcome.

    `quiet` prints no progress and no summary.
    """
    console = console or Console(stderr=False)
    catalogue = load()
    started = clock.now()
    baseline = _baseline(settings, catalogue, started)
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    folder = settings.output or Path("ocpi-results") / run_id
    with _terminable(), _target(settings) as target:
        diagnosis = None if settings.embedded else examine(settings)
        claim = settings.claimed or (diagnosis.claim if diagnosis else None)
        claim = claim or Claim.default(settings.role, settings.ocpi_version)
        selection = catalogue.select(claim)
        wanted = choose(settings, catalogue, selection)
        story = Story(settings, claim, catalogue, selection, wanted, baseline, run_id, started)
        if diagnosis is not None and not diagnosis.usable:
            result = story.untold(diagnosis)
        else:
            result = _play(story, target, progress=Silence() if quiet else Progress())
    if settings.format == ("json",):
        save(result, folder)
    else:
        write_all(result, folder)
    report = folder / "report.html"
    if not quiet:
        print_result(result, console, report=str(report))
    return result.statement.exit_code


def _baseline(settings: Settings, catalogue: Catalogue, today: datetime) -> Baseline | None:
    if settings.baseline is None:
        return None
    return load_baseline(settings.baseline, catalogue, today=today.date())


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: with a result. Only a main thread can see to that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _target(settings: Settings) -> Iterator[_Target]:
    if not settings.embedded:
        trigger = trigger_of(settings)
        try:
            yield _Target(
                settings.versions_url, settings.token, trigger, [settings.token, settings.trigger_token]
            )
        finally:
            trigger.close()
        return
    with Embedded(
        role=settings.role, version=settings.ocpi_version, seed=settings.seed, flaws=settings.flaw
    ) as embedded:
        trigger = HttpTrigger(embedded.trigger_url, token=embedded.trigger_token)
        try:
            yield _Target(
                embedded.versions_url, embedded.token, trigger, [embedded.token, embedded.trigger_token]
            )
        finally:
            trigger.close()


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

    def told(self, bench: Bench, plugin: Plugin, *, complete: bool, extra: list[VerdictRow]) -> Result:
        """The result of a run that was played."""
        redaction = Redaction()
        for secret in self._secrets(bench):
            redaction.learn(secret)
        unshown = "" if complete else "the run was interrupted before it came to this"
        rows = self._rows(bench, plugin.withheld, unshown, redaction) + extra
        failed = [scenario for scenario in plugin.played if scenario.verdict is Verdict.ERROR]
        rows += [_own_error(redaction.text(scenario.reason), scenario.id) for scenario in failed]
        exchanges = bench.journal.all()
        return self._result(
            rows,
            complete=complete,
            iut=self._iut(bench),
            scenarios=record.scenario_rows(plugin.played, exchanges),
            exchanges=[record.exchange_record(exchange, redaction) for exchange in exchanges],
        )

    def untold(self, diagnosis: Diagnosis) -> Result:
        """The result of a run that could not begin: nothing could be shown, and why."""
        reason = diagnosis.summary
        rows = record.verdict_rows(
            _EMPTY,
            selected=self.wanted.selected,
            left_out=self._left_out(),
            excluded=self._excluded(),
            withheld={},
            unshown=reason,
            version=self.claim.ocpi_version,
            baseline=None,
            redaction=Redaction([self.settings.token]),
        )
        return self._result(
            rows, complete=True, iut=self._iut(None), scenarios=[], exchanges=[], reason=reason
        )

    def _rows(
        self, bench: Bench, withheld: Mapping[str, str], unshown: str, redaction: Redaction
    ) -> list[VerdictRow]:
        return record.verdict_rows(
            bench.ledger,
            selected=self.wanted.selected,
            left_out=self._left_out(),
            excluded=self._excluded(),
            withheld=withheld,
            unshown=unshown,
            version=self.claim.ocpi_version,
            baseline=self.baseline,
            redaction=redaction,
        )

    def _left_out(self) -> dict[str, Any]:
        return {slug: (self.catalogue[slug], why) for slug, why in self.wanted.left_out.items()}

    def _excluded(self) -> dict[str, Any]:
        return {slug: (self.catalogue[slug], why) for slug, why in self.selection.excluded.items()}

    def _secrets(self, bench: Bench) -> Iterator[str]:
        settings = self.settings
        yield from filter(None, (settings.token, settings.trigger_token, bench.token_a))
        for party in bench.parties():
            yield from party.connections.issued
            yield from party.connections.received

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
        iut: IutRow,
        scenarios: list[Any],
        exchanges: list[Any],
        reason: str = "",
    ) -> Result:
        settings, version = self.settings, self.claim.ocpi_version
        judged = self.baseline if complete and not reason else None
        stale = [str(found) for found in judged.stale(rows)] if judged else []
        # A flaw is switched on to see it caught: then a warning is a catch too.
        strict = settings.strict or bool(settings.flaw)
        return Result(
            run=Run(
                id=self.run_id,
                started=record.moment(self.started),
                finished=record.moment(clock.now()),
                seed=settings.seed,
                suite_version=installed_version("ocpi-conformance"),
                editions=[EDITION.get(version, version)],
                ocpi_version=version,
                complete=complete,
                insecure=settings.insecure,
                notes=[f"flaws of the embedded party: {', '.join(settings.flaw)}"] if settings.flaw else [],
            ),
            iut=iut,
            claim=self.claim.as_json(),
            selection={name: list(getattr(settings, name)) for name in ("profile", "select", "deselect")}
            | {"read_only": settings.read_only, "disruptive": settings.disruptive},
            settings=settings.redacted(),
            verdicts=rows,
            scenarios=scenarios,
            profiles=record.profile_rows(profiles(), rows),
            coverage=record.coverage_rows(
                (found for found in self.catalogue if found.in_version(version)),
                rows,
                killers(self.claim.role),
            ),
            statement=statement(rows, complete=complete, strict=strict, stale=stale, reason=reason),
            exchanges=exchanges,
        )


class _Nothing:
    """A ledger in which nothing was written."""

    def entries(self) -> tuple[Any, ...]:
        return ()


_EMPTY: Any = _Nothing()


def killers(role: str) -> dict[str, list[str]]:
    """For each requirement the flaws of a role that must break it."""
    found: dict[str, list[str]] = {}
    for flaw in flaws().values():
        for slug in flaw.breaks.get(role, ()):
            found.setdefault(slug, []).append(flaw.name)
    return found


class Silence:
    """Tells nobody how a run goes."""

    def started(self, total: int) -> None: ...
    def scenario(self, id: str, title: str) -> None: ...
    def finished(self, id: str, verdict: Verdict) -> None: ...
    def close(self) -> None: ...


def _play(story: Story, target: _Target, *, progress: "Silence | Progress") -> Result:
    settings = story.settings
    bench = Bench(
        settings=settings,
        claim=story.claim,
        catalogue=story.catalogue,
        selection=story.selection,
        selected=story.wanted.selected,
        trigger=target.trigger,
        versions_url=target.versions_url,
        token_a=target.token,
    )
    plugin = Plugin(bench, watcher=progress)
    with bench:
        try:
            code = pytest.main(arguments(settings), plugins=[plugin])
        finally:
            progress.close()
        bench.end()
        extra = []
        # pytest calls it an interruption too when a file of scenarios can't be read: that is our own failure.
        own = plugin.trouble or code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR)
        extra = [_own_error(plugin.trouble or f"pytest ended with exit code {int(code)}")] if own else []
        complete = code != pytest.ExitCode.INTERRUPTED or bool(own)
        return story.told(bench, plugin, complete=complete, extra=extra)


def _own_error(reason: str, scenario: str = "") -> VerdictRow:
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


def arguments(settings: Settings) -> list[str]:
    """pytest on our scenarios alone: nothing of the user's own configuration or plugins takes part."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    folders = [str(scenarios_folder())]
    if settings.scenarios:
        folders.append(str(settings.scenarios))
    return [
        *folders,
        *("-c", os.devnull, "--rootdir", folders[0], "--import-mode=importlib", "--assert=plain"),
        *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:faulthandler"),
        *("-p", "no:unraisableexception", "-p", "no:threadexception"),
        *("-o", "python_files=*.py", "--capture=no"),
    ]


def scenarios_folder() -> Path:
    """Where the scenarios lie, found without importing them."""
    spec = importlib.util.find_spec("ocpi_conformance.scenarios")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("ocpi_conformance.scenarios is not installed")
    return Path(next(iter(spec.submodule_search_locations)))
